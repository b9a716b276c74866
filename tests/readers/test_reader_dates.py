"""A date is one instant, whatever its form, the machine's locale or today's date; or it is refused."""

import locale
from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedsvc.readers._dates import parse

ZONES = ["UTC", "Asia/Tehran", "America/New_York", "Pacific/Auckland", "Asia/Kolkata", "Europe/London"]
NOON = datetime(2021, 11, 15, 12, 30)  # noqa: DTZ001

LOCAL = [
    "2021-11-15 12:30",
    "2021-11-15T12:30",
    "2021-11-15T12:30:00",
    "2021-11-15 12:30:00.000",
    "20211115T1230",
    "20211115T123000",
    "2021/11/15 12:30",
    "2021-Nov-15 12:30",
    "15 November 2021 12:30",
    "15 November 2021, 12:30",
    "15 November 2021 - 12:30",
    "15 November 2021 – 12:30",
    "15 November 2021 | 12:30",
    "15 November 2021 at 12:30",
    "15 November 2021 12:30 PM",
    "15 November 2021 12:30pm",
    "15 Nov 2021 12:30",
    "15 Nov. 2021 12:30",
    "15-Nov-2021 12:30",
    "15th November 2021 12:30",
    "Monday, 15 November 2021 12:30 PM",
    "Mon 15 Nov 2021 12:30",
    "MONDAY, 15 NOVEMBER 2021 12:30 PM",
    "November 15, 2021, 12:30 pm",
    "November 15, 2021 12:30 p.m.",
    "Nov 15 2021 12:30",
    "12:30 15 November 2021",
    "12:30, 15 November 2021",
    "12:30 PM on 15 November 2021",
    "Mon Nov 15 12:30:00 2021",
    "15.11.2021 12:30",
    "15. November 2021 12:30",
    "15/11/2021 12:30",
    "11/15/2021 12:30",
    "  15\u00a0November   2021\t12:30 ",
]
DAYS = [
    "2021-11-15",
    "20211115",
    "2021/11/15",
    "15 November 2021",
    "November 15, 2021",
    "15.11.2021",
    "Mon, 15 Nov 2021",
]
EXACT = [
    ("2021-11-15T12:30:00Z", 12, 30),
    ("2021-11-15T12:30:00.123456789Z", 12, 30),
    ("2021-11-15T12:30Z", 12, 30),
    ("2021-11-15 12:30:00 Z", 12, 30),
    ("20211115T123000Z", 12, 30),
    ("2021-11-15T12:30:00+03:30", 9, 0),
    ("2021-11-15 12:30:00 +0330", 9, 0),
    ("2021-11-15 12:30:00+0330", 9, 0),
    ("2021-11-15 12:30 +03:30", 9, 0),
    ("2021-11-15T12:30:00-05:00", 17, 30),
    ("Mon, 15 Nov 2021 12:30:00 GMT", 12, 30),
    ("Mon, 15 Nov 2021 12:30:00 +0000", 12, 30),
    ("Mon, 15 Nov 2021 12:30:00 +0000 (UTC)", 12, 30),
    ("Mon Nov 15 2021 12:30:00 GMT+0330 (Iran Standard Time)", 9, 0),
    ("Mon, 15 Nov 2021 12:30:00 EST", 17, 30),
    ("Mon, 15 Nov 2021 12:30:00 EDT", 16, 30),
    ("Mon, 15 Nov 2021 12:30:00 CST", 18, 30),
    ("Mon, 15 Nov 2021 12:30:00 PDT", 19, 30),
    ("15 Nov 2021 12:30 UT", 12, 30),
    ("15 November 2021 12:30 CET", 11, 30),
    ("15 November 2021 12:30 PM CEST", 10, 30),
    ("15 November 2021 12:30 BST", 11, 30),
    ("15 November 2021 12:30 GMT+3", 9, 30),
    ("15 November 2021 12:30 UTC+03:30", 9, 0),
    ("15 November 2021 12:30 (GMT)", 12, 30),
    ("15 November 2021 12:30 GMT-5", 17, 30),
    ("12:30 GMT, 15 November 2021", 12, 30),
    ("Mon Nov 15 12:30:00 UTC 2021", 12, 30),
    ("November 15, 2021, 12:30 PM EET", 10, 30),
    ("Tuesday, 15 November 2021 12:30 GMT", 12, 30),
    ("7 PM GMT, 15 November 2021", 19, 0),
    ("15 November 2021 12 AM GMT", 0, 0),
    ("2021-11-15T12:30:00z", 12, 30),
    ("2021-11-15t12:30:00.5z", 12, 30),
    ("2021-11-15T12:30:00 +01:00", 11, 30),
    ("2021-11-15T12:30:00 Z", 12, 30),
    ("2021-11-15T12:30 -0500", 17, 30),
    ("2021-11-15 12:30:00 +0100 CET", 11, 30),
    ("2021-11-15 12:30:00.123456789 +0530 IST", 7, 0),
    ("2021-11-15 12:30:00 +0330 +0330", 9, 0),
    ("2021-11-15 12:30:00 +0300 +03", 9, 30),
    ("15 November 2021 12:30 GMT+03:30", 9, 0),
    ("15 November 2021 12:30 (GMT+3:30)", 9, 0),
    ("15 November 2021 12:30 PM (UTC-05:00)", 17, 30),
    ("15 November 2021 12:30 (+03:30)", 9, 0),
    ("15 12:30 +0100 NOV 2021", 11, 30),
]
REFUSED = [
    "",
    " ",
    "today",
    "yesterday at 10:00",
    "10pm UTC",
    "7:52 AM",
    "12:30",
    "March 2026",
    "2026-03",
    "2026",
    "15 March",
    "15 March 10:30",
    "Monday",
    "2026-W10",
    "2026-W10-1T",
    "2026-060",
    "03/04/2026",
    "15 Nov 21",
    "15/11/21",
    "2021-11-15 12:30 IST",
    "2021-11-15 12:30 XYZ",
    "15 November 2021 12:30 AST",
    "15 November 2021 UTC",
    "2021-02-30",
    "30 February 2021",
    "2021-13-01",
    "2021-11-15T25:00",
    "15 November 2021 13:30 PM",
    "15 November 2021 12:60",
    "15 November 2021 12:30 +25:00",
    "15 November 2021 7:52 8:10",
    "15 November 2021 7:52 AM to 8:10 AM",
    "15-16 November 2021",
    "15 November 2021 16 November 2021",
    "15 November 2021 10",
    "15 November 2021 2022",
    "2021-11-15/16",
    "2021-11-15x12:30",
    "12:30:00",
    "1636962720",
    "0000-00-00",
    "0000-01-01 00:00",
    "99999-01-01",
    "15 November 20211",
    "15 novembrum 2021",
    "１５ November ２０２１",
    "yes",
    "0123",
    "~",
    "15 November 2021" + " " * 3 + "x" * 500,
    "1" * 5000,
    "2021-11-15T12:30:00+99:99",
    "0001-01-01T00:00:00Z",
    "15 November 2021 12:30 and more",
    "2021-11-15; DROP TABLE",
    "nan",
    "1e9",
    "infinity",
    "15 2021 11",
    "15 Nov 0330",
    "15 November 2021 13 PM",
    "2021-11-15 12:30 12:30",
    "31.11.2021",
    "29 February 2021",
    "at 2021",
    "1.1.1",
    "2021 feb 15 a",
    "November 1.5 minutes",
    "1.5 and may",
    "2021 Monday 10m 29",
    "15 November 2021 -07:52",
    "2021-11-15T12:30:61Z",
    "2021-11-15T12:60:60Z",
    "15 November 2021 12:30:61",
    "15 November 2021 10:30 +0100 PM",
    "2021-11-15 12:30 +0100 +0200",
    "2021-11-15 12:30 +0100 Paris",
    "15 November 2021T12:30",
]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("text", LOCAL)
def test_a_date_without_zone_is_in_the_given_one(text: str, zone: str) -> None:
    assert parse(text, zone) == NOON.replace(tzinfo=ZoneInfo(zone))
    assert parse(text, zone).tzinfo is UTC


