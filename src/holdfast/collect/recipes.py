"""How one of our columns is made from theirs: the words a mapping may use.

A recipe is one verb with what it needs, and then changes applied in a fixed order:
part, lower, round and arithmetic, values. `MAKES` and `CHANGES` list them; a word that is
neither is refused with the nearest right one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from holdfast.errors import BadInput, nearest

MAKES = {
    "from": "one of their columns",
    "constant": "the same value in each row",
    "join": "several columns with `with` between them; empty ones are left out",
    "text": "a text with columns in braces, such as '{account}-{start}'; empty if one of them is",
    "first": "the first of several columns that is not empty",
    "date": "a day from the columns of year, month and day",
    "json": "a JSON object of several columns",
    "when": "a choice by the value of one column, with `then` and `otherwise`",
    "row_number": "the number of the row in its file",
    "after": "a moment some seconds, minutes, hours or days after one of their columns",
    "lookup": "a column of another file, found by a key; the least where it has several",
}
CHANGES = {
    "with": "what stands between the columns of `join`",
    "then": "the value, or {column = ...}, where `when` holds",
    "otherwise": "the value, or {column = ...}, where `when` does not hold; after `values`, for the rest",
    "by": "what `part` splits at",
    "part": "which part of the text, from 1; -1 is the last",
    "lower": "true: in small letters",
    "multiply": "a number or a column to multiply by",
    "divide": "a number or a column to divide by",
    "round": "to how many decimals",
    "values": "their value = ours",
    "seconds": "their column with the seconds of `after`",
    "minutes": "their column with the minutes of `after`",
    "hours": "their column with the hours of `after`",
    "days": "their column with the days of `after`",
    "dates": "the date formats of this column",
    "zone": "the time zone of this column's local times",
}
ROW_NUMBER = "row_number"
SPANS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
_BRACES = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Condition:
    """Whether a row's `column` is filled (or empty), or is one of the values (or none of them)."""

    column: str
    filled: bool | None = None
    values: tuple[str, ...] = ()
    negated: bool = False


@dataclass(frozen=True)
class Recipe:
    """One verb of `MAKES`, what it is given, and the changes after it."""

    verb: str
    given: Any
    changes: dict[str, Any] = field(default_factory=dict)

    @property
    def plain(self) -> str | None:
        """Their column, where the recipe only renames it."""
        return self.given if self.verb == "from" and not set(self.changes) - {"dates", "zone"} else None

    @property
    def reads(self) -> tuple[str, ...]:
        """Their columns that the recipe reads."""
        found = list(_given_columns(self.verb, self.given))
        by = (self.changes.get(word) for word in ("multiply", "divide", *SPANS))
        found += [column for column in by if isinstance(column, str)]
        branches = (self.changes.get(word) for word in ("then", "otherwise"))
        found += [branch["column"] for branch in branches if isinstance(branch, dict)]
        return tuple(found)

    @property
    def numbered(self) -> bool:
        """Whether the recipe needs the row's number."""
        return self.verb in ("row_number", "lookup") or (
            self.verb == "text" and ROW_NUMBER in template_columns(self.given)
        )


def template_columns(template: str) -> tuple[str, ...]:
    """The names in braces, in order."""
    return tuple(_BRACES.findall(template))


def read_recipe(place: str, given: Any) -> Recipe:
    """The recipe written at `place` of a mapping: a column's name or a table with one verb."""
    ours = place.rpartition(".")[2]
    if isinstance(given, str):
        return Recipe("from", given)
    if not isinstance(given, dict):
        raise BadInput(
            f"{place} must be a column's name or a recipe, not {given!r}.",
            hint=f'For the same value in each row: {ours} = {{ constant = "{given}" }}.',
        )
    for word in given:
        refuse_unknown(place, word, [*MAKES, *CHANGES])
    verbs = [word for word in given if word in MAKES]
    if len(verbs) != 1:
        raise BadInput(
            f"{place} must say one of {', '.join(MAKES)}; it says {' and '.join(verbs) or 'none'}.",
            hint=f'Such as: {ours} = {{ from = "their column" }}.',
        )
    changes = {word: value for word, value in given.items() if word in CHANGES}
    if "values" in changes:
        changes["values"] = read_values(f"{place}.values", changes["values"])
    recipe = Recipe(verbs[0], given[verbs[0]], changes)
    _accept(place, recipe)
    return recipe


