"""What a rule may ask of an account: each fact declared once, with how it is made from timelines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from holdfast.errors import unknown
from holdfast.segments.moments import Moments
from holdfast.segments.rule import Read, Rule, facts_read
from holdfast.timelines.layout import Layout


class Kind(StrEnum):
    """What a fact is, and so what it can be compared with."""

    TEXT = "text"
    TEXTS = "texts"
    NUMBER = "number"
    EITHER = "text or number"
    SPAN = "length of time"
    DAY = "day"


Made = Callable[[Moments, Layout, Read], Any]
"""Rows of account_id, bound and `value`; an account that has none is as `Absent` says."""

Absent = Callable[[Any, Layout], Any]
"""The value of the rows (with bound and bound_day) of accounts that a fact has no row for."""


@dataclass(frozen=True)
class Fact:
    """One fact. `of` says whose name stands with it, `window` whether a number of days does.

    `values` are the only ones it takes, where there are any. `reads` are the tables that must be
    whole up to an instant before the fact is known of it (R19).
    """

    name: str
    kind: Kind
    meaning: str
    example: str
    made: Made
    absent: Absent | None = None
    of: str = ""
    window: Literal["never", "may", "must"] = "never"
    values: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()


FACTS: dict[str, Fact] = {}


def fact(
    name: str, kind: Kind, example: str, *, meaning: str = "", **declared: Any
) -> Callable[[Made], Made]:
    """Declare a fact: the decorated function makes it, its docstring says what it means."""

    def register(made: Made) -> Made:
        told = meaning or " ".join((made.__doc__ or "").split())
        FACTS[name] = Fact(name, kind, told, example, made, **declared)
        return made

    return register


def tables_read(rule: Rule) -> tuple[str, ...]:
    """The tables that must be whole before a rule can be asked (R19), each once."""
    return tuple(dict.fromkeys(table for read in facts_read(rule) for table in FACTS[read.fact].reads))


def find_fact(name: str) -> Fact:
    """The fact of this name; raises UsageError with the nearest right one."""
    if name.casefold() not in FACTS:
        known = [each if each != "attributes" else "attributes.NAME" for each in FACTS]
        raise unknown("fact", name, known)
    return FACTS[name.casefold()]
