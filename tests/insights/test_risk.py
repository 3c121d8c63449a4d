"""The classifier, the card and the back-test of leaving, against other libraries and plain definitions."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.discrete.discrete_model import MNLogit

from holdfast.errors import UsageError
from holdfast.insights.risk.backtest import Backtest, TooFew, _asked, backtest
from holdfast.insights.risk.card import _Ranked, auc, average_precision, brier, card
from holdfast.insights.risk.classifier import ChurnClassifier, Floats
from holdfast.insights.risk.features import Known
from holdfast.insights.risk.loss import RidgedLoss
from holdfast.insights.risk.outcomes import PAYMENT, VOLUNTARY, Endings, outcomes
from holdfast.insights.risk.shares import bounds_of
from holdfast.metrics.intervals import wilson

BEGIN = datetime(2024, 1, 1)
MONTHS = [BEGIN + timedelta(days=30 * n) for n in range(14)]
UNTIL = MONTHS[-1] + timedelta(days=30)
NAMES = ("signal", "tenure", "unseen_days", "health")


def drawn(rows: int, seed: int = 0) -> tuple[Floats, np.ndarray]:
    """Features, some unknown, and three kinds of outcome that hang on them."""
    dice = np.random.default_rng(seed)
    features = dice.normal(3.0, 2.0, (rows, 3))
    scores = np.column_stack([np.zeros(rows), features[:, 0] - 5, -features[:, 1] + 1])
    chances = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    kinds = np.array([dice.choice(3, p=each) for each in chances])
    return features, kinds


def test_without_a_ridge_it_is_the_multinomial_logit_of_statsmodels() -> None:
    features, kinds = drawn(800)
    model = ChurnClassifier(ridge=0.0).fit(features, kinds)
    standard = (features - features.mean(axis=0)) / features.std(axis=0)
    authority = MNLogit(kinds, np.column_stack([np.ones(800), standard])).fit(disp=0)
    assert model.log_likelihood_ == pytest.approx(authority.llf, abs=1e-4)
    assert model.intercepts_ == pytest.approx(authority.params[0], abs=2e-3)
    assert model.coefficients_ == pytest.approx(authority.params[1:].T, abs=2e-3)


def test_slope_and_curvature_are_those_of_the_loss() -> None:
    features, kinds = drawn(60)
    loss = RidgedLoss(features, kinds, 2.0, 2)
    at = np.random.default_rng(2).normal(size=8) / 5
    _, slope = loss.with_slope(at)
    for place, step in enumerate(np.eye(8) * 1e-6):
        (above, steep), (below, gentle) = loss.with_slope(at + step), loss.with_slope(at - step)
        assert slope[place] == pytest.approx((above - below) / 2e-6, rel=1e-5, abs=1e-5)
        assert loss.curvature(at)[place] == pytest.approx((steep - gentle) / 2e-6, rel=1e-5, abs=1e-4)


def test_the_curvature_of_some_rows_leads_to_the_same_place(monkeypatch: pytest.MonkeyPatch) -> None:
    features, kinds = drawn(900)
    whole = ChurnClassifier().fit(features, kinds)
    monkeypatch.setattr("holdfast.insights.risk.loss.CURVED", 200)
    monkeypatch.setattr("holdfast.insights.risk.loss.PIECE", 64)
    some = ChurnClassifier().fit(features, kinds)
    assert some.log_likelihood_ == pytest.approx(whole.log_likelihood_, abs=1e-3)
    assert some.coefficients_ == pytest.approx(whole.coefficients_, abs=1e-4)


def test_a_ridge_draws_coefficients_to_nothing() -> None:
    features, kinds = drawn(300)
    loose, tight = (ChurnClassifier(ridge).fit(features, kinds) for ridge in (1.0, 1_000.0))
    assert np.abs(tight.coefficients_).sum() < np.abs(loose.coefficients_).sum() / 4


def test_contributions_add_up_to_the_log_odds_over_those_of_the_mean_account() -> None:
    features, kinds = drawn(300)
    features[::7, 2] = np.nan
    kinds = (kinds > 0).astype(int)
    model = ChurnClassifier().fit(features, kinds)
    chances = model.probabilities(features)
    odds = np.log(chances[:, 1] / chances[:, 0])
    assert model.contributions(features).sum(axis=1) == pytest.approx(odds - model.intercepts_[0])


def test_what_tells_nothing_apart_is_refused() -> None:
    with pytest.raises(UsageError, match="same outcome"):
        ChurnClassifier().fit([[1.0], [2.0]], [0, 0])
    with pytest.raises(UsageError, match="row per account"):
        ChurnClassifier().fit([[1.0], [2.0]], [0])


ROW = st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0]), st.booleans())
TELLING = st.lists(ROW, min_size=2, max_size=14)


@settings(max_examples=80)
@given(TELLING)
def test_measures_are_their_definitions(rows: list[tuple[float, bool]]) -> None:
    chances, left = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    assert brier(chances, left) == pytest.approx(sum((c - y) ** 2 for c, y in rows) / len(rows))
    ones, zeros = chances[left], chances[~left]
    if len(ones) and len(zeros):
        pairs = [1.0 if a > b else 0.5 if a == b else 0.0 for a, b in product(ones, zeros)]
        assert auc(chances, left) == pytest.approx(sum(pairs) / len(pairs))
    if len(ones):
        plain, before = 0.0, 0.0
        for cut in sorted(set(chances), reverse=True):
            recall = (ones >= cut).mean()
            plain += (recall - before) * (ones >= cut).sum() / (chances >= cut).sum()
            before = recall
        assert average_precision(chances, left) == pytest.approx(plain)


@settings(max_examples=80)
@given(st.lists(st.tuples(ROW, st.integers(0, 3)), min_size=2, max_size=14))
def test_a_row_counted_twice_is_two_rows(rows: list[tuple[tuple[float, bool], int]]) -> None:
    chances, left, times = (
        np.array(each) for each in zip(*((*row, many) for row, many in rows), strict=True)
    )
    if not times.sum():
        return
    again = _Ranked(np.repeat(chances, times), np.repeat(left, times)).measures(np.ones(times.sum()))
    counted = _Ranked(chances, left).measures(times.astype(float))
    assert counted == pytest.approx(again, nan_ok=True)


def test_intervals_draw_accounts_not_rows() -> None:
    dice = np.random.default_rng(5)
    chances, left = dice.random(200), dice.random(200) < 0.3
    alone = card(chances, left, np.arange(200).astype(str)).brier
    ten_each = card(np.tile(chances, 10), np.tile(left, 10), np.tile(np.arange(200).astype(str), 10)).brier
    assert ten_each.value == pytest.approx(alone.value)
    assert ten_each.high - ten_each.low == pytest.approx(alone.high - alone.low, rel=0.15)


def history(tell: float, seed: int = 1, accounts: int = 260) -> tuple[Known, Endings]:
    """Accounts by month until each leaves; `tell` is how much a feature says of the month's hazard."""
    dice = np.random.default_rng(seed)
    rows: list[tuple[str, datetime, list[float]]] = []
    ends: Endings = {}
    for number in range(accounts):
        for at in MONTHS:
            signal = float(dice.normal())
            rows.append(
                (f"a{number}", at, [signal, float((at - BEGIN).days), float(dice.integers(30)), 50.0])
            )
            if dice.random() < 1 / (1 + np.exp(3.2 - tell * signal)):
                kind = PAYMENT if dice.random() < 0.3 else VOLUNTARY
                ends[f"a{number}"] = [(at + timedelta(days=float(dice.uniform(1, 29))), kind)]
                break
    accounts_of, bounds, values = zip(*sorted(rows, key=lambda row: (row[1], row[0])), strict=True)
    return Known(
        np.array(accounts_of), np.array(bounds, dtype="datetime64[us]"), NAMES, np.array(values)
    ), ends


