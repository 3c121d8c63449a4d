from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel.numbers import get_currency_precision

from holdfast.collect.amounts import minor_exponent
from tests.collect.conftest import NOTES, Read, Reader, note


def at(read: Reader, *values: str, mapping: str = "", zone: str = "UTC") -> list[datetime]:
    text = NOTES + "".join(note(i, at=f'"{value}"') for i, value in enumerate(values))
    result = read("notes.csv", text, mapping, zone=zone)
    assert not result.bad, result.bad
    return result.column("at")


def amounts(read: Reader, *values: str, mapping: str = "", currency: str = "EUR") -> Read:
    lines = "".join(f'{i};a;2024-01-01;"{currency}";"{value}";paid\n' for i, value in enumerate(values))
    return read("invoices.csv", "invoice_id;account_id;issued_at;currency;total;status\n" + lines, mapping)


def test_instants_as_iso_8601(read: Reader) -> None:
    given = ("2024-01-01T10:00:00Z", "2024-01-01 10:00:00+02:00", "2024-01-01T10:00:00.123456-0530",
             "2024-01-01T10:00", " 2024-01-01 ", "2024-01-01T10:00+01",
             "2024-01-01 10:00:00 +0200")  # fmt: skip
    assert at(read, *given) == [
        datetime(2024, 1, 1, 10),
        datetime(2024, 1, 1, 8),
        datetime(2024, 1, 1, 15, 30, 0, 123456),
        datetime(2024, 1, 1, 10),
        datetime(2024, 1, 1),
        datetime(2024, 1, 1, 9),
        datetime(2024, 1, 1, 8),
    ]


def test_a_date_alone_is_the_midnight_of_the_workspace_and_a_bare_time_is_utc(read: Reader) -> None:
    given = at(read, "2024-07-01", "2024-07-01 10:00", "2024-07-01T10:00Z", zone="Asia/Tehran")
    assert given == [datetime(2024, 6, 30, 20, 30), datetime(2024, 7, 1, 10), datetime(2024, 7, 1, 10)]


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/Sao_Paulo", "America/Havana", "Asia/Tehran", "Australia/Lord_Howe"]
)
def test_local_times_agree_with_zoneinfo_around_every_change_of_clocks(read: Reader, zone: str) -> None:
    quarter_hours = [
        datetime(year, month, day, hour, minute)
        for year in (2010, 2018, 2031)
        for month in (2, 3, 4, 10, 11)
        for day in range(1, 29, 3)
        for hour in (0, 1, 2, 3, 23)
        for minute in (0, 45)
    ]
    given = at(read, *(moment.isoformat() for moment in quarter_hours), mapping=f'zone = "{zone}"')
    utc = ZoneInfo("UTC")
    expected = [m.replace(tzinfo=ZoneInfo(zone)).astimezone(utc).replace(tzinfo=None) for m in quarter_hours]
    assert given == expected


def test_given_formats_of_dates(read: Reader) -> None:
    mapping = 'dates = ["%d.%m.%Y", "%d.%m.%Y %H:%M", "unix"]\nzone = "Europe/Berlin"'
    assert at(read, "31.12.2024", "31.12.2024 13:05", "1700000000", "2024-01-01", mapping=mapping) == [
        datetime(2024, 12, 30, 23),
        datetime(2024, 12, 31, 12, 5),
        datetime(2023, 11, 14, 22, 13, 20),
        datetime(2023, 12, 31, 23),
    ]


def test_unix_milliseconds(read: Reader) -> None:
    assert at(read, "1700000000123", mapping='dates = ["unix_ms"]') == [
        datetime(2023, 11, 14, 22, 13, 20, 123000)
    ]


@pytest.mark.parametrize("value", ["2024-13-01", "24-01-05", "soon", "9999-12-31", "0001-01-01", "45000"])
def test_what_is_no_moment_is_rejected(read: Reader, value: str) -> None:
    [bad] = read("notes.csv", NOTES + note(1, at=value)).bad
    assert bad["column"] == "at"
    assert bad["value"] == value
    assert "moment" in bad["wanted"] or "2025-04-30" in bad["wanted"]


def test_values_that_mean_empty(read: Reader) -> None:
    header = "trial_id,account_id,started_at,ends_at\n"
    result = read("trials.csv", header + "1,a,2024-01-01,9999-12-31\n", 'empty = ["9999-12-31", "NULL"]')
    assert result.column("ends_at") == [None]


def test_money_is_exact(read: Reader) -> None:
    given = amounts(read, "0.1", "19.99", "123456789012345678.123456789", "-5", ".5", "7.0000000000000")
    expected = ["0.1", "19.99", "123456789012345678.123456789", "-5", "0.5", "7"]
    assert given.column("total") == [Decimal(value) for value in expected]


def test_decimal_comma_and_thousands_only_when_told(read: Reader) -> None:
    told = 'decimal = ","\nthousands = "."'
    assert amounts(read, "1.234,50", "7", mapping=told).column("total") == [Decimal("1234.5"), 7]
    assert amounts(read, "1234,50", mapping='decimal = ","').column("total") == [Decimal("1234.5")]
    [bad] = amounts(read, "1234,50").bad
    assert "decimal = ','" in bad["wanted"]
    [bad] = amounts(read, "1.234,50", mapping='decimal = ","').bad
    assert bad["problem"] == "total is not a number"


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("1.1234567891", "has more than 9 decimals"),
        ("12 EUR", "is not a number"),
        ("1e3", "is not a number"),
        ("NaN", "is not a number"),
        ("1_000", "is not a number"),
        ("9" * 40, "is not a number"),
    ],
)
def test_what_is_no_amount_is_rejected(read: Reader, value: str, problem: str) -> None:
    [bad] = amounts(read, value).bad
    assert bad["problem"] == f"total {problem}"
    assert bad["value"] == value


