"""The words a person reads, kept apart from the code that chooses them.

`say(key, language, **values)` says a sentence; `number`, `percent`, `money`, `date`, `amount`
and `period_name` write values by the rules of the language.
"""

from __future__ import annotations

from holdfast.words.amounts import (
    amount,
    bare,
    date,
    money,
    number,
    percent,
    period_name,
    period_short,
    signed,
    when,
)
from holdfast.words.sentences import ENGLISH, LANGUAGES, RIGHT_TO_LEFT, knows, say, spoken

__all__ = [
    "ENGLISH",
    "LANGUAGES",
    "RIGHT_TO_LEFT",
    "amount",
    "bare",
    "date",
    "knows",
    "money",
    "number",
    "percent",
    "period_name",
    "period_short",
    "say",
    "signed",
    "spoken",
    "when",
]
