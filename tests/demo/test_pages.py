import time
from itertools import combinations
from statistics import median

import trafilatura

from demo.pages import generate_page, generate_pages


def test_pages_are_large_and_read_back_in_their_charset():
    pages = list(generate_pages(200, seed=3))
    assert median(len(p.html) for p in pages) >= 60_000
    assert len({p.language for p in pages}) >= 6
    assert len({p.charset for p in pages}) >= 4
    for page in pages:
        assert page.title in page.html.decode(page.charset), page.url


def test_the_same_seed_gives_the_same_pages_however_many_are_asked_for():
    assert list(generate_pages(5, seed=1)) == list(generate_pages(50, seed=1))[:5]
    assert generate_page(4, seed=1) == list(generate_pages(5, seed=1))[4]
    assert generate_page(0, seed=1) != generate_page(0, seed=2)


def test_the_share_of_relevant_pages_is_as_asked():
    share = sum(p.is_relevant for p in generate_pages(500, seed=5, relevant_share=0.2)) / 500
    assert 0.13 < share < 0.27
    assert not any(p.is_relevant for p in generate_pages(50, seed=5, relevant_share=0.0))


def test_texts_are_distinct():
    def shingles(page):
        words = page.text.split()
        return {tuple(words[i : i + 5]) for i in range(len(words) - 4)}

    made = [(p.language, shingles(p)) for p in generate_pages(150, seed=9)]
    for (language, ours), (other, theirs) in combinations(made, 2):
        if language == other:
            assert len(ours & theirs) / len(ours | theirs) < 0.4


def test_the_text_planted_is_the_text_extracted():
    for page in generate_pages(8, seed=11):
        text = trafilatura.extract(page.html)
        for paragraph in page.text.split("\n"):
            assert paragraph in text, page.url


def test_pages_are_cheap_to_make():
    list(generate_pages(20, seed=0))
    began = time.process_time()
    list(generate_pages(300, seed=0))
    assert 300 / (time.process_time() - began) > 500
