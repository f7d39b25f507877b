"""What an archive's pages are told apart by before any is extracted."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import pytest

from dossiers.boilerplate import load_rules
from dossiers.languages import load_languages
from dossiers.loader import load
from transforms.extract import extract
from transforms.mentions import MentionFinder
from transforms.records import RawDocument
from transforms.relevance import is_relevant
from transforms.topic_pass import TopicPass, main_text

GOLD = Path(__file__).parents[1] / "gold" / "dev"
FILLER = {
    "en": "The harbour office published its yearly figures on Monday. ",
    "ru": "Управление порта в понедельник опубликовало годовые данные. ",
    "hy": "Նավահանգստի վարչությունը երկուշաբթի հրապարակել է տարեկան տվյալները։ ",
    "az": "Liman idarəsi bazar ertəsi illik göstəriciləri dərc edib. ",
    "tr": "Liman idaresi pazartesi günü yıllık verileri yayımladı. ",
    "ka": "ნავსადგურის სამმართველომ ორშაბათს წლიური მონაცემები გამოაქვეყნა. ",
    "fa": "اداره بندر روز دوشنبه آمار سالانه را منتشر کرد. ",
    "fr": "La capitainerie a publié lundi les chiffres de l'année. ",
}
BOTH = {
    "en": "Armenia and Azerbaijan resumed their talks.",
    "ru": "Делегации Армении и Азербайджана возобновили переговоры.",
    "hy": "Հայաստանի և Ադրբեջանի պատվիրակությունները վերսկսել են բանակցությունները։",
    "az": "Azərbaycanla Ermənistanın nümayəndə heyətləri danışıqları bərpa edib.",
    "tr": "Ermenistan ile Azerbaycan'ın heyetleri görüşmelere yeniden başladı.",
    "ka": "სომხეთისა და აზერბაიჯანის დელეგაციებმა მოლაპარაკებები განაახლეს.",
    "fa": "هیئت‌های ارمنستان و آذربایجان گفت‌وگوها را از سر گرفتند.",
    "fr": "Les délégations arménienne et azerbaïdjanaise ont repris leurs pourparlers.",
}
KARABAKH = {
    "en": "Mines were cleared in Nagorno-Karabakh.",
    "ru": "В Нагорном Карабахе разминировали поля.",
    "hy": "Լեռնային Ղարաբաղում ականազերծել են դաշտերը։",
    "az": "Qarabağda minalar təmizlənib.",
    "tr": "Karabağ'da mayınlar temizlendi.",
    "ka": "ყარაბაღში ნაღმები გაიწმინდა.",
    "fa": "مین‌ها در قره‌باغ پاکسازی شد.",
    "fr": "Le Haut-Karabagh a été déminé.",
}
CHARSETS = {
    "en": ("utf-8", "cp1252", "utf-16"),
    "ru": ("utf-8", "cp1251", "koi8-r", "utf-16"),
    "hy": ("utf-8", "utf-16"),
    "az": ("utf-8", "cp1254", "utf-16"),
    "tr": ("utf-8", "cp1254", "utf-16"),
    "ka": ("utf-8", "utf-16"),
    "fa": ("utf-8", "cp1256", "utf-16"),
    "fr": ("utf-8", "cp1252", "utf-16"),
}


@pytest.fixture(scope="module")
def topic() -> TopicPass:
    return TopicPass.build(load(), load_languages())


def page(language: str, sentence: str, around: str = "") -> str:
    return (
        f"<html><head><title>{FILLER[language]}</title></head><body>{around}<article>"
        f"<p>{FILLER[language] * 6}</p><p>{sentence}</p><p>{FILLER[language] * 6}</p>"
        "</article></body></html>"
    )


@pytest.mark.parametrize(
    ("language", "charset"), [(code, c) for code, names in CHARSETS.items() for c in names]
)
def test_a_page_on_both_is_wanted_in_every_language_and_charset(
    topic: TopicPass, language: str, charset: str
) -> None:
    body = page(language, BOTH[language]).encode(charset, "xmlcharrefreplace")
    assert topic.wants(body, charset)
    other = page(language, FILLER[language]).encode(charset, "xmlcharrefreplace")
    assert not topic.wants(other, charset)


def decimal(text: str) -> str:
    return "".join(f"&#{ord(c)};" if ord(c) > 127 else c for c in text)


def small_hex(text: str) -> str:
    return "".join(f"&#x{ord(c):x};" if ord(c) > 127 else c for c in text)


def large_hex(text: str) -> str:
    return "".join(f"&#x{ord(c):X};" if ord(c) > 127 else c for c in text)


@pytest.mark.parametrize("written", [decimal, small_hex, large_hex, str.upper, str])
@pytest.mark.parametrize("language", sorted(BOTH))
def test_references_and_capitals_hide_nothing(
    topic: TopicPass, language: str, written: Any
) -> None:
    assert topic.wants(page(language, written(BOTH[language])).encode())


def test_named_references_hide_nothing(topic: TopicPass) -> None:
    sentence = "L'Arm&eacute;nie et l'Azerba&iuml;djan ont repris leurs pourparlers."
    assert topic.wants(page("fr", sentence).encode("ascii", "xmlcharrefreplace"))


@pytest.mark.parametrize("language", sorted(KARABAKH))
def test_what_is_in_dispute_is_enough(topic: TopicPass, language: str) -> None:
    assert topic.wants(page(language, KARABAKH[language]).encode())


def test_a_place_within_it_is_enough_too(topic: TopicPass) -> None:
    assert topic.wants(page("en", "A school was opened in Stepanakert.").encode())


@pytest.mark.parametrize(
    "menu",
    [
        '<ul><li><a href="/am">Armenia</a></li><li><a href="/az">Azerbaijan</a></li></ul>',
        '<p><A HREF="/am">Armenia</A> | <A HREF="/az">Azerbaijan</A> | <A HREF="/">Home</A></p>',
        "<select><option value=1>Armenia</option><option value=2>Azerbaijan</option></select>",
        '<aside><h3><a href="/1"><b>Armenia and Azerbaijan at the fair</b></a></h3></aside>',
        '<div class="sidebar"><p>Armenia and Azerbaijan at the fair</p></div>',
    ],
    ids=["list", "bar", "choice", "headline", "summary"],
)
@pytest.mark.parametrize("sentence", [FILLER["en"], "Armenia's parliament adopted the budget."])
def test_menus_that_name_both_do_not_make_a_page_wanted(
    topic: TopicPass, menu: str, sentence: str
) -> None:
    assert not topic.wants(page("en", sentence, menu).encode())


def test_names_that_are_links_in_running_text_count(topic: TopicPass) -> None:
    sentence = (
        'Talks between <a href="/am">Armenia</a> and <strong><a href="/az">Azerbaijan</a></strong>'
        " were resumed."
    )
    assert topic.wants(page("en", sentence).encode())


def test_a_page_with_hardly_any_text_is_left_to_extraction(topic: TopicPass) -> None:
    body = b'<html><body><script>var t="Armenia, Azerbaijan";</script></body></html>'
    assert topic.wants(body)


@pytest.mark.parametrize(
    "body", [b"", b"\0" * 90, b"<" * 9000, b"\xff\xfe\xff", b"<a " * 5000 + b"Armenia Karabakh"]
)
def test_no_bytes_make_it_stumble(topic: TopicPass, body: bytes) -> None:
    assert topic.wants(body) in (True, False)
    assert isinstance(main_text(body), str)


def test_a_pass_sent_to_another_process_finds_the_same(topic: TopicPass) -> None:
    again = pickle.loads(pickle.dumps(topic))
    for language, sentence in BOTH.items():
        assert again.wants(page(language, decimal(sentence)).encode())


def gold() -> Iterator[dict[str, Any]]:
    for path in sorted(GOLD.glob("*.jsonl")):
        yield from map(json.loads, path.read_text("utf-8").splitlines())


def test_what_is_relevant_once_extracted_is_wanted(topic: TopicPass) -> None:
    """Over the development gold as pages of a regional outlet: recall 1, and not by chance."""
    dossier, languages, rules = load(), load_languages(), load_rules()
    finder = MentionFinder(dossier, languages)
    menu = '<ul><li><a href="/1">Armenia</a></li><li><a href="/2">Azerbaijan</a></li></ul>'
    relevant, lost, idle = 0, [], 0
    for number, record in enumerate(gold()):
        text = "".join(f"<p>{escape(line)}</p>\n" for line in record["text"].splitlines())
        title = escape(record["title"] or "")
        html = (
            f"<html><head><meta charset=utf-8><title>{title}</title></head><body>{menu}<article>"
            f"<h1>{title}</h1>{text}</article></body></html>"
        )
        written = decimal(html) if number % 3 == 0 else html
        body = written.encode()
        found = extract(
            RawDocument(record["id"], None, body, "text/html", language=record["language"]), rules
        )
        mentions = finder.find(found.text, found.language, title=found.title)
        language = finder.language_for(found.language, found.text)
        counts = is_relevant(found.text, found.title, mentions, dossier, language)
        is_wanted = topic.wants(body)
        relevant += counts
        if counts and not is_wanted:
            lost.append(record["id"])
        idle += is_wanted and not counts
    assert relevant > 300
    assert lost == []
    assert idle < relevant / 10
