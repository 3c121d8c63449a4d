"""How the value of each setting is read from what a person gives; what cannot be one is refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.numbers import is_currency

from holdfast.criterion import criterion, journey_stages
from holdfast.errors import Sentence, UsageError
from holdfast.insights.causes.taxonomy import read_causes
from holdfast.periods import Calendar, rhythm

NOTHING = (None, "", "none")
"""What takes a value away."""


def a_zone(value: Any) -> str:
    """An IANA time zone."""
    return Calendar(zone=str(value)).zone


def a_currency(value: Any) -> str:
    """The code of a currency, in capitals."""
    code = str(value).upper()
    if not is_currency(code):
        raise UsageError(
            Sentence("{value!r} is no currency.", value=value),
            hint=Sentence("An ISO 4217 code, such as EUR."),
        )
    return code


WEEK_STARTS = {"monday": 0, "saturday": 5, "sunday": 6}


def a_week_start(value: Any) -> int:
    """The number of the day that weeks begin with."""
    number = WEEK_STARTS.get(str(value).casefold(), value)
    return Calendar(week_start=a_whole_number("week_start", number)).week_start


def a_month(value: Any) -> int:
    """The number of the month that years begin with."""
    return Calendar(fiscal_start=a_whole_number("fiscal_start", value)).fiscal_start


def a_whole_number(name: str, value: Any) -> int:
    """A whole number for what is called `name`."""
    try:
        return int(value)
    except (TypeError, ValueError):
        raise UsageError(
            Sentence("{name} cannot be {value!r}.", name=name, value=value), hint=Sentence("A whole number.")
        ) from None


def some_days(value: Any) -> int:
    """A number of days, at least one."""
    days = a_whole_number("days", value)
    if days < 1:
        raise UsageError(
            Sentence("{value!r} is no number of days.", value=value),
            hint=Sentence("A whole number of 1 or more."),
        )
    return days


def a_share(value: Any) -> str | None:
    """A share from 0 to 1; None for none."""
    if value in NOTHING:
        return None
    try:
        share = Decimal(str(value))
    except InvalidOperation:
        share = Decimal(-1)
    if not 0 <= share <= 1:
        raise UsageError(
            Sentence("{value!r} is no share.", value=value),
            hint=Sentence("A number from 0 to 1, such as 0.8."),
        )
    return str(share)


def several(value: Any) -> list[str]:
    """Names, told one by one or between commas."""
    parts = value.split(",") if isinstance(value, str) else list(value)
    return [str(part).strip() for part in parts if str(part).strip()]


def as_named(names: Sequence[str]) -> Sequence[str]:
    """Names as they are."""
    return names


def a_criterion(value: Any) -> str | None:
    """A rule over events as it is stored; None for none."""
    return None if value in NOTHING else str(criterion(str(value)))


def an_instant(value: Any) -> str | None:
    """An instant in ISO 8601; None for none."""
    if value in NOTHING:
        return None
    try:
        return datetime.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise UsageError(
            Sentence("{value!r} is no instant.", value=value), hint=Sentence("ISO 8601, such as 2024-01-01.")
        ) from None


def timed_pulls(value: Any) -> list[str]:
    """Sources with their rhythm, each as `stripe every 1 hour`."""
    found = []
    for text in [] if value in NOTHING else several(value):
        name, _, rest = text.partition(" ")
        found.append(f"{name} {rhythm(rest)}")
    return found


def named_causes(value: Any) -> list[str]:
    """Reasons for leaving, each with the cause that it means."""
    if value in NOTHING:
        return []
    found = read_causes(value if isinstance(value, str) else "; ".join(map(str, value)))
    return [f"{reason} = {cause}" for reason, cause in found.items()]


def a_journey(value: Any) -> str | None:
    """The stages of a journey as they are stored; None for none."""
    return None if value in NOTHING else " > ".join(map(str, journey_stages(str(value))))
