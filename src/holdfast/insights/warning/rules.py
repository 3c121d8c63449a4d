"""The rules that warnings go by, as data: a number each, with what it means and its default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from holdfast.errors import UsageError, unknown

KINDS = (
    "failed_payment",
    "card_expiring",
    "term_ending",
    "seats_falling",
    "severe_ticket",
    "low_answer",
    "champion_gone",
    "usage_fall",
    "at_risk_quiet",
    "healthy_quiet",
)
CALM = frozenset({"healthy_quiet"})
"""What is worth knowing and no reason to worry."""


@dataclass(frozen=True)
class Rules:
    """What makes a warning, in days, percent and points; `off` are kinds that are not looked for.

    What each means is said by `holdfast warnings rules`.
    """

    failed_payment_days: int = 60
    card_days: int = 30
    term_days: int = 90
    seats_percent: int = 10
    seats_days: int = 90
    low_nps: int = 6
    low_percent: int = 35
    answer_days: int = 90
    champion_days: int = 21
    champion_least: int = 8
    usage_percent: int = 50
    usage_least: int = 4
    quiet_days: int = 14
    again_days: int = 7
    off: tuple[str, ...] = ()

    @classmethod
    def of(cls, told: Sequence[str]) -> Self:
        """The rules with what is `told` of them, each as `name=number` or `off=kind`.

        Raises UsageError for another name, another kind, or what is no whole number of 0 or more.
        """
        given: dict[str, Any] = {}
        off: list[str] = []
        for text in told:
            name, _, value = (part.strip() for part in text.partition("="))
            if name == "off":
                if value not in KINDS:
                    raise unknown("kind of warning", value, KINDS)
                off.append(value)
            elif name not in NUMBERS:
                raise unknown("rule of warnings", name, [*NUMBERS, "off"])
            elif not value.isdecimal():
                raise UsageError(f"{name} cannot be {value!r}.", hint=f"A whole number: {name}=14")
            else:
                given[name] = int(value)
        return cls(**given, off=tuple(dict.fromkeys(off)))

    def told(self) -> list[str]:
        """What differs from the defaults, as `of` reads it."""
        usual = asdict(type(self)())
        changed = [f"{name}={getattr(self, name)}" for name in NUMBERS if getattr(self, name) != usual[name]]
        return [*changed, *(f"off={kind}" for kind in self.off)]


NUMBERS = tuple(each.name for each in fields(Rules) if each.name != "off")
"""The names of the rules that are numbers."""
