"""What can be asked of a workspace: figures, and what stands behind, beside and between them."""

from __future__ import annotations

from collections.abc import Mapping as Pairs
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Unpack

from holdfast.flow.aims.choosing import LATER_DAYS, Choice, choose
from holdfast.flow.answering.comparing import Other, compare, compare_each
from holdfast.flow.answering.dossier import Dossier, dossier
from holdfast.flow.answering.figures import Counting, Question, Seen, asked_of
from holdfast.flow.answering.roster import Roster, roster
from holdfast.flow.answering.sharing import costs_shared_otherwise
from holdfast.flow.answering.waves import waves_of
from holdfast.flow.judging.asked import Judgements
from holdfast.flow.judging.staying import Staying, staying
from holdfast.flow.judging.voices import Voices, voices
from holdfast.flow.judging.weighing import outset_of
from holdfast.flow.knowing.known import Knowledge
from holdfast.flow.published.publishing import as_published
from holdfast.insights.weighing import Effort, Weighed, weigh
from holdfast.metrics import CATALOG, Change, Explanation, Figure, Metric, find
from holdfast.metrics.bridge import Bridge
from holdfast.metrics.cohorts import cohort
from holdfast.metrics.compare import changes
from holdfast.metrics.shared_costs import SharedCost
from holdfast.metrics.waves import Wave
from holdfast.metrics.written import written
from holdfast.periods import Calendar


