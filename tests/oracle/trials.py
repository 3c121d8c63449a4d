"""Trials that become customers (K26)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.oracle.answers import Answer, ratio
from tests.oracle.churn import with_wilson
from tests.oracle.company import Company
from tests.oracle.days import FOREVER, Window
from tests.oracle.intervals import wilson
from tests.oracle.knowledge import Row, source
from tests.oracle.phases import ends


@dataclass(frozen=True)
class Trial:
    """The first trial of an account: when it began, was to end and did end, and when the account paid."""

    began: datetime
    due: datetime
    ended: datetime | None
    paid: datetime | None


def qualified(row: Row, column: str) -> str:
    """An id with its source before it."""
    return str(row[column]) if source(row) == "own" else f"{source(row)}:{row[column]}"


def known_by(company: Company, instant: datetime) -> bool:
    return company.as_of is None or instant < company.as_of


def grouped(company: Company, table: str, moment: str) -> dict[str, list[Row]]:
    """The rows of accounts that count, of the time before `as_of`."""
    found: dict[str, list[Row]] = {}
    for row in company.rows[table]:
        account = company.identity.of(row)
        if known_by(company, row[moment]) and not company.identity.internal(account):
            found.setdefault(account, []).append(row)
    return found


def told(company: Company, rows: list[Row]) -> tuple[datetime, datetime, datetime | None, datetime | None]:
    """The first of the trials that a source told of."""
    first = min(rows, key=lambda row: (row["started_at"], qualified(row, "trial_id")))
    began, due = first["started_at"], first.get("ends_at")
    if due is None or due <= began:
        due = began + timedelta(days=company.rules["trial_length_days"])
    return began, due, first.get("ended_at") or first.get("ends_at"), first.get("converted_at")


def derived(company: Company, phases: list[Row]) -> tuple[datetime, datetime, datetime | None, None] | None:
    """The first stretch of trialing phases, one touching the next."""
    trying = sorted(
        (phase["start_at"], ends(phase))
        for phase in phases
        if phase["status"] == "trialing" and ends(phase) > phase["start_at"]
    )
    if not trying:
        return None
    began, until = trying[0]
    for start, end in trying[1:]:
        if start > until:
            break
        until = max(until, end)
    due = began + timedelta(days=company.rules["trial_length_days"])
    return began, due, None if until == FOREVER else until, None


def first_payments(company: Company) -> dict[str, datetime]:
    """When each account's first payment above 0 succeeded; a refund later does not undo that."""
    return {
        account: min(taken)
        for account, rows in grouped(company, "payments", "attempted_at").items()
        if (taken := [row["attempted_at"] for row in rows if row["status"] != "failed" and row["amount"] > 0])
    }


def trials(company: Company) -> list[Trial]:
    """The first trial of every account that could be won by it: one that had not paid before."""
    rows, phases = (
        grouped(company, "trials", "started_at"),
        grouped(company, "subscription_phases", "start_at"),
    )
    charged, found = first_payments(company), []
    for account in sorted(set(rows) | set(phases)):
        first = told(company, rows[account]) if account in rows else derived(company, phases.get(account, []))
        if first is None:
            continue
        began, due, ended, converted = first
        if company.rows["payments"]:
            paid = charged.get(account)
        else:
            story = company.stories.get(account)
            steps = [step.start for step in story.steps if known_by(company, step.start)] if story else []
            paid = min(steps, default=converted)
        if paid is None or paid >= began:
            found.append(Trial(began, due, ended, paid))
    return found


def won(company: Company, candidates: list[tuple[Trial, datetime]]) -> tuple[int, int]:
    """Those whose account paid before an instant, and all whose instant has come."""
    over = [(trial, until) for trial, until in candidates if company.as_of is None or until <= company.as_of]
    return sum(trial.paid is not None and trial.paid < until for trial, until in over), len(over)


def by_start(company: Company, window: Window) -> tuple[int, int]:
    grace = timedelta(days=company.rules["trial_grace_days"])
    inside = [trial for trial in trials(company) if window.holds(trial.began)]
    return won(company, [(trial, trial.due + grace) for trial in inside])


def conversion(company: Company, window: Window) -> Answer:
    return with_wilson(ratio(*by_start(company, window)))


def inverse(company: Company, window: Window) -> Answer:
    converted, all_of_them = by_start(company, window)
    answer = ratio(all_of_them, converted)
    if not all_of_them:
        return answer
    low, high = wilson(converted, all_of_them)
    return Answer(
        answer.value, all_of_them, converted, answer.reason, 1 / high, 1 / low if converted else None
    )


def ended(company: Company, window: Window) -> Answer:
    grace = timedelta(days=company.rules["trial_grace_days"])
    candidates = [
        (trial, trial.ended + grace)
        for trial in trials(company)
        if trial.ended is not None and window.holds(trial.ended) and known_by(company, trial.ended)
    ]
    return with_wilson(ratio(*won(company, candidates)))


def ever(company: Company, window: Window) -> Answer:
    inside = [trial for trial in trials(company) if window.holds(trial.began)]
    return with_wilson(ratio(sum(trial.paid is not None for trial in inside), len(inside)))


def freemium(company: Company, window: Window) -> Answer:
    """Accounts that were free and paid nothing at the opening, and began to pay by the closing."""
    end = window.end if company.as_of is None else min(window.end, company.as_of)
    upgraded = all_of_them = 0
    for account, phases in grouped(company, "subscription_phases", "start_at").items():
        story = company.stories[account]
        free = any(
            phase["status"] == "free" and phase["start_at"] < window.start <= ends(phase) for phase in phases
        )
        if free and not story.pays_at(window.start):
            all_of_them += 1
            upgraded += any(
                window.start <= step.start < end and not story.pays_at(step.start) for step in story.steps
            )
    return with_wilson(ratio(upgraded, all_of_them))


MEASURES: dict[str, Callable[..., Answer]] = {
    "trial_conversion_rate": conversion,
    "trial_conversion_rate.ended": ended,
    "trial_conversion_rate.ever": ever,
    "trial_conversion_rate.freemium_to_paid": freemium,
    "trial_conversion_rate.seed_inverse": inverse,
}
"""Metric -> what gives its answer from a company, a window and the metric's own dimension by name."""
