"""What is known of an account just before an instant, one plain look at the rows for each fact."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from tests.oracle.company import Company, NoRateError
from tests.oracle.days import ONE_DAY, add_months
from tests.oracle.knowledge import Row, recorded, source
from tests.oracle.phases import charged, in_force_until, monthly
from tests.oracle.surveys import answers, asked_late, solved_by_then
from tests.oracle.voices import Voice, before

Key = tuple[str, Any]


class People:
    """What everyone did and said, with their accounts; looked up once for a company."""

    def __init__(self, company: Company) -> None:
        self.company = company

    @cached_property
    def acts(self) -> list[tuple[str, Key, str, date]]:
        """Account, user, event and local day of each act that is not a server's nor an insider's."""
        rows = [row for row in self.company.rows["events"] if row.get("origin") != "server"]
        named: dict[Key, list[str]] = {}
        for row in rows:
            if row.get("account_id") is not None:
                named.setdefault(self._key(row), []).append(self.company.identity.of(row))
        found = []
        for row in rows:
            users = self._users.get(self._key(row), [])
            if any(user.get("is_internal") for user in users):
                continue
            if row.get("account_id") is not None:
                account = self.company.identity.of(row)
            elif users:
                account = self.company.identity.of(users[-1])
            elif row.get("user_id") is not None and self._key(row) in named:
                account = min(named[self._key(row)])
            else:
                continue
            day = self.company.place.local(row["occurred_at"]).date()
            found.append((account, self._key(row), row["name"], day))
        return found

    @cached_property
    def began(self) -> date | None:
        """The first day on which anyone did anything."""
        rows = [row for row in self.company.rows["events"] if row.get("origin") != "server"]
        return min((self.company.place.local(row["occurred_at"]).date() for row in rows), default=None)

    @cached_property
    def tickets(self) -> list[tuple[str | None, Row]]:
        """Each ticket that counts, with its account."""
        told = [
            row
            for row in self.company.rows["tickets"]
            if before(self.company, row["created_at"]) and not row.get("spam") and not row.get("merged_into")
        ]
        voices = [(Voice(self.company, row, None, ""), row) for row in told]
        return [(voice.account, row) for voice, row in voices if not voice.internal]

    @cached_property
    def scores(self) -> dict[str, list[tuple[str | None, datetime, str, Any]]]:
        """Each valid answer by kind: account, instant, id and score."""
        found = {}
        for kind in ("nps", "csat", "ces1", "ces2"):
            said = [each for each in answers(self.company, kind) if self._is_valid(kind, each)]
            found[kind] = [
                (each.voice.account, each.at, _named(each.row, "response_id"), each.score) for each in said
            ]
        return found

    def _is_valid(self, kind: str, said: Any) -> bool:
        if kind == "nps":
            return bool(said.fits(0, 10))
        if kind == "csat":
            whole = all(bound is not None and bound == int(bound) for bound in (said.low, said.high))
            wide = whole and said.high - said.low >= 3
            return bool(wide and said.on(said.low, said.high) and not asked_late(self.company, said))
        scale = {"ces1": (1, 5), "ces2": (1, 7)}[kind]
        return bool(said.fits(*scale) and (said.ticket is None or solved_by_then(self.company, said)))

    @cached_property
    def _users(self) -> dict[Key, list[Row]]:
        found: dict[Key, list[Row]] = {}
        for row in self.company.rows["users"]:
            found.setdefault(self._key(row), []).append(row)
        for rows in found.values():
            rows.sort(key=lambda row: (row.get("valid_from") or datetime.min, recorded(row)))
        return found

    @staticmethod
    def _key(row: Row) -> Key:
        return source(row), row.get("user_id")


class Facts:
    """One account just before `bound`; taken as it enters where it becomes a customer before `until`."""

    def __init__(self, people: People, account: str, bound: datetime, until: datetime) -> None:
        self.people, self.company, self.account = people, people.company, account
        self.bound, self.until = bound, until
        self.story = self.company.stories.get(account)
        self.today = self.company.place.local(bound).date()

    def attribute(self, column: str) -> Any:
        """A column of the account as dated: of itself first, then of what was merged into it."""
        versions: dict[Key, list[Row]] = {}
        for row in self.company.rows["accounts"]:
            if self.company.identity.of(row) == self.account:
                versions.setdefault((source(row), row["account_id"]), []).append(row)
        found = []
        for (whose, name), rows in versions.items():
            rows.sort(key=lambda row: row.get("valid_from") or recorded(row))
            held = [row for place, row in enumerate(rows) if place == 0 or _since(row) < self.bound]
            own = (name if whose == "own" else f"{whose}:{name}") == self.account
            found.append((not own, whose, name, held[-1].get(column)))
        return next(
            (value for *_, value in sorted(found, key=lambda each: each[:3]) if value is not None), None
        )

    @property
    def enters_at(self) -> datetime | None:
        """When it becomes a customer, where it is none at the bound and will be before `until`."""
        spans = self.story.spans if self.story else []
        if any(start < self.bound <= end for start, end in spans):
            return None
        return min((start for start, _ in spans if self.bound <= start < self.until), default=None)

    @property
    def mrr(self) -> Decimal | None:
        """MRR in the workspace's currency; None where a rate is missing."""
        if self.story is None:
            return Decimal(0)
        amounts: dict[str, Decimal] = self.story.by_currency(self.bound)
        if self.enters_at is not None:
            steps = [step for step in self.story.steps if step.start <= self.enters_at < step.end]
            amounts = {}
            for (_, currency), amount in steps[0].native.items():
                amounts[currency] = amounts.get(currency, Decimal(0)) + amount
        try:
            return self.company.worth(amounts, self.company.rate_day(self.bound))
        except NoRateError:
            return None

    @property
    def plans(self) -> set[str] | None:
        """The plans that it pays for or has paused; None where it has none."""
        found = {row["plan"] for row in self._held(("paying", "paused"), self.bound)}
        if self.enters_at is not None:
            just_after = self.enters_at + timedelta(microseconds=1)
            found |= {row["plan"] for row in self._held(("paying", "paused"), just_after)}
        return found or None

    @property
    def status(self) -> str:
        """Paying, paused, trialing, churned or never_paid."""
        spans = self.story.spans if self.story else []
        if (self.story and self.story.pays_at(self.bound)) or self.enters_at is not None:
            return "paying"
        if any(start < self.bound <= end for start, end in spans):
            return "paused"
        if self._held(("trialing",), self.bound):
            return "trialing"
        return "churned" if any(start < self.bound for start, _ in spans) else "never_paid"

    @property
    def first_paid(self) -> datetime | None:
        """When it first paid, where that was before."""
        starts = [start for start, _ in self.story.spans if start < self.bound] if self.story else []
        return min(starts, default=None)

    @property
    def signed_up(self) -> datetime | None:
        """When it signed up, where that was before."""
        rows = [row for row in self.company.rows["accounts"] if self.company.identity.of(row) == self.account]
        born = min((row["created_at"] for row in rows), default=None)
        return born if born is not None and born < self.bound else None

    def passed(self, began: datetime, count: int, unit: str) -> datetime:
        """When so much time has passed since an instant, by the local clock."""
        local = self.company.place.local(began)
        if unit == "month":
            day = add_months(local.date(), count)
            return self.company.place.utc(datetime.combine(day, local.time()))
        return self.company.place.utc(local + count * ONE_DAY)

    def acts(self, days: int | None = None, names: tuple[str, ...] = ()) -> list[tuple[Key, date]] | None:
        """User and day of its acts in so many whole days before; None before anything is recorded."""
        if self.people.began is None or self.today <= self.people.began:
            return None
        first = date.min if days is None else self.today - days * ONE_DAY
        return [
            (user, day)
            for account, user, name, day in self.people.acts
            if account == self.account and first <= day < self.today and (not names or name in names)
        ]

    def active(self, days: int | None = None) -> list[tuple[Key, date]] | None:
        """The acts that make active."""
        return self.acts(days, tuple(self.company.settings["qualifying_events"]))

    def score(self, kind: str, days: int | None = None) -> Any:
        """The newest score of a kind, in so many days before."""
        first = date.min if days is None else self.today - days * ONE_DAY
        given = [
            (at, name, score)
            for account, at, name, score in self.people.scores[kind]
            if account == self.account and at < self.bound and self.company.place.local(at).date() >= first
        ]
        return max(given)[2] if given else None

    @property
    def open_tickets(self) -> int | None:
        """Its tickets that were not solved; None before the first ticket of all."""
        every = [row["created_at"] for row in self.company.rows["tickets"]]
        if not every or self.bound <= min(every):
            return None
        own = [row for account, row in self.people.tickets if account == self.account]
        return len([row for row in own if row["created_at"] < self.bound and not self._solved(row)])

    def _solved(self, row: Row) -> bool:
        solved = row.get("solved_at")
        return solved is not None and before(self.company, solved) and bool(solved < self.bound)

    def _held(self, states: tuple[str, ...], bound: datetime) -> list[Row]:
        """The phases in some states just before a bound; what pays goes on through a short gap."""
        rules = self.company.rules
        phases = self._phases
        bills = self.company.by_account("invoices", "issued_at").get(self.account, [])
        held = []
        for phase in phases:
            end = in_force_until(phase, phases, bills, rules)
            state = phase["status"]
            if state in charged(rules):
                state = "paying" if monthly(phase, rules) > 0 else "discounted"
            if state == "paying":
                end = self._bridged(end)
            if state in states and phase["start_at"] < end and phase["start_at"] < bound <= end:
                held.append(phase)
        return held

    def _bridged(self, end: datetime) -> datetime:
        """The end of what ended as a short gap began: the end of the gap."""
        steps = self.story.steps if self.story else []
        stretches = {(step.start, step.end) for step in steps}
        paid = self._paid_bounds
        gaps = [step_end for start, step_end in stretches if start == end and (start, step_end) in paid]
        return gaps[0] if gaps else end

    @cached_property
    def _paid_bounds(self) -> set[tuple[datetime, datetime]]:
        """The steps of the story in which no phase pays by itself: gaps that were filled."""
        rules, phases = self.company.rules, self._phases
        bills = self.company.by_account("invoices", "issued_at").get(self.account, [])
        own = [
            (phase["start_at"], in_force_until(phase, phases, bills, rules))
            for phase in phases
            if phase["status"] in charged(rules) and monthly(phase, rules) > 0
        ]
        return {
            (step.start, step.end)
            for step in (self.story.steps if self.story else [])
            if not any(start <= step.start < end for start, end in own)
        }

    @cached_property
    def _phases(self) -> list[Row]:
        found = self.company.by_account("subscription_phases", "start_at").get(self.account, [])
        return [phase for phase in found if phase["start_at"] < (phase.get("end_at") or datetime.max)]


def _since(row: Row) -> datetime:
    return row.get("valid_from") or recorded(row)


def _named(row: Row, column: str) -> str:
    return str(row[column]) if source(row) == "own" else f"{source(row)}:{row[column]}"
