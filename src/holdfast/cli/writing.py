"""How a report is written: for a terminal, as text, or as a file; one row here for each form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from holdfast.cli.options import Format
from holdfast.cli.terminal import Terminal, is_plain
from holdfast.errors import UsageError

if TYPE_CHECKING:
    from holdfast.flow import Workspace
    from holdfast.flow.published.reporting import Report
    from holdfast.metrics import Figure


class Form(StrEnum):
    """How a report is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"
    XLSX = "xlsx"
    HTML = "html"


AsForm = Annotated[Form, typer.Option("--format", "-f", help="How to write the report.")]
Out = Annotated[
    Path | None,
    typer.Option("--out", "-o", metavar="FILE", help="Where to write it.", show_default=False),
]


@dataclass(frozen=True)
class Shown:
    """A report that was made, with what is needed to show it."""

    space: Workspace
    report: Report
    figures: Sequence[Figure]
    language: str


def _json(shown: Shown) -> str:
    from holdfast.report.rows import as_json, figures_as_rows

    return as_json(figures_as_rows(shown.figures), plain=is_plain())


def _csv(shown: Shown) -> str:
    from holdfast.report.rows import COLUMNS, as_csv, figures_as_rows

    return as_csv(figures_as_rows(shown.figures), COLUMNS)


def _xlsx(shown: Shown, file: Path) -> None:
    from holdfast.report.workbook import write as write_workbook

    contents = shown.space.reports.contents(shown.report, shown.figures)
    write_workbook(contents, file, shown.language)


def _parquet(shown: Shown, file: Path) -> None:
    from holdfast.report.columns import write_parquet

    write_parquet(shown.figures, file)


def _html(shown: Shown, file: Path) -> None:
    import holdfast
    from holdfast.report.page import write as write_page

    contents = shown.space.reports.contents(shown.report, shown.figures, rows=BEHIND)
    steps = shown.space.reports.curve(shown.report, shown.figures)
    write_page(contents, steps, file, shown.language, version=holdfast.__version__)


BEHIND = 25
"""Rows listed behind a figure of the page."""

TEXTS: dict[Form, Callable[[Shown], str]] = {Form.JSON: _json, Form.CSV: _csv}
"""Forms that are text: on standard output, or in a file where one is named."""

FILES: dict[Form, Callable[[Shown, Path], None]] = {
    Form.XLSX: _xlsx,
    Form.PARQUET: _parquet,
    Form.HTML: _html,
}
"""Forms that are a file: in the current folder, named after the report, where none is named."""

DRAWN = {Form.XLSX, Form.HTML}
"""Forms that draw lines over time: a report that is made for one of them has the periods before, too."""


def write(shown: Shown, form: Form, out: Path | None, terminal: Terminal) -> None:
    """Write a report in one of these forms."""
    if form in TEXTS and out is None:
        terminal.write(TEXTS[form](shown))
        return
    file = out or Path(_name(shown, form))
    if not file.parent.is_dir():
        raise UsageError(f"There is no folder {file.parent}.", hint="Make it first, or name another file.")
    try:
        if form in TEXTS:
            file.write_text(TEXTS[form](shown), encoding="utf-8")
        else:
            FILES[form](shown, file)
    except OSError as problem:
        raise UsageError(
            f"{file} cannot be written: {problem.strerror}.", hint="Name another --out."
        ) from None
    terminal.say(f"Wrote {file}.")


def rows_of(form: Form) -> Format:
    """The form of a list of rows; raises UsageError for one that only a report has."""
    if form.value not in {known.value for known in Format}:
        raise UsageError(f"A list is not written as {form.value}.", hint="One of: table, json, csv.")
    return Format(form.value)


def _name(shown: Shown, form: Form) -> str:
    last = max(shown.figures, key=lambda figure: figure.period_end).period_label
    return f"holdfast-{last}-{shown.report.report_id[:12]}.{form.value}"
