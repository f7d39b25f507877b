from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossiers.languages import load_languages
from transforms.calendars import jalali_month_window, jalali_to_gregorian
from transforms.dates import DateMention, find_dates, is_recap

LANGUAGES = load_languages()
TUESDAY = datetime(2025, 8, 12, 9, 30, tzinfo=UTC)


def found(code: str, text: str, published: datetime | None = TUESDAY) -> list[DateMention]:
    return list(find_dates(text, 0, len(text), LANGUAGES[code], published))


def one(code: str, text: str, published: datetime | None = TUESDAY) -> tuple[str, str, str, str]:
    mentions = found(code, text, published)
    assert len(mentions) == 1, [text[m.start : m.end] for m in mentions]
    value = mentions[0].date
    return str(value.start), str(value.end), value.precision, str(value.basis)


EIGHTH = ("2025-08-08", "2025-08-08", "day", "text")
YESTERDAY = ("2025-08-11", "2025-08-11", "day", "relative")
LAST_WEEK = ("2025-08-04", "2025-08-10", "week", "relative")
TENTH_ELEVENTH_MAY = ("2024-05-10", "2024-05-11", "day", "text")
JULY = ("2025-07-01", "2025-07-31", "month", "text")
YEAR_2020 = ("2020-01-01", "2020-12-31", "year", "text")

SAME_IN_ALL = [
    (EIGHTH, "en", "It was initialled on 8 August 2025 in the capital."),
    (EIGHTH, "en", "It was initialled on Aug. 8, 2025."),
    (EIGHTH, "en", "On August 8 the text was initialled."),
    (EIGHTH, "ru", "Документ парафировали 8 августа 2025 года в столице."),
    (EIGHTH, "ru", "Встреча 08.08.2025 прошла быстро."),
    (EIGHTH, "hy", "2025 թվականի օգոստոսի 8-ին հանդիպում է տեղի ունեցել։"),
    (EIGHTH, "hy", "2025թ. օգոստոսի 8-ին հանդիպեցին։"),
    (EIGHTH, "az", "2025-ci il avqustun 8-də görüş keçirilib."),
    (EIGHTH, "az", "Görüş 8 avqust 2025-ci il tarixində keçirilib."),
    (EIGHTH, "tr", "Metin 8 Ağustos 2025 tarihinde paraflandı."),
    (EIGHTH, "ka", "შეხვედრა 2025 წლის 8 აგვისტოს გაიმართა."),
    (EIGHTH, "fa", "این دیدار ۱۷ مرداد ۱۴۰۴ برگزار شد."),
    (EIGHTH, "fa", "این دیدار ۸ اوت ۲۰۲۵ برگزار شد."),
    (EIGHTH, "fr", "Le texte a été paraphé le 8 août 2025."),
    (YESTERDAY, "en", "They spoke yesterday."),
    (YESTERDAY, "ru", "Они говорили вчера."),
    (YESTERDAY, "hy", "Նրանք երեկ խոսեցին։"),
    (YESTERDAY, "az", "Onlar dünən danışıblar."),
    (YESTERDAY, "tr", "Dün konuştular."),
    (YESTERDAY, "ka", "ისინი გუშინ ისაუბრეს."),
    (YESTERDAY, "fa", "آنها دیروز گفتگو کردند."),
    (YESTERDAY, "fr", "Ils se sont parlé hier."),
    (YESTERDAY, "en", "On Monday they spoke."),
    (YESTERDAY, "ru", "В понедельник они говорили."),
    (YESTERDAY, "hy", "Երկուշաբթի օրը խոսեցին։"),
    (YESTERDAY, "az", "Bazar ertəsi danışıblar."),
    (YESTERDAY, "tr", "Pazartesi günü konuştular."),
    (YESTERDAY, "ka", "ორშაბათს ისაუბრეს."),
    (YESTERDAY, "fa", "روز دوشنبه گفتگو کردند."),
    (YESTERDAY, "fr", "Lundi, ils se sont parlé."),
    (LAST_WEEK, "en", "Last week it rained."),
    (LAST_WEEK, "ru", "На прошлой неделе шёл дождь."),
    (LAST_WEEK, "hy", "Անցյալ շաբաթ անձրև էր։"),
    (LAST_WEEK, "az", "Ötən həftə yağış yağıb."),
    (LAST_WEEK, "tr", "Geçen hafta yağmur yağdı."),
    (LAST_WEEK, "ka", "გასულ კვირას წვიმდა."),
    (LAST_WEEK, "fa", "هفته گذشته باران بارید."),
    (LAST_WEEK, "fr", "La semaine dernière, il a plu."),
    (TENTH_ELEVENTH_MAY, "en", "They met on May 10-11, 2024."),
    (TENTH_ELEVENTH_MAY, "ru", "Они встретились 10–11 мая 2024 года."),
    (TENTH_ELEVENTH_MAY, "hy", "2024թ. մայիսի 10-11-ին հանդիպեցին։"),
    (TENTH_ELEVENTH_MAY, "az", "10-11 may 2024-cü il tarixində görüşüblər."),
    (TENTH_ELEVENTH_MAY, "tr", "10-11 Mayıs 2024'te görüştüler."),
    (TENTH_ELEVENTH_MAY, "ka", "2024 წლის 10-11 მაისს შეხვდნენ."),
    (TENTH_ELEVENTH_MAY, "fa", "۱۰ و ۱۱ مه ۲۰۲۴ دیدار کردند."),
    (TENTH_ELEVENTH_MAY, "fr", "Ils se sont vus les 10 et 11 mai 2024."),
    (JULY, "en", "In July 2025 they met."),
    (JULY, "en", "They met in July."),
    (JULY, "ru", "В июле 2025 года они встретились."),
    (JULY, "hy", "2025թ. հուլիսին հանդիպեցին։"),
    (JULY, "az", "2025-ci ilin iyulunda görüşüblər."),
    (JULY, "tr", "Temmuz 2025'te görüştüler."),
    (JULY, "ka", "2025 წლის ივლისში შეხვდნენ."),
    (JULY, "fa", "ژوئیه ۲۰۲۵ دیدار کردند."),
    (JULY, "fr", "Ils se sont vus en juillet 2025."),
    (YEAR_2020, "en", "The 2020 war changed much."),
    (YEAR_2020, "ru", "В 2020 году всё изменилось."),
    (YEAR_2020, "hy", "2020 թվականին ամեն ինչ փոխվեց։"),
    (YEAR_2020, "az", "2020-ci ildə hər şey dəyişdi."),
    (YEAR_2020, "tr", "2020'de her şey değişti."),
    (YEAR_2020, "ka", "2020 წელს ყველაფერი შეიცვალა."),
    (YEAR_2020, "fa", "در سال ۲۰۲۰ همه چیز تغییر کرد."),
    (YEAR_2020, "fr", "En 2020, tout a changé."),
]