def test_what_tells_something_is_worth_it_and_knows_how_it_did() -> None:
    rows, ends = history(tell=2.5)
    found = backtest(rows, ends, 30, UNTIL)
    assert isinstance(found, Backtest)
    assert found.is_worth_it
    model = found.cards["model"]
    assert model.auc.low > 0.6
    assert model.left == found.voluntary + found.payment
    assert 0 < found.payment < found.voluntary
    assert sum(group.left for group in model.groups) == model.left
    (amber,) = found.bands.values()
    assert list(found.bands) == ["amber"]
    assert (amber.rows, amber.left) == (model.rows, model.left)
    assert found.lead is not None
    assert found.lead > 0


def test_a_share_knows_which_rows_are_of_one_account() -> None:
    dice = np.random.default_rng(3)
    left, each = dice.random(400) < 0.3, np.array([f"a{number}" for number in range(400)])
    gone = int(left.sum())
    assert bounds_of(left, each) == pytest.approx(wilson(gone, 400), abs=1e-3)
    thrice = bounds_of(np.repeat(left, 3), np.repeat(each, 3))
    assert thrice == pytest.approx(wilson(gone, 400), abs=1e-3), "told three times is not known better"
    assert bounds_of(np.zeros(9, bool), np.repeat(each[:3], 3)) == wilson(0, 3)
    assert bounds_of(np.ones(9, bool), np.repeat(each[:1], 9)) == wilson(1, 1)


