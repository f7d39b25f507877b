"""Which language a text is in."""

from __future__ import annotations

import time

import pytest

from dossiers.boilerplate import load_rules
from transforms.language import UNDETERMINED, identify

LETTERS = load_rules().letters
SENTENCES = {
    "en": "The councils will meet again next week, officials said.",
    "fr": "Les conseils se réuniront de nouveau la semaine prochaine, a-t-on indiqué.",
    "ru": "Представители советов снова встретятся на следующей неделе, сообщили чиновники.",
    "uk": "Представники рад знову зустрінуться наступного тижня, повідомили посадовці.",
    "bg": "Представителите на съветите ще се срещнат отново следващата седмица, съобщиха вчера.",
    "be": "Прадстаўнікі саветаў зноў сустрэнуцца на наступным тыдні, паведамілі чыноўнікі.",
    "az": "Şuraların nümayəndələri gələn həftə yenidən görüşəcək, rəsmilər bildirib.",
    "tr": "Meclis temsilcileri gelecek hafta yeniden bir araya gelecek, yetkililer açıkladı.",
    "hy": "Խորհուրդների ներկայացուցիչները կրկին կհանդիպեն հաջորդ շաբաթ։",
    "ka": "საბჭოების წარმომადგენლები მომავალ კვირას კვლავ შეხვდებიან.",
    "fa": "نمایندگان شوراها هفته آینده دوباره دیدار می‌کنند.",
    "ar": "سيجتمع ممثلو المجالس مرة أخرى الأسبوع المقبل، حسبما قال مسؤولون.",
}


@pytest.mark.parametrize(("code", "sentence"), SENTENCES.items())
def test_one_sentence_is_enough(code, sentence):
    found, confidence = identify(sentence, LETTERS)
    assert found == code
    assert confidence >= 0.5


@pytest.mark.parametrize(
    ("code", "headline"),
    [
        ("az", "Görüşmə baş tutdu"),
        ("az", "Nazirlər arasında görüş"),
        ("uk", "Зустріч у Києві"),
        ("ru", "Встреча прошла в столице"),
        ("be", "Сустрэча міністраў"),
        ("ka", "შეხვედრა შედგა"),
        ("hy", "Հանդիպումը կայացավ"),
        ("tr", "Bakanlar yarın bir araya geliyor"),
    ],
)
def test_headlines_are_told_apart(code, headline):
    assert identify(headline, LETTERS)[0] == code


@pytest.mark.parametrize("nothing", ["", "   ", "12 345 — 678", "https://outlet.example/a"])
def test_without_letters_there_is_no_language(nothing):
    assert identify(nothing, LETTERS) == (UNDETERMINED, 0.0)


def test_a_declared_language_settles_only_what_the_text_leaves_open():
    assert identify("Talks", LETTERS)[0] == UNDETERMINED
    assert identify("Talks", LETTERS, declared="en-GB")[0] == "en"
    assert identify("Talks", LETTERS, declared="hy")[0] == UNDETERMINED
    assert identify(SENTENCES["tr"], LETTERS, declared="az")[0] == "tr"


def test_a_foreign_name_does_not_turn_a_text():
    text = SENTENCES["tr"] + " Toplantıya Əliyev de katıldı. " + SENTENCES["tr"] * 3
    assert identify(text, LETTERS)[0] == "tr"


def test_it_is_fast_enough_for_every_page():
    text = SENTENCES["ru"] * 60
    identify(text, LETTERS)
    started = time.perf_counter()
    for _ in range(50):
        identify(text, LETTERS)
    assert (time.perf_counter() - started) / 50 < 0.005
