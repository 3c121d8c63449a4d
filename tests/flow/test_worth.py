"""What customers are still worth: a company of known stays, its tenures counted again by plain Python."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console, RenderableType

import holdfast
from holdfast.errors import UsageError
from holdfast.flow import Workspace
from holdfast.flow.judging.worth import Worths
from holdfast.insights.worth import ShiftedBetaGeometric
from holdfast.insights.worth.held import Card, TooFew
from holdfast.insights.worth.remaining import NEEDED
from holdfast.periods.days import month_after
from holdfast.report import worth as report
from holdfast.report.look import Look
from holdfast.words import LANGUAGES, say
from holdfast.words.amounts import bare, number, percent

END = datetime(2026, 1, 1)
PHASE = "phase_id subscription_id account_id plan start_at end_at status currency unit_amount interval"


@dataclass(frozen=True)
class Stay:
    """A stretch of paying: month and length in months; `length` 0 is one that has not ended."""

    account: str
    plan: str
    interval: str
    first: datetime
    length: int
    price: int

    @property
    def end(self) -> datetime | None:
        return later(self.first, self.length) if self.length else None


def text(shown: RenderableType, width: int) -> str:
    console = Console(width=width, file=io.StringIO())
    with console.capture() as captured:
        console.print(shown)
    return re.sub("[\u2066-\u2069]", "", captured.get())


def later(at: datetime, months: int) -> datetime:
    return datetime.combine(month_after(at.date(), months), at.time())


def made_up() -> list[Stay]:
    """Who pays monthly by `pro`, a few by `rare`, some by the year; and one that came back."""
    dice, found = np.random.default_rng(9), list[Stay]()
    for place in range(480):
        yearly, rare = place % 3 == 2, place % 20 == 0
        ago = int(dice.integers(1, 73 if yearly else 37))
        term = 12 if yearly else 1
        leaves = int(dice.geometric(dice.beta(3, 4) if yearly else dice.beta(0.9, 9))) * term
        plan = "year" if yearly else "rare" if rare else "pro"
        price = int(dice.integers(1, 9)) * (1200 if yearly else 100)
        interval = "year" if yearly else "month"
        length = leaves if leaves < ago else 0
        found.append(Stay(f"a{place}", plan, interval, later(END, -ago), length, price))
    back = next(
        each for each in found if each.plan == "pro" and 0 < each.length < 6 and each.first < later(END, -12)
    )
    found.append(Stay(back.account, "pro", "month", later(END, -2), 0, 700))
    return found


STAYS = made_up()


def imported(space: Workspace, folder: Path, stays: list[Stay], name: str) -> None:
    folder.mkdir(exist_ok=True)
    accounts = {each.account: each for each in stays}
    tables: dict[str, tuple[str, list[list[object]]]] = {
        "accounts": (
            "account_id created_at is_internal country",
            [
                [who, f"{each.first}Z", "true" if who == "ours" else "", "DE" if who[-1] in "01234" else "FR"]
                for who, each in accounts.items()
            ],
        ),
        "subscription_phases": (
            PHASE,
            [
                [f"{name}{row}", f"{name}{row}", each.account, each.plan, f"{each.first}Z",
                 f"{each.end}Z" if each.end else "", "active", "USD", each.price, each.interval]
                for row, each in enumerate(stays)
            ],
        ),
    }  # fmt: skip
    for table, (columns, rows) in tables.items():
        with (folder / f"{table}.csv").open("w", newline="") as opened:
            csv.writer(opened).writerows([columns.split(), *rows])
    space.import_folder(folder, through=END)


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("worth")
    with holdfast.create(folder / "space", currency="USD") as made:
        imported(made, folder / "first", [*STAYS, Stay("ours", "pro", "month", later(END, -9), 0, 900)], "p")
        yield made


@pytest.fixture(scope="module")
def told(space: Workspace) -> Worths:
    return space.worth()


def counted(plan: str | None, term: int, at: datetime = END) -> tuple[list[int], list[bool]]:
    """By plain Python: the renewal at which each stay of a kind ended, or how often it has renewed."""
    lasted, ended = list[int](), list[bool]()
    for each in STAYS:
        if each.first >= at or (each.interval == "year") != (term == 12) or plan not in {None, each.plan}:
            continue
        over = each.end is not None and each.end < at
        until = each.end if over and each.end else at
        months = (until.year - each.first.year) * 12 + until.month - each.first.month
        lasted.append(-(-months // term) if over else (months - 1) // term)
        ended.append(over)
    return lasted, ended


def test_what_is_learned_is_that_of_tenures_counted_again(told: Worths) -> None:
    assert {(each.plan, each.term) for each in told.learned} == {
        (None, 1),
        ("pro", 1),
        (None, 12),
        ("year", 12),
    }
    for each in told.learned:
        lasted, ended = counted(each.plan, each.term)
        assert (each.spells, each.ended) == (len(lasted), sum(ended))
        again = ShiftedBetaGeometric().fit(lasted, ended)
        assert (each.alpha, each.beta) == pytest.approx((again.alpha_, again.beta_), rel=1e-3)


def test_each_worth_is_months_times_mrr_and_all_add_up(told: Worths) -> None:
    assert told.is_shown
    paying = {each.account: each for each in STAYS if not each.length}
    assert {each.of.account_id for each in told.accounts} == set(paying)
    assert told.of == "revenue"
    for each in told.accounts:
        mine = paying[each.of.account_id]
        assert each.of.mrr == Decimal(mine.price) / (12 if mine.interval == "year" else 1)
        assert each.value.value == each.of.mrr * Decimal(str(each.expected))
        assert each.low <= each.expected <= each.high <= 60
        assert each.learned.plan == (None if mine.plan == "rare" else mine.plan)
        if each.of.term == 1:
            model = ShiftedBetaGeometric()._told(np.array([each.learned.alpha, each.learned.beta]))
            model.log_likelihood_ = 0.0
            (months,) = model.expected_terms(each.of.months, 60)
            assert each.expected == pytest.approx(months)
    worths = [each.value.value for each in told.accounts]
    assert worths == sorted(worths, reverse=True)
    assert sum(worths) == told.total.value
    assert told.total.low < told.total.value < told.total.high


def test_the_card_is_of_who_paid_a_year_ago(told: Worths) -> None:
    card, origin = told.card, later(END, -12)
    assert isinstance(card, Card)
    then = [each for each in STAYS if each.first < origin and (each.end is None or each.end >= origin)]
    assert (card.origin, card.accounts) == (origin, len(then))
    assert card.ended == sum(counted(None, 1, origin)[1]) + sum(counted(None, 12, origin)[1])
    for since in card.since:
        at = later(origin, since.months)
        still = [each for each in then if each.end is None or each.end >= at]
        assert since.share.came == pytest.approx(len(still) / len(then))
        paid = sum(
            each.price / (12 if each.interval == "year" else 1)
            for each in still
            if each.end is None or each.end >= at
        )
        assert since.revenue.came == pytest.approx(paid)


def test_a_segment_is_valued_by_what_everybody_taught(space: Workspace, told: Worths) -> None:
    found = space.worth(segment="country = DE")
    whole = {each.of.account_id: each for each in told.accounts}
    assert 0 < len(found.accounts) < len(whole)
    assert all(whole[each.of.account_id] == each for each in found.accounts)
    assert isinstance(found.card, Card)
    assert isinstance(told.card, Card)
    assert found.card.accounts < told.card.accounts
    assert found.card.ended == told.card.ended
    few = space.worth(segment="plan = rare")
    assert isinstance(few.card, TooFew)
    assert not few.is_shown
    assert few.accounts == ()


def test_months_margin_and_discount_are_as_asked(space: Workspace, told: Worths) -> None:
    short = space.worth(months=1)
    yearly = [each.expected for each in short.accounts if each.of.term == 12 and (each.of.months + 1) % 12]
    assert yearly
    assert set(yearly) == {1.0}
    less = space.worth(discount=0.2)
    assert less.total.value < told.total.value
    known = space.recorded_until
    space.set("gross_margin", "0.5")
    half = space.worth()
    assert (half.of, half.margin) == ("margin", Decimal("0.5"))
    assert half.total.value == told.total.value / 2
    assert space.worth(known_at=known).total == told.total
    with pytest.raises(UsageError, match="at least one month"):
        space.worth(months=0)
    space.set("gross_margin", "")


def test_what_was_not_known_is_not_counted(space: Workspace, told: Worths, tmp_path: Path) -> None:
    known = space.recorded_until
    assert known is not None
    new = Stay("later", "pro", "month", later(END, -5), 0, 100)
    imported(space, tmp_path / "second", [new], "q")
    assert "later" in {each.of.account_id for each in space.worth().accounts}
    assert space.worth(known_at=known + timedelta(microseconds=1)).accounts == told.accounts


@pytest.mark.parametrize("language", LANGUAGES)
def test_list_account_and_card_say_it_all(told: Worths, language: str) -> None:
    look = Look(width=160, language=language)
    first = told.accounts[0]
    shown = text(report.worths_shown(told, look, 5), 160)
    assert shown.count(bare(first.of.mrr, "USD", language)) >= 1
    assert bare(told.total.value, "USD", language) in shown
    alone = text(report.worth_of_account(told, first, look), 160)
    parts = dict(report.why_rows(told, first, language))
    assert parts[say("worth.row.behind", language)] == number(first.of.months, language)
    assert parts[say("worth.row.parameters", language)] == say(
        "worth.parameters",
        language,
        alpha=number(first.learned.alpha, language, decimals=3),
        beta=number(first.learned.beta, language, decimals=3),
    )
    assert all(what in alone for what in parts)
    card = told.card
    assert isinstance(card, Card)
    whole = text(report.card_shown(told, look), 160)
    assert percent(card.last.share.came, language) in whole
    assert say("worth.band.second", language) in whole


def test_rows_have_every_column_in_its_order(told: Worths) -> None:
    assert all(tuple(row) == report.COLUMNS for row in report.worths_as_rows(told))
    assert len(report.worths_as_rows(told, told.accounts[3].of.account_id)) == 1
    rows = report.card_as_rows(told)
    assert all(tuple(row) == report.CARD for row in rows)
    assert [row["months"] for row in rows if row["behind"] is None] == list(range(1, 13))


def test_where_too_few_had_left_a_year_ago_half_a_year_is_looked_back(tmp_path: Path) -> None:
    """Forty of eighty that began ten months ago left within the first three."""
    begun = later(END, -10)
    few = [
        Stay(f"y{each}", "pro", "month", begun, each % 3 + 1 if each < 40 else 0, 50) for each in range(80)
    ]
    with holdfast.create(tmp_path / "younger", currency="USD") as young:
        imported(young, tmp_path / "files", few, "p")
        card = young.worth().card
    assert isinstance(card, Card)
    assert (card.origin, card.accounts, card.ended) == (later(END, -6), 40, 40)
    assert card.last.months == 6
    assert card.last.share.came == 1


def test_a_young_company_is_told_nothing(tmp_path: Path) -> None:
    with holdfast.create(tmp_path / "young", currency="USD") as young:
        imported(young, tmp_path / "files", STAYS[:20], "p")
        found = young.worth()
    assert isinstance(found.card, TooFew)
    assert found.card.of == "learn"
    assert found.total.value == 0


def test_a_company_of_two_months_has_no_past_to_be_held_against(tmp_path: Path) -> None:
    with holdfast.create(tmp_path / "new", currency="USD") as new:
        imported(new, tmp_path / "files", [Stay("one", "pro", "month", later(END, -2), 0, 100)], "p")
        assert new.worth().card == TooFew(0, NEEDED, "learn")
