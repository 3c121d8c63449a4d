"""The estimators against the parameters that the papers published, on the papers' own data."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test

from holdfast.insights.worth import (
    BetaGeoNBD,
    GammaGamma,
    KaplanMeier,
    ParetoNBD,
    ShiftedBetaGeometric,
    lifetime_value,
)
from holdfast.insights.worth.likelihood import Floats
from holdfast.metrics.kaplan_meier import Curve, curve
from holdfast.metrics.log_rank import log_rank

CALIBRATED = date(1997, 9, 30)


@pytest.fixture(scope="module")
def cdnow(data: Path) -> tuple[Floats, Floats, Floats]:
    """frequency, recency and T of 2,357 customers, in weeks."""
    with (data / "cdnow" / "cdnow_customers_summary.csv").open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    x, t_x, T = (np.array([float(row[name]) for row in rows]) for name in ("frequency", "recency", "T"))
    return x, t_x, T


@pytest.fixture(scope="module")
def spent(data: Path) -> dict[str, list[tuple[date, float]]]:
    """The purchases of each customer of the sample, one a day, with what was paid."""
    days: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    for line in (data / "cdnow" / "CDNOW_sample.txt").read_text().splitlines():
        _, who, day, _, paid = line.split()
        days[who][date(int(day[:4]), int(day[4:6]), int(day[6:]))] += float(paid)
    return {who: sorted(each.items()) for who, each in days.items()}


def test_fader_hardie_lee_2005_bg_nbd(cdnow: tuple[Floats, Floats, Floats]) -> None:
    model = BetaGeoNBD().fit(*cdnow)
    assert model.fitted == pytest.approx((0.2426, 4.4136, 0.7929, 2.4259), abs=2e-4)
    assert model.log_likelihood_ == pytest.approx(-9582.43, abs=0.01)


def test_fader_hardie_2013_customer_1516(cdnow: tuple[Floats, Floats, Floats]) -> None:
    model = BetaGeoNBD().fit(*cdnow)
    assert model.expected_purchases(52, [26], [30.857], [31])[0] == pytest.approx(25.757, abs=1e-3)
    assert model.probability_alive([26], [30.857], [31])[0] == pytest.approx(0.96885, abs=1e-5)


def test_schmittlein_morrison_colombo_1987_pareto_nbd_on_cdnow(cdnow: tuple[Floats, Floats, Floats]) -> None:
    """Fader, Hardie & Lee 2005, table 2."""
    model = ParetoNBD().fit(*cdnow)
    assert model.fitted == pytest.approx((0.553, 10.578, 0.606, 11.669), abs=2e-3)
    assert model.log_likelihood_ == pytest.approx(-9594.98, abs=0.01)


def test_fader_hardie_2013_gamma_gamma(spent: dict[str, list[tuple[date, float]]]) -> None:
    repeats = [[paid for day, paid in each[1:] if day <= CALIBRATED] for each in spent.values()]
    repeats = [each for each in repeats if each]
    assert len(repeats) == 946
    model = GammaGamma().fit([len(each) for each in repeats], [np.mean(each) for each in repeats])
    assert model.fitted == pytest.approx((6.25, 3.74, 15.44), abs=0.01)


def test_fader_hardie_2007_shifted_beta_geometric(data: Path) -> None:
    with (data / "sbg" / "high_end.csv").open(newline="") as opened:
        alive = [float(row["high_end"]) for row in csv.DictReader(opened)]
    model = ShiftedBetaGeometric().fit_curve(alive[:8])
    assert model.fitted == pytest.approx((0.668, 3.806), abs=5e-4)
    assert model.survival(range(8, 13)) == pytest.approx([0.460, 0.436, 0.414, 0.395, 0.378], abs=5e-4)


def test_what_cdnow_bought_after_the_calibration(
    cdnow: tuple[Floats, Floats, Floats], spent: dict[str, list[tuple[date, float]]]
) -> None:
    """The paper's back-test, 39 weeks later, by how often customers had come before: a little too few."""
    after = np.array([sum(day > CALIBRATED for day, _ in each) for each in spent.values()])
    expected = BetaGeoNBD().fit(*cdnow).expected_purchases(39, *cdnow)
    assert expected.sum() == pytest.approx(after.sum(), rel=0.13)
    for times in range(7):
        those = cdnow[0] == times
        assert expected[those].mean() == pytest.approx(after[those].mean(), abs=0.4)
        assert expected[those].mean() < after[those].mean()


