"""What the rule takes in and what it leaves out. All sentences are invented."""

from __future__ import annotations

from datetime import date

import pytest

from dossiers.languages import load_languages
from dossiers.loader import load
from transforms.mentions import MentionFinder
from transforms.records import Mention, Tag
from transforms.relevance import RELEVANCE_RULE, is_relevant, topics

DOSSIER = load()
LANGUAGES = load_languages()
FINDER = MentionFinder(DOSSIER, LANGUAGES)

RELEVANT: list[tuple[str, str, str | None]] = [
    ("en", "Kazakhstan offered its capital for a new round between Yerevan and Baku.", None),
    ("en", "The foreign ministers of Armenia and Azerbaijan met in Almaty on Friday.", None),
    ("en", "Pashinyan and Aliyev shook hands in Abu Dhabi.", None),
    (
        "en",
        "Residents of Nagorno-Karabakh who fled in 2023 ask the Minsk Group to be heard, "
        "Yerevan says.",
        None,
    ),
    ("ru", "Москва готова помочь Еревану и Баку в заключении мирного договора.", None),
    ("ru", "Армения и Азербайджан парафировали договор в Вашингтоне.", None),
    ("hy", "Փաշինյանն ու Ալիևը Աբու Դաբիում քննարկել են խաղաղության պայմանագիրը։", None),
    ("az", "Azərbaycan və Ermənistan sərhədin delimitasiyası üzrə görüş keçirib.", None),
    ("tr", "Bakü ile Erivan barış anlaşması için Washington'da bir araya geldi.", None),
    ("ka", "სომხეთისა და აზერბაიჯანის ლიდერებმა სამშვიდობო შეთანხმებაზე ისაუბრეს.", None),
    ("fa", "ارمنستان و جمهوری آذربایجان پیمان صلح را پاراف کردند.", None),
    ("fr", "Erevan et Bakou ont paraphé le traité de paix à Washington.", None),
    ("en", "Details are expected later.", "Armenia, Azerbaijan agree to extend truce"),
]
NOT_RELEVANT: list[tuple[str, str, str | None]] = [
    (
        "en",
        "Qarabag FK beat a Swiss club in the Champions League qualifier, the Azerbaijani "
        "champions' coach said after the match.",
        None,
    ),
    (
        "en",
        "Armenia drew with Azerbaijan in a friendly football match; the striker scored a "
        "late goal in the second half of the match.",
        None,
    ),
    (
        "en",
        "Governor of Georgia signs a budget in Atlanta. The state of Georgia expects "
        "more talks on peaches.",
        None,
    ),
    (
        "en",
        "Egypt and Qatar mediate between Israel and Hamas; talks on a ceasefire resume in Doha.",
        None,
    ),
    (
        "en",
        "Armenia and Turkey opened their border for third-country citizens; Yerevan and "
        "Ankara signed an agreement.",
        None,
    ),
    (
        "en",
        "Azerbaijan and Russia signed an agreement on gas; Baku and Moscow said talks "
        "would continue.",
        None,
    ),
    (
        "en",
        "Weather: Armenia 31, Azerbaijan 35, Georgia 30, Turkey 33, Iran 40. Rainfall is "
        "forecast in the border areas; temperature falls.",
        None,
    ),
    (
        "en",
        "The summit was attended by leaders of Kazakhstan, Armenia, Azerbaijan, Belarus, "
        "Kyrgyzstan and Tajikistan.",
        None,
    ),
    (
        "en",
        "Karabakh horses and carpets drew tourists to a festival in Shusha; the "
        "Azerbaijani horse riders gave a concert.",
        None,
    ),
    (
        "en",
        "The wine route crosses Armenia and Azerbaijan, and hotels report more tourists "
        "than last year.",
        None,
    ),
    (
        "ru",
        "Сборная Армении по футболу сыграла матч с командой Азербайджана, тренер "
        "доволен, гол забит.",
        None,
    ),
    ("ru", "Алиев принял посла Италии, обсуждали экспорт газа из Азербайджана.", None),
    ("ru", "«Карабах» победил в матче Лиги чемпионов, азербайджанский клуб забил три гола.", None),
    (
        "hy",
        "Հայաստանի հավաքականը ֆուտբոլի առաջնությունում խաղաց Ադրբեջանի հետ։ Մարզիչը գոհ "
        "է, մեդալ չկա։",
        None,
    ),
    (
        "az",
        "“Qarabağ” Avropa Liqasında futbol oyununda qol vurub, Azərbaycan klubunun "
        "məşqçisi danışıb.",
        None,
    ),
    (
        "az",
        "«Qarabağ» FK Çempionlar Liqasında növbəti oyuna Bakıda hazırlaşır, məşqçi deyib.",
        None,
    ),
    (
        "tr",
        "Karabağ, Şampiyonlar Ligi maçında Azerbaycan'da galip geldi; teknik direktör "
        "futbol konuştu.",
        None,
    ),
    (
        "ka",
        "სომხეთის ნაკრები აზერბაიჯანს ფეხბურთის მატჩში დაუპირისპირდა, მწვრთნელი კმაყოფილია.",
        None,
    ),
    ("fa", "استاندار آذربایجان شرقی از گفتگو با بازرگانان ارمنستان خبر داد.", None),
    (
        "fr",
        "L'Arménie et l'Azerbaïdjan se sont affrontés en match de football, l'entraîneur "
        "salue le but.",
        None,
    ),
    (
        "en",
        "Baku will host a climate conference; negotiators from 190 countries arrive for talks.",
        None,
    ),
    ("en", "Yerevan's mayor opened a new metro station.", None),
    (
        "en",
        "The Armenian quarter of Jerusalem is in dispute; the Armenian patriarch spoke of talks.",
        None,
    ),
]