@pytest.mark.parametrize(("expected", "code", "text"), SAME_IN_ALL)
def test_a_date_means_the_same_in_every_language(
    expected: tuple[str, str, str, str], code: str, text: str
) -> None:
    assert one(code, text) == expected


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "Could 2018"),
        ("en", "in Could 2018, the town"),
    ],
)
def test_a_spun_month_leaves_at_most_the_year(code: str, text: str) -> None:
    assert [m.date.precision for m in found(code, text)] == ["year"]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "It may rain, or they march on."),
        ("en", "In the 1990s two wars were fought."),
        ("en", "About 2,000 men and 2000 soldiers came."),
        ("en", "Room 1234, version 2.2020 and 202500 items"),
        ("en", "On 31 February 2025 nothing happened."),
        ("ru", "В 1990-х годах было иначе; в международной среде тоже."),
        ("ru", "2000 человек пришли."),
        ("tr", "ekim ayı değil, tohum ekim zamanı"),
        ("az", "bazarda alma var"),
        ("fa", "او می‌رود"),
    ],
)
def test_what_is_no_date_is_left_alone(code: str, text: str) -> None:
    assert [text[m.start : m.end] for m in found(code, text) if m.date.precision != "month"] == []


def test_a_weekday_is_past_unless_the_clause_is_future() -> None:
    monday = datetime(2022, 10, 31, tzinfo=UTC)
    mention = found("en", "on Monday", monday)[0]
    assert mention.date.start == date(2022, 10, 31)
    assert mention.resolve("future").start == date(2022, 11, 7)
    future = find_dates("on Monday", 0, 9, LANGUAGES["en"], monday, direction="future")
    assert future[0].date.start == date(2022, 11, 7)
    assert future[0].alternatives[0].start == date(2022, 10, 31)


def test_last_week_is_the_iso_week_before_publication() -> None:
    monday = datetime(2022, 10, 31, tzinfo=UTC)
    assert one("en", "said last week", monday)[:3] == ("2022-10-24", "2022-10-30", "week")


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (datetime(2020, 10, 8, tzinfo=UTC), "2020-10-08"),
        (datetime(2021, 1, 2, tzinfo=UTC), "2020-10-08"),
        (datetime(2020, 8, 1, tzinfo=UTC), "2020-10-08"),
        (datetime(2020, 2, 1, tzinfo=UTC), "2019-10-08"),
    ],
)
def test_a_day_without_a_year_is_taken_in_the_nearest_year(
    published: datetime, expected: str
) -> None:
    assert one("en", "On October 8 they met", published)[0] == expected


def test_30_december_in_an_article_of_2_january_is_last_year() -> None:
    january = datetime(2026, 1, 2, tzinfo=UTC)
    assert one("en", "on December 30", january)[0] == "2025-12-30"


