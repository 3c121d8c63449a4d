"""Experiments as a person handles them: planned, begun with a holdout, and read at any time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from holdfast.errors import Sentence, UsageError
from holdfast.flow.answering.figures import Desk, Question, asked_of
from holdfast.flow.judging.of_accounts import write_of_accounts
from holdfast.flow.judging.scoring import whole_until
from holdfast.flow.knowing.owned import fresh_id, write_rows
from holdfast.insights.risk.outcomes import endings
from holdfast.insights.uplift.holding import held_out
from holdfast.insights.uplift.planning import least_detectable
from holdfast.insights.uplift.reading import Arm, Effect, Sequence95, Verdict, always_valid, stayed_more
from holdfast.segments import Moments, facts_told, members, rule
from holdfast.timelines.identity import qualified
from holdfast.warehouse import Warehouse

TABLE, ASSIGNMENTS = "experiments", "assignments"
WHO = rule("status in (paying, paused) and mrr is known and plan is known")


@dataclass(frozen=True)
class Plan:
    """What an experiment can see before it begins: of so many accounts and a window of `days`.

    `stayed` is the share of like customers that stayed over the last window; `detectable` the least
    difference found 80 times of 100; None where the records go too short a way back.
    """

    accounts: int
    control: int
    days: int
    starts: datetime
    verdict_at: datetime
    stayed: float | None
    detectable: float | None


@dataclass(frozen=True)
class Experiment:
    """An experiment as it was said before it began."""

    experiment_id: str
    name: str
    rule: str | None
    share: Decimal
    salt: str
    started_at: datetime
    ends_at: datetime
    least: Decimal | None
    by: str | None


@dataclass(frozen=True)
class Reading:
    """What an experiment says at `at`: who is there still, and the reading that is valid at any time.

    Once the window is over, `effect` is that on the share that stayed.
    """

    experiment: Experiment
    at: datetime
    treated: Arm
    control: Arm
    always: Sequence95
    effect: Effect | None

    @property
    def is_over(self) -> bool:
        """Whether the window lies whole within the records."""
        return self.effect is not None

    @property
    def verdict(self) -> Verdict:
        """By the difference once the window is over, until then by the reading that is always valid."""
        if self.effect is None:
            return self.always.verdict
        return self.effect.verdict(float(self.experiment.least or 0))


class KeptExperiments:
    """The experiments of one workspace."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def plan(self, *, segment: str | Sequence[str] = (), days: int = 60, share: float = 0.5) -> Plan:
        """What can be seen by holding out a share of some customers, and when."""
        return asked_of(self._warehouse, Question(segment=segment), lambda desk: _plan(desk, days, share))

    def start(
        self,
        name: str,
        *,
        segment: str | Sequence[str] = (),
        days: int = 60,
        share: float = 0.5,
        least: float | None = None,
        salt: str | None = None,
        by: str | None = None,
    ) -> tuple[Experiment, Plan]:
        """Say what is tried and hold accounts out from now on: the arms are kept and never drawn again."""
        self._refuse_name(name.strip())
        salt = salt or fresh_id()

        def begin(desk: Desk) -> tuple[Plan, dict[str, str], str | None]:
            strata = _strata(desk, whole_until(desk))
            rules = " and ".join(f"({each})" for each in desk.segments.within.values()) or None
            return _plan(desk, days, share), dict(held_out(strata, share, salt)), rules

        plan, arms, rules = asked_of(self._warehouse, Question(segment=segment), begin)
        if len(set(arms.values())) < 2:
            raise UsageError(
                Sentence("Both arms need accounts."), hint=Sentence("More accounts, or another --share.")
            )
        made = Experiment(
            experiment_id=fresh_id(),
            name=name.strip(),
            rule=rules,
            share=Decimal(str(share)),
            salt=salt,
            started_at=plan.starts,
            ends_at=plan.verdict_at,
            least=None if least is None else Decimal(str(least)),
            by=by,
        )
        rows = [_assignment(made, account, arm) for account, arm in arms.items()]
        with self._warehouse.write() as writing:
            write_rows(writing, TABLE, [made.__dict__])
            write_of_accounts(self._warehouse, writing, ASSIGNMENTS, rows)
        return made, plan

    def _refuse_name(self, name: str) -> None:
        if not name:
            raise UsageError(
                Sentence("An experiment needs a name: what is tried."), hint='"A call in week two"'
            )
        if any(each.name == name for each in self.all()):
            raise UsageError(
                Sentence("There is an experiment {name!r} already.", name=name),
                hint="holdfast experiment shows it.",
            )

    def all(self, known_at: datetime | None = None) -> list[Experiment]:
        """The experiments, the newest first."""
        rows = self._warehouse.rows(TABLE, known_at)
        names = tuple(Experiment.__dataclass_fields__)
        found = [Experiment(**{name: row[name] for name in names}) for row in rows]
        return sorted(found, key=lambda each: (each.started_at, each.name), reverse=True)

    def arms(self, experiment_id: str) -> dict[str, str]:
        """The arm of each account that took part."""
        rows = self._warehouse.records(ASSIGNMENTS)
        mine = rows.filter(rows.experiment_id == experiment_id).to_pyarrow().to_pylist()
        return {qualified(row["source"], row["account_id"]): row["arm"] for row in mine}

    def read(self, name: str, *, known_at: datetime | None = None) -> Reading:
        """What an experiment, by its name or the beginning of its id, says as the data end."""
        those = [each for each in self.all() if each.name == name or each.experiment_id.startswith(name)]
        if len(those) != 1:
            names = ", ".join(each.name for each in self.all()[:8]) or "none yet"
            raise UsageError(f"No experiment is called {name!r}.", hint=f"There are: {names}.")
        (experiment,) = those
        arms = self.arms(experiment.experiment_id)
        question = Question(known_at=known_at)
        return asked_of(self._warehouse, question, lambda desk: _reading(desk, experiment, arms))


