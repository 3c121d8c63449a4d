"""Phases of a subscription: spans of one price, quantity, discount and status (R4 to R13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from holdfast.collect.sources.source import Body, Unused, moment
from holdfast.collect.sources.stripe.discounts import Discount, Discounts, listed, taken_off
from holdfast.collect.sources.stripe.history import State
from holdfast.collect.sources.stripe.lanes import Lane, Phase, joined, lanes_of
from holdfast.collect.sources.stripe.lines import Line
from holdfast.collect.sources.stripe.prices import Priced, Shared, Unpriced, priced
from holdfast.collect.sources.stripe.spans import Span, Stand, announced, items, spans, stands


@dataclass(frozen=True)
class Subscription:
    """All that is known of one subscription: its states, its lines on invoices, discounts, prices."""

    subscription_id: str
    account_id: str
    states: Sequence[State]
    lines: Sequence[Line]
    owed_since: datetime | None
    discounts: Discounts
    shared: Shared
    unused: list[Unused] = field(default_factory=list)

    @property
    def last(self) -> Body:
        """The newest state."""
        return self.states[-1].body


@dataclass(frozen=True)
class Terms:
    """What an item is billed by from an instant on; None as price where it is not there.

    `discounts` is None where nothing was said of them: those of before go on.
    """

    price: Body | str | None
    quantity: Any
    discounts: tuple[str, ...] | None


GONE = Terms(None, None, ())

ENDED, CREDIT, ASSUMED, LINE, STATE = range(5)
"""What was seen, the weightier the later where several are of one instant."""

Sight = tuple[datetime, int, Terms]


def phase_rows(told: Subscription) -> list[dict[str, Any]]:
    """Rows of `subscription_phases`; what has no price that could be counted is noted as unused."""
    found = stands(told.states, told.owed_since)
    life = spans(found, told.owed_since)
    seen = _observed(told, found)
    phases = joined([phase for span in life for phase in _of_span(told, span, seen)])
    return [row for lane in lanes_of(told.subscription_id, phases) for row in _rows(told, lane)]


def _observed(told: Subscription, found: Sequence[Stand]) -> dict[str, list[tuple[datetime, Terms]]]:
    """For each item what was seen of it when, oldest first; a state outweighs a line of one instant."""
    bodies = [{_item_id(told, item): item for item in items(stand.body)} for stand in found]
    named = dict.fromkeys(name for body in bodies for name in body)
    seen = _billed(told, named)
    for place, (stand, body) in enumerate(zip(found, bodies, strict=True)):
        later = found[place + 1].at if place + 1 < len(found) else datetime.max
        for name in named:
            terms = _terms(stand.body, body[name]) if name in body else GONE
            sights = seen.setdefault(name, [])
            if not stand.assumed:
                sights.append((stand.at, STATE, terms))
                continue
            lines = [each for each in sights if each[0] < stand.seen_at]
            sights.append((stand.at, ASSUMED, min(lines, key=lambda each: each[0])[2] if lines else terms))
            if lines and stand.seen_at < later:
                sights.append((stand.seen_at, STATE, terms))
    return {name: _in_turn(each) for name, each in seen.items()}


def _billed(told: Subscription, named: Mapping[str, None]) -> dict[str, list[Sight]]:
    """What the lines of invoices tell of items, also of those that no state names any more."""
    seen: dict[str, list[Sight]] = {}
    for line in sorted(told.lines, key=lambda each: each.line_id):
        name = line.item or _only_item(named, told)
        if not (name and line.start and line.price) or line.kind == "one_off":
            continue
        sights = seen.setdefault(name, [])
        if not line.credit:
            # A proration is worked out net of discounts and names none.
            discounts = None if line.proration else line.discounts
            sights.append((line.start, LINE, Terms(line.price, line.quantity, discounts)))
        if name not in named and (over := line.start if line.credit else line.end):
            sights.append((over, CREDIT if line.credit else ENDED, GONE))
    return {name: sights for name, sights in seen.items() if sights}


def _in_turn(seen: list[Sight]) -> list[tuple[datetime, Terms]]:
    found: list[tuple[datetime, Terms]] = []
    for at, _, terms in sorted(seen, key=lambda each: each[:2]):
        known = found[-1][1].discounts if found else ()
        found.append((at, replace(terms, discounts=known) if terms.discounts is None else terms))
    return found


def _item_id(told: Subscription, item: Mapping[str, Any]) -> str:
    return item.get("id") or told.subscription_id


def _only_item(named: Mapping[str, None], told: Subscription) -> str | None:
    """The item of a line that names none: the only one there ever was."""
    return next(iter(named), told.subscription_id) if len(named) <= 1 else None


def _terms(body: Body, item: Mapping[str, Any]) -> Terms:
    own = listed(item)
    return Terms(item.get("price") or item.get("plan"), item.get("quantity"), (*listed(body), *own))


def _of_span(
    told: Subscription, span: Span, seen: Mapping[str, list[tuple[datetime, Terms]]]
) -> Iterator[Phase]:
    """The phases of a span: cut where an item changes, and where a discount begins or ends."""
    cuts = {span.start, *(at for each in seen.values() for at, _ in each)}
    cuts |= {at for each in told.discounts.values() for at in (each.start, each.end) if at}
    inner = sorted(at for at in cuts if at >= span.start and (span.end is None or at < span.end))
    for start, end in zip(inner, [*inner[1:], span.end], strict=True):
        present = {name: terms for name, each in seen.items() if (terms := _at(each, start)).price}
        costs = {name: cost for name, terms in present.items() if (cost := _cost(told, span, terms))}
        whole = sum((cost.amount * cost.quantity for cost in costs.values()), Decimal(0))
        for name, cost in costs.items():
            share = cost.amount * cost.quantity / whole if whole else Decimal(0)
            off = taken_off(_in_force(told, present[name], start), cost, share)
            yield Phase(name, start, end, _status(span.status, cost), cost, off)


def _at(seen: list[tuple[datetime, Terms]], start: datetime) -> Terms:
    """What was last seen of an item by an instant."""
    known = [terms for at, terms in seen if at <= start]
    return known[-1] if known else GONE


def _status(status: str, cost: Priced) -> str:
    return "free" if status == "active" and not cost.amount and not cost.metered else status


def _cost(told: Subscription, span: Span, terms: Terms) -> Priced | None:
    try:
        return priced(terms.price or {}, terms.quantity, span.body.get("currency"), told.shared)
    except Unpriced as reason:
        _note(told, reason.problem, reason.wanted)
        return None


def _in_force(told: Subscription, terms: Terms, at: datetime) -> list[Discount]:
    """The discounts that an item has at an instant; the customer's where the subscription has none."""
    listed_ones = terms.discounts or ()
    for unknown in (each for each in listed_ones if each not in told.discounts):
        _note(told, f"discount {unknown} is not known", DISCOUNTS)
    named = [told.discounts[each] for each in listed_ones if each in told.discounts]
    own = [each for each in named if not each.on_customer]
    everywhere = [each for each in told.discounts.values() if each.on_customer]
    held = [each for each in (own or everywhere) if each.holds(at)]
    for each in held:
        if each.coupon is None:
            _note(told, f"the coupon of discount {each.discount_id} is not known", DISCOUNTS)
    return held


