"""Local days and offsets: changes of the clock, midnights that are missing or come twice."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import UsageError
from holdfast.periods import Calendar

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Havana",
    "America/St_Johns",
    "Asia/Tehran",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Gaza",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
)
zones = st.sampled_from(ZONES)
days = st.dates(date(1970, 1, 1), date(2037, 12, 31))
instants = st.datetimes(datetime(1970, 1, 1), datetime(2037, 12, 31))


def hours(zone: str, day: date) -> float:
    calendar = Calendar(zone)
    return (calendar.midnight(day + timedelta(days=1)) - calendar.midnight(day)) / timedelta(hours=1)


@pytest.mark.parametrize(
    ("zone", "day", "length"),
    [
        ("Europe/Berlin", date(2025, 3, 30), 23),
        ("Europe/Berlin", date(2025, 10, 26), 25),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),
        ("America/Sao_Paulo", date(2019, 2, 16), 25),
        ("Asia/Beirut", date(2022, 3, 27), 23),
        ("America/Havana", date(2024, 11, 3), 25),
        ("Australia/Lord_Howe", date(2024, 10, 6), 23.5),
        ("Pacific/Apia", date(2011, 12, 30), 0),
        ("Asia/Tehran", date(2024, 3, 21), 24),
    ],
)
def test_a_day_has_as_many_hours_as_its_clocks_say(zone: str, day: date, length: float) -> None:
    assert hours(zone, day) == length


def test_a_day_without_midnight_begins_at_the_jump() -> None:
    sao_paulo = Calendar("America/Sao_Paulo")
    assert sao_paulo.midnight(date(2018, 11, 4)) == datetime(2018, 11, 4, 3)
    assert sao_paulo.to_local(datetime(2018, 11, 4, 3)) == datetime(2018, 11, 4, 1)
    assert Calendar("Asia/Beirut").midnight(date(2022, 3, 27)) == datetime(2022, 3, 26, 22)


def test_a_jump_that_begins_before_midnight_begins_the_day() -> None:
    toronto = Calendar("America/Toronto")
    assert toronto.midnight(date(1919, 3, 31)) == datetime(1919, 3, 31, 4, 30)
    assert toronto.to_local(datetime(1919, 3, 31, 4, 30)) == datetime(1919, 3, 31, 0, 30)


def test_a_midnight_shown_twice_is_the_first() -> None:
    assert Calendar("America/Havana").midnight(date(2024, 11, 3)) == datetime(2024, 11, 3, 4)


def test_a_day_that_a_zone_skipped_holds_no_instant() -> None:
    apia = Calendar("Pacific/Apia")
    assert apia.midnight(date(2011, 12, 30)) == apia.midnight(date(2011, 12, 31))
    assert apia.local_day(datetime(2011, 12, 30, 10)) == date(2011, 12, 31)
    assert apia.local_day(datetime(2011, 12, 30, 9, 59)) == date(2011, 12, 29)


def test_where_clocks_go_back_past_midnight_the_day_begun_last_wins() -> None:
    st_johns = Calendar("America/St_Johns")
    assert st_johns.midnight(date(2005, 10, 30)) == datetime(2005, 10, 30, 2, 30)
    assert st_johns.to_local(datetime(2005, 10, 30, 3)) == datetime(2005, 10, 29, 23, 30)
    assert st_johns.local_day(datetime(2005, 10, 30, 3)) == date(2005, 10, 30)
    assert st_johns.local_day(datetime(2005, 10, 30, 2, 29)) == date(2005, 10, 29)


def test_local_times_that_are_skipped_or_shown_twice() -> None:
    berlin = Calendar("Europe/Berlin")
    assert berlin.to_utc(datetime(2025, 3, 30, 2, 30)) == datetime(2025, 3, 30, 1, 30)
    assert berlin.to_utc(datetime(2025, 10, 26, 2, 30)) == datetime(2025, 10, 26, 0, 30)
    assert berlin.to_utc(datetime(2025, 10, 26, 2, 30, fold=1)) == datetime(2025, 10, 26, 0, 30)


@given(zones, instants)
def test_what_the_clock_shows_is_what_zoneinfo_says(zone: str, instant: datetime) -> None:
    said = instant.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert Calendar(zone).to_local(instant) == said


@given(zones, days)
def test_a_day_begins_at_its_midnight(zone: str, day: date) -> None:
    calendar = Calendar(zone)
    midnight = calendar.midnight(day)
    if calendar.midnight(day + timedelta(days=1)) > midnight:
        assert calendar.local_day(midnight) == day
        assert calendar.to_local(midnight).date() == day
    assert calendar.to_local(midnight - timedelta(seconds=1)).date() < day


@given(zones, instants)
def test_an_instant_is_between_its_days_midnights(zone: str, instant: datetime) -> None:
    calendar = Calendar(zone)
    day = calendar.local_day(instant)
    assert calendar.midnight(day) <= instant < calendar.midnight(day + timedelta(days=1))


@given(zones, instants)
def test_local_and_back_is_the_same_or_the_earlier_of_two(zone: str, instant: datetime) -> None:
    calendar = Calendar(zone)
    local = calendar.to_local(instant)
    back = calendar.to_utc(local)
    assert back <= instant
    assert calendar.to_local(back) == local


@given(zones, instants, st.timedeltas(timedelta(0), timedelta(days=800)), st.data())
def test_offsets_tell_every_instant_its_clock(
    zone: str, first: datetime, length: timedelta, data: st.DataObject
) -> None:
    calendar = Calendar(zone)
    last = first + length
    listed = calendar.offsets(first, last)
    begins = [begin for begin, _ in listed]
    assert begins == sorted(set(begins))
    assert begins[0] == first
    assert begins[-1] <= last
    near = [begin + shift for begin in begins for shift in (timedelta(0), timedelta(microseconds=-1))]
    drawn = data.draw(st.lists(st.datetimes(first, last), max_size=5))
    for instant in filter(lambda at: first <= at <= last, near + drawn):
        (_, seconds) = [entry for entry in listed if entry[0] <= instant][-1]
        assert calendar.to_local(instant) == instant + timedelta(seconds=seconds)


def test_offsets_list_changes_and_not_days() -> None:
    assert Calendar("Europe/Berlin").offsets(datetime(2024, 1, 1), datetime(2025, 1, 1)) == [
        (datetime(2024, 1, 1), 3600),
        (datetime(2024, 3, 31, 1), 7200),
        (datetime(2024, 10, 27, 1), 3600),
    ]
    assert Calendar("Asia/Kolkata").offsets(datetime(2000, 1, 1), datetime(2030, 1, 1)) == [
        (datetime(2000, 1, 1), 19800)
    ]


def test_offsets_take_an_end_that_means_never() -> None:
    listed = Calendar("Asia/Tehran").offsets(datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59))
    assert listed[-1][1] == 12600


def test_offsets_backwards_are_refused() -> None:
    with pytest.raises(UsageError, match="before"):
        Calendar().offsets(datetime(2025, 1, 2), datetime(2025, 1, 1))


@pytest.mark.parametrize("zone", ["Asia/Teheran", "Europe", "../etc/passwd", ""])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(UsageError, match="No time zone is called"):
        Calendar(zone)


def test_an_unknown_zone_gets_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        Calendar("Asia/Teheran")
    assert caught.value.hint == "Did you mean 'Asia/Tehran'?"
