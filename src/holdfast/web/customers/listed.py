"""The table of customers: searched, sorted and paged on the server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from holdfast.errors import UsageError, unknown
from holdfast.report.rows import as_csv
from holdfast.segments.of_accounts import STATES
from holdfast.web.answers.customers import PAGE_ROWS, SORTED_BY, Wanted, roster_of, slice_of
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import secured, show
from holdfast.words.amounts import amount, bare, date, number

NUMBERS = {"mrr", "tenure", "open_tickets"}


@page()
def customers(view: View) -> HttpResponse:
    """The accounts wanted, as many as a page shows, and what they come to."""
    wanted = wanted_of(view)
    roster = roster_of(view.about, view.at)
    found = slice_of(roster, wanted)
    return show(
        view,
        "customers/customers.html",
        wanted=wanted,
        total=found.total,
        mrr=amount(found.mrr or 0, view.about.currency, view.language),
        states=[(state, found.statuses.get(state, 0)) for state in STATES],
        columns=SORTED_BY,
        numbers=NUMBERS,
        rows=[told(row, view) for row in found.rows],
        at=date(view.about.calendar.local_day(roster.at), view.language),
        before=max(wanted.offset - PAGE_ROWS, 0) if wanted.offset else None,
        after=wanted.offset + PAGE_ROWS if wanted.offset + PAGE_ROWS < found.total else None,
    )


@page()
def customers_csv(view: View) -> HttpResponse:
    """Every account of the standpoint with its facts, exact."""
    rows = roster_of(view.about, view.at).rows
    response = HttpResponse(
        as_csv(rows.to_pylist(), rows.column_names), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="customers-{view.at.period}.csv"'
    return secured(response)


def wanted_of(view: View) -> Wanted:
    """What the address asks for; raises UsageError for a column, a status or a place that there is not."""
    asked = view.request.GET
    sort, status, offset = asked.get("sort", "mrr"), asked.get("status", ""), asked.get("from", "0")
    if sort not in SORTED_BY:
        raise unknown("column", sort, SORTED_BY)
    if status and status not in STATES:
        raise unknown("status", status, STATES)
    if not offset.isdecimal():
        raise UsageError(f"{offset!r} is no place in a table.", hint="A whole number.")
    upwards = asked.get("way", "down" if sort in NUMBERS | {"last_seen"} else "up") == "up"
    return Wanted(asked.get("q", "").strip(), status, sort, upwards, int(offset))


def told(row: Mapping[str, Any], view: View) -> dict[str, str]:
    """The facts of an account as a person reads them."""
    language = view.language
    written = {
        "mrr": lambda value: bare(value, view.about.currency, language),
        "tenure": lambda value: amount(value, "days", language),
        "open_tickets": lambda value: number(value, language) if value else "",
        "last_seen": lambda value: date(value, language),
    }
    return {
        name: "" if value is None else str(written.get(name, str)(value))
        for name, value in row.items()
        if name != "created_at"
    }