def test_a_week_is_a_week_in_lifetime_value(cdnow: tuple[Floats, Floats, Floats]) -> None:
    buying, (x, t_x, T) = BetaGeoNBD().fit(*cdnow), cdnow
    spending = GammaGamma()._told(np.array([6.25, 3.74, 15.44]))
    spending.log_likelihood_ = 0.0
    once = lifetime_value(buying, spending, x, t_x, T, np.full_like(x, 30.0), periods=52)
    plain = buying.expected_purchases(52, x, t_x, T) * spending.expected_value(x, np.full_like(x, 30.0))
    assert once == pytest.approx(plain)
    less = lifetime_value(buying, spending, x, t_x, T, np.full_like(x, 30.0), periods=52, discount=0.01)
    assert (less < once).all()


def waltons(data: Path) -> dict[str, Curve]:
    with (data / "lifelines" / "waltons_dataset.csv").open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    found = {}
    for group in ("miR-137", "control"):
        these = [row for row in rows if row["group"] == group]
        ended = np.array([row["E"] == "1" for row in these])
        found[group] = curve(np.array([float(row["T"]) for row in these]), ended, np.zeros(len(these)))
    return found


def test_waltons_log_rank_as_published_with_lifelines(data: Path) -> None:
    test = log_rank(list(waltons(data).values()))
    assert test is not None
    assert test.statistic == pytest.approx(122.249, abs=5e-4)
    assert test.freedom == 1


@pytest.mark.parametrize("seed", range(20))
def test_log_rank_of_groups_that_were_never_at_risk_together(seed: int) -> None:
    """The pairs tell nothing of each other: in each the second group follows from the first."""
    chance = np.random.default_rng(seed)

    def group(begins: float) -> Curve:
        lasted = begins + chance.exponential(10, 40).round(1).clip(0.1, 90)
        return curve(lasted, chance.random(40) < 0.7, np.full(40, begins))

    early, late = [group(0.0), group(0.0)], [group(100.0), group(100.0)]
    test, *apart = (log_rank(groups) for groups in (early + late, early, late))
    assert test is not None
    assert test.freedom == 2
    assert test.statistic == pytest.approx(sum(each.statistic for each in apart if each))


def test_waltons_kaplan_meier_median(data: Path) -> None:
    with (data / "lifelines" / "waltons_dataset.csv").open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    model = KaplanMeier().fit([float(row["T"]) for row in rows], [row["E"] == "1" for row in rows])
    assert model.median_ == 56


def test_telco_kaplan_meier_and_log_rank(data: Path) -> None:
    """Published: month to month with internet, n 3,351, 1,556 lost, median 34, S(12) .6950."""
    with (data / "telco" / "Telco-Customer-Churn.csv").open(newline="") as opened:
        rows = [row for row in csv.DictReader(opened) if row["tenure"] != "0"]
    lasted = np.array([float(row["tenure"]) for row in rows])
    ended = np.array([row["Churn"] == "Yes" for row in rows])
    contract = np.array([row["Contract"] for row in rows])
    online = np.array([row["InternetService"] != "No" for row in rows])
    those = (contract == "Month-to-month") & online
    model = KaplanMeier().fit(lasted[those], ended[those])
    assert (those.sum(), ended[those].sum(), model.median_) == (3_351, 1_556, 34)
    assert model.survival([12])[0] == pytest.approx(0.6950, abs=5e-5)
    authority = KaplanMeierFitter().fit(lasted[those], ended[those])
    low, high = model.interval([12])
    bounds = authority.confidence_interval_survival_function_.loc[12]
    assert (low[0], high[0]) == pytest.approx(tuple(bounds))
    groups = [
        curve(lasted[contract == each], ended[contract == each], np.zeros((contract == each).sum()))
        for each in sorted(set(contract))
    ]
    test = log_rank(groups)
    published = multivariate_logrank_test(lasted, contract, ended)
    assert test is not None
    assert test.statistic == pytest.approx(published.test_statistic)
    assert test.freedom == 2