FOREIGN = [
    "15 novembre 2021 à 12h30",
    "le lundi 15 novembre 2021 à 12 h 30",
    "15 nov. 2021, 12h30",
    "15/11/2021 12h30",
    "15. November 2021, 12.30 Uhr",
    "15. Nov. 2021 um 12:30 Uhr",
    "Mo., 15.11.2021 - 12:30",
    "15.11.2021, 12:30 Uhr",
    "15 de noviembre de 2021 a las 12:30".replace("a las", "las"),
    "lunes, 15 de noviembre de 2021 12:30 h",
    "15 nov 2021 12:30 p. m.",
    "15 de novembro de 2021 às 12h30",
    "lunedì 15 novembre 2021 ore 12:30",
    "15 novembre 2021 alle 12.30",
    "maandag 15 november 2021 om 12.30 uur",
    "15 listopada 2021, godz. 12:30",
    "15. listopadu 2021 v 12:30",
    "15 ноября 2021, 12:30",
    "15 ноября 2021 г., 12:30",
    "15 листопада 2021, 12:30",
    "15 ноември 2021 г. 12:30",
    "15 Kasım 2021 Pazartesi 12:30",
    "15 EKİM 2021 12:30".replace("EKİM", "KASIM"),
    "الاثنين 15 نوفمبر 2021 الساعة 12:30",
    "١٥ نوفمبر ٢٠٢١ ١٢:٣٠",
    "15 تشرين الثاني 2021 12:30",
    "۱۵ نوامبر ۲۰۲۱ ساعت ۱۲:۳۰",
    "15 בנובמבר 2021, 12:30",
    "15 नवंबर 2021 12:30",
    "१५ नवंबर २०२१, १२:३०",
    "15 November 2021 pukul 12.30",
    "Senin, 15 November 2021 12:30",
    "ngày 15 tháng 11 năm 2021 12:30",
    "thứ hai, 15 tháng 11, 2021 12:30",
    "måndag 15 november 2021 kl. 12.30",
    "15. november 2021 kl 12:30",
    "maanantai 15. marraskuuta 2021 klo 12.30",
    "15 Νοεμβρίου 2021, 12:30",
    "Δευτέρα 15 Νοεμβρίου 2021 12:30 μ.μ.",
    "luni, 15 noiembrie 2021, ora 12:30".replace(" ora", ""),
    "2021. november 15. 12:30",
    "2021年11月15日 12:30",
    "2021年11月15日（月）12時30分",
    "2021年11月15日 下午12:30",
    "2021년 11월 15일 12:30",
    "2021년 11월 15일 (월) 오후 12시 30분",
    "Mon 15 Nov 2021 12.30",
    "12.30pm, 15 November 2021",
]