class Questions(Judgements):
    """Questions to the records of one warehouse, each answered from one state of them."""

    @property
    def calendar(self) -> Calendar:
        """The workspace's zone, week and year."""
        return Knowledge(self._warehouse).basis.calendar

    @property
    def recorded_until(self) -> datetime | None:
        """The latest instant at which something was recorded; while it is the same, so are answers."""
        return self._warehouse.known_at()

    def formula(self, name: str) -> str:
        """The formula of a composed metric over the names of its parts; empty where it has none."""
        return written(find(name), Knowledge(self._warehouse).basis)

    def kpis(
        self,
        names: str | Sequence[str] = (),
        *,
        grain: str = "month",
        first: str | None = None,
        last: str | None = None,
        by: str | Sequence[str] = (),
        segment: str | Sequence[str] = (),
        given: Pairs[str, str] | None = None,
        board: str = "",
        **seen: Unpack[Counting],
    ) -> list[Figure]:
        """Figures of the metrics named, or else of a role's `board` or all, from period `first` to `last`.

        Both are included; without them: the thirteen periods up to the newest with data. `by` names what
        to split by: an attribute of accounts, `attributes.NAME`, `plan`, `interval`, `currency`,
        `start_month`, `start_year`, or `segment.NAME` for in and out of a named one. `segment` keeps
        to the accounts that are in all of the segments given, each a name or a rule. `given` are
        numbers entered by hand, for the variants that take them. Closed periods give what was
        published, unless `seen` asks for something else: `as_of`, `known_at` or `rulebook`. Figures that
        were counted before and still hold are remembered; `anew` counts them again.
        """
        question = Question(
            _several(names),
            grain,
            first,
            last,
            _several(by),
            segment,
            given=given or {},
            board=board,
            **seen,
        )
        figures = asked_of(self._warehouse, question, lambda desk: desk.figures())
        return (
            figures
            if any(seen.get(name) for name in Seen.__annotations__)
            else as_published(self._warehouse, figures)
        )

    def changes(self, figures: Sequence[Figure]) -> dict[Any, list[Change]]:
        """How each figure differs from the one before and from last year's, where both are given."""
        return changes(figures, self.calendar)

    def explain(
        self,
        name: str,
        grain: str = "month",
        period: str | None = None,
        *,
        by: Sequence[str] = (),
        segment: str | Sequence[str] = (),
        **seen: Unpack[Seen],
    ) -> Explanation:
        """One figure with the rows that make it and the rows left out, each with its rule."""
        question = Question((name,), grain, period, period, tuple(by), segment, **seen)
        return asked_of(self._warehouse, question, lambda desk: desk.explanation())

    def shared_costs(
        self, name: str, grain: str = "month", period: str | None = None, **seen: Unpack[Seen]
    ) -> list[SharedCost]:
        """A figure of retention cost with none, half and all of each kind of cost counted (K16)."""
        return costs_shared_otherwise(self._warehouse, Question((name,), grain, period, period, **seen))

    def curve(self, question: Question) -> list[Figure]:
        """Every step of a survival metric's curve: figures whose own dimension is `months`."""
        return asked_of(self._warehouse, question, lambda desk: desk.curve())

    def staying(
        self,
        *,
        by: Sequence[str],
        segment: str | Sequence[str] = (),
        final_churn: bool = False,
        **seen: Unpack[Seen],
    ) -> Staying:
        """How long the accounts of each segment stay, and whether that differs by more than chance.

        By the Kaplan-Meier curve (K12) of all who ever paid and the log-rank test of the segments'
        curves. `final_churn` lets only a churn end a spell that the account never came back from.
        """
        names = ("survival.final_churn" if final_churn else "survival",)
        question = Question(names, by=tuple(by), segment=segment, **seen)
        return asked_of(self._warehouse, question, lambda desk: staying(desk, tuple(by)))

    def cohorts(
        self,
        kind: str = "logo",
        grain: str = "month",
        *,
        first: str | None = None,
        last: str | None = None,
        by: Sequence[str] = (),
        segment: str | Sequence[str] = (),
        **seen: Unpack[Seen],
    ) -> list[Figure]:
        """What is left of the cohorts begun from period `first` to `last`, by their age: `of["age"]`.

        `kind` is what is followed: `logo` (accounts), `gross` or `net` (their revenue), `usage`
        (accounts with a core event) or `users`. A cell whose period is not over has no value.
        """
        return self.kpis(
            [cohort(kind).full_name], grain=grain, first=first, last=last, by=by, segment=segment, **seen
        )

    def roster(
        self,
        *,
        at: datetime | None = None,
        segment: str | Sequence[str] = (),
        known_at: datetime | None = None,
    ) -> Roster:
        """Every account, or those in all of some segments, with its facts just before an instant."""
        return roster(self._warehouse, Question(segment=segment, known_at=known_at), at)

    def voices(
        self, before: datetime, *, segment: str | Sequence[str] = (), known_at: datetime | None = None
    ) -> Voices:
        """What customers answered and wrote before an instant, answer by answer, the newest first."""
        return voices(self._warehouse, Question(segment=segment, known_at=known_at), before)

    def dossier(self, account_id: str, *, known_at: datetime | None = None) -> Dossier:
        """What happened to one account, its users, and the days on which it was used."""
        return dossier(self._warehouse, account_id, known_at)

    def compare(
        self,
        name: str,
        grain: str = "month",
        period: str | None = None,
        *,
        segment: str | Sequence[str] = (),
        **against: Unpack[Other],
    ) -> Bridge:
        """One figure counted two ways, and the accounts that lead from one to the other.

        The other way is one of: a `variant` (or another metric), another `rulebook`, what was
        `known_at` an instant, the period `against`, or settings `tried`. The parts of the accounts add
        up to the difference exactly; each names the rule, setting or corrected record that moved it.
        """
        question = Question((name,), grain, period, period, segment=segment)
        return compare(self._warehouse, question, against)

    def compare_each(
        self,
        name: str,
        grain: str = "month",
        period: str | None = None,
        *,
        by: Sequence[str],
        segment: str | Sequence[str] = (),
        **against: Unpack[Other],
    ) -> list[Bridge]:
        """The same for each value of what it is split by: a bridge a value, its figures saying which."""
        question = Question((name,), grain, period, period, tuple(by), segment)
        return compare_each(self._warehouse, question, against)

    def choose(self, goal: str, *, days: int = LATER_DAYS) -> Choice:
        """At most seven KPIs for a goal in words, each with how it went with staying `days` later."""
        return choose(self._warehouse, goal, days=days)

    def waves(self, names: Sequence[str] = (), **seen: Unpack[Seen]) -> dict[str, list[list[Wave]]]:
        """By metric the series of its surveys: each wave with its answers, interval and change (C29).

        Without `names` the default of each question: recommending, satisfaction, effort.
        """
        return waves_of(self._warehouse, names, **seen)

    def weigh(
        self, effort: Effort, *, segment: str | Sequence[str] = (), margin: Decimal | None = None
    ) -> Weighed:
        """An effort to keep customers held against what it costs, from today's revenue and losses (C70).

        `margin` stands in for the gross margin that is set or counted.
        """
        within = (segment,) if isinstance(segment, str) else tuple(segment)
        return weigh(effort, outset_of(self._warehouse, within, margin))

    def metrics(self) -> list[Metric]:
        """The catalogue."""
        return list(CATALOG.values())


def _several(names: str | Sequence[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)
