"""What the parts of health stand on: rows of records, each with the share of its part that comes from it.

A ground has account_id, bound, `part`, `kind` (the table, or `base`), `record`, `at`, and a numerator and
denominator in whole numbers: a part's value is 100 times the sum of numerators over the denominator,
which is the same for all grounds of one part and account. Whatever came after `bound` is not looked at:
what was solved, paid, answered or reached later is open, as it was then.
"""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.timelines.basis import INSTANT

KEYS = ("account_id", "bound")


def grounds_of(
    rows: Any, part: str, kind: Any, record: Any, at: Any, numerator: Any, denominator: Any
) -> Any:
    """Rows as grounds of a part; a text, a whole number or a column for each of what a ground says."""

    def number(value: Any) -> Any:
        return (ibis.literal(value) if isinstance(value, int) else value).cast("int64")

    text = ibis.literal(kind) if isinstance(kind, str) else kind
    return rows.select(
        "account_id",
        "bound",
        part=ibis.literal(part),
        kind=text.cast("string"),
        record=(ibis.literal(record) if isinstance(record, str) else record).cast("string"),
        at=(ibis.null() if at is None else at).cast(INSTANT),
        numerator=number(numerator),
        denominator=number(denominator),
    )


def base_of(rows: Any, part: str, begins: Any, whole: Any) -> Any:
    """What a part begins with before any record: `begins` of `whole`, in whole numbers."""
    return grounds_of(rows, part, "base", "", None, begins, whole)


def in_turn(rows: Any, *order: Any) -> Any:
    """`rows` with `turn`, from 0, within each account and instant."""
    return rows.mutate(turn=ibis.row_number().over(ibis.window(group_by=list(KEYS), order_by=list(order))))


def since_told(subjects: Any, began: Any) -> Any:
    """The subjects at instants after the first record of a kind: before that nothing is known of it."""
    return subjects.filter(subjects.bound > began.as_scalar())