def _assignment(experiment: Experiment, account: str, arm: str) -> dict[str, Any]:
    return {
        "assignment_id": f"{experiment.experiment_id}/{account}",
        "account_id": account,
        "experiment_id": experiment.experiment_id,
        "arm": arm,
        "assigned_at": experiment.started_at,
    }


def _plan(desk: Desk, days: int, share: float) -> Plan:
    if days < 7:
        raise UsageError(
            Sentence("A window of {days} days shows nothing.", days=days),
            hint=Sentence("At least 7: --days 60."),
        )
    starts = whole_until(desk)
    strata = _strata(desk, starts)
    control = sum(arm == "control" for arm in held_out(strata, share, "plan").values())
    before = starts - timedelta(days=days) - _gap(desk)
    like = _strata(desk, before)
    ends = endings(desk.layout)
    left = sum(_left(ends.get(each, ()), before, before + timedelta(days=days)) is not None for each in like)
    stayed = 1 - left / len(like) if like else None
    least = None if stayed is None else least_detectable(stayed, len(strata) - control, control)
    ends_at = starts + timedelta(days=days)
    return Plan(len(strata), control, days, starts, ends_at, stayed, least)


def _reading(desk: Desk, experiment: Experiment, arms: dict[str, str]) -> Reading:
    until = whole_until(desk) - _gap(desk)
    ends = endings(desk.layout)
    begun, over = experiment.started_at, min(until, experiment.ends_at)
    left = {each: _left(ends.get(each, ()), begun, over) for each in arms}
    there = {arm: sum(each == arm for each in arms.values()) for arm in ("treated", "control")}
    whole, leavings = dict(there), []
    for account in sorted((each for each in arms if left[each]), key=lambda each: (left[each], each)):
        if all(there.values()):
            leavings.append((arms[account] == "treated", there["treated"], there["control"]))
        there[arms[account]] -= 1
    treated, control = (Arm(whole[arm], there[arm]) for arm in ("treated", "control"))
    readings = always_valid(leavings) or [Sequence95(None, 0.0, float("inf"), 0)]
    effect = stayed_more(treated, control) if until >= experiment.ends_at else None
    return Reading(experiment, max(over, begun), treated, control, readings[-1], effect)


def _left(ends: Sequence[tuple[datetime, int]], begun: datetime, over: datetime) -> datetime | None:
    """When an account that was a customer at `begun` left, if it did before `over`."""
    return min((end for end, _ in ends if begun <= end < over), default=None)


def _gap(desk: Desk) -> timedelta:
    """How long after a loss it may still be undone (R7)."""
    return timedelta(hours=desk.rules.merge_gap_hours)


def _strata(desk: Desk, at: datetime) -> dict[str, str]:
    """The customers just before an instant in the segments asked for: by plan, and by halves of MRR in it."""
    moments = Moments.at([(at, at)], desk.known.basis.calendar)
    rows, columns = facts_told(WHO, moments, desk.layout)
    status, mrr, plan = (rows[column] for column in columns.values())
    held = rows.filter(status.isin(["paying", "paused"])).mutate(mrr=mrr, plan=plan)
    ours = desk.layout.accounts.filter(desk.layout.accounts.is_internal).select("account_id")
    held = held.anti_join(ours, "account_id")
    for each in desk.segments.within.values():
        held = held.semi_join(members(each, moments, desk.layout), "account_id")
    told: list[dict[str, Any]] = held.select("account_id", "mrr", "plan").to_pyarrow().to_pylist()
    plans: dict[str, list[tuple[float, str]]] = {}
    for row in told:
        plans.setdefault("+".join(sorted(row["plan"] or ())), []).append(
            (float(row["mrr"] or 0), row["account_id"])
        )
    found: dict[str, str] = {}
    for name, accounts in plans.items():
        middle = float(np.median([amount for amount, _ in accounts]))
        found |= {each: f"{name}/{'above' if amount > middle else 'below'}" for amount, each in accounts}
    return found
