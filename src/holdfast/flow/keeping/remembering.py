"""Figures that were counted before and still hold: to ask again costs only what is new.

A figure holds where nothing that it is counted from was recorded since, nor did its data end move; or
where it was final, its timeline tells a period for good, and all news about what that reads speak of
later times: than the period or, where subjects are followed after it, than all that it was counted from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property
from hashlib import sha256
from itertools import groupby
from pathlib import Path

import msgspec

import holdfast
from holdfast.flow.keeping.news import ANYTHING
from holdfast.flow.knowing.known import Knowledge
from holdfast.metrics import Asked, Figure, Metric
from holdfast.periods import Period
from holdfast.timelines.closing import CLOSES
from holdfast.warehouse import Warehouse
from holdfast.warehouse.remembered import Entry

COUNTING = ("metrics", "timelines", "segments", "periods", "criterion.py", "rulebook.py")
"""The rooms that figures come from, and two files: where a line of them changes, all is counted again."""

UNREAD = frozenset(
    {
        *("published_figures", "rejects", "reports", "rulebooks", "segments", "targets", "experiments"),
        *("declared_sources", "source_cursors", "source_messages", "spool_offsets", "visitors"),
        *("account_traits", "user_traits", "health_scores", "health_overrides"),
    }
)
"""Tables from which no figure of everybody is counted; the rules in force are part of what is remembered."""

SELDOM = frozenset(
    {
        *("events", "tickets", "ticket_replies", "survey_invitations", "survey_responses", "feedback_tags"),
        *("notes", "touchpoints", "milestones", "assignments", "costs", "contracts", "trials"),
        *("payments", "payment_methods", "refunds", "invoice_lines", "theme_names", "theme_corrections"),
    }
)
"""Tables from which figures are counted only where their metric, or its family, says that it reads them."""

BESIDES: dict[str, tuple[str, ...]] = {
    "economics": ("costs", "invoice_lines"),
    "feedback": ("survey_invitations", "tickets", "theme_names", "theme_corrections"),
    "health": (
        *("events", "tickets", "ticket_replies", "survey_responses", "survey_invitations", "milestones"),
        *("contracts", "trials", "payments", "notes", "feedback_tags", "invoice_lines"),
        *("theme_names", "theme_corrections"),
    ),
    "payments": ("payment_methods",),
    "revenue": ("invoice_lines",),
    "support": ("ticket_replies",),
}
"""What metrics of a family read of those without waiting for it: it moves none of their data ends."""


@dataclass(frozen=True)
class Counted:
    """The figures of one metric and period, and the instant that they were counted up to."""

    as_of: datetime
    figures: list[Figure]


Count = Callable[[Asked], list[Figure]]
Held = dict[Period, list[Figure]]


@dataclass(frozen=True)
class Memory:
    """What a workspace remembers of figures of everybody, by the rules in force."""

    warehouse: Warehouse
    known: Knowledge

    @cached_property
    def _stamp(self) -> str:
        parts = (_program(), self.known.fingerprint, repr(self.known.basis))
        return sha256("|".join(parts).encode()).hexdigest()[:16]

    @cached_property
    def _entries(self) -> dict[tuple[str, str], Entry]:
        return self.warehouse.remembered.read(self._stamp)

    @cached_property
    def _news(self) -> dict[str, list[tuple[datetime, datetime]]]:
        return self.warehouse.news()

    @cached_property
    def _consumed(self) -> datetime:
        return self.warehouse.known_at() or datetime.min

    @cached_property
    def _appended(self) -> dict[datetime, set[str]]:
        return {}

    def holding(self, metric: Metric, asked: Asked) -> Held:
        """The figures of the metric that still hold, by period."""
        found: Held = {}
        for period in asked.periods:
            entry = self._entries.get((_name(metric, asked), _part(period)))
            if entry is None or entry.consumed > self._consumed:
                continue
            counted = _DECODER.decode(entry.body)
            same = counted.as_of == _until(asked) and self._is_untouched(metric, entry.consumed)
            if same or self._holds(metric, period, counted, asked, entry.consumed):
                found[period] = counted.figures
        return found

    def keep(self, asked: Asked, figures: Iterable[tuple[Metric, Held]]) -> None:
        """Remember what was counted now."""
        entries = [
            Entry(_name(metric, asked), _part(period), self._consumed, _encoded(asked, of_period))
            for metric, held in figures
            for period, of_period in held.items()
        ]
        if entries:
            self.warehouse.remembered.keep(self._stamp, entries)

    def _is_untouched(self, metric: Metric, consumed: datetime) -> bool:
        """Whether nothing that the metric is counted from was recorded after `consumed`.

        A data end that moved is seen by the instant that its figures are counted up to.
        """
        if consumed not in self._appended:
            self._appended[consumed] = self.warehouse.appended_since(consumed) - UNREAD - {"imports"}
        return self._appended[consumed] <= SELDOM - tables_of(metric)

    def _holds(
        self, metric: Metric, period: Period, counted: Counted, asked: Asked, consumed: datetime
    ) -> bool:
        parts = metric.parts or (metric,)
        lasting = all(part.timeline in CLOSES and not part.rules for part in parts) and not metric.open_ended
        if not lasting or any(figure.status != "final" for figure in counted.figures):
            return False
        until = max(self._read_until(part, period, counted) for part in parts)
        read = {ANYTHING}.union(*(CLOSES[part.timeline].reads for part in parts))
        return until <= min(counted.as_of, _until(asked)) and self._since(read, consumed) >= until

    def _read_until(self, metric: Metric, period: Period, counted: Counted) -> datetime:
        """Up to when records may speak that a figure was counted from."""
        lasts = CLOSES[metric.timeline].lasts
        if lasts is None:
            return counted.as_of if metric.followed else period.end
        return period.end + lasts(self.known.basis.rules)

    def _since(self, read: Iterable[str], consumed: datetime) -> datetime:
        """The first instant that anything speaks of that was not known when `consumed` was read."""
        later = (at for about in read for known, at in self._news.get(about, ()) if known > consumed)
        return min(later, default=datetime.max)


def tables_of(metric: Metric) -> set[str]:
    """The tables that a metric or its family says that it reads, those of its parts too."""
    found = set(BESIDES.get(metric.family, ()))
    for each in (metric, *metric.parts):
        found.update(each.reads, each.also_reads, [each.since] if each.since else ())
    return found


def recalled(asked: Asked, count: Count, memory: Memory) -> list[Figure]:
    """Every figure asked for, by metric, own dimension and period; what does not hold is counted."""
    held = {metric.full_name: memory.holding(metric, asked) for metric in asked.metrics}

    def missing(metric: Metric) -> tuple[Period, ...]:
        return tuple(period for period in asked.periods if period not in held[metric.full_name])

    def first(metric: Metric) -> str:
        return repr(missing(metric))

    lacking = [metric for metric in asked.metrics if missing(metric)]
    for _, group in groupby(sorted(lacking, key=first), key=first):
        metrics = list(group)
        fresh = _counted(replace(asked, metrics=metrics, periods=missing(metrics[0])), count)
        for metric in metrics:
            held[metric.full_name] |= fresh[metric.full_name]
    uneven = [metric for metric in asked.metrics if not _is_even(held[metric.full_name])]
    hollow = [
        metric for metric in asked.metrics if metric not in lacking and _is_hollow(held[metric.full_name])
    ]
    uneven += [metric for metric in hollow if metric not in uneven]
    if uneven:
        held |= _counted(replace(asked, metrics=uneven), count)
    counted = dict.fromkeys([metric.full_name for metric in (*lacking, *uneven)])
    by_name = {metric.full_name: metric for metric in asked.metrics}
    memory.keep(asked, [(by_name[name], held[name]) for name in counted])
    return [figure for name in by_name for figure in _in_order(held[name], asked.periods)]


def _counted(asked: Asked, count: Count) -> dict[str, Held]:
    found: dict[str, Held] = {metric.full_name: {} for metric in asked.metrics}
    starts = {(period.label, period.start): period for period in asked.periods}
    for figure in count(asked):
        period = starts[figure.period_label, figure.period_start]
        found[figure.name].setdefault(period, []).append(figure)
    return found


def _is_even(held: Held) -> bool:
    """Whether every period has figures of the same values of the metric's own dimension."""
    return len({repr([dict(figure.of) for figure in figures]) for figures in held.values()}) == 1


