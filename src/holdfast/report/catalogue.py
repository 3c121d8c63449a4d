"""The catalogue: every metric in a line, or one of them in full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.metrics.splits import splits_of
from holdfast.report.layout import Column, fitted, table
from holdfast.report.phrases import formula_text, title_text
from holdfast.words import ENGLISH, knows, say, spoken

if TYPE_CHECKING:
    from holdfast.metrics import Metric
    from holdfast.report.look import Look

COLUMNS = ("name", "variant", "title", "family", "unit", "better", "formula", "timeline", "source")


def metrics_as_rows(metrics: Sequence[Metric]) -> list[dict[str, Any]]:
    """One row per metric or variant with the columns of `COLUMNS`."""
    return [{column: getattr(metric, column) for column in COLUMNS} for metric in metrics]


def catalogue(metrics: Sequence[Metric], look: Look) -> RenderableType:
    """Each metric with its unit and which way is better; its variants in its own page."""
    shown = [metric for metric in metrics if not metric.variant]
    columns = [
        Column("name", say("catalogue.name", look.language), [Text(each.name) for each in shown]),
        Column(
            "title",
            say("catalogue.title", look.language),
            [Text(_title(each, look)) for each in shown],
            1,
        ),
        Column("unit", say("catalogue.unit", look.language), [Text(_unit(each, look)) for each in shown], 2),
        Column(
            "better", say("catalogue.better", look.language), [Text(_better(each, look)) for each in shown], 3
        ),
        Column(
            "variants",
            say("catalogue.variants", look.language),
            [Text(", ".join(_variants(each, metrics))) for each in shown],
            4,
        ),
    ]
    return table(fitted(columns, look.width), look)


def metric_page(metric: Metric, related: Sequence[Metric], look: Look) -> RenderableType:
    """All about one metric: meaning, formula, unit, what it reads, variants, source."""
    facts = {
        "formula": formula_text(metric, look),
        "unit": _unit(metric, look),
        "better": _better(metric, look),
        "timeline": metric.timeline,
        "reads": ", ".join((*metric.reads, *metric.also_reads)),
        "rules": ", ".join(f"{name} = {value}" for name, value in metric.rules.items()),
        "splits": ", ".join(splits_of(metric)),
        "variants": ", ".join(f"{metric.name}.{each}" for each in _variants(metric, related)),
        "source": metric.source,
    }
    lines = [
        Text(f"{say(f'catalogue.{name}', look.language)}: {look.shown(value)}")
        for name, value in facts.items()
        if value
    ]
    return Group(Text(f"{metric.full_name}: {_title(metric, look)}", style="bold"), *lines)


def _title(metric: Metric, look: Look) -> str:
    return title_text(metric.full_name, look, metric.title)


def _unit(metric: Metric, look: Look) -> str:
    key = f"unit_name.{metric.unit}"
    return say(key, look.language) if knows(key) and spoken(look.language) != ENGLISH else metric.unit


def _better(metric: Metric, look: Look) -> str:
    return say(f"catalogue.better_{metric.better}", look.language)


def _variants(metric: Metric, metrics: Sequence[Metric]) -> list[str]:
    return [each.variant for each in metrics if each.name == metric.name and each.variant]
