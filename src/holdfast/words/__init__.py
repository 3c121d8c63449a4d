"""The words a person reads, kept apart from the code that chooses them.

`say(key, language, **values)` says a sentence, `say_many` one that speaks of a number; `number`,
`percent`, `money`, `date`, `amount` and `period_name` write values by the rules of the language.
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
    period_told,
    signed,
    when,
)
from holdfast.words.sentences import ENGLISH, LANGUAGES, RIGHT_TO_LEFT, knows, say, say_many, spoken

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
    "period_told",
    "say",
    "say_many",
    "signed",
    "spoken",
    "when",
]
