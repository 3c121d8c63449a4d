"""A question that programs may ask, and what an answer to one consists of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import getdoc
from typing import Annotated, Any, get_type_hints

import msgspec
from msgspec import Meta, Struct

from holdfast.errors import HoldfastError, UsageError, unknown

FIGURES, ACCOUNTS, RECORDS = "figures", "accounts", "records"
Row = Mapping[str, Any]


class NotThere(HoldfastError, LookupError):
    """Something named by its id that there is not."""

    code = "not_there"


class Asked(Struct, frozen=True, kw_only=True):
    """What every question takes: nothing."""


class Paged(Asked, frozen=True, kw_only=True):
    """What a question takes whose answer may be long."""

    limit: Annotated[int, Meta(ge=1, le=1000, description="The most rows of one page.")] = 200
    cursor: Annotated[str | None, Meta(description="`next` of the page before.")] = None


@dataclass(frozen=True)
class Answer:
    """The rows that answer, what is said besides, and the columns that tell a row from every other.

    Without `key` the answer is one object, the first row.
    """

    rows: Sequence[Row]
    key: tuple[str, ...] = ()
    besides: Row = field(default_factory=dict)


@dataclass(frozen=True)
class Read:
    """One question: its name, its address under `/api/v1/`, the scope it takes, what is asked and answered.

    `row` describes an object of the answer, `besides` what stands beside them. `asks` may be any
    function of the parameters; what it raises as a HoldfastError is told to who asked.
    """

    name: str
    path: str
    scope: str
    asked: type[Asked]
    row: type[Struct]
    asks: Callable[[Any], Answer]
    besides: Mapping[str, type[Struct | bool]] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """What the question is, in a sentence or two."""
        return " ".join((getdoc(self.asks) or "").split())

    @property
    def is_paged(self) -> bool:
        """Whether the answer comes in pages."""
        return issubclass(self.asked, Paged)

    def read(self, told: Mapping[str, str | Sequence[str]]) -> Asked:
        """The parameters as they were told; raises UsageError for one that is not there or does not fit."""
        names = {each.encode_name for each in msgspec.structs.fields(self.asked)}
        for name in told:
            if name not in names:
                raise unknown(f"parameter of {self.name}", name, names)
        try:
            return msgspec.convert(told, self.asked, strict=False)
        except msgspec.ValidationError as problem:
            raise UsageError(f"{self.name}: {problem}", hint="/openapi.json describes it.") from None

    def takes_many(self, name: str) -> bool:
        """Whether a parameter may be given several times."""
        hints = get_type_hints(self.asked)
        fields = {each.encode_name: each.name for each in msgspec.structs.fields(self.asked)}
        return name in fields and hints[fields[name]] == tuple[str, ...]
