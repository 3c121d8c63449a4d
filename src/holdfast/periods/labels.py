"""Labels of periods, read: '2025', '2025-Q2', '2025-04', '2025-W14', '2025-04-30', 'FY2025'."""

from __future__ import annotations

import re
from datetime import date

from holdfast.errors import Sentence, UsageError
from holdfast.periods.days import Grain, Reckoning, Span

FORMS = {
    "day": "2025-04-30",
    "week": "2025-W14",
    "month": "2025-04",
    "quarter": "2025-Q2",
    "year": "2025",
}
_LABEL = re.compile(
    r"(?P<fiscal>FY)?(?P<year>\d{4})"
    r"(?:-(?:W(?P<week>\d\d)|Q(?P<quarter>[1-4])|(?P<month>\d\d)(?:-(?P<day>\d\d))?))?"
)
_LOOSE = re.compile(r"(FY)?(\d{4})(?:[-./ ]?(Q|W)?(\d{1,2})(?:[-./ ](\d{1,2}))?)?")


def read_label(label: str, reckoning: Reckoning) -> Span:
    """The days that `label` names and its kind; raises UsageError that says what would be right."""
    found = _LABEL.fullmatch(label)
    if found is None:
        raise UsageError(
            Sentence("{label!r} does not name a period.", label=label), hint=_hint(label, reckoning)
        )
    try:
        span = _span(found.groupdict(), reckoning)
    except (ValueError, OverflowError):
        message = Sentence("{label!r} is not in the calendar.", label=label)
        raise UsageError(message, hint=Sentence("Look at the month, week or day.")) from None
    _check_names(label, found, span, reckoning)
    return span


def read_as(grain: Grain, label: str, reckoning: Reckoning) -> date:
    """A day in the unit that `label` names; a label of another kind is refused.

    Any day of a week names the week.
    """
    span = read_label(label, reckoning)
    if span.kind != grain.unit and not (grain.unit == "week" and span.kind == "day"):
        right = reckoning.label(grain, reckoning.span_with(grain, span.last))
        kinds = {"kind": Sentence(span.kind), "unit": Sentence(grain.unit)}
        message = Sentence("{label!r} names a {kind}, not a {unit}.", label=label, **kinds)
        raise UsageError(message, hint=Sentence("Write {right!r}.", right=right))
    return span.first


def _span(parts: dict[str, str | None], reckoning: Reckoning) -> Span:
    year = int(parts["year"] or 0)
    if parts["day"]:
        return reckoning.unit_with("day", date(year, int(parts["month"] or 0), int(parts["day"])))
    if parts["month"]:
        return reckoning.unit_with("month", date(year, int(parts["month"]), 1))
    if parts["week"]:
        monday = date.fromisocalendar(year, int(parts["week"]), 1)
        return reckoning.unit_with("week", monday)
    first = date(year - (reckoning.fiscal_start > 1), reckoning.fiscal_start, 1)
    if not parts["quarter"]:
        return reckoning.unit_with("year", first)
    month = reckoning.fiscal_start - 1 + 3 * (int(parts["quarter"]) - 1)
    return reckoning.unit_with("quarter", date(first.year + month // 12, month % 12 + 1, 1))


def _check_names(label: str, found: re.Match[str], span: Span, reckoning: Reckoning) -> None:
    """Refuse a label that this workspace's weeks or years would make ambiguous."""
    if span.kind == "week" and reckoning.week_start:
        day = Sentence("Saturday" if reckoning.week_start == 5 else "Sunday")
        message = Sentence(
            "{label!r} names a week from Monday, and this workspace's weeks begin on {day}.",
            label=label,
            day=day,
        )
        raise UsageError(message, hint=Sentence("Name the week by its first day: {day}.", day=span.first))
    named_fiscal, is_fiscal = bool(found["fiscal"]), reckoning.fiscal_start > 1
    if span.kind in ("quarter", "year"):
        if is_fiscal and not named_fiscal:
            message = Sentence(
                "{label!r} is not clear where years begin in month {month}.",
                label=label,
                month=reckoning.fiscal_start,
            )
            ends = {"first": span.first, "last": span.last}
            hint = Sentence("Write 'FY{label}', which is {first} to {last}.", label=label, **ends)
            raise UsageError(message, hint=hint)
        if named_fiscal and not is_fiscal:
            message = Sentence(
                "{label!r} names a fiscal year, and this workspace's years begin in January.", label=label
            )
            raise UsageError(message, hint=Sentence("Write {right!r}.", right=label.removeprefix("FY")))
    elif named_fiscal:
        raise UsageError(
            Sentence("{label!r} does not name a period.", label=label),
            hint=Sentence("Write {right!r}.", right=label.removeprefix("FY")),
        )


def _hint(label: str, reckoning: Reckoning) -> str:
    loose = _LOOSE.fullmatch(label.strip().upper())
    if loose:
        guess = (loose[1] or "") + loose[2]
        if loose[4]:
            guess += f"-{loose[3] or ''}{loose[4] if loose[3] == 'Q' else loose[4].zfill(2)}"
        if loose[5]:
            guess += f"-{loose[5].zfill(2)}"
        try:
            read_label(guess, reckoning)
        except UsageError:
            pass
        else:
            return Sentence("Did you mean {near!r}?", near=guess)
    forms = ", ".join(f"{form} ({kind})" for kind, form in FORMS.items())
    return Sentence("Write it like one of: {forms}.", forms=forms)
