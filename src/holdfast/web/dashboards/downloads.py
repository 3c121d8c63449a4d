"""What a KPI page can be taken away as: its figures and rows as CSV, a workbook, a picture of its chart."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.http import Http404, HttpResponse

from holdfast.report.explained import as_rows
from holdfast.report.page.drawn import picture_of
from holdfast.report.page.lines import Lines
from holdfast.report.rows import COLUMNS, as_csv, figures_as_rows
from holdfast.report.workbook import write
from holdfast.web.answers import board, rows_of
from holdfast.web.dashboards.kpis import TREND, known, split_of
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import secured

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page()
def figures_csv(view: View, name: str) -> HttpResponse:
    """The figures of the page, exact to the last digit, as `holdfast kpis --format csv` writes them."""
    known(name)
    by = split_of(view)
    found = board(view.about, view.at, (name,), by=(by,) if by else (), shown=TREND)
    return _file(as_csv(figures_as_rows(found.figures), COLUMNS).encode(), CSV, f"{name}.csv")


@page()
def rows_csv(view: View, name: str) -> HttpResponse:
    """Every row behind the figure, those left out with their rule, as `holdfast explain` writes them."""
    known(name)
    found = rows_of(view.at, name)
    text = as_csv(as_rows(found), found.left_out.column_names)
    return _file(text.encode(), CSV, f"{name}-{view.at.period}-rows.csv")


@page()
def figures_xlsx(view: View, name: str) -> HttpResponse:
    """The figures of the page as a workbook whose formulas count them anew."""
    known(name)
    contents = board(view.about, view.at, (name,), shown=TREND)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.xlsx"
        write(contents, file, view.file_language)
        body = file.read_bytes()
    return _file(body, XLSX, f"{name}.xlsx")


@page()
def chart_png(view: View, name: str) -> HttpResponse:
    """The chart of the page as a picture."""
    metric = known(name)
    contents = board(view.about, view.at, (name,), shown=TREND)
    lines, figures = Lines(contents, view.file_language), contents.figures
    if not any(figure.value is not None for figure in figures):
        raise Http404(name)
    return _file(picture_of(lines, figures), "image/png", f"{metric.full_name}.png")


def _file(body: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return secured(response)
