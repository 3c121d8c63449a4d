"""What every family of metrics is held to, besides being counted twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from holdfast.metrics import Explanation
from tests.agreement.again import Told, added
from tests.agreement.telling import LABELS
from tests.histories import CORRECTED, DAY, History

BY_MONTH = LABELS["month"]


def uncorrected(history: History) -> History:
    """The same company as if nothing had been corrected."""
    rows = history.tables.items()
    tables = {name: [row for row in table if row.get("recorded_at") != CORRECTED] for name, table in rows}
    return replace(history, tables=tables)


def as_known_before(
    later: Told,
    names: Sequence[str],
    grain: str = "month",
    labels: Sequence[str] = BY_MONTH,
    differing: Callable[[Told], Any] | None = None,
) -> None:
    """As known before a correction a company has the figures that it had then, which are the oracle's."""
    before = replace(later, known_at=CORRECTED - DAY)
    first = Told(uncorrected(later.history), later.as_of).counted(names, grain, labels)
    assert before.counted(names, grain, labels) == first
    assert later.counted(names, grain, labels) != first
    assert (differing(before) if differing else before.differences(names, grain, labels)) == {}


def evidence(shown: Explanation) -> set[str]:
    """Rows add up to the figure, none is on both sides, and each left out says why: the reasons."""
    rows, out = shown.rows.to_pylist(), shown.left_out.to_pylist()
    assert added(rows, "numerator") == (shown.figure.numerator or 0)
    assert shown.figure.denominator is None or added(rows, "denominator") == shown.figure.denominator
    assert all(row["excluded_because"] for row in out)
    inside = {(row["account_id"], row["subject_id"]) for row in rows}
    assert not inside & {(row["account_id"], row["subject_id"]) for row in out}
    return {row["excluded_because"] for row in out}


def adding_up(
    asked: Told,
    names: Sequence[str],
    grain: str = "quarter",
    labels: Sequence[str] = ("2017-Q4",),
    by: str = "country",
) -> None:
    """Numerators and denominators add over the segments of a dimension, of which there are several."""
    whole = asked.counted(names, grain, labels)
    parts = asked.counted(names, grain, labels, by=(by,))
    assert len({part.segment[by] for part in parts}) > 1
    for figure in whole:
        own = (figure.name, figure.of, figure.period_label)
        shares = [part for part in parts if (part.name, part.of, part.period_label) == own]
        assert shares or not (figure.numerator or figure.denominator), figure.name
        for side in ("numerator", "denominator"):
            assert sum(Decimal(getattr(part, side) or 0) for part in shares) == (getattr(figure, side) or 0)
