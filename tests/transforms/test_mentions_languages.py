"""The dossier's own names as eight languages inflect them. All sentences are invented."""

from __future__ import annotations

from datetime import date

import pytest

from dossiers.languages import load_languages
from dossiers.loader import load
from transforms.mentions import MentionFinder

FINDER = MentionFinder(load(), load_languages())
DAY = date(2025, 8, 8)

NAMES = {
    "person:nikol_pashinyan": {
        "en": "Pashinyan Pashinyan’s Pashinian's",
        "ru": "Пашинян Пашиняна Пашиняну Пашиняном Пашиняне",
        "hy": "Փաշինյան Փաշինյանը Փաշինյանն Փաշինյանի Փաշինյանին Փաշինյանից Փաշինյանով",
        "az": "Paşinyan Paşinyanın Paşinyana Paşinyanla Paşinyandan PAŞİNYAN",
        "tr": "Paşinyan Paşinyan'ın Paşinyan’la Paşinyan’a Paşinyan'dan",
        "ka": "ფაშინიანი ფაშინიანმა ფაშინიანს ფაშინიანის ფაშინიანთან",
        "fa": "پاشینیان",
        "fr": "Pachinian Pashinyan",
    },
    "person:ilham_aliyev": {
        "en": "Aliyev Aliyev’s",
        "ru": "Алиев Алиеву Алиевым Алиеве",
        "hy": "Ալիև Ալիևը Ալիեւի Ալիևին Ալիևից",
        "az": "Əliyev Əliyevin Əliyevə Əliyevlə Əliyevdən ƏLİYEV",
        "tr": "Aliyev Aliyev'in Aliyev’e Aliyev’le",
        "ka": "ალიევი ალიევმა ალიევს ალიევის ალიევთან",
        "fa": "علی‌اف علیاف علي‌اف",
        "fr": "Aliev Aliyev",
    },
    "place:baku": {
        "en": "Baku Baku’s",
        "ru": "Баку",
        "hy": "Բաքու Բաքվում Բաքվի Բաքվից Բաքուն",
        "az": "Bakı Bakıda Bakıdan Bakının Bakıya BAKI",
        "tr": "Bakü Bakü'de Bakü’den Bakü’nün",
        "ka": "ბაქო ბაქოში ბაქოს ბაქოდან",
        "fa": "باکو",
        "fr": "Bakou",
    },
    "place:yerevan": {
        "en": "Yerevan",
        "ru": "Ереван Ереване Еревана Еревану Ереваном",
        "hy": "Երևան Երեւան Երևանում Երևանից Երևանի ԵՐԵՎԱՆ",
        "az": "İrəvan İrəvanda İrəvandan İRƏVANDA",
        "tr": "Erivan Erivan'da Erivan’dan",
        "ka": "ერევანი ერევანში ერევნის ერევნიდან",
        "fa": "ایروان",
        "fr": "Erevan",
    },
    "actor:ARM": {
        "en": "Armenia Armenia’s",
        "ru": "Армения Армении Армению Арменией",
        "hy": "Հայաստան Հայաստանի Հայաստանում Հայաստանը",
        "az": "Ermənistan Ermənistanın Ermənistana Ermənistanla",
        "tr": "Ermenistan Ermenistan’ın Ermenistan'la",
        "ka": "სომხეთი სომხეთის სომხეთმა სომხეთთან",
        "fa": "ارمنستان",
        "fr": "Arménie l’Arménie d'Arménie",
    },
    "actor:AZE": {
        "en": "Azerbaijan Azerbaijan's",
        "ru": "Азербайджан Азербайджана Азербайджаном",
        "hy": "Ադրբեջան Ադրբեջանի Ադրբեջանից",
        "az": "Azərbaycan Azərbaycanın Azərbaycanda",
        "tr": "Azerbaycan Azerbaycan’ın Azerbaycan'a",
        "ka": "აზერბაიჯანი აზერბაიჯანის აზერბაიჯანმა",
        "fr": "Azerbaïdjan l’Azerbaïdjan",
    },
    "person:recep_tayyip_erdogan": {
        "en": "Erdogan Erdoğan’s",
        "ru": "Эрдоган Эрдоганом",
        "tr": "Erdoğan Erdoğan’ın ERDOĞAN",
        "az": "Ərdoğan Ərdoğanla",
        "fa": "اردوغان",
    },
    "place:nagorno_karabakh": {
        "en": "Nagorno-Karabakh Karabakh",
        "ru": "Карабах Карабаха Карабахе",
        "hy": "Ղարաբաղ Ղարաբաղի Ղարաբաղում",
        "az": "Qarabağ Qarabağda Qarabağa",
        "tr": "Karabağ Karabağ'da",
        "ka": "ყარაბაღი ყარაბაღის",
        "fa": "قره‌باغ قرهباغ",
        "fr": "Haut-Karabakh",
    },
}
CASES = [
    (entity, code, word)
    for entity, by_language in NAMES.items()
    for code, words in by_language.items()
    for word in words.split(" ")
]