@pytest.mark.parametrize("text", FOREIGN)
def test_a_date_is_read_in_the_languages_of_the_pages(text: str) -> None:
    for zone in ("UTC", "Asia/Tehran"):
        assert parse(text, zone) == NOON.replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    "text",
    [
        "15 novembre",
        "15 novembre 21",
        "Hier à 12h30",
        "il y a 3 jours, 2021",
        "le 15 novembre 2021 et le 16 novembre 2021",
        "15 novembre 2021 12h30 13h30",
        "15 listopad novembre 2021",
        "03/04/2021 12:30",
        "3 bateaux en novembre 2021",
        "2021年11月",
        "12 ago",
        "3 days ago 2021",
        "15 Nov 2021 12.60",
        "15 Nov 2021 25.30 Uhr",
        "1.10 March 2026",
    ],
)
def test_what_is_no_date_in_any_language_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not one whole date"):
        parse(text, "UTC")


OWN = [
    ("Asia/Kolkata", "15 November 2021 12:30 IST", 7, 0),
    ("Asia/Jerusalem", "15 November 2021 12:30 IST", 10, 30),
    ("Europe/Dublin", "15 June 2021 12:30 IST", 11, 30),
    ("America/New_York", "15 November 2021 12:30 p.m. ET", 17, 30),
    ("America/New_York", "15 June 2021 12:30 p.m. ET", 16, 30),
    ("America/Chicago", "15 November 2021 12:30 CT", 18, 30),
    ("America/Los_Angeles", "15 November 2021 12:30 PT", 20, 30),
    ("Australia/Sydney", "15 November 2021 12:30 AEDT", 1, 30),
    ("Australia/Sydney", "15 June 2021 12:30 AET", 2, 30),
    ("Asia/Shanghai", "15 November 2021 12:30 CST", 4, 30),
    ("America/Chicago", "15 November 2021 12:30 CST", 18, 30),
    ("Asia/Manila", "15 November 2021 12:30 PST", 4, 30),
    ("Europe/Berlin", "15.11.2021 12:30 MEZ", 11, 30),
    ("Europe/Berlin", "15.06.2021 12:30 MESZ", 10, 30),
    ("UTC", "15.11.2021 12:30 MEZ", 11, 30),
    ("UTC", "15 ноября 2021, 12:30 МСК", 9, 30),
    ("Asia/Jakarta", "15 November 2021 12:30 WIB", 5, 30),
    ("America/New_York", "15 November 2021 12:30 EDT", 16, 30),
]


