"""The command that draws a chart: a metric over time, what moved MRR, a curve, cohorts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from holdfast.cli.guard import Command, examples
from holdfast.cli.options import (
    AsOf,
    By,
    Grain,
    InWorkspace,
    KnownAt,
    Lang,
    Quiet,
    Rules,
    language_of,
    opened,
)
from holdfast.cli.questions import First, Last, Typed
from holdfast.cli.terminal import Terminal
from holdfast.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from holdfast.flow import Question, Workspace
    from holdfast.metrics import Figure
    from holdfast.report.charts import Frame, TargetLine

MOVES = "mrr_movements"
SURVIVAL, COHORTS = "survival", "cohort_retention"


class Picture(StrEnum):
    """The kinds of picture, by the end of a file's name."""

    SVG = ".svg"
    PNG = ".png"


Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help=f"A metric or a variant; {MOVES}; survival and cohort_retention have charts of their own.",
        show_default=False,
    ),
]
Out = Annotated[
    Path,
    typer.Option("--out", "-o", metavar="FILE", help="Where to draw it: .svg or .png.", show_default=False),
]


@dataclass(frozen=True)
class _Drawing:
    """What is to be drawn, with whose words."""

    space: Workspace
    question: Question
    language: str


def chart(
    name: Name,
    out: Out,
    grain: Grain = None,
    first: First = None,
    last: Last = None,
    by: By = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    rulebook: Rules = None,
    lang: Lang = None,
    workspace: InWorkspace = None,
    quiet: Quiet = False,
) -> None:
    """Draw a chart as SVG or PNG."""
    terminal = Terminal(quiet, language_of(lang))
    if out.suffix not in set(Picture):
        raise UsageError(f"A chart is not drawn as {out.name}.", hint="A file that ends in .svg or .png.")
    if not out.parent.is_dir():
        raise UsageError(f"There is no folder {out.parent}.", hint="Make it first, or name another file.")
    from holdfast.report.charts.drawing import png_of, svg_of

    with opened(workspace) as space:
        names = [] if name == MOVES else [name]
        asked = Typed(names, grain, first, last, by, as_of, known_at, None, rulebook)
        drawing = _Drawing(space, asked.question(space), terminal.language)
        spec = _kind(name)(drawing)
    svg = svg_of(spec, terminal.language)
    if out.suffix == Picture.PNG:
        out.write_bytes(png_of(svg, terminal.language))
    else:
        out.write_text(svg, encoding="utf-8")
    terminal.say(f"Wrote {out}.")


def _kind(name: str) -> Callable[[_Drawing], dict[str, Any]]:
    if name == MOVES:
        return _movements
    return {SURVIVAL: _survival, COHORTS: _cohorts}.get(name.partition(".")[0], _series)


def _series(drawing: _Drawing) -> dict[str, Any]:
    from holdfast.report.charts import framed, time_series
    from holdfast.report.charts.captions import marks_of

    figures = _figures(drawing)
    single = len({figure.series for figure in figures}) == 1
    frame = _frame(
        drawing, figures, _title(drawing, figures), marks_of(figures, drawing.language, band=single)
    )
    target = _target(drawing, figures[-1]) if single else None
    return framed(time_series(figures, frame, target), frame)


def _movements(drawing: _Drawing) -> dict[str, Any]:
    from holdfast.report.charts import MOVEMENTS, NET, framed, movements
    from holdfast.report.charts.captions import marks_of
    from holdfast.words import say

    drawing = replace(drawing, question=replace(drawing.question, names=MOVEMENTS, by=()))
    figures = _figures(drawing)
    marks = marks_of(figures, drawing.language, band=False, provisional="chart.pale")
    net = say("chart.net", drawing.language, name=say(f"metric.{NET}", drawing.language))
    frame = _frame(drawing, figures, say("chart.movements", drawing.language), [net, *marks])
    return framed(movements(figures, frame), frame)


def _survival(drawing: _Drawing) -> dict[str, Any]:
    from holdfast.report.charts import framed, survival
    from holdfast.words import say

    steps = drawing.space.curve(drawing.question)
    _refuse_nothing(steps)
    marks = [say("chart.band", drawing.language)] if len({repr(step.segment) for step in steps}) == 1 else []
    frame = _frame(drawing, steps, _title(drawing, steps), marks)
    return framed(survival(steps, frame), frame)


def _cohorts(drawing: _Drawing) -> dict[str, Any]:
    from holdfast.report.charts import framed, heatmap
    from holdfast.report.charts.heatmap import size_of
    from holdfast.words import say

    drawing = replace(drawing, question=replace(drawing.question, by=()))
    figures = _figures(drawing, over_time=False)
    width, height = size_of(figures)
    frame = _frame(drawing, figures, _title(drawing, figures), [say("chart.dot", drawing.language)])
    frame = replace(frame, width=width, height=height)
    return framed(heatmap(figures, frame), frame)


def _figures(drawing: _Drawing, *, over_time: bool = True) -> list[Figure]:
    """The figures asked for; of a chart over time with the periods before one that stands alone."""
    from holdfast.cli.boards import answers, with_trend

    question = with_trend(drawing.space, drawing.question) if over_time else drawing.question
    figures = answers(drawing.space, question)
    _refuse_nothing(figures)
    return figures


def _refuse_nothing(figures: Sequence[Figure]) -> None:
    if all(figure.value is None for figure in figures):
        raise UsageError("There is nothing to draw: no figure has a value.", hint="holdfast kpis says why.")


def _title(drawing: _Drawing, figures: Sequence[Figure]) -> str:
    from holdfast.metrics import find
    from holdfast.report.look import Look
    from holdfast.report.phrases import title_text

    metric = find(figures[0].name)
    english = f"{metric.title} ({metric.variant})" if metric.variant else metric.title
    return title_text(metric.full_name, Look(language=drawing.language), english)


def _frame(drawing: _Drawing, figures: Sequence[Figure], title: str, marks: Sequence[str]) -> Frame:
    from holdfast.cli.boards import as_of_board
    from holdfast.report.charts import Frame
    from holdfast.report.charts.captions import caption

    moment = as_of_board(drawing.space, drawing.question, {figure.name for figure in figures})
    local = drawing.space.calendar.to_local(moment) if moment else None
    return Frame(title, caption(figures, drawing.language, as_of=local, marks=marks), drawing.language)


def _target(drawing: _Drawing, last: Figure) -> TargetLine | None:
    """The next target of the series that is due, as it was known."""
    from holdfast.report.charts import TargetLine
    from holdfast.words import say
    from holdfast.words.amounts import amount

    for target in drawing.space.targets.all(known_at=drawing.question.known_at):
        same = target.metric == last.name and target.grain == last.grain and not target.segment
        if same and target.due_at >= last.period_end and not last.segment:
            value = amount(target.value, last.unit, drawing.language)
            return TargetLine(float(target.value), say("chart.target", drawing.language, value=value))
    return None


COMMANDS = (
    Command(
        "chart",
        chart,
        "Draw a chart as SVG or PNG: a metric over time with its interval and target, what moved MRR "
        f"({MOVES}), the curve of survival, cohorts as a heatmap.",
        examples(
            "holdfast chart net_revenue_retention -o nrr.svg",
            f"holdfast chart {MOVES} --from 2025-01 --to 2025-12 -o moves.png",
            "holdfast chart survival --by plan -o stay.svg",
            "holdfast chart cohort_retention.net_revenue --lang fa -o cohorts.svg",
        ),
    ),
)
