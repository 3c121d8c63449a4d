"""Repeat purchases as the models of them read customers: how often, how lately, watched how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from holdfast.errors import UsageError
from holdfast.insights.worth.likelihood import Floats


@dataclass(frozen=True)
class Purchases:
    """Customers by their repeat purchases: `x` of them, the last at `t_x`, watched until `T`.

    Time counts from a customer's first purchase, in one unit throughout. `weight` is how many
    customers a row stands for; `levels` are the different `x`, and `level` the place of each row's.
    """

    x: Floats
    t_x: Floats
    T: Floats
    weight: Floats
    levels: Floats
    level: NDArray[np.intp]


def purchases(frequency: ArrayLike, recency: ArrayLike, T: ArrayLike) -> Purchases:
    """The customers of three columns, equal rows taken together; raises UsageError for what cannot be."""
    x, t_x, T = columns(frequency=frequency, recency=recency, T=T)
    refuse("frequency", x, (x < 0) | (x != np.floor(x)), "a whole number of repeat purchases, 0 or more")
    refuse("T", T, T <= 0, "a length of time above 0")
    refuse("recency", t_x, (t_x < 0) | (t_x > T), "between 0 and T, from the first purchase to the last")
    refuse("recency", t_x, (x == 0) & (t_x > 0), "0 where there was no repeat purchase")
    order = np.lexsort((t_x, x, T))
    x, t_x, T = x[order], t_x[order], T[order]
    news = np.empty(len(x), dtype=bool)
    news[0] = True
    news[1:] = (np.diff(x) != 0) | (np.diff(t_x) != 0) | (np.diff(T) != 0)
    first = np.flatnonzero(news)
    weight = np.diff(np.append(first, len(x))).astype(np.float64)
    levels, level = np.unique(x[first], return_inverse=True)
    return Purchases(x[first], t_x[first], T[first], weight, levels, level)


def columns(**named: ArrayLike) -> list[Floats]:
    """Columns of numbers of one length; raises UsageError where they are empty, uneven or not numbers."""
    read: dict[str, Any] = {}
    for name, values in named.items():
        try:
            read[name] = np.atleast_1d(np.asarray(values, dtype=np.float64))
        except (TypeError, ValueError):
            raise UsageError(f"{name} is no column of numbers.") from None
        refuse(name, read[name], ~np.isfinite(read[name]), "a finite number")
    lengths = {name: len(values) for name, values in read.items()}
    if len(set(lengths.values())) > 1 or 0 in lengths.values():
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise UsageError(f"The columns must have a row per customer each, not {told}.")
    return list(read.values())


def refuse(name: str, values: Floats, wrong: NDArray[np.bool_], wanted: str) -> None:
    """Raise UsageError for the first value that cannot be, saying what would be right."""
    if wrong.any():
        row = int(np.argmax(wrong))
        raise UsageError(f"{name} cannot be {values[row]:g} (row {row}): it is {wanted}.")
