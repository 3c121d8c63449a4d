"""The page as text: everything it needs stands in it, and nothing else may run or be asked for."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import vl_convert
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from holdfast.report.charts.drawing import VEGA_LITE
from holdfast.report.charts.theme import is_mirrored
from holdfast.report.look import Look
from holdfast.report.page.cohorts import CohortTable, cohort_tables
from holdfast.report.page.drawn import Drawn, charts
from holdfast.report.page.lines import Family, Lines, Told
from holdfast.words import say
from holdfast.words.amounts import date, period_name, period_short
from holdfast.words.numerals import in_digits
from holdfast.words.order import ordered_page

if TYPE_CHECKING:
    from holdfast.metrics.figure import Figure
    from holdfast.report.workbook.contents import Contents

GLANCE = (
    "mrr",
    "paying_customers",
    "net_revenue_retention",
    "gross_revenue_retention",
    "customer_churn_rate",
    "arpa",
    "lifetime_value",
    "ltv_to_cac",
)
LEADING = ("net_revenue_retention", "customer_churn_rate", "mrr")


@dataclass(frozen=True, kw_only=True)
class Page:
    """What the template shows."""

    language: str
    direction: str
    policy: str
    style: Markup
    script: Markup
    specs: Markup
    title: str
    heading: str
    workspace: str
    lead: str
    facts: Sequence[tuple[str, str]]
    places: Sequence[tuple[str, str]]
    cards: Sequence[Told]
    charts: Sequence[Drawn]
    families: Sequence[Family]
    cohorts: Sequence[CohortTable]
    than_previous: str
    than_year_before: str
    notes: Sequence[str]
    made: str


def write(contents: Contents, steps: Sequence[Figure], file: Path, language: str, *, version: str) -> None:
    """Write a report as a page; `steps` are those of the survival curve in its last period."""
    file.write_text(page_of(contents, steps, language, version=version), encoding="utf-8")


def page_of(contents: Contents, steps: Sequence[Figure], language: str, *, version: str) -> str:
    """The page's text."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(_text("page.html.j2"))
    page = _page(Lines(contents, language), steps, version)
    return ordered_page(template.render(page=page, say=partial(_said, language)), language)


def _page(lines: Lines, steps: Sequence[Figure], version: str) -> Page:
    stamp, language = lines.contents.stamp, lines.language
    drawn, families = list(charts(lines, steps)), list(lines.families())
    told = {row.key: row for family in families for row in family.rows if not row.within}
    cohorts = list(cohort_tables(lines.contents.cohorts, language))
    period = period_name(stamp.grain, stamp.period_label, language)
    heading = stamp.title or period[:1].upper() + period[1:]
    style, script = _text("page.css"), _script()
    return Page(
        language=language,
        direction="rtl" if is_mirrored(language) else "ltr",
        policy=_policy(style, script),
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        specs=_specs(drawn),
        title=f"{stamp.workspace}: {heading}",
        heading=heading,
        workspace=stamp.workspace,
        lead=_lead(told, language),
        facts=list(_facts(lines, period if stamp.title else "")),
        places=list(_places(lines, families, drawn, cohorts)),
        cards=[told[name] for name in GLANCE if name in told and not told[name].reason],
        charts=drawn,
        families=families,
        cohorts=cohorts,
        than_previous=_than(lines, "previous"),
        than_year_before=_than(lines, "year_before"),
        notes=[
            _said(language, key)
            for key in ("page.provisional", "page.changed", "board.interval_note", "workbook.note_dash")
        ],
        made=say("page.made", language, version=version),
    )


def _said(language: str, key: str) -> str:
    return say(key, language, mark=Look().gap) if key == "page.cohort_note" else say(key, language)


def _lead(told: Mapping[str, Told], language: str) -> str:
    """The first thing to know: one figure and how it moved."""
    for name in LEADING:
        row = told.get(name)
        if row is not None and row.previous.sentence and not row.reason:
            change = row.previous.sentence
            return say("page.lead", language, name=row.name, value=row.value, change=change)
    return ""


def _facts(lines: Lines, period: str) -> Iterator[tuple[str, str]]:
    stamp, language = lines.contents.stamp, lines.language
    if period:
        yield say("series.period", language), period
    if stamp.as_of is not None:
        yield say("workbook.as_of", language), _moment(stamp.as_of, language)
    yield say("workbook.known_at", language), _moment(stamp.known_at, language)
    yield say("workbook.about_zone", language), stamp.zone
    yield say("workbook.about_currency", language), stamp.currency
    yield say("workbook.rulebook", language), stamp.rulebook
    yield say("workbook.report", language), stamp.report_id[:12]
    if stamp.by:
        yield say("workbook.about_by", language), stamp.by


def _moment(moment: datetime, language: str) -> str:
    return f"{date(moment.date(), language)} {in_digits(f'{moment:%H:%M}', language)}"


def _places(
    lines: Lines, families: Sequence[Family], drawn: Sequence[Drawn], cohorts: Sequence[CohortTable]
) -> Iterator[tuple[str, str]]:
    yield "glance", say("page.glance", lines.language)
    if drawn:
        yield "charts", say("page.charts", lines.language)
    for family in families:
        yield family.id, family.name
    if cohorts:
        yield "cohorts", say("family.cohorts", lines.language)


def _than(lines: Lines, kind: str) -> str:
    """The head of a column of changes: the period that figures are compared with."""
    stamp = lines.contents.stamp
    for (_, label), changes in lines.contents.changes.items():
        for change in changes:
            if label == stamp.period_label and change.kind == kind and change.earlier_label:
                period = period_short(stamp.grain, change.earlier_label, stamp.period_label, lines.language)
                return say("than.header", lines.language, period=period)
    return say(f"than.{kind}", lines.language)


def _specs(drawn: Sequence[Drawn]) -> Markup:
    """The specifications as JSON that cannot end the element it stands in."""
    told: dict[str, dict[str, Any]] = {
        ground: {each.id: each.specs[ground] for each in drawn} for ground in ("light", "dark")
    }
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))  # noqa: S704


@cache
def _script() -> str:
    """Vega, Vega-Lite and Vega-Embed with the lines that draw, as one script without imports."""
    bundle: str = vl_convert.javascript_bundle(_text("page.js"), vl_version=VEGA_LITE)
    return bundle.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _policy(style: str, script: str) -> str:
    """A policy that lets this style and this script be, and nothing be asked for."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
