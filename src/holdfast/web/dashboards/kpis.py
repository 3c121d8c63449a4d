"""Every KPI on a page of its own, and all of them on one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpResponse

from holdfast.errors import Sentence, UsageError
from holdfast.metrics import Figure, Metric, find
from holdfast.report.look import Look
from holdfast.report.page.lines import Lines, Told
from holdfast.report.phrases import formula_text, reason_text, title_text, value_text
from holdfast.segments.attributes import OF_PHASES, OF_START, PLAIN
from holdfast.web.answers import Standpoint, board, kept, variants
from holdfast.web.dashboards.charted import as_data, chart_of
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import show
from holdfast.words import knows, say

WHOLE = (1040, 300)
TREND = 25
SPLITS = ("plan", "country", "industry", "size_band", "channel", "interval", "currency", "start_year")
MOST_VALUES = 30


@dataclass(frozen=True)
class Way:
    """One way of counting a metric, as a row."""

    name: str
    title: str
    formula: str
    value: str
    reason: str
    shown: bool


@page()
def catalogue(view: View) -> HttpResponse:
    """Every KPI of the whole board, by family."""
    lines = Lines(board(view.about, view.at), view.language)
    families = list(lines.families())
    return show(view, "dashboards/catalogue.html", families=families, stamp=lines.contents.stamp)


@page()
def kpi(view: View, name: str) -> HttpResponse:
    """One KPI: its number, over time, split, counted otherwise, and what it means."""
    metric = known(name)
    by = split_of(view)
    contents = board(view.about, view.at, (name,), shown=TREND)
    lines = Lines(contents, view.language)
    rows = [row for family in lines.families() for row in family.rows]
    split = _split(view, name, by) if by else None
    charts = kept(
        ("chart", name, by, view.at, view.language),
        lambda: list(chart_of(metric.full_name, split or lines, WHOLE)),
    )
    return show(
        view,
        "dashboards/kpi.html",
        metric=metric,
        title=_title(view, metric),
        told=rows[0] if rows else None,
        figure=next(iter(_now(view.at, contents.figures)), None),
        rows=rows[1:],
        stamp=contents.stamp,
        charts=charts,
        as_data=as_data,
        by=by,
        splits=[(name, dimension(name, view.language)) for name in splits_of(metric)],
        segments=_values(split)[:MOST_VALUES] if split else [],
        ways=_ways(view, metric),
        formula=formula_text(metric, Look(language=view.language)),
        symbols=contents.formulas.get(metric.full_name, ""),
        exact_link=_exact(view, name),
    )


def known(name: str) -> Metric:
    """The metric of an address; where there is none, a page says so with the nearest name."""
    try:
        return find(name)
    except UsageError as problem:
        raise Http404(problem.message) from problem


def splits_of(metric: Metric) -> Sequence[str]:
    """What a metric can be split by: nothing where its rows belong to no account."""
    return SPLITS if metric.allocated and not metric.given else ()


def split_of(view: View) -> str:
    """What the address asks to split by; raises UsageError for what cannot be."""
    by = view.request.GET.get("by", "")
    every = (*PLAIN, *OF_PHASES, *OF_START)
    if by and by not in every and not by.startswith(("attributes.", "segment.")):
        raise UsageError(Sentence("Figures are not split by {by!r}.", by=by), hint=", ".join(every))
    return by


def dimension(name: str, language: str) -> str:
    """What something to split by is called."""
    key = f"web.split.{name}"
    return say(key, language) if knows(key) else name


def _exact(view: View, name: str) -> str:
    """The address that shows this figure as it is known now, also when more is known."""
    known = view.at.known_at or view.about.recorded_until
    told = f"{known.isoformat()}Z" if known is not None else None
    return view.link(f"/kpis/{name}/", period=view.at.period, grain=view.at.grain, known=told)


def _title(view: View, metric: Metric) -> str:
    return title_text(metric.full_name, Look(language=view.language), metric.title)


def _now(at: Standpoint, figures: Sequence[Figure]) -> list[Figure]:
    return [figure for figure in figures if at.shows(figure)]


def _split(view: View, name: str, by: str) -> Lines:
    return Lines(board(view.about, view.at, (name,), by=(by,)), view.language)


def _values(split: Lines) -> list[Told]:
    """The values of a split in the last period, those that stand on most first."""
    rows = sorted(split.series.values(), key=lambda line: -(line[-1].n or 0))
    return [split.told(line[-1]) for line in rows]


def _ways(view: View, metric: Metric) -> list[Way]:
    look, found = Look(language=view.language), []
    for each in variants(view.at, metric.full_name):
        title = title_text(each.metric.full_name, look, each.metric.title)
        figure = each.figure
        undefined = figure is None or figure.value is None
        value = value_text(figure, look).strip(f" {look.mark}") if figure is not None else look.dash
        reason = (reason_text(figure, look) if figure is not None else each.needs) if undefined else ""
        text = formula_text(each.metric, look)
        same = each.metric.full_name == metric.full_name
        found.append(Way(each.metric.full_name, title, text, value, reason, same))
    return found
