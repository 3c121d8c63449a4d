"""Months to come: worked numbers, the estimators' own answers, simulated companies of known parameters."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import betaln

from holdfast.insights.worth import ShiftedBetaGeometric
from holdfast.insights.worth.held import Came, Card, TooFew, held_against
from holdfast.insights.worth.likelihood import Floats
from holdfast.insights.worth.remaining import NEEDED, Group, Learned, Spells, group_of, learn
from holdfast.insights.worth.renewing import Fitted, fitted
from holdfast.insights.worth.valued import Paying, valued

AT = datetime(2026, 1, 1)


def spells(lasted: Floats, ended: NDArray[np.bool_], term: int = 1, entered: Floats | None = None) -> Spells:
    many = len(lasted)
    return Spells(
        np.array([f"a{each}" for each in range(many)]),
        np.asarray(lasted, dtype=float),
        np.zeros(many) if entered is None else entered,
        ended,
        np.full(many, "pro"),
        np.full(many, term),
    )


def company(alpha: float, beta: float, many: int, dice: np.random.Generator) -> tuple[Floats, Floats]:
    """In which month each leaves, were it watched for ever, and how many months it is watched."""
    return dice.geometric(dice.beta(alpha, beta, many)).astype(float), dice.integers(1, 37, many).astype(
        float
    )


def seen(leaves: Floats, watched: Floats) -> Spells:
    return spells(np.where(leaves < watched, leaves, watched), leaves < watched)


def like(alpha: float, beta: float, term: int = 1) -> Learned:
    return Learned("pro", term, 100, 50, Fitted(np.full(3, alpha), np.full(3, beta)))


def test_the_month_that_an_account_is_in_is_not_behind_it() -> None:
    few = spells(np.array([0.2, 1.0, 1.01, 3.0, 12.0, 12.5]), np.zeros(6, dtype=bool), term=12)
    assert few.months.tolist() == [0, 0, 1, 2, 11, 12]
    assert few.renewed.tolist() == [0, 0, 0, 0, 0, 1]


def test_months_to_come_by_hand() -> None:
    """With alpha and beta 1 the share still there after t renewals is 1 / (1 + t)."""
    monthly, yearly = like(1, 1), like(1, 1, term=12)
    assert monthly.staying(0, 3)[0] == pytest.approx([1 / 2, 1 / 3, 1 / 4])
    assert monthly.expected(0, 3)[0] == pytest.approx(13 / 12)
    assert monthly.expected(2, 2)[0] == pytest.approx(3 / 4 + 3 / 5)
    assert yearly.expected(10, 3)[0] == pytest.approx(1 + 1 / 2 + 1 / 2)
    assert monthly.expected(0, 2, discount=0.1)[0] == pytest.approx(
        1.1 ** (-1 / 12) / 2 + 1.1 ** (-2 / 12) / 3
    )
    model = ShiftedBetaGeometric()._told(np.array([0.7, 5.0]))
    model.log_likelihood_ = 0.0
    assert like(0.7, 5.0).expected(4, 60)[0] == pytest.approx(model.expected_terms(4, 60)[0])


def test_worth_is_months_times_mrr_times_margin() -> None:
    of: dict[Group, Learned] = {("pro", 1): like(1, 1)}
    small, large = (
        Paying("a", None, Decimal(100), 0, "pro", 1),
        Paying("b", "B", Decimal(1000), 2, "pro", 1),
    )
    other = Paying("c", None, Decimal(9), 0, "pro", 12)
    accounts, total = valued([small, other, large], of, Decimal("0.8"), cap=2)
    assert [each.of.account_id for each in accounts] == ["b", "a"]
    assert float(accounts[0].value.value) == pytest.approx(1000 * 0.8 * (3 / 4 + 3 / 5))
    assert float(accounts[1].value.value) == pytest.approx(100 * 0.8 * (1 / 2 + 1 / 3))
    assert total.value == accounts[0].value.value + accounts[1].value.value
    assert float(total.low) == pytest.approx(float(total.value))
    assert valued([other], of, Decimal(1))[0] == ()


def test_many_counts_at_once_are_each_fitted_as_one() -> None:
    dice = np.random.default_rng(2)
    all_ends, all_stays = np.zeros((8, 40)), np.zeros((8, 40))
    for row in range(8):
        few = seen(*company(0.6 + row / 10, 4.0 + row, 300, dice))
        all_ends[row] = np.bincount(few.months[few.ended] + 1, minlength=40)
        all_stays[row] = np.bincount(few.months[~few.ended], minlength=40)
    found = fitted(np.arange(40.0), all_ends, all_stays)
    for row in range(8):
        lasted = np.concatenate([np.arange(40.0), np.arange(1, 40.0)])
        over = np.repeat([0.0, 1.0], [40, 39])
        weights = np.concatenate([all_stays[row], all_ends[row][1:]])
        one = ShiftedBetaGeometric().fit(lasted, over, weights)
        assert (found.alpha[row], found.beta[row]) == pytest.approx((one.alpha_, one.beta_), rel=1e-4)


def test_customers_who_are_all_alike_leave_at_one_rate() -> None:
    ends = np.array([[0.0, 100, 90, 81]])
    stays = np.array([[0.0, 0, 0, 729]])
    found = fitted(np.arange(4.0), ends, stays)
    assert found.is_constant
    assert found.alpha[0] / (found.alpha[0] + found.beta[0]) == pytest.approx(0.1, abs=1e-5)


def test_who_was_met_late_is_taken_given_that_it_had_stayed() -> None:
    dice = np.random.default_rng(5)
    leaves = dice.geometric(dice.beta(0.8, 6.0, 60_000)).astype(float)
    begun = dice.integers(0, 24, len(leaves)).astype(float)
    met = leaves > begun
    until = begun + 12
    over = leaves < until
    late = spells(np.where(over, leaves, until)[met], over[met], entered=np.where(met, begun, 0.0)[met])
    (model,) = [each for each in learn(late, draws=1).values() if each.plan is None]
    assert (model.alpha, model.beta) == pytest.approx((0.8, 6.0), rel=0.15)
    blind = learn(spells(late.lasted, late.ended), draws=1)[None, 1]
    assert abs(np.log(blind.beta / 6.0)) > 2 * abs(np.log(model.beta / 6.0))


def test_a_plan_has_its_own_where_enough_have_left() -> None:
    few = seen(*company(1.0, 8.0, 300, np.random.default_rng(1)))
    rare = np.where(np.arange(300) < 20, "rare", "pro")
    found = learn(Spells(few.account_id, few.lasted, few.entered, few.ended, rare, few.term), draws=5)
    assert set(found) == {(None, 1), ("pro", 1)}
    assert found[None, 1].ended == int(few.ended.sum()) >= found["pro", 1].ended >= NEEDED
    assert group_of(found, "rare", 1) is found[None, 1]
    assert group_of(found, "pro", 12) is None


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    alpha, beta, behind, cap = 0.9, 9.0, 6, 24
    ahead = np.arange(1, cap + 1)
    truth = np.exp(betaln(alpha, beta + behind + ahead) - betaln(alpha, beta + behind)).sum()
    within = 0
    for seed in range(60):
        few = seen(*company(alpha, beta, 400, np.random.default_rng(seed)))
        months = learn(few, draws=100)[None, 1].expected(behind, cap)[1:]
        low, high = np.percentile(months, [2.5, 97.5])
        within += bool(low <= truth <= high)
    assert 52 <= within <= 60


def back(leaves: Floats, watched: Floats, months: int = 12) -> Card | TooFew:
    """The card of a company as it was some months before it is watched no longer."""
    then = watched > months
    leaves, watched = leaves[then], watched[then] - months
    origin = seen(leaves, watched)
    stayed = leaves[:, None] >= watched[:, None] + np.arange(1, months + 1)
    mrr = np.full(len(leaves), 50.0)
    return held_against(origin, mrr, Came(stayed, np.where(stayed, 50.0, 0.0)), AT)


def test_what_was_expected_of_known_companies_is_what_came() -> None:
    within = 0
    for seed in range(20):
        card = back(*company(0.7, 5.0, 900, np.random.default_rng(seed)))
        assert isinstance(card, Card)
        assert card.is_worth_it
        assert card.last.revenue.came == pytest.approx(50 * card.accounts * card.last.share.came)
        assert sum(each.accounts for each in card.bands) == card.accounts
        within += card.last.share.is_within
    assert within >= 17


def test_worse_than_constant_churn_is_refused() -> None:
    """Who had stayed long leaves, who is new stays: the opposite of what was learned."""
    dice = np.random.default_rng(3)
    leaves, watched = company(0.4, 2.0, 900, dice)
    origin = seen(leaves, watched)
    stays = origin.months < np.median(origin.months[~origin.ended])
    stayed = np.repeat(stays[:, None], 12, axis=1)
    card = held_against(origin, np.ones(900), Came(stayed, stayed.astype(float)), AT)
    assert isinstance(card, Card)
    assert card.brier > card.baseline
    assert not card.is_worth_it


def test_too_few_are_said_to_be() -> None:
    leaves, watched = company(1.0, 9.0, 40, np.random.default_rng(0))
    assert back(leaves, watched) == TooFew(int((leaves < watched - 12)[watched > 12].sum()), NEEDED, "learn")
    few = seen(*company(1.0, 4.0, 300, np.random.default_rng(0)))
    nobody = np.zeros(300, dtype=bool)
    came = Came(np.ones((300, 12), dtype=bool), np.ones((300, 12)))
    assert held_against(few, np.ones(300), came, AT, nobody) == TooFew(0, NEEDED, "judge")