def _is_hollow(held: Held) -> bool:
    """Whether a value of the metric's own dimension has nothing in any period.

    It may be there only because other periods, which were asked for with these, have something of it.
    """
    counting = {repr(dict(figure.of)) for figures in held.values() for figure in figures if figure.n}
    return any(repr(dict(figure.of)) not in counting for figure in next(iter(held.values()), ()) if figure.of)


def _in_order(held: Held, periods: Sequence[Period]) -> list[Figure]:
    return [figure for of_one in zip(*(held[period] for period in periods), strict=True) for figure in of_one]


@cache
def _program() -> str:
    """A hash of the source by which this process counts."""
    root, found = Path(holdfast.__file__).parent, sha256()
    for room in COUNTING:
        for file in sorted((root / room).rglob("*.py")) or [root / room]:
            found.update(file.read_bytes())
    return found.hexdigest()


def _encoded(asked: Asked, figures: list[Figure]) -> bytes:
    return msgspec.json.encode(Counted(_until(asked), figures))


def _until(asked: Asked) -> datetime:
    return asked.as_of or datetime.max


def _name(metric: Metric, asked: Asked) -> str:
    return repr((metric.full_name, [dict(of) for of in metric.of], asked.resampled_below))


def _part(period: Period) -> str:
    return f"{period.grain} {period.label} {period.start.isoformat()} {period.end.isoformat()}"


_DECODER = msgspec.json.Decoder(Counted)
