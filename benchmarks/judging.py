"""Who is likely to leave: features, scores, training with its back-test, against a notebook over pandas."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from benchmarks.clock import say, timed
from benchmarks.company import Company
from benchmarks.frames.features import Book
from benchmarks.results import Row
from holdfast.flow.answering.figures import Desk, Question, asked_of
from holdfast.flow.judging.scoring import whole_until
from holdfast.insights.risk.backtest import leaving
from holdfast.insights.risk.classifier import ChurnClassifier
from holdfast.insights.risk.features import known
from holdfast.insights.worth import BetaGeoNBD
from holdfast.segments import Moments

DAYS = 30
FEATURES_SECONDS, SCORING_SECONDS, TRAINING_SECONDS = 10.0, 5.0, 300.0
MEMORY, WORTH_SECONDS = 6.0, 30.0
BUYERS = 5
"""Customers who buy now and then, for each account of the size."""


def judge(company: Company) -> tuple[list[Row], list[str]]:
    """Each part against what it may take, and against pandas."""
    company.grow(company.exports.end)
    with company.peaks.of("risk"):
        features, scoring = asked_of(company.warehouse, Question(), _one_date)
        training, found = timed(lambda: company.space.risks(DAYS))
        telling, _ = timed(company.space.tell_risks)
    peak = company.peaks.found.pop("risk", 0.0)
    book, learning, giving = _in_pandas(company)
    rows = [
        Row("features of one date", features, "at most", FEATURES_SECONDS, 1.0),
        Row("chances from them", scoring, "at most", SCORING_SECONDS, 1.0),
        Row("training with its back-test", training, "at most", TRAINING_SECONDS, 1.0),
        Row("training with its back-test", training, "pandas, no back-test", learning),
        Row("features and chances of one date", features + scoring, "pandas", giving),
        Row("memory, risk", peak, "at most", MEMORY, 1.0, "GiB"),
        Row(f"BG/NBD of {_buyers(company):,} customers", _worth(company), "at most", WORTH_SECONDS, 1.0),
    ]
    told = f"Risk: all three horizons told in {telling:.2f} s; chances are shown: {found.is_shown}"
    return rows, [
        f"{told}. pandas has {book} rows of 6 features, ours some twenty; loading its tables is not counted."
    ]


def _one_date(desk: Desk) -> tuple[float, float]:
    at = whole_until(desk)
    moments = Moments.at([(at, at)], desk.known.basis.calendar)
    features, rows = timed(lambda: known(moments, desk.layout))
    some = np.random.default_rng(1).random(len(rows.account_id)) < 0.05
    model = ChurnClassifier().fit(rows.values, some.astype(int))
    scoring, _ = timed(lambda: (leaving(model, rows.values), model.contributions(rows.values)))
    say(f"features {features:.2f} s, chances {scoring:.2f} s, {len(rows.account_id):,} customers")
    return features, scoring


def _in_pandas(company: Company) -> tuple[str, float, float]:
    con, last = company.warehouse.con, company.reached
    book = Book(
        con.sql(_MONTHS).df(),
        con.sql(_SPANS).df(),
        con.sql(_EVENTS).df().astype({"account_id": "category", "user_id": "category"}),
        company.warehouse.records("tickets").select("account_id", "created_at").to_pandas(),
    )
    end = pd.Timestamp(last)
    instants = sorted(
        each for each in book.months.period_start.unique() if each + timedelta(days=DAYS) <= end
    )
    learning, model = timed(lambda: book.learned(instants[1:], DAYS))
    giving, _ = timed(lambda: model.chances(book.features(instants[-1])))
    say(f"pandas: {learning:.2f} s to learn, {giving:.2f} s for one date")
    return f"{len(book.months):,}", learning, giving


_MONTHS = """select account_id, period_start, opening_mrr::double as opening_mrr
from lake.derived.account_months"""
_SPANS = "select account_id, start_at, end_at from lake.derived.spans where start_at < end_at"
_EVENTS = """select coalesce(e.account_id, u.account_id) as account_id, e.user_id, e.occurred_at
from lake.main.events e
left join (select distinct on (user_id) user_id, account_id from lake.main.users) u using (user_id)"""


def _buyers(company: Company) -> int:
    return company.size.accounts * BUYERS


def _worth(company: Company) -> float:
    dice, many = np.random.default_rng(1), _buyers(company)
    watched = dice.uniform(20, 40, many).round(1)
    rate, leave = dice.gamma(0.8, 1 / 6, many), dice.beta(1.2, 3.0, many)
    bought = dice.poisson(rate * watched * np.where(dice.random(many) < leave, 0.4, 1.0))
    last = np.where(bought > 0, watched * dice.beta(np.maximum(bought, 1), 1.0), 0.0).round(1)
    seconds, _ = timed(lambda: BetaGeoNBD().fit(bought, np.minimum(last, watched), watched))
    return seconds