@pytest.mark.parametrize(("currency", "expected"), [("EUR", "12.5"), ("JPY", "1250"), ("kwd", "1.25")])
def test_minor_units_by_the_currency_of_the_row(read: Reader, currency: str, expected: str) -> None:
    given = amounts(read, "1250", mapping='money = "minor"', currency=currency)
    assert given.column("total") == [Decimal(expected)]


def test_exponents_are_those_of_iso_4217_not_those_of_display() -> None:
    assert [minor_exponent(code) for code in ("EUR", "JPY", "BHD", "CLF", "IRR")] == [2, 0, 3, 4, 2]
    assert get_currency_precision("IRR") == 0


def test_a_currency_must_exist(read: Reader) -> None:
    [bad] = amounts(read, "1", currency="EURO").bad
    assert bad["problem"] == "currency is not a currency"


def test_choices_in_any_case_and_the_nearest_for_a_typo(read: Reader) -> None:
    header = "invoice_id,account_id,issued_at,currency,total,status\n"
    result = read("invoices.csv", header + "1,a,2024-01-01,EUR,1,Paid\n2,a,2024-01-01,EUR,1,pade\n")
    assert result.column("status") == ["paid"]
    [bad] = result.bad
    assert bad["wanted"].startswith("did you mean paid?")
    assert 'values.status = { "pade" = "paid" }' in bad["wanted"]


def test_booleans(read: Reader) -> None:
    header = "account_id,created_at,is_internal\n"
    words = ["true", "FALSE", "yes", "No", "1", "0", "t", "F"]
    lines = "".join(f"{i},2024-01-01,{word}\n" for i, word in enumerate(words))
    assert read("accounts.csv", header + lines).column("is_internal") == [True, False] * 4
    [bad] = read("accounts.csv", header + "1,2024-01-01,maybe\n").bad
    assert bad["problem"] == "is_internal is neither true nor false"


def test_whole_numbers(read: Reader) -> None:
    header = "account_id,created_at,employees\n"
    result = read("accounts.csv", header + "1,2024-01-01,12.0\n2,2024-01-01,12.5\n")
    assert result.column("employees") == [12]
    assert [row["problem"] for row in result.bad] == ["employees is not a whole number"]


def test_json_must_be_json(read: Reader) -> None:
    header = "account_id|created_at|attributes\n"
    result = read("accounts.csv", header + '1|2024-01-01|"{""a"": 1}"\n2|2024-01-01|{a\n')
    assert result.column("attributes") == ['{"a": 1}']
    assert [row["problem"] for row in result.bad] == ["attributes is not JSON"]


def test_days(read: Reader) -> None:
    lines = "1,2024-01-31,EUR,USD,1.083500000001\n2,2024-01-31T10:00,EUR,USD,1\n"
    result = read("fx_rates.csv", "rate_id,day,base,quote,rate\n" + lines)
    assert result.column("day") == [date(2024, 1, 31)]
    assert result.column("rate") == [Decimal("1.083500000001")]
    assert [row["problem"] for row in result.bad] == ["day is not a day"]


def test_a_reject_tells_all(read: Reader) -> None:
    header = "invoice_id,Account,issued_at,currency,total,status\n"
    mapping = 'source = "billing"\ncolumns.account_id = "Account"'
    result = read("invoices.csv", header + "1,,soon,EUR,x,paid\n2,b,2024-01-01,EUR,1,paid\n", mapping)
    [bad] = result.bad
    assert (bad["file"], bad["row_number"], bad["source"], bad["table"], bad["state"]) == (
        "invoices.csv", 2, "billing", "invoices", "open"
    )  # fmt: skip
    assert bad["column"] == "account_id"
    assert bad["problem"] == (
        "account_id is empty, but required; issued_at is not a moment in time; total is not a number"
    )
    assert json.loads(bad["row"]) == {
        "invoice_id": "1",
        "Account": None,
        "issued_at": "soon",
        "currency": "EUR",
        "total": "x",
        "status": "paid",
    }
    assert result.column("row_number") == [3]


def test_defaults_fill_what_is_empty(read: Reader) -> None:
    header = (
        "phase_id,subscription_id,account_id,plan,start_at,status,currency,unit_amount,interval,quantity\n"
    )
    result = read("subscription_phases.csv", header + "p,s,a,pro,2024-01-01,active,EUR,5,month,\n")
    assert (result.good[0]["quantity"], result.good[0]["interval_count"]) == (1, 1)


def test_through_is_the_latest_instant_that_is_past(read: Reader) -> None:
    header = "phase_id,subscription_id,account_id,plan,start_at,end_at,status,currency,unit_amount,interval\n"
    line = "p,s,a,pro,2024-01-05,2024-12-15,active,EUR,5,month\n"
    late = line.replace("2024-01-05", "2024-06-01").replace("EUR", "?")
    result = read("subscription_phases.csv", header + line + late, now=datetime(2024, 7, 1))
    assert result.staged.through == datetime(2024, 1, 5)
