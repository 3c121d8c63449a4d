"""Every component, of real figures where they have any: light and dark, in both directions."""

from __future__ import annotations

from django.http import HttpResponse

from holdfast.errors import BadInput
from holdfast.report.page.lines import Lines
from holdfast.web.answers import board
from holdfast.web.answers.targets import targets_of
from holdfast.web.dashboards.charted import as_data, chart_of
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import show
from holdfast.web.targets.told import told

FRAMES = (("light", "ltr"), ("light", "rtl"), ("dark", "ltr"), ("dark", "rtl"))
FIGURES = ("mrr", "net_revenue_retention", "customer_churn_rate", "paying_customers")
CARDS = 2


@page(noted=False)
def design(view: View) -> HttpResponse:
    """The page; what has no figure in the records is shown as it is shown then."""
    lines = Lines(board(view.about, view.at, FIGURES), view.language)
    rows = [row for family in lines.families() for row in family.rows]
    return show(
        view,
        "design/design.html",
        frames=FRAMES,
        rows=rows,
        cards=rows[:CARDS],
        targets=[told(each, view) for each in targets_of(view.known_at)][:CARDS],
        charts=[chart for name in FIGURES[:1] for chart in chart_of(name, lines)],
        as_data=as_data,
        problem=BadInput("cuontry is no fact.", hint="Did you mean 'country'?"),
    )