def found(code: str, text: str) -> list[tuple[str, str]]:
    mentions = FINDER.find(text, code, published=DAY)
    assert all(text[m.start : m.end] == m.surface for m in mentions)
    return [(m.entity_id, m.surface) for m in mentions]


@pytest.mark.parametrize(("entity", "code", "word"), CASES)
def test_an_inflected_name_is_found_whole(entity: str, code: str, word: str) -> None:
    elided = word.partition("’")[2] if word[:2] in {"l’", "d'"} else word
    elided = word.partition("'")[2] if word[:2] == "d'" else elided
    assert found(code, f"— {word}, xyz.") == [(entity, elided)]


@pytest.mark.parametrize(
    ("code", "text", "entity"),
    [
        ("ru", "вместе с Николом Пашиняном", "person:nikol_pashinyan"),
        ("ru", "в Нагорном Карабахе", "place:nagorno_karabakh"),
        ("ru", "армянского", "actor:ARM"),
        ("ru", "азербайджанцев", "actor:AZE"),
        ("ru", "в Сочи", "place:sochi"),
        ("ru", "в Абу-Даби", "place:abu_dhabi"),
        ("ru", "Минской группой", "actor:OSCE_MG"),
        ("hy", "Մինսկի խմբի", "actor:OSCE_MG"),
        ("hy", "ԱՄՆ-ի", "actor:USA"),
        ("hy", "Նիկոլ Փաշինյանի", "person:nikol_pashinyan"),
        ("az", "ABŞ-ın", "actor:USA"),
        ("az", "Naxçıvandan", "place:nakhchivan"),
        ("az", "vasitəçiliyi", "concept:mediation"),
        ("tr", "Türkiye’nin", "actor:TUR"),
        ("tr", "arabuluculuğu", "concept:mediation"),
        ("ka", "აშშ-ის", "actor:USA"),
        ("ka", "ნიკოლ ფაშინიანმა", "person:nikol_pashinyan"),
        ("fa", "جمهوری آذربایجان", "actor:AZE"),
        ("fa", "نیکول پاشینیان", "person:nikol_pashinyan"),
        ("fr", "les Arméniens", "actor:ARM"),
        ("fr", "d'États-Unis", "actor:USA"),
        ("en", "Washington, DC", "place:washington"),
        ("en", "U.S.", "actor:USA"),
    ],
)
def test_phrases_and_adjectives_point_to_their_entity(code: str, text: str, entity: str) -> None:
    assert [key for key, _ in found(code, f"Xyz {text} xyz.")] == [entity]


@pytest.mark.parametrize(
    ("code", "text", "entity"),
    [
        ("en", "The Washington Post wrote.", "place:washington"),
        ("en", "In Atlanta, Georgia, it rained.", "actor:GEO"),
        ("en", "The Heydar Aliyev airport was shut.", "person:ilham_aliyev"),
        ("ru", "Аэропорт имени Гейдара Алиева закрыт.", "person:ilham_aliyev"),
        ("az", "Heydər Əliyev Mərkəzi bağlıdır.", "person:ilham_aliyev"),
        ("tr", "Haydar Aliyev Merkezi kapalı.", "person:ilham_aliyev"),
        ("ka", "ჰეიდარ ალიევის ცენტრი დაკეტილია.", "person:ilham_aliyev"),
        ("fa", "آذربایجان شرقی بارانی است.", "actor:AZE"),
        ("en", "They asked us and left.", "actor:USA"),
        ("en", "A turkey was served.", "actor:TUR"),
    ],
)
def test_look_alikes_are_not_the_entity(code: str, text: str, entity: str) -> None:
    assert entity not in [key for key, _ in found(code, text)]


def test_competing_names_are_one_place_with_the_choice_kept() -> None:
    mentions = FINDER.find("From Stepanakert to Khankendi.", "en")
    assert len({m.entity_id for m in mentions}) == 1
    assert len({m.naming for m in mentions}) == 2
