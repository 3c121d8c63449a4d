"""The account as seen, over time: several sources merged column by column, dated (R20)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import ibis

from holdfast.timelines.basis import FAR

BEFORE_ALL = datetime(1, 1, 1)
ATTRIBUTES = (
    "name",
    "country",
    "industry",
    "size_band",
    "employees",
    "language",
    "owner",
    "channel",
    "referred_by",
    "is_internal",
    "attributes",
)


def account_history(versions: Any, sources: Sequence[str] = ()) -> Any:
    """What was known of each account, by the time it speaks of: `[valid_from, valid_to)`.

    `versions` are all known versions of rows of `accounts` with their account id resolved.
    The earliest row of an account holds from before all time, a later one from its
    `valid_from`, or from its `recorded_at` where it has none. Where sources speak at once,
    each column takes the first value that is not null in the order of `sources`.
    """
    rows = _dated(versions, sources)
    instants = rows.select("account_id", at="holds_from").distinct()
    in_force = instants.join(
        rows,
        [
            instants.account_id == rows.account_id,
            rows.holds_from <= instants["at"],
            rows.holds_to > instants["at"],
        ],
    ).drop("account_id_right")
    turns = ibis.window(group_by=["account_id", "at"], order_by=["rank", "source", "source_id"])
    in_force = in_force.mutate(turn=ibis.row_number().over(turns))
    merged = in_force.group_by(["account_id", "at"]).agg(
        created_at=in_force.created_at.min(),
        **{name: _first_known(in_force[name], in_force.turn) for name in ATTRIBUTES},
    )
    order = ibis.window(group_by="account_id", order_by="at")
    return merged.mutate(valid_to=merged["at"].lead().over(order).fill_null(FAR)).rename(valid_from="at")


def _first_known(values: Any, turn: Any) -> Any:
    # Without `where` DuckDB would give a null of the first turn.
    return values.argmin(turn, where=values.notnull())


def accounts_now(history: Any) -> Any:
    """The newest row of each account, with its earliest `created_at`."""
    whole = ibis.window(group_by="account_id")
    dated = history.mutate(created_at=history.created_at.min().over(whole))
    newest = dated.filter(dated.valid_to == FAR)
    return newest.mutate(is_internal=newest.is_internal.fill_null(False)).drop("valid_from", "valid_to")


def _dated(versions: Any, sources: Sequence[str]) -> Any:
    """Each source's rows with the instants between which they hold, and the source's rank."""
    newest = ibis.window(group_by=["source", "source_id", "valid_from"], order_by=[ibis.desc("recorded_at")])
    rows = versions.mutate(age=ibis.row_number().over(newest))
    rows = rows.filter(rows.valid_from.isnull() | (rows.age == 0))
    each = ibis.window(group_by=["source", "source_id"], order_by=["speaks_at", "recorded_at"])
    rows = rows.mutate(speaks_at=_speaks_at(rows))
    rows = rows.mutate(ordinal=ibis.row_number().over(each))
    rows = rows.mutate(holds_from=ibis.ifelse(rows.ordinal == 0, ibis.literal(BEFORE_ALL), rows.speaks_at))
    rows = rows.mutate(holds_to=rows.holds_from.lead().over(each).fill_null(FAR))
    return rows.mutate(rank=_rank(rows, sources))


def _speaks_at(rows: Any) -> Any:
    first = ibis.window(group_by=["source", "source_id"], order_by=["recorded_at"])
    undated_first = rows.valid_from.isnull() & (ibis.row_number().over(first) == 0)
    return ibis.cases(
        (undated_first, ibis.literal(BEFORE_ALL)), else_=ibis.coalesce(rows.valid_from, rows.recorded_at)
    )


def _rank(rows: Any, sources: Sequence[str]) -> Any:
    """Lower speaks first: the account's own row before one merged into it, then the order of sources."""
    order = [(rows.source == name, place) for place, name in enumerate(sources)]
    place = ibis.cases(*order, else_=len(sources)) if order else ibis.literal(0)
    own = rows.account_id == ibis.ifelse(
        rows.source == "own", rows.source_id, rows.source + ":" + rows.source_id
    )
    return place * 2 + ibis.ifelse(own, 0, 1)
