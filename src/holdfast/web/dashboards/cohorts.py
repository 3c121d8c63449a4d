"""Cohorts: of those who began together, what is left; a cell leads to its accounts."""

from __future__ import annotations

from django.http import HttpResponse

from holdfast.errors import unknown
from holdfast.metrics.cohorts import KINDS, cohort
from holdfast.report.page.cohorts import cohort_tables
from holdfast.web.answers import board, cohorts
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import show


@page()
def cohort_page(view: View) -> HttpResponse:
    """The heatmap of one kind of cohort."""
    kind = view.request.GET.get("kind", "logo")
    if kind not in KINDS:
        raise unknown("kind of cohort", kind, KINDS)
    figures = cohorts(view.about, view.at, (kind,))
    tables = list(cohort_tables(figures, view.language))
    return show(
        view,
        "dashboards/cohorts.html",
        kind=kind,
        kinds=tuple(KINDS),
        table=tables[0] if tables else None,
        grain=next((each.grain for each in figures[kind]), view.at.grain),
        metric=cohort(kind),
        stamp=board(view.about, view.at, ("mrr",)).stamp,
    )
