"""Periods chain, cover and contain; labels are read back; wrong labels say what is right."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.errors import UsageError
from holdfast.periods import GRAINS, Calendar, Period
from tests.periods.test_zones import days, instants, zones

calendars = st.builds(Calendar, zones, st.sampled_from([0, 5, 6]), st.integers(1, 12))
trailing = st.builds("trailing_{}_{}s".format, st.integers(1, 400), st.sampled_from(["day", "month"]))
grains = st.sampled_from(GRAINS) | trailing


def labels(periods: list[Period]) -> list[str]:
    return [period.label for period in periods]


@given(calendars, st.sampled_from(GRAINS), days, st.integers(0, 400))
def test_periods_chain_and_cover(calendar: Calendar, grain: str, first: date, more: int) -> None:
    last = first + timedelta(days=more)
    found = calendar.periods(grain, first, last)
    assert found[0].first_day <= first <= found[0].last_day
    assert found[-1].first_day <= last <= found[-1].last_day
    for one, following in pairwise(found):
        assert one.end == following.start
        assert one.last_day + timedelta(days=1) == following.first_day
        assert calendar.previous(following) == one
    assert sum(period.days for period in found) == (found[-1].last_day - found[0].first_day).days + 1


@given(calendars, grains, instants)
def test_the_period_of_an_instant_contains_it(calendar: Calendar, grain: str, instant: datetime) -> None:
    period = calendar.containing(grain, instant)
    assert instant in period
    assert period.start <= instant < period.end
    if grain in GRAINS:
        assert instant not in calendar.previous(period)


@given(calendars, grains, days)
def test_a_label_is_read_back(calendar: Calendar, grain: str, day: date) -> None:
    period = calendar.period(grain, day)
    assert calendar.period(grain, period.label) == period
    assert calendar.periods(grain, period.label, period.label) == [period]


@given(calendars, grains, days)
def test_bounds_are_midnights(calendar: Calendar, grain: str, day: date) -> None:
    period = calendar.period(grain, day)
    assert period.start == calendar.midnight(period.first_day)
    assert period.end == calendar.midnight(period.last_day + timedelta(days=1))


@given(calendars, days)
def test_months_make_a_quarter_and_quarters_a_year(calendar: Calendar, day: date) -> None:
    quarter, year = calendar.period("quarter", day), calendar.period("year", day)
    months = calendar.periods("month", quarter.label, quarter.label)
    quarters = calendar.periods("quarter", year.label, year.label)
    assert (len(months), len(quarters)) == (3, 4)
    for parts, whole in ((months, quarter), (quarters, year)):
        assert (parts[0].start, parts[-1].end) == (whole.start, whole.end)
        assert sum((part.end - part.start for part in parts), timedelta(0)) == whole.end - whole.start


@given(calendars, grains, days, st.integers(0, 60))
def test_stepping_visits_each_label_once(calendar: Calendar, grain: str, first: date, more: int) -> None:
    found = labels(calendar.periods(grain, first, first + timedelta(days=more)))
    assert len(set(found)) == len(found)
    assert found == sorted(found)


@given(calendars, days, st.integers(1, 400))
def test_trailing_days_end_with_their_label(calendar: Calendar, day: date, count: int) -> None:
    period = calendar.period(f"trailing_{count}_days", day)
    assert (period.label, period.days, period.last_day) == (day.isoformat(), count, day)


def test_trailing_months_end_with_their_label() -> None:
    period = Calendar().period("trailing_12_months", "2025-04")
    assert (period.first_day, period.last_day) == (date(2024, 5, 1), date(2025, 4, 30))
    assert labels(Calendar().periods("trailing_3_months", "2025-Q1", "2025-04")) == [
        "2025-01",
        "2025-02",
        "2025-03",
        "2025-04",
    ]


def test_kpis_example_of_a_midnight_in_tehran() -> None:
    tehran = Calendar("Asia/Tehran")
    assert tehran.containing("month", datetime(2024, 3, 31, 20, 45)).label == "2024-04"
    assert tehran.containing("month", datetime(2024, 3, 31, 20, 29, 59)).label == "2024-03"


def test_an_end_at_midnight_on_the_first_belongs_to_the_month_that_begins() -> None:
    assert Calendar().containing("month", datetime(2024, 5, 1)).label == "2024-05"


@pytest.mark.parametrize(
    ("grain", "first", "last", "count", "begins", "ends"),
    [
        ("month", "2025", "2025", 12, "2025-01", "2025-12"),
        ("month", "2025-Q2", "2025-08", 5, "2025-04", "2025-08"),
        ("day", "2024-02", "2024-02", 29, "2024-02-01", "2024-02-29"),
        ("quarter", "2025-01", "2025-09", 3, "2025-Q1", "2025-Q3"),
        ("quarter", "2025-02-14", "2025-02-14", 1, "2025-Q1", "2025-Q1"),
        ("week", "2025-W14", "2025-W15", 2, "2025-W14", "2025-W15"),
        ("week", "2025-04", "2025-04", 5, "2025-W14", "2025-W18"),
        ("trailing_12_months", "2025", "2025", 12, "2025-01", "2025-12"),
        ("trailing_28_days", "2025-04", "2025-04", 30, "2025-04-01", "2025-04-30"),
    ],
)
def test_coarser_labels_are_widened_and_finer_ones_held(
    grain: str, first: str, last: str, count: int, begins: str, ends: str
) -> None:
    found = labels(Calendar().periods(grain, first, last))
    assert (len(found), found[0], found[-1]) == (count, begins, ends)


def test_weeks_follow_iso_where_they_begin_on_monday() -> None:
    calendar = Calendar()
    assert calendar.period("week", date(2024, 12, 31)).label == "2025-W01"
    assert calendar.period("week", "2020-W53").first_day == date(2020, 12, 28)
    assert calendar.period("week", "2025-04-03").label == "2025-W14"


def test_weeks_are_called_by_their_first_day_otherwise() -> None:
    assert Calendar(week_start=6).period("week", date(2025, 4, 3)).label == "2025-03-30"
    assert Calendar(week_start=5).period("week", date(2025, 4, 3)).label == "2025-03-29"


def test_a_fiscal_year_is_called_by_the_year_it_ends_in() -> None:
    calendar = Calendar(fiscal_start=4)
    year, quarter = calendar.period("year", "FY2025"), calendar.period("quarter", "FY2025-Q1")
    assert (year.first_day, year.last_day) == (date(2024, 4, 1), date(2025, 3, 31))
    assert (quarter.first_day, quarter.last_day) == (date(2024, 4, 1), date(2024, 6, 30))
    assert labels(calendar.periods("month", "FY2025", "FY2025"))[::11] == ["2024-04", "2025-03"]


@pytest.mark.parametrize(
    ("grain", "label", "before"),
    [
        ("day", "2024-02-29", "2023-02-28"),
        ("day", "2025-04-30", "2024-04-30"),
        ("week", "2025-W14", "2024-W14"),
        ("week", "2021-W01", "2020-W02"),
        ("month", "2025-04", "2024-04"),
        ("quarter", "2025-Q2", "2024-Q2"),
        ("year", "2025", "2024"),
        ("trailing_12_months", "2025-04", "2024-04"),
        ("trailing_28_days", "2024-02-29", "2023-02-28"),
    ],
)
def test_the_same_period_last_year(grain: str, label: str, before: str) -> None:
    calendar = Calendar()
    assert calendar.year_before(calendar.period(grain, label)).label == before


def test_a_trailing_period_steps_by_its_last_day_or_month() -> None:
    calendar = Calendar()
    assert calendar.previous(calendar.period("trailing_28_days", "2025-03-01")).label == "2025-02-28"
    assert calendar.previous(calendar.period("trailing_12_months", "2025-01")).label == "2024-12"


def test_an_instant_stands_for_its_local_day() -> None:
    assert Calendar("Asia/Tehran").period("month", datetime(2024, 3, 31, 20, 45)).label == "2024-04"


@pytest.mark.parametrize(
    ("calendar", "grain", "label", "hint"),
    [
        (Calendar(), "month", "2025-4", "Did you mean '2025-04'?"),
        (Calendar(), "quarter", "2025q2", "Did you mean '2025-Q2'?"),
        (Calendar(), "week", "2025/w7", "Did you mean '2025-W07'?"),
        (Calendar(), "day", "2025/4/3", "Did you mean '2025-04-03'?"),
        (Calendar(), "year", "fy2025", "Write it like one of: 2025-04-30 (day)"),
        (Calendar(fiscal_start=4), "year", "fy2025", "Did you mean 'FY2025'?"),
        (Calendar(), "month", "April", "Write it like one of: 2025-04-30 (day)"),
        (Calendar(), "month", "2025-13", "Look at the month, week or day."),
        (Calendar(), "week", "2025-W53", "Look at the month, week or day."),
        (Calendar(), "day", "2025-02-29", "Look at the month, week or day."),
        (Calendar(), "year", "0000", "Look at the month, week or day."),
        (Calendar(), "quarter", "2025-04", "Write '2025-Q2'."),
        (Calendar(), "month", "2025-W14", "Write '2025-04'."),
        (Calendar(), "year", "FY2025", "Write '2025'."),
        (Calendar(), "month", "FY2025-04", "Write '2025-04'."),
        (Calendar(fiscal_start=4), "year", "2025", "Write 'FY2025', which is 2024-04-01 to 2025-03-31."),
        (Calendar(week_start=6), "week", "2025-W14", "Name the week by its first day: 2025-03-30."),
    ],
)
def test_a_wrong_label_says_what_would_be_right(
    calendar: Calendar, grain: str, label: str, hint: str
) -> None:
    with pytest.raises(UsageError) as caught:
        calendar.period(grain, label)
    assert (caught.value.hint or "").startswith(hint)


@pytest.mark.parametrize("grain", ["months", "Month", "trailing_0_days", "trailing_12_weeks", ""])
def test_an_unknown_grain_is_refused(grain: str) -> None:
    with pytest.raises(UsageError, match="No grain is called") as caught:
        Calendar().period(grain, date(2025, 1, 1))
    assert "trailing_N_days" in (caught.value.hint or "")


def test_periods_backwards_are_refused() -> None:
    with pytest.raises(UsageError, match="2025-04 is before 2025-05"):
        Calendar().periods("month", "2025-05", "2025-04")


def test_a_calendar_that_cannot_be_is_refused() -> None:
    with pytest.raises(UsageError, match="week"):
        Calendar(week_start=2)
    with pytest.raises(UsageError, match="month 13"):
        Calendar(fiscal_start=13)