def test_without_publication_nothing_relative_is_resolved() -> None:
    assert found("en", "yesterday, on Monday, last week", None) == []
    assert one("en", "on October 8", None) == ("None", "None", "unknown", "text")
    assert one("en", "on October 8, 2020", None)[0] == "2020-10-08"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "on Friday, August 8, they met"),
        ("ru", "в пятницу, 8 августа, встретились"),
        ("tr", "8 Ağustos Cuma günü görüştüler"),
        ("fr", "le vendredi 8 août 2025"),
    ],
)
def test_a_weekday_beside_its_date_is_one_date(code: str, text: str) -> None:
    assert one(code, text) == EIGHTH


def test_ranges_over_months_and_years() -> None:
    assert one("en", "from 2000 to 2002")[:2] == ("2000-01-01", "2002-12-31")
    assert one("ru", "с 30 августа по 2 сентября 2024 года")[:2] == ("2024-08-30", "2024-09-02")
    assert one("en", "July-August 2025")[:3] == ("2025-07-01", "2025-08-31", "month")


def test_days_ago_are_counted_in_words_and_figures() -> None:
    for code, text in [
        ("en", "two days ago"),
        ("ru", "2 дня назад"),
        ("hy", "երկու օր առաջ"),
        ("az", "iki gün əvvəl"),
        ("tr", "iki gün önce"),
        ("ka", "ორი დღის წინ"),
        ("fa", "دو روز پیش"),
        ("fr", "il y a deux jours"),
    ]:
        assert one(code, text)[0] == "2025-08-10", code


@pytest.mark.parametrize(
    ("jalali", "gregorian"),
    [
        ((1404, 5, 17), date(2025, 8, 8)),
        ((1404, 1, 1), date(2025, 3, 21)),
        ((1403, 12, 30), date(2025, 3, 20)),
        ((1357, 11, 22), date(1979, 2, 11)),
        ((1399, 8, 19), date(2020, 11, 9)),
    ],
)
def test_jalali_dates(jalali: tuple[int, int, int], gregorian: date) -> None:
    assert jalali_to_gregorian(*jalali) == gregorian


def test_jalali_days_that_do_not_exist() -> None:
    assert jalali_to_gregorian(1404, 12, 30) is None
    assert jalali_to_gregorian(1404, 7, 31) is None
    assert jalali_to_gregorian(1404, 13, 1) is None
    assert jalali_to_gregorian(2025, 1, 1) is None


@given(year=st.integers(1245, 1528), month=st.integers(1, 12))
def test_jalali_months_follow_each_other_without_a_gap(year: int, month: int) -> None:
    this = jalali_month_window(year, month)
    after = jalali_month_window(year + month // 12, month % 12 + 1)
    assert this is not None
    assert after is not None
    assert after[0] == this[1] + timedelta(days=1)


RECAPS = [
    ("en", "To recall, the parties met in spring.", True),
    ("en", "“Earlier, they met in spring.", True),
    ("en", "Earlier on Monday they met.", False),
    ("en", "Earlier this week they met.", False),
    ("en", "They had met earlier.", False),
    ("ru", "Напомним, стороны встречались весной.", True),
    ("ru", "Ранее сегодня стороны встретились.", False),
    ("ru", "— Ранее стороны встречались.", True),
    ("hy", "Հիշեցնենք, որ կողմերը հանդիպել են։", True),
    ("az", "Xatırladaq ki, tərəflər görüşüb.", True),
    ("tr", "Hatırlanacağı üzere taraflar görüşmüştü.", True),
    ("ka", "შეგახსენებთ, მხარეები შეხვდნენ.", True),
    ("fa", "یادآور می‌شود دو طرف دیدار کردند.", True),
    ("fr", "Rappelons que les parties se sont vues.", True),
    ("fr", "Les parties rappelons-le se voient.", False),
]


@pytest.mark.parametrize(("code", "text", "expected"), RECAPS)
def test_a_recap_cue_opens_background(code: str, text: str, expected: bool) -> None:
    assert is_recap(text, 0, len(text), LANGUAGES[code]) is expected


@given(
    text=st.text(alphabet="MayOctber 0123459-–.,/ августа թ۱۴مرداد'’", max_size=60),
    code=st.sampled_from(sorted(LANGUAGES)),
    day=st.datetimes(timezones=st.just(UTC)),
)
def test_any_text_and_any_publication_date_give_sound_intervals(
    text: str, code: str, day: datetime
) -> None:
    mentions = find_dates(text, 0, len(text), LANGUAGES[code], day)
    for mention in mentions:
        assert 0 <= mention.start < mention.end <= len(text)
        for value in (mention.date, *mention.alternatives):
            assert (value.start is None) == (value.precision == "unknown")
            assert value.start is None or (value.end is not None and value.start <= value.end)
    assert all(a.end <= b.start for a, b in pairwise(mentions))


@given(offset=st.integers(0, 20))
def test_offsets_point_into_the_whole_text(offset: int) -> None:
    text = " " * offset + "8 August 2025."
    (mention,) = find_dates(text, offset, len(text), LANGUAGES["en"], TUESDAY)
    assert text[mention.start : mention.end] == "8 August 2025"
