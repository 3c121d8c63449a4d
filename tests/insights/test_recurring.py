"""Recurring issues: by account and not by message, rising only beyond chance."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from holdfast.insights.recurring import Said, Theme, recurring
from tests.oracle.intervals import newcombe

AT = datetime(2025, 7, 1)
CUSTOMERS = [f"a{number:02}" for number in range(50)]


def said(theme: str, accounts: int, days_ago: int, each: int = 1) -> list[Said]:
    at = AT - timedelta(days=days_ago)
    return [
        Said(account, theme, f"tickets/{theme}{account}{days_ago}{turn}", at)
        for account in CUSTOMERS[:accounts]
        for turn in range(each)
    ]


def found(*some: list[Said]) -> dict[str, Theme]:
    rows = [each for several in some for each in several]
    return {each.name: each for each in recurring(rows, AT, CUSTOMERS, CUSTOMERS)}


def test_three_accounts_recur_and_ten_messages_of_one_do_not() -> None:
    told = found(said("slow", 3, 5), said("loud", 1, 5, each=10), said("two", 2, 30))
    assert {name: each.is_recurring for name, each in told.items()} == {
        "slow": True,
        "loud": False,
        "two": False,
    }
    assert (len(told["loud"].records), told["slow"].accounts) == (10, ("a00", "a01", "a02"))


def test_rising_is_beyond_chance() -> None:
    told = found(said("up", 14, 3), said("up", 3, 40), said("some", 6, 3), said("some", 3, 40))
    assert (told["up"].is_rising, told["some"].is_rising) == (True, False)
    assert told["up"].bounds == pytest.approx(newcombe(14, 50, 3, 50))
    assert told["up"].before == 3


def test_windows_are_half_open_and_without_customers_nothing_rises() -> None:
    assert found(said("edge", 3, 30))["edge"].is_recurring
    assert "edge" not in found(said("edge", 3, 31))
    (alone,) = recurring(said("x", 4, 1), AT, [], [])
    assert (alone.is_recurring, alone.is_rising, alone.change) == (True, False, None)
