"""A name in place of a number: what is done to it becomes text."""

from __future__ import annotations

from typing import TypeAlias

SUM, PRODUCT, NAME = range(3)
Other: TypeAlias = "Term | float"


class Term:
    """A formula in the making, with brackets where they are needed and nowhere else."""

    def __init__(self, text: str, binds: int = NAME) -> None:
        self._text = text
        self._binds = binds

    def __str__(self) -> str:
        return self._text

    def __add__(self, other: Other) -> Term:
        return _joined(self, "+", other, SUM)

    def __radd__(self, other: float) -> Term:
        return _joined(other, "+", self, SUM)

    def __sub__(self, other: Other) -> Term:
        return _joined(self, "-", other, SUM)

    def __rsub__(self, other: float) -> Term:
        return _joined(other, "-", self, SUM)

    def __mul__(self, other: Other) -> Term:
        return _joined(self, "*", other, PRODUCT)

    def __rmul__(self, other: float) -> Term:
        return _joined(other, "*", self, PRODUCT)

    def __truediv__(self, other: Other) -> Term:
        return _joined(self, "/", other, PRODUCT)

    def __rtruediv__(self, other: float) -> Term:
        return _joined(other, "/", self, PRODUCT)

    def at_most(self, limit: float) -> Term:
        """The lesser of it and a limit."""
        return Term(f"MIN({self}, {limit:g})")

    def within(self, binds: int, *, right: bool) -> str:
        """Its text as a side of an operation; the right side of one that binds alike needs brackets."""
        return f"({self})" if self._binds < binds or (right and self._binds == binds) else str(self)


def _joined(left: Other, sign: str, right: Other, binds: int) -> Term:
    first = left.within(binds, right=False) if isinstance(left, Term) else f"{left:g}"
    second = right.within(binds, right=True) if isinstance(right, Term) else f"{right:g}"
    return Term(f"{first} {sign} {second}", binds)
