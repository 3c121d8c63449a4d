"""Contracts that come to their end, and those renewed (K11, K08 by due contracts)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from tests.oracle.answers import Answer, ratio, total
from tests.oracle.churn import with_wilson
from tests.oracle.company import Company
from tests.oracle.cycles import Amounts, Paid, Run, dues, follow, plain, runs
from tests.oracle.days import FOREVER, ONE_DAY, Window
from tests.oracle.knowledge import Row
from tests.oracle.payments import until_now
from tests.oracle.revenue import members


@dataclass
class Term:
    """A term that ends at an instant, what it is worth, and what came of it."""

    account: str
    end: datetime
    worth: Amounts
    next_worth: Amounts
    agreed_at: datetime | None
    refused_at: datetime | None


@lru_cache(maxsize=64)
def terms(company: Company, until: datetime) -> list[Term]:
    """Every term of accounts that count that ends before an instant."""
    contracts: dict[str, list[Row]] = {}
    for row in company.rows["contracts"]:
        account = company.identity.of(row)
        if row["term_end"] > row["term_start"] and not company.identity.internal(account):
            contracts.setdefault(account, []).append(row)
    found = [term for account in contracts for term in of_contracts(company, account, contracts[account])]
    for account in company.by_account("subscription_phases", "start_at"):
        for term in of_phases(company, account, until):
            bound = contracts.get(account, [])
            if not any(row["term_start"] < term.end <= row["term_end"] for row in bound):
                found.append(term)
    return [term for term in found if term.end < until]


def of_contracts(company: Company, account: str, rows: Sequence[Row]) -> Iterator[Term]:
    """The terms of an account's contracts."""
    every = [row for row in company.rows["contracts"] if row["term_end"] > row["term_start"]]
    by_name = {plain(row, row["contract_id"]): row for row in every}
    named = {plain(row, row["renewed_by"]) for row in every if row.get("renewed_by")}
    found = {plain(row, row["contract_id"]): as_run(row) for row in rows}
    silent = [found[plain(row, row["contract_id"])] for row in rows if outcome(row) is None]
    follow(silent, [run for name, run in found.items() if name not in named], company)
    for row in rows:
        after = found[plain(row, row["contract_id"])].follower
        told = row.get("decided_at") or row["term_end"]
        by = plain(row, row["renewed_by"]) if row.get("renewed_by") else after.line if after else ""
        agreed = told if outcome(row) == "renewed" else after.begin if after else None
        yield Term(
            account,
            row["term_end"],
            [(row["mrr"], row["currency"])],
            [next_worth(row, by_name.get(by))],
            agreed,
            told if outcome(row) == "lost" else None,
        )


def as_run(row: Row) -> Run:
    """A contract as a stretch of its own that nothing of the same name follows."""
    name = plain(row, row["contract_id"])
    paid = Paid(row["term_start"], row["term_end"], (row["mrr"], row["currency"]), None)
    return Run(name, name, [paid], due=row["term_end"])


def next_worth(row: Row, following: Row | None) -> tuple[Decimal, str]:
    """What a renewed contract is worth: as it says, else as the next one does, else as before."""
    if row.get("renewed_mrr") is not None:
        return row["renewed_mrr"], row["currency"]
    known = row if following is None else following
    return known["mrr"], known["currency"]


def outcome(row: Row) -> str | None:
    """What came of a contract, in its own words."""
    told: str | None = row.get("outcome")
    return told or ("renewed" if row.get("renewed_by") else None)


def of_phases(company: Company, account: str, until: datetime) -> Iterator[Term]:
    """The terms of an account's subscriptions: every cycle of every run."""
    found = runs(company, account)
    follow([run for run in found if run.end != FOREVER], found, company)
    for run in found:
        begun = run.begin
        for due in dues(run, company.place):
            if begun >= run.end or begun >= until:
                break
            begun = due
            if run.end > due:
                yield Term(account, due, run.worth(due, after=False), run.worth(due, after=True), due, None)
                continue
            after = run.follower
            yield Term(
                account,
                due,
                run.worth(run.end, after=False),
                after.worth(after.begin, after=True) if after else [],
                after.begin if after else None,
                run.end if run.refused else None,
            )


def renewed(company: Company, term: Term) -> bool:
    """Whether a follow-on term was agreed within the grace, and by `as_of`."""
    limit = term.end + timedelta(days=company.rules["renewal_grace_days"])
    agreed = term.agreed_at
    return agreed is not None and agreed < limit and (company.as_of is None or agreed < company.as_of)


