"""The table of customers: searched, sorted and paged on the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect

from holdfast.errors import Sentence, UsageError, unknown
from holdfast.report.rows import as_csv
from holdfast.segments.of_accounts import STATES
from holdfast.web.answers.customers import COLUMNS, PAGE_ROWS, Wanted, roster_of, slice_of
from holdfast.web.customers.saved import ASKED, do_let_go, do_save, views_of
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import secured, show
from holdfast.words.amounts import amount, bare, date, number

NUMBERS = {"mrr", "tenure", "open_tickets"}
SHOWN = tuple(name for name in COLUMNS if name not in ("industry", "created_at"))
"""The columns where nothing is chosen."""


@page(methods=frozenset({"GET", "HEAD", "POST"}))
def customers(view: View) -> HttpResponse:
    """The accounts wanted, as many as a page shows, what they come to; and where a view is saved.

    Everyone saves views for themselves, and so may whoever reads.
    """
    if view.request.method == "POST":
        return _changed(view)
    wanted, columns = wanted_of(view), columns_of(view)
    roster = roster_of(view.about, view.at)
    found = slice_of(roster, wanted)
    return show(
        view,
        "customers/customers.html",
        wanted=wanted,
        total=found.total,
        mrr=amount(found.mrr or 0, view.about.currency, view.language),
        states=[(state, found.statuses.get(state, 0)) for state in STATES],
        columns=columns,
        choices=COLUMNS[1:],
        views=views_of(view.member),
        asked={name: view.request.GET.getlist(name) for name in ASKED if view.request.GET.get(name)},
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
    if sort not in COLUMNS:
        raise unknown("column", sort, COLUMNS)
    if status and status not in STATES:
        raise unknown("status", status, STATES)
    if not offset.isdecimal():
        raise UsageError(
            Sentence("{offset!r} is no place in a table.", offset=offset), hint=Sentence("A whole number.")
        )
    upwards = asked.get("way", "down" if sort in NUMBERS | {"last_seen", "created_at"} else "up") == "up"
    return Wanted(asked.get("q", "").strip(), status, sort, upwards, int(offset))


def columns_of(view: View) -> Sequence[str]:
    """The columns that the address chooses, the name before them; raises UsageError for one there is not."""
    chosen = view.request.GET.getlist("columns")
    for name in chosen:
        if name not in COLUMNS:
            raise unknown("column", name, COLUMNS)
    return ("name", *(name for name in COLUMNS[1:] if name in chosen)) if chosen else SHOWN


def _changed(view: View) -> HttpResponse:
    """Save a view, or let one go, and go back to the table."""
    posted = view.request.POST
    if "drop" in posted:
        do_let_go(view.member, posted["drop"])
        return secured(redirect(view.link("/customers/")))
    asked = {name: posted.getlist(name) for name in ASKED}
    do_save(view.member, posted.get("name", ""), asked)
    return secured(redirect(view.link("/customers/", **asked)))


def told(row: Mapping[str, Any], view: View) -> dict[str, str]:
    """The facts of an account as a person reads them."""
    language = view.language
    written = {
        "mrr": lambda value: bare(value, view.about.currency, language),
        "tenure": lambda value: amount(value, "days", language),
        "open_tickets": lambda value: number(value, language) if value else "",
        "last_seen": lambda value: date(value, language),
        "created_at": lambda value: date(view.about.calendar.local_day(value), language),
    }
    return {name: "" if value is None else str(written.get(name, str)(value)) for name, value in row.items()}