@pytest.mark.parametrize(("zone", "text", "hour", "minute"), OWN)
def test_an_abbreviation_means_the_newsrooms_own_zone_first(zone: str, text: str, hour: int, minute: int) -> None:
    assert parse(text, zone).time().isoformat("minutes") == f"{hour:02}:{minute:02}"


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Europe/Berlin"])
@pytest.mark.parametrize("name", ["IST", "AST", "XYZ", "PT"])
def test_an_abbreviation_of_a_strange_zone_is_refused(name: str, zone: str) -> None:
    with pytest.raises(ValueError, match="is not one whole date"):
        parse(f"15 November 2021 12:30 {name}", zone)


@pytest.mark.parametrize(
    "text",
    ["1404-11-07", "1404-08-24T12:30:00+03:30", "2569-03-01", "15 November 2564", "1447/05/10", "24 november 1400"],
)
def test_a_year_of_another_calendar_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=r"\d{4} is a year of another calendar"):
        parse(text, "Asia/Tehran")


@pytest.mark.parametrize("year", [1605, 1851, 1969, 2199, 2999])
def test_old_and_far_years_are_years(year: int) -> None:
    assert parse(f"{year}-03-01", "UTC").year == year


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("text", DAYS)
def test_a_day_without_time_begins_at_midnight(text: str, zone: str) -> None:
    assert parse(text, zone) == datetime(2021, 11, 15, tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(("text", "hour", "minute"), EXACT)
def test_a_date_with_a_zone_is_the_same_instant_everywhere(text: str, hour: int, minute: int, zone: str) -> None:
    assert parse(text, zone).replace(microsecond=0) == datetime(2021, 11, 15, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_partial_ambiguous_or_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not one whole date"):
        parse(text, "UTC")


@pytest.mark.parametrize(
    "text",
    [
        "2016-12-31T23:59:60Z",
        "2016-12-31t23:59:60z",
        "20161231T235960Z",
        "2016-12-31T23:59:60 +00:00",
        "2017-01-01 00:59:60+01:00",
        "Sat, 31 Dec 2016 23:59:60 GMT",
    ],
)
def test_a_leap_second_is_read_as_the_second_before_it(text: str) -> None:
    assert parse(text, "Asia/Tehran") == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_days_come_first_where_dots_stand_between_the_numbers() -> None:
    assert parse("03.04.2026", "UTC") == datetime(2026, 4, 3, tzinfo=UTC)


def test_an_hour_that_a_clock_skips_or_repeats_is_still_one_instant() -> None:
    assert parse("2021-10-31 01:30", "Europe/London") == datetime(2021, 10, 31, 0, 30, tzinfo=UTC)
    assert parse("2021-03-28 01:30", "Europe/London") == datetime(2021, 3, 28, 1, 30, tzinfo=UTC)


def test_the_machines_locale_changes_nothing() -> None:
    before = locale.setlocale(locale.LC_ALL)
    try:
        for name in ("de_DE.UTF-8", "tr_TR.UTF-8", "C"):
            try:
                locale.setlocale(locale.LC_ALL, name)
            except locale.Error:
                continue
            assert parse("Monday, 15 November 2021 12:30 PM", "UTC") == NOON.replace(tzinfo=UTC)
    finally:
        locale.setlocale(locale.LC_ALL, before)


WORDS = (
    "15 2021 1 31 99 100 Nov November Monday am PM 12:30 7:52:10 24:00 -0330 +3 GMT GMT+3 EST Z T at of and - / . , 0 m"
    " h s st th a 1.5 2021-11-15 11/15/2021 20211115 p ' : 12 0000 (UTC) jan-2021 30-feb"
)
PIECES = st.lists(st.sampled_from(WORDS.split()), max_size=8)


@given(st.text(max_size=40) | PIECES.map(" ".join) | PIECES.map("".join))
def test_nothing_but_a_refusal_is_raised(text: str) -> None:
    with suppress(ValueError):
        assert parse(text, "Asia/Tehran").tzinfo is UTC