def pending(company: Company, term: Term) -> bool:
    """Whether it is undecided, inside the grace."""
    if company.as_of is None or renewed(company, term):
        return False
    if term.refused_at is not None and term.refused_at < company.as_of:
        return False
    return term.end + timedelta(days=company.rules["renewal_grace_days"]) > company.as_of


def due(company: Company, window: Window) -> list[Term]:
    """The terms that end in the period."""
    window = until_now(company, window)
    return [term for term in terms(company, window.end) if window.holds(term.end)]


def by_account(company: Company, window: Window) -> dict[str, str]:
    """Whether each account with a term due renewed any, none, or may still."""
    found: dict[str, list[Term]] = {}
    for term in due(company, window):
        found.setdefault(term.account, []).append(term)
    return {account: fate(company, each) for account, each in found.items()}


def fate(company: Company, each: list[Term]) -> str:
    if any(renewed(company, term) for term in each):
        return "renewed"
    return "pending" if any(pending(company, term) for term in each) else "lost"


def logo(company: Company, window: Window) -> Answer:
    told = [term for term in due(company, window) if not pending(company, term)]
    return with_wilson(ratio(sum(renewed(company, term) for term in told), len(told)))


def pessimistic(company: Company, window: Window) -> Answer:
    every = due(company, window)
    return with_wilson(ratio(sum(renewed(company, term) for term in every), len(every)))


def per_account(company: Company, window: Window) -> Answer:
    fates = [each for each in by_account(company, window).values() if each != "pending"]
    return with_wilson(ratio(fates.count("renewed"), len(fates)))


def due_only(company: Company, window: Window) -> Answer:
    fates = [each for each in by_account(company, window).values() if each != "pending"]
    return with_wilson(ratio(fates.count("lost"), len(fates)))


def of_base(company: Company, window: Window) -> Answer:
    fates = by_account(company, window)
    known = [each for each in members(company, window.start) if fates.get(each) != "pending"]
    return with_wilson(ratio(sum(fates.get(each) == "renewed" for each in known), len(known)))


def windfall(company: Company, window: Window) -> Answer:
    window = until_now(company, window)
    every = terms(company, window.end)
    signed = [
        term
        for term in every
        if renewed(company, term) and window.holds(max(term.end, term.agreed_at or term.end))
    ]
    return ratio(len(signed), sum(window.holds(term.end) for term in every))


def valued(company: Company, window: Window) -> list[tuple[Decimal, Decimal]]:
    """What each decided term was worth and what the next one is, at the rate before the period."""
    day = window.first_day - ONE_DAY

    def worth(amounts: Amounts) -> Decimal:
        return sum((company.convert(amount, currency, day) for amount, currency in amounts), Decimal(0))

    told = [term for term in due(company, window) if not pending(company, term)]
    return [(worth(term.worth), worth(term.next_worth if renewed(company, term) else [])) for term in told]


def gross(company: Company, window: Window) -> Answer:
    pairs = valued(company, window)
    return ratio(sum(min(pair) for pair in pairs), sum(before for before, _ in pairs))


def net(company: Company, window: Window) -> Answer:
    pairs = valued(company, window)
    return ratio(sum(after for _, after in pairs), sum(before for before, _ in pairs))


def lost(company: Company, window: Window) -> Answer:
    gone = [term for term in due(company, window) if not renewed(company, term)]
    return total(sum(not pending(company, term) for term in gone))


def lost_mrr(company: Company, window: Window) -> Answer:
    day = window.first_day - ONE_DAY
    told = [term for term in due(company, window) if not pending(company, term)]
    gone = [pair for term in told if not renewed(company, term) for pair in term.worth]
    return total(sum((company.convert(amount, currency, day) for amount, currency in gone), Decimal(0)))


MEASURES: dict[str, Callable[..., Answer]] = {
    "renewal_rate": logo,
    "renewal_rate.per_account": per_account,
    "renewal_rate.pessimistic": pessimistic,
    "renewal_rate.of_base": of_base,
    "renewal_rate.windfall": windfall,
    "gross_renewal_rate": gross,
    "net_renewal_rate": net,
    "lost_renewals": lost,
    "lost_renewals.mrr": lost_mrr,
    "customer_churn_rate.due_only": due_only,
}
"""Metric -> what gives its answer from a company, a window and the metric's own dimension by name."""