def read_condition(place: str, given: Any) -> Condition:
    """A condition: { column = ..., filled = true } or { column = ..., is = [...] } or is_not."""
    if not isinstance(given, dict) or not isinstance(given.get("column"), str):
        raise BadInput(f"{place} must name a column.", hint='Such as: { column = "score", filled = true }.')
    for word in given:
        refuse_unknown(place, word, ["column", "filled", "is", "is_not"])
    if isinstance(given.get("filled"), bool):
        return Condition(given["column"], filled=given["filled"])
    word = "is" if "is" in given else "is_not"
    if word not in given:
        raise BadInput(f"{place} must say filled, is or is_not.", hint='Such as: is = ["yes"].')
    values = given[word] if isinstance(given[word], list) else [given[word]]
    return Condition(given["column"], values=tuple(plain_text(v) for v in values), negated=word == "is_not")


def read_values(place: str, given: Any) -> dict[str, str]:
    """A table of their value = ours, every value as text."""
    if not isinstance(given, dict):
        raise BadInput(f"{place} must be a table of their value = ours.", hint="values = { Yes = 'true' }.")
    return {key: plain_text(value) for key, value in given.items()}


def plain_text(value: Any) -> str:
    """A TOML value as the text a file would hold."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def refuse_unknown(place: str, word: str, known: Iterable[str]) -> None:
    """Raises BadInput where `word` is none of `known`."""
    known = list(known)
    if word in known:
        return
    near = nearest(word, known)
    hint = f"Did you mean {near!r}?" if near else f"Known: {', '.join(known)}."
    raise BadInput(f"{place} has no {word!r}.", hint=hint)


def _accept(place: str, recipe: Recipe) -> None:
    given = recipe.given
    lists = isinstance(given, list) and bool(given) and all(isinstance(item, str) for item in given)
    fits = {
        "from": isinstance(given, str),
        "constant": isinstance(given, (str, int, float, bool)),
        "join": lists,
        "text": isinstance(given, str),
        "first": lists,
        "date": lists and len(given) in (2, 3),
        "json": lists or (isinstance(given, dict) and all(isinstance(v, str) for v in given.values())),
        "when": isinstance(given, dict),
        "row_number": given is True,
        "after": isinstance(given, str) and len(set(SPANS) & set(recipe.changes)) == 1,
        "lookup": isinstance(given, dict) and set(given) == {"file", "key", "equals", "take"},
    }
    if not fits[recipe.verb]:
        raise BadInput(f"{place}.{recipe.verb} must be {MAKES[recipe.verb]}.", hint=_EXAMPLES[recipe.verb])
    if recipe.verb == "when":
        read_condition(f"{place}.when", given)
        if "then" not in recipe.changes:
            raise BadInput(f"{place} says when, but not then.", hint=_EXAMPLES["when"])
    if "part" in recipe.changes and "by" not in recipe.changes:
        raise BadInput(f"{place} takes a part, but does not say `by` what to split.", hint='by = " "')


def _given_columns(verb: str, given: Any) -> tuple[str, ...]:
    if verb in ("constant", "row_number"):
        return ()
    if verb == "text":
        return tuple(column for column in template_columns(given) if column != ROW_NUMBER)
    if verb == "when":
        return (given["column"],)
    if verb == "lookup":
        return (given["key"],)
    if isinstance(given, str):
        return (given,)
    return tuple(given.values()) if isinstance(given, dict) else tuple(given)


_EXAMPLES = {
    "from": '{ from = "their column" }',
    "constant": '{ constant = "USD" }',
    "join": '{ join = ["first", "last"], with = " " }',
    "text": '{ text = "{account}-{start}" }',
    "first": '{ first = ["work_email", "email"] }',
    "date": '{ date = ["year", "month", "day"] }',
    "json": '{ json = ["seats", "tier"] }',
    "when": '{ when = { column = "is_trial", is = "True" }, then = "trialing", otherwise = "active" }',
    "row_number": "{ row_number = true }",
    "after": '{ after = "opened_at", minutes = "first_response_minutes" }',
    "lookup": '{ lookup = { file = "subs.csv", key = "sub", equals = "id", take = "account" } }',
}