@pytest.mark.parametrize("months", [1, 6])
def test_intervals_of_shares_hold_the_truth_where_rows_hang_together(months: int) -> None:
    """Whether an account leaves hangs on the account alone, and each is seen several times."""
    dice, held = np.random.default_rng(months), 0
    for _ in range(400):
        left = np.repeat(dice.random(80) < 0.2, months)
        low, high = bounds_of(left, np.repeat(np.arange(80).astype(str), months))
        held += low <= 0.2 <= high
    assert 0.92 <= held / 400 <= 0.98


def test_what_tells_nothing_is_refused() -> None:
    worth = []
    for seed in range(4):
        found = backtest(*history(tell=0.0, seed=seed), 30, UNTIL)
        assert isinstance(found, Backtest)
        worth.append(found.is_worth_it)
    assert sum(worth) <= 1


def test_few_who_left_are_not_enough_evidence() -> None:
    rows, ends = history(tell=1.0, accounts=12)
    found = backtest(rows, ends, 30, UNTIL)
    assert isinstance(found, TooFew)
    assert found.left < found.needed


def test_chances_given_at_an_origin_hang_on_nothing_later() -> None:
    rows, ends = history(tell=2.0)
    kinds, _ = outcomes(rows, ends, 30)
    origin = MONTHS[8]
    later = rows.bound > np.datetime64(origin - timedelta(days=30))
    others = np.where(later, 1 - np.minimum(kinds, 1), kinds)
    told, again = (_asked(rows, each, origin, 30, NAMES[:3]) for each in (kinds, others))
    assert (told == again).all()
    assert len(told) == (rows.bound == np.datetime64(origin)).sum() > 0


def test_an_end_counts_within_the_days_and_not_at_their_end() -> None:
    bound = np.array([BEGIN, BEGIN, BEGIN], dtype="datetime64[us]")
    rows = Known(np.array(["in", "at", "never"]), bound, (), np.empty((3, 0)))
    ends = {"in": [(BEGIN + timedelta(days=29.5), PAYMENT)], "at": [(BEGIN + timedelta(days=30), VOLUNTARY)]}
    kinds, after = outcomes(rows, ends, 30)
    assert kinds.tolist() == [PAYMENT, 0, 0]
    assert after[0] == 29.5
    assert np.isnan(after[1:]).all()