DISCOUNTS = "the coupon too: `holdfast pull stripe --whole` reads it"


def _note(told: Subscription, problem: str, wanted: str) -> None:
    """Note once what of the subscription could not be used."""
    note = Unused("subscription", told.subscription_id, "subscription_phases", problem, wanted)
    if note not in told.unused:
        told.unused.append(note)


def _rows(told: Subscription, lane: Lane) -> Iterator[dict[str, Any]]:
    for place, phase in enumerate(lane.phases):
        after = lane.phases[place + 1] if place + 1 < len(lane.phases) else None
        follows = after is not None and after.start == phase.end
        yield {
            "phase_id": f"{lane.name}@{phase.start:%Y%m%dT%H%M%SZ}",
            "subscription_id": lane.name,
            "account_id": told.account_id,
            "plan": phase.cost.plan,
            "start_at": phase.start,
            "end_at": phase.end,
            "status": phase.status,
            "currency": phase.cost.currency,
            "unit_amount": phase.cost.amount,
            "quantity": phase.cost.quantity,
            "interval": phase.cost.interval,
            "interval_count": phase.cost.interval_count,
            "discount_amount": phase.off.amount if phase.off else None,
            "discount_kind": phase.off.kind if phase.off else None,
            "discount_cycles": phase.off.cycles if phase.off else None,
            **_ending(told, phase, after if follows else None),
        }


def _ending(told: Subscription, phase: Phase, after: Phase | None) -> dict[str, Any]:
    """When and why a phase ended, as far as it did."""
    if after is not None:
        moved = after.cost.plan != phase.cost.plan
        return {"end_reason": "plan_change" if moved else None}
    body = told.last
    over = _ended(body) or announced(body)
    if phase.end is None:
        return {}
    if over is None or phase.end < over:
        unpaid = any(_leaves_unpaid(state, phase.end) for state in told.states)
        return {"end_reason": "payment_failure" if unpaid else "plan_change"}
    details = body.get("cancellation_details") or {}
    said = [details[name] for name in ("feedback", "comment") if details.get(name)]
    asked = moment(body.get("canceled_at"))
    return {
        "cancel_requested_at": asked if asked and asked <= phase.end else None,
        "end_reason": _reason(details.get("reason"), phase),
        "end_cause": ": ".join(said) or None,
    }


def _leaves_unpaid(state: State, end: datetime) -> bool:
    return state.body.get("status") == "unpaid" and state.at >= end


def _reason(told: str | None, phase: Phase) -> str:
    if told == "payment_failed" or (told is None and phase.status == "past_due"):
        return "payment_failure"
    return "voluntary" if told in (None, "cancellation_requested") else "other"


def _ended(body: Body) -> datetime | None:
    return moment(body.get("ended_at")) if body.get("status") == "canceled" else None
