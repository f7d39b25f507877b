"""Dates that lean on the one told before: the same year, six days later, seasons, ordinals."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dossiers.languages import load_languages
from transforms.dates import find_dates
from transforms.records import EventDate

LANGUAGES = load_languages()
PUBLISHED = datetime(2025, 8, 12, 9, 30, tzinfo=UTC)

LAST = [
    ("en", "After the talks of March 2023 they met on 5 October.", "2023-10-05", "day"),
    ("en", "They met on 7 June 2022 and six days later they signed.", "2022-06-13", "day"),
    ("en", "They met on 7 June 2022 and initialled it the same day.", "2022-06-07", "day"),
    ("en", "They met in May 2023; two months later they parted.", "2023-07-01", "month"),
    ("en", "It was agreed in March 2024 and signed in August of that year.", "2024-08-01", "month"),
    ("en", "The offer came in the spring of 2024.", "2024-03-01", "month"),
    ("en", "They last met in June last year.", "2024-06-01", "month"),
    ("ru", "В мае 2023 года встретились, а 14 июля того же года подписали.", "2023-07-14", "day"),
    ("ru", "Встретились 7 июня 2022 года, неделю спустя подписали.", "2022-06-14", "day"),
    ("ru", "Предложение прозвучало осенью 2024 года.", "2024-09-01", "month"),
    ("ru", "В ночь на десятое ноября 2020 года подписали заявление.", "2020-11-10", "day"),
    ("ru", "Виделись 4 февраля прошлого года.", "2024-02-04", "day"),
    (
        "fr",
        "Ils s'étaient vus le 7 juin 2022 ; trois jours plus tard, l'accord.",
        "2022-06-10",
        "day",
    ),
    (
        "fr",
        "En mai 2023 ils parlaient, en juillet de la même année ils signaient.",
        "2023-07-01",
        "month",
    ),
    (
        "az",
        "2023-cü ilin mayında görüşdülər, həmin ilin iyulunda imzaladılar.",
        "2023-07-01",
        "month",
    ),
    ("az", "2023-cü ilin 13 dekabrında əsirlər buraxıldı.", "2023-12-13", "day"),
    ("az", "Ötən ilin yanvarında dörd nəfər qaytarıldı.", "2024-01-01", "month"),
    ("tr", "7 Haziran 2022'de görüştüler, üç gün sonra imzaladılar.", "2022-06-10", "day"),
    ("tr", "Görüşmenin ekim ayında yapılması planlanıyor.", "2024-10-01", "month"),
    ("tr", "Teklif 2024 baharında geldi.", "2024-03-01", "month"),
    (
        "hy",
        "2025-ի մարտին համաձայնեցին, նույն թվականի օգոստոսի 8-ին նախաստորագրեցին։",
        "2025-08-08",
        "day",
    ),
    ("hy", "Անցյալ տարվա հունվարի 14-ին չորս հոգի վերադարձավ։", "2024-01-14", "day"),
    (
        "ka",
        "2024 წლის მარტში შეთანხმდნენ, იმავე წლის 8 აგვისტოს მოაწერეს ხელი.",
        "2024-08-08",
        "day",
    ),
    ("ka", "კომისიები აპრილის დასაწყისში შეიკრიბნენ.", "2025-04-01", "month"),
    ("fa", "در مهر ۱۴۰۲ نرفت و نهم آبان همان سال رفت.", "2023-10-31", "day"),
    ("fa", "این متن بیست‌وهفتم مهر ۱۴۰۳ امضا شد.", "2024-10-18", "day"),
]


@pytest.mark.parametrize(("code", "text", "start", "precision"), LAST)
def test_the_last_date_leans_on_what_was_told(
    code: str, text: str, start: str, precision: str
) -> None:
    last = find_dates(text, 0, len(text), LANGUAGES[code], PUBLISHED)[-1].date
    assert (str(last.start), last.precision) == (start, precision)


def test_a_date_of_the_sentence_before_carries_its_year_over() -> None:
    told = EventDate(date(2023, 4, 19), date(2023, 4, 19), "day", "text")
    text = "The text was signed on 30 January."
    mention = find_dates(text, 0, len(text), LANGUAGES["en"], PUBLISHED, told=told)[0]
    assert mention.resolve("past").start == date(2023, 1, 30)


def test_a_day_to_come_stays_in_the_present_where_a_plan_is_told() -> None:
    told = EventDate(date(2023, 4, 19), date(2023, 4, 19), "day", "text")
    text = "They will meet again on 30 August."
    mention = find_dates(text, 0, len(text), LANGUAGES["en"], PUBLISHED, told=told)[0]
    assert mention.resolve("future").start == date(2025, 8, 30)
    assert mention.resolve("past").start == date(2023, 8, 30)


def test_later_counts_from_publication_where_nothing_was_told() -> None:
    text = "Через три дня они встретятся."
    assert find_dates(text, 0, len(text), LANGUAGES["ru"], PUBLISHED)[0].date.start == date(
        2025, 8, 15
    )
    assert not find_dates("Six days later they met.", 0, 24, LANGUAGES["en"], PUBLISHED)
