"""GROUPED: named rules over an account's attributes, money, use and answers; who is in when."""

from __future__ import annotations

from holdfast.segments import of_accounts, of_money, of_usage, of_voices
from holdfast.segments.facts import FACTS, Fact, Kind, tables_read
from holdfast.segments.grouping import EVERYONE, PREFIX, WITHIN, Segments, check_segments, grouped
from holdfast.segments.language import rule
from holdfast.segments.membership import facts_told, members, truth
from holdfast.segments.moments import Moments
from holdfast.segments.rule import Rule, facts_read, values_named

FAMILIES = (of_accounts, of_money, of_usage, of_voices)
"""Where facts are declared; importing them is what fills `FACTS`."""

__all__ = [
    "EVERYONE",
    "FACTS",
    "PREFIX",
    "WITHIN",
    "Fact",
    "Kind",
    "Moments",
    "Rule",
    "Segments",
    "check_segments",
    "facts_read",
    "facts_told",
    "grouped",
    "members",
    "rule",
    "tables_read",
    "truth",
    "values_named",
]
