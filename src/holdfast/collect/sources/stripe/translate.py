"""From what Stripe told of an account to rows of our tables: the same for any order of messages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from holdfast.collect.sources.source import Message, Told, Unused, moment
from holdfast.collect.sources.stripe import payments
from holdfast.collect.sources.stripe.accounts import account_rows
from holdfast.collect.sources.stripe.discounts import discounts_of
from holdfast.collect.sources.stripe.history import State, history
from holdfast.collect.sources.stripe.invoices import DRAFT, invoice_row, line_rows, owed_since, status_of
from holdfast.collect.sources.stripe.kept import reference
from holdfast.collect.sources.stripe.lines import Line, lines_of, subscription_of
from holdfast.collect.sources.stripe.phases import Subscription, phase_rows
from holdfast.collect.sources.stripe.prices import Shared, plan_rows
from holdfast.collect.sources.stripe.spans import items
from holdfast.collect.sources.stripe.trials import trial_row

PARTED = {
    "accounts": "account_id",
    "subscription_phases": "account_id",
    "trials": "account_id",
    "invoices": "account_id",
    "invoice_lines": "invoice_id",
    "payments": "account_id",
    "payment_methods": "account_id",
    "refunds": "account_id",
    "plans": "plan",
}
"""The tables that Stripe tells of, and the column by which the rows of each hang together."""

UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, ArithmeticError)
"""How an object that is not as Stripe writes it makes itself known."""


def of_shared(messages: Iterable[Message]) -> Told:
    """The rows of prices, which belong to no account."""
    shared = bodies_of(messages)
    rows = plan_rows(shared)
    return Told({"plans": rows}, parts={"plan": {row["plan"] for row in rows}})


def bodies_of(messages: Iterable[Message]) -> Shared:
    """The newest body of each shared object, by its id."""
    return {states[-1].body["id"]: states[-1].body for states in _histories(messages).values()}


def of_accounts(messages: Sequence[Message], shared: Iterable[Message]) -> Told:
    """The rows of accounts, from all messages about them and all shared ones.

    An account of which something cannot be read at all is noted and left as it was.
    """
    known = bodies_of(shared)
    told = Told(
        {table: [] for table in PARTED if table != "plans"}, parts={"account_id": set(), "invoice_id": set()}
    )
    owners = _owners(messages)
    families: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        owner = message.account_id or owners.get(message.parent_id or "")
        if owner is None:
            told.unused.append(_nobodys(message))
        else:
            families[owner].append(message)
    for account_id in sorted(families):
        try:
            _join(told, _Account(account_id, families[account_id], known).told_of())
        except UNREADABLE as problem:
            told.unused.append(_unread(account_id, problem))
    return told


def _join(all_told: Told, told: Told) -> None:
    for table, rows in told.rows.items():
        all_told.rows[table].extend(rows)
    for column, parts in told.parts.items():
        all_told.parts[column] |= parts
    all_told.unused.extend(told.unused)


def _unread(account_id: str, problem: Exception) -> Unused:
    said = f"something told of it cannot be read ({type(problem).__name__}: {problem})"
    return Unused("customer", account_id, "accounts", said, "objects as Stripe writes them")


def _owners(messages: Iterable[Message]) -> dict[str, str]:
    """Whose each object is that says so itself."""
    return {each.object_id: each.account_id for each in messages if each.account_id}


def _nobodys(message: Message) -> Unused:
    if message.parent_id:
        problem = f"{message.parent_id}, which it belongs to, has not been told of"
        return Unused(message.object, message.object_id, "refunds", problem, "it waits for that")
    problem = "it names no customer"
    return Unused(message.object, message.object_id, "payments", problem, left_out=True)


def _histories(messages: Iterable[Message]) -> dict[str, list[State]]:
    by_object: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        by_object[message.object_id].append(message)
    return {identity: history(each) for identity, each in by_object.items()}


class _Account:
    """One account on its way into rows."""

    def __init__(self, account_id: str, messages: Sequence[Message], shared: Shared) -> None:
        self.account_id, self.messages = account_id, messages
        self.told = Told(defaultdict(list), parts={"account_id": {account_id}})
        kinds: dict[str, list[Message]] = defaultdict(list)
        for message in messages:
            kinds[message.object].append(message)
        self.states = {kind: _histories(each) for kind, each in kinds.items()}
        self.shared = {**self._written_out(), **shared}
        self.bills = {body["id"]: body for body in self.last("invoice") if status_of(body) != DRAFT}
        self.lines = {bill["id"]: list(lines_of(bill, self.shared)) for bill in self.bills.values()}

    def of(self, kind: str) -> Mapping[str, Sequence[State]]:
        """The states of every object of a kind, by its id."""
        return self.states.get(kind, {})

    def last(self, kind: str) -> list[Any]:
        """The newest body of every object of a kind."""
        return [states[-1].body for states in self.of(kind).values()]

    def _written_out(self) -> Shared:
        """The prices that stand in full within subscriptions."""
        bodies = [state.body for states in self.of("subscription").values() for state in states]
        prices = [item.get("price") or item.get("plan") for body in bodies for item in items(body)]
        return {price["id"]: price for price in prices if isinstance(price, dict)}

    def told_of(self) -> Told:
        """The account's rows."""
        self._put("accounts", account_rows(self.account_id, self._customer(), self._first_seen()))
        self._bills()
        self._subscriptions()
        self._payments()
        return self.told

    def _put(self, table: str, rows: Iterable[dict[str, Any]]) -> None:
        self.told.rows[table].extend(rows)

    def _customer(self) -> Sequence[State]:
        return self.of("customer").get(self.account_id, ())

    def _first_seen(self) -> Any:
        bodies = [body for kind in self.states for body in self.last(kind)]
        return min((found for body in bodies if (found := moment(body.get("created")))), default=None)

    def _bills(self) -> None:
        self.told.parts["invoice_id"] = set(self.of("invoice"))
        for invoice_id, bill in self.bills.items():
            self._put("invoices", [invoice_row(self.account_id, bill)])
            self._put("invoice_lines", line_rows(bill, self.lines[invoice_id]))
            if (bill.get("lines") or {}).get("has_more"):
                problem = "it has more lines than were told"
                self.told.unused.append(Unused("invoice", invoice_id, "invoice_lines", problem, PULL))

    def _subscriptions(self) -> None:
        discounts = discounts_of(self.messages, self.shared)
        for identity, states in self.of("subscription").items():
            bills = [bill for bill in self.bills.values() if subscription_of(bill) == identity]
            subscription = Subscription(
                identity,
                self.account_id,
                states,
                [line for bill in bills for line in self._recurring(bill["id"], identity)],
                owed_since(bills),
                discounts,
                self.shared,
                self.told.unused,
            )
            phases = phase_rows(subscription)
            self._put("subscription_phases", phases)
            if trial := trial_row(self.account_id, states[-1].body, phases):
                self._put("trials", [trial])

    def _recurring(self, invoice_id: str, subscription: str) -> list[Line]:
        return [line for line in self.lines[invoice_id] if line.subscription == subscription]

    def _payments(self) -> None:
        paid = payments.invoice_by_payment(
            self.last("invoice"), self.last("invoice_payment"), self.last("payment_intent")
        )
        charges = [body for body in self.last("charge") if body["status"] != payments.OPEN]
        by_invoice: dict[str, list[Any]] = defaultdict(list)
        for charge in charges:
            if invoice := payments.invoice_of(charge, paid):
                by_invoice[invoice].append(charge)
            else:
                note = Unused("charge", charge["id"], "payments", "it pays no invoice", left_out=True)
                self.told.unused.append(note)
        for invoice, each in by_invoice.items():
            self._put("payments", payments.payment_rows(self.account_id, invoice, each))
        made = {charge["id"]: charge for each in by_invoice.values() for charge in each}
        self._put("refunds", self._gone_back(made))
        methods = dict(self.of("payment_method")) | dict(self.of("card"))
        self._put("payment_methods", payments.method_rows(self.account_id, methods, charges))

    def _gone_back(self, charges: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
        """Refunds that were made and disputes that were lost, of charges that pay invoices."""
        refunds = {body["id"]: body for body in self.last("refund")}
        for charge in charges.values():
            for body in (charge.get("refunds") or {}).get("data") or ():
                refunds.setdefault(body["id"], body)
        by_intent = {reference(each.get("payment_intent")): each["id"] for each in charges.values()}
        for body in refunds.values():
            charge_id = reference(body.get("charge")) or by_intent.get(reference(body.get("payment_intent")))
            if charge_id and charge_id in charges and body.get("status", "succeeded") == "succeeded":
                yield payments.refund_row(self.account_id, body, charge_id)
        for body in self.last("dispute"):
            charge_id = reference(body.get("charge"))
            if charge_id and charge_id in charges and body.get("status") == "lost":
                yield payments.dispute_row(self.account_id, body, charge_id)


PULL = "`holdfast pull stripe` reads them all"