def relevant(code: str, text: str, title: str | None) -> bool:
    mentions = FINDER.find(text, code, title=title, published=date(2025, 8, 8))
    return is_relevant(text, title, mentions, DOSSIER, LANGUAGES[code])


@pytest.mark.parametrize(("code", "text", "title"), RELEVANT)
def test_matters_between_the_parties_are_relevant(code: str, text: str, title: str | None) -> None:
    assert relevant(code, text, title)


@pytest.mark.parametrize(("code", "text", "title"), NOT_RELEVANT)
def test_sport_lists_and_affairs_of_others_are_not(code: str, text: str, title: str | None) -> None:
    assert not relevant(code, text, title)


def test_parties_far_apart_are_not_together() -> None:
    filler = "Rain fell on the hills. " * 30
    assert not relevant("en", f"Talks in Armenia. {filler} A treaty in Azerbaijan.", None)


def test_a_table_of_states_counts_only_with_office_holders_of_both() -> None:
    guests = "Pashinyan, Tokayev, Aliyev, Lukashenko and Putin talked on the margins in Minsk."
    assert relevant("en", guests, None)


def test_without_a_language_names_alone_decide() -> None:
    text = "Pashinyan and Aliyev spoke."
    mentions = FINDER.find(text, "en", published=date(2025, 8, 8))
    assert is_relevant(text, None, mentions, DOSSIER)
    assert not is_relevant(text, None, (), DOSSIER)


def test_the_rule_is_written_for_the_documentation() -> None:
    assert RELEVANCE_RULE.startswith("A text is relevant when")


def test_topics_are_the_concepts_mentioned_each_once() -> None:
    text = "A ceasefire and a truce; the Zangezur corridor."
    mentions = FINDER.find(text, "en")
    assert topics(mentions, DOSSIER) == (Tag("topic", "ceasefire"), Tag("topic", "corridor"))
    assert topics((Mention("actor:ARM", "x", 0, 1),), DOSSIER) == ()
