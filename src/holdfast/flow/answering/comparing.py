"""Two ways of counting one figure, and the bridge between them by account.

Which accounts moved it is for `metrics.bridge` to say; here stands what is compared (variants,
rulebooks, instants of knowledge, periods) and what each account is told to have moved by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, TypedDict

import ibis

from holdfast.errors import UsageError
from holdfast.flow.answering.figures import Desk, Question, catch_up
from holdfast.flow.knowing.known import Knowledge
from holdfast.flow.knowing.settings import RULE
from holdfast.metrics import Figure
from holdfast.metrics.bridge import ABSENT, COUNTED, Because, Bridge, Side, Step, always, bridge, within
from holdfast.rulebook import Rulebook
from holdfast.segments import Segments
from holdfast.timelines.identity import resolved
from holdfast.warehouse import Warehouse

TOLD = 3
"""Changed records named for one account; the others are counted."""


class Other(TypedDict, total=False):
    """What a figure is compared with: one of these."""

    variant: str | None
    rulebook: Rulebook | None
    known_at: datetime | None
    against: str | None
    tried: Mapping[str, Any]


def compare(warehouse: Warehouse, question: Question, against: Other) -> Bridge:
    """The figure asked for, the one it is compared with, and the bridge by account between them.

    A variant, another rulebook and settings to try are what comes after; an earlier instant of knowledge and
    another period are what was before.
    """
    return _compared(warehouse, question, against, lambda steps: [bridge(steps)])[0]


def compare_each(warehouse: Warehouse, question: Question, against: Other) -> list[Bridge]:
    """The same for each value of what the question is split by, in the order of the values."""

    def apart(steps: list[Step]) -> list[Bridge]:
        sides = (steps[0].before, steps[-1].after)
        found = {tuple(each.items()): each for side in sides for each in side.values_of(question.by)}
        return [bridge(within(steps, found[key])) for key in sorted(found, key=repr)]

    return _compared(warehouse, question, against, apart)


def _compared(
    warehouse: Warehouse, question: Question, against: Other, told: Callable[[list[Step]], list[Bridge]]
) -> list[Bridge]:
    given = [name for name in _STEPS if against.get(name)]
    if len(given) != 1:
        raise UsageError(
            "Say one thing to compare with.", hint="One of --with, --rulebook, --known-at and --against."
        )
    catch_up(warehouse)
    with warehouse.reading():
        return told(list(_STEPS[given[0]](warehouse, question, against)))


def chain(warehouse: Warehouse, earlier: Question, later: Question, figure: Figure) -> Iterator[Step]:
    """From a figure as it was to what it is now: first what was recorded since, then each rule."""
    own = ",".join(f"{name}={value}" for name, value in figure.of.items())
    names, label = (f"{figure.name}[{own}]" if own else figure.name,), figure.period_label
    before, after = (
        Desk(warehouse, replace(each, names=names, first=label, last=label)).side(figure.segment)
        for each in (earlier, later)
    )
    middle = replace(after, rules=before.rules, segments=before.segments)
    yield Step(before, middle, _corrections(warehouse, after, earlier.known_at or datetime.min))
    yield from _redefined(middle, after.segments)
    yield from _rule_by_rule(replace(middle, segments=after.segments), after.rules)


def _by_variant(warehouse: Warehouse, question: Question, against: Other) -> Iterator[Step]:
    other = Desk(warehouse, replace(question, names=(str(against["variant"]),))).side()
    one = Desk(warehouse, question).side()
    if one.metric.unit != other.metric.unit:
        raise UsageError(
            f"{other.metric.full_name} is in {other.metric.unit}.",
            hint=f"{one.metric.full_name} is compared with what is in {one.metric.unit} too.",
        )
    yield Step(one, other, always(str(against["variant"])))


def _by_rulebook(warehouse: Warehouse, question: Question, against: Other) -> Iterator[Step]:
    before, wanted = Desk(warehouse, question).side(), against["rulebook"] or Rulebook()
    yield from _rule_by_rule(before, wanted)
    if before.rules == wanted:
        yield Step(before, before, always(""))


def _by_settings(warehouse: Warehouse, question: Question, against: Other) -> Iterator[Step]:
    """First each rule that differs, then the other settings together."""
    before = Desk(warehouse, question).side()
    after = Desk(warehouse, replace(question, tried=against["tried"])).side()
    yield from _rule_by_rule(before, after.rules)
    others = sorted(name for name in against["tried"] if not name.startswith(RULE))
    if others or before.rules == after.rules:
        yield Step(replace(before, rules=after.rules), after, always(", ".join(others)))


def _rule_by_rule(before: Side, wanted: Rulebook) -> Iterator[Step]:
    """One step for each rule that differs, so that each account names the rule that moved it."""
    rules = before.rules
    for name in [field.name for field in fields(Rulebook) if _differ(rules, wanted, field.name)]:
        rules = replace(rules, **{name: getattr(wanted, name)})
        after = replace(before, rules=rules)
        yield Step(before, after, always(name))
        before = after


def _differ(one: Rulebook, other: Rulebook, rule: str) -> bool:
    return bool(getattr(one, rule) != getattr(other, rule))


def _by_knowledge(warehouse: Warehouse, question: Question, against: Other) -> Iterator[Step]:
    since = against["known_at"] or datetime.min
    before = Desk(warehouse, replace(question, known_at=since)).side()
    after = Desk(warehouse, question).side()
    yield Step(before, replace(after, segments=before.segments), _corrections(warehouse, after, since))
    yield from _redefined(replace(after, segments=before.segments), after.segments)


def _redefined(before: Side, segments: Segments) -> Iterator[Step]:
    """What moved because a segment has another rule now, where one has."""
    if before.segments != segments:
        was = before.segments.within
        changed = [name for name, rule in segments.within.items() if was.get(name) != rule]
        yield Step(
            before, replace(before, segments=segments), always(f"segment {', '.join(changed)}".strip())
        )


def _by_period(warehouse: Warehouse, question: Question, against: Other) -> Iterator[Step]:
    earlier = replace(question, first=against["against"], last=against["against"])
    yield Step(Desk(warehouse, earlier).side(), Desk(warehouse, question).side(), _came_or_went)


_STEPS: dict[str, Callable[[Warehouse, Question, Other], Iterator[Step]]] = {
    "variant": _by_variant,
    "rulebook": _by_rulebook,
    "known_at": _by_knowledge,
    "against": _by_period,
    "tried": _by_settings,
}


def _came_or_went(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return [_turn(row["before"], row["after"]) for row in rows]


def _turn(before: str, after: str) -> str:
    if before == after:
        return "changed"
    if after == COUNTED:
        return f"came in: {before}" if before != ABSENT else "came in"
    return f"went out: {after}" if after != ABSENT else "went out"


def _corrections(warehouse: Warehouse, side: Side, since: datetime) -> Because:
    """What each account's records say since an instant: `subscription_phases P-12`."""

    def because(rows: Sequence[Mapping[str, Any]]) -> list[str]:
        accounts = [row["account_id"] for row in rows]
        told = _changed_records(warehouse, side, since, accounts)
        return [told.get(account, "rates, settings or links") for account in accounts]

    return because


def _changed_records(
    warehouse: Warehouse, side: Side, since: datetime, accounts: Sequence[str]
) -> dict[str, str]:
    told: dict[str, list[str]] = {}
    names = Knowledge(warehouse).names
    for table in dict.fromkeys((*side.metric.reads, "accounts")):
        rows = warehouse.history(table)
        if "account_id" not in rows.columns or not accounts:
            continue
        news = resolved(rows.filter(rows.recorded_at > ibis.literal(since)), names)
        found = news.filter(news.account_id.isin(list(accounts))).group_by("account_id")
        key = news.columns[0]
        changed = found.agg(first=news[key].min(), count=news[key].nunique()).to_pyarrow().to_pylist()
        for row in changed:
            more = f" and {row['count'] - 1} more" if row["count"] > 1 else ""
            told.setdefault(row["account_id"], []).append(f"{table} {row['first']}{more}")
    return {account: ", ".join(parts[:TOLD]) for account, parts in told.items()}
