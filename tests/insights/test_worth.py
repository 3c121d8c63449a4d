"""The estimators' derivatives, extremes and refusals, each against something written otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import approx_fprime
from scipy.special import hyp2f1

from holdfast.errors import UsageError
from holdfast.insights.worth import (
    BetaGeoNBD,
    GammaGamma,
    KaplanMeier,
    ParetoNBD,
    ShiftedBetaGeometric,
    beta_geo_nbd,
    gamma_gamma,
    pareto_nbd,
    shifted_beta_geometric,
)
from holdfast.insights.worth.likelihood import Floats, Likely, Valued
from holdfast.insights.worth.purchases import purchases

X, T_X, T = [0, 0, 1, 2, 2, 7, 300], [0, 0, 4.0, 9.5, 9.5, 3.25, 19.0], [12.0, 30, 12, 10, 10, 30, 20]


def with_parameters(model: Likely, *values: float) -> Any:
    model._told(np.array(values))
    model.log_likelihood_ = 0.0
    return model


SEEN = purchases(X, T_X, T)
LIKELIHOODS: dict[str, tuple[Callable[[Floats], Valued], list[float]]] = {
    "bg_nbd": (lambda values: beta_geo_nbd._likelihood(values, SEEN), [0.4, 5.0, 0.8, 2.4]),
    "pareto_nbd": (lambda values: pareto_nbd._likelihood(values, SEEN), [0.6, 5.0, 0.7, 9.0]),
    "pareto_nbd, beta the less": (lambda values: pareto_nbd._likelihood(values, SEEN), [0.6, 9.0, 1.7, 4.0]),
    "gamma_gamma": (
        lambda values: gamma_gamma._likelihood(values, np.array([1.0, 4, 9]), np.array([20.0, 31, 7])),
        [6.0, 3.0, 15.0],
    ),
    "shifted_beta_geometric": (
        lambda values: shifted_beta_geometric._likelihood(
            values, np.array([0.0, 1, 2, 5]), np.array([0.0, 9, 4, 1]), np.array([3.0, 0, 2, 30])
        ),
        [0.7, 3.8],
    ),
}


@pytest.mark.parametrize("name", LIKELIHOODS)
def test_derivatives_are_those_of_the_likelihood(name: str) -> None:
    likelihood, values = LIKELIHOODS[name]
    at = np.array(values)
    numerical = approx_fprime(at, lambda each: likelihood(each)[0], 1e-7)
    assert likelihood(at)[1] == pytest.approx(numerical, rel=1e-5, abs=1e-5)


def test_equal_rows_count_each() -> None:
    twice = purchases([2, 2, 1], [3, 3, 1], [9, 9, 9])
    once = purchases([2, 1], [3, 1], [9, 9])
    at = np.array([0.5, 4.0, 0.8, 2.0])
    whole, each = beta_geo_nbd._likelihood(at, twice)[0], beta_geo_nbd._likelihood(at, once)[0]
    (alone,) = [beta_geo_nbd._likelihood(at, purchases([2], [3], [9]))[0]]
    assert whole == pytest.approx(each + alone)


@pytest.mark.parametrize(("alpha", "beta"), [(5.0, 9.0), (9.0, 5.0), (7.0, 7.0)])
@pytest.mark.parametrize("row", range(6))
def test_the_integral_of_pareto_nbd_is_the_papers(alpha: float, beta: float, row: int) -> None:
    r, s, x, t_x, until = 0.6, 0.7, X[row], T_X[row], T[row]
    plain, _ = quad(lambda y: s * (alpha + y) ** -(r + x) * (beta + y) ** -(s + 1), t_x, until, epsrel=1e-11)
    found, _ = pareto_nbd._gone(
        np.array([r, alpha, s, beta]), *(np.array([float(each)]) for each in (x, t_x, until))
    )
    assert found[0] == pytest.approx(np.log(plain), abs=1e-10)


def test_bg_nbd_expects_what_the_papers_formula_says() -> None:
    r, alpha, a, b = 0.4, 5.0, 0.8, 2.4
    model = with_parameters(BetaGeoNBD(), r, alpha, a, b)
    for x, t_x, until in list(zip(X, T_X, T, strict=True))[:6]:
        z = 13 / (alpha + until + 13)
        inner = 1 - ((alpha + until) / (alpha + until + 13)) ** (r + x) * hyp2f1(
            r + x, b + x, a + b + x - 1, z
        )
        gone = a / (b + x - 1) * ((alpha + until) / (alpha + t_x)) ** (r + x) if x else 0
        plain = (a + b + x - 1) / (a - 1) * inner / (1 + gone)
        assert model.expected_purchases(13, [x], [t_x], [until])[0] == pytest.approx(plain, rel=1e-8)


@pytest.mark.parametrize(
    "model",
    [with_parameters(BetaGeoNBD(), 0.4, 5.0, 0.8, 2.4), with_parameters(ParetoNBD(), 0.4, 5.0, 0.8, 9.0)],
)
def test_a_customer_of_a_thousand_purchases_has_an_expectation(model: BetaGeoNBD | ParetoNBD) -> None:
    often = model.expected_purchases(10, [1_000], [99.9], [100.0])[0]
    assert 50 < often < 100
    assert model.probability_alive([1_000], [50.0], [100.0])[0] < 1e-9


def test_expectations_are_those_of_customers_drawn_by_the_model() -> None:
    dice = np.random.default_rng(3)
    rate, gone = dice.gamma(2.0, 1 / 4.0, 60_000), dice.exponential(1 / dice.gamma(1.5, 1 / 20.0, 60_000))
    bought = dice.poisson(rate * np.minimum(gone, 10.0))
    none = bought == 0
    later = dice.poisson(rate * np.clip(gone - 10.0, 0, 5.0))
    model = with_parameters(ParetoNBD(), 2.0, 4.0, 1.5, 20.0)
    assert model.probability_alive([0], [0], [10])[0] == pytest.approx((gone[none] > 10).mean(), abs=0.02)
    assert model.expected_purchases(5, [0], [0], [10])[0] == pytest.approx(later[none].mean(), rel=0.05)


def test_terms_expected_are_the_sum_of_survival() -> None:
    model = with_parameters(ShiftedBetaGeometric(), 0.668, 3.806)
    survival = model.survival(np.arange(0, 30))
    plain = sum(survival[3 + k] / survival[3] / 1.1**k for k in range(1, 21))
    assert model.expected_terms([3], 20, discount=0.1)[0] == pytest.approx(plain)
    assert model.retention([1])[0] == pytest.approx(survival[1])


def test_parameters_that_made_the_customers_are_found_again() -> None:
    dice = np.random.default_rng(7)
    leaves = dice.beta(0.9, 3.0, 20_000)
    lasted = np.minimum(dice.geometric(leaves), 12)
    ended = lasted < 12
    model = ShiftedBetaGeometric().fit(np.where(ended, lasted, 11), ended)
    low, high = model.interval(lambda each: np.array([each.alpha_, each.beta_]))
    assert (low < [0.9, 3.0]).all()
    assert (high > [0.9, 3.0]).all()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda: BetaGeoNBD().fit([1], [9.0], [5.0]), "recency cannot be 9"),
        (lambda: BetaGeoNBD().fit([1.5], [1.0], [5.0]), "whole number of repeat"),
        (lambda: ParetoNBD().fit([0], [1.0], [5.0]), "0 where there was no repeat"),
        (lambda: BetaGeoNBD().fit([1, 2], [1.0], [5.0]), "a row per customer"),
        (lambda: BetaGeoNBD().fit([np.nan], [1.0], [5.0]), "finite number"),
        (lambda: BetaGeoNBD().fit(["x"], [1.0], [5.0]), "no column of numbers"),
        (lambda: GammaGamma().fit([0, 1], [3.0, 4.0]), "keep to customers with a repeat"),
        (lambda: ShiftedBetaGeometric().fit([1, 2], [0, 0]), "Nobody has left"),
        (lambda: ShiftedBetaGeometric().fit_curve([10, 11]), "no more than the term before"),
        (lambda: ShiftedBetaGeometric().fit([1] * 50, [1] * 50), "no end"),
        (lambda: KaplanMeier().survival([1]), "learned nothing"),
        (lambda: BetaGeoNBD().fitted, "learned nothing"),
    ],
)
def test_what_cannot_be_is_refused_by_name(wrong: Callable[[], Any], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        wrong()


def test_gamma_means_of_few_are_drawn_to_that_of_all() -> None:
    model = with_parameters(GammaGamma(), 6.25, 3.74, 15.44)
    assert model.expected_value([0], [0])[0] == pytest.approx(model.mean_)
    assert model.mean_ < model.expected_value([1], [100.0])[0] < model.expected_value([9], [100.0])[0] < 100
