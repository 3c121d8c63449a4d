"""Derived tables brought up to date by parts equal those made from scratch."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.errors import UsageError
from holdfast.warehouse import Warehouse
from tests.warehouse.batches import EXAMPLES, JANUARY, account, event, phase, put
from tests.warehouse.test_known_at import emptied, folder

__all__ = ["folder"]
Rows = Any

STORIES = st.lists(
    st.tuples(
        st.lists(st.tuples(st.sampled_from("123"), st.sampled_from("AB"), st.integers(0, 3)), max_size=4),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


def spans(phases: Rows) -> Rows:
    return phases.group_by("account_id").agg(first=phases.start_at.min(), n=phases.count())


def as_set(warehouse: Warehouse, rows: Rows) -> set[tuple[Any, ...]]:
    return {tuple(row.values()) for row in warehouse.ibis.to_pyarrow(rows).to_pylist()}


@settings(max_examples=EXAMPLES)
@given(STORIES)
def test_by_parts_equals_from_scratch(folder: Any, story: list[Any]) -> None:
    with emptied(folder, "subscription_phases") as warehouse:
        with warehouse.write() as writing:
            empty = spans(warehouse.records("subscription_phases"))
            writing.replace_derived("spans", empty, None, "1", order=["account_id"])
        for rows, complete in story:
            batch = [phase(i, a, JANUARY + timedelta(days=d), None) for i, a, d in rows]
            with warehouse.write() as writing:
                put(warehouse, "subscription_phases", batch, complete=complete, writing=writing)
                state = warehouse.derived_states().get("spans")
                assert state is not None
                parts = warehouse.touched("subscription_phases", state[1]).select("account_id").distinct()
                phases = warehouse.records("subscription_phases")
                writing.replace_derived("spans", spans(phases.semi_join(parts, "account_id")), parts, "1")
            scratch = spans(warehouse.records("subscription_phases"))
            assert as_set(warehouse, warehouse.derived("spans")) == as_set(warehouse, scratch)


def test_a_day_is_replaced_and_the_others_stay(warehouse: Warehouse) -> None:
    put(warehouse, "events", [event(str(n), JANUARY + timedelta(days=n % 3)) for n in range(9)])

    def days(events: Rows) -> Rows:
        return events.group_by(day=events.stamped_on).agg(n=events.count())

    with warehouse.write() as writing:
        writing.replace_derived("days", days(warehouse.records("events")), None, "1", order=["day"])
    put(warehouse, "events", [event("late", JANUARY)])
    with warehouse.write() as writing:
        parts = ibis.memtable({"day": [JANUARY.date()]})
        expr = days(warehouse.records("events").filter(ibis._.stamped_on == JANUARY.date()))
        writing.replace_derived("days", expr, parts, "2")
    counts = [4, 3, 3]
    want = {((JANUARY + timedelta(days=n)).date(), counts[n]) for n in range(3)}
    assert as_set(warehouse, warehouse.derived("days")) == want
    assert warehouse.derived_states().get("days") == ("2", warehouse.known_at())


def test_a_new_shape_takes_the_place_of_the_old_one(warehouse: Warehouse) -> None:
    for fingerprint, rows in (("1", {"a": [1]}), ("2", {"b": ["x", "y"]})):
        with warehouse.write() as writing:
            writing.replace_derived("shape", ibis.memtable(rows), None, fingerprint)
    assert as_set(warehouse, warehouse.derived("shape")) == {("x",), ("y",)}
    assert warehouse.derived_states().get("shape") == ("2", datetime(1, 1, 1))


def test_what_is_not_kept_says_so(warehouse: Warehouse) -> None:
    assert warehouse.derived_states().get("spans") is None
    with pytest.raises(UsageError, match="spans"):
        warehouse.derived("spans")
    rows = ibis.memtable({"account_id": ["A"]})
    with pytest.raises(UsageError, match="make it whole first"), warehouse.write() as writing:
        writing.replace_derived("spans", rows, rows, "1")


def test_a_failed_refresh_keeps_the_old_table(warehouse: Warehouse) -> None:
    put(warehouse, "accounts", [account("A")])
    with warehouse.write() as writing:
        writing.replace_derived("names", warehouse.records("accounts").select("account_id"), None, "1")

    def fail() -> None:
        with warehouse.write() as writing:
            writing.replace_derived("names", ibis.memtable({"account_id": ["B"]}), None, "2")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert as_set(warehouse, warehouse.derived("names")) == {("A",)}
    state = warehouse.derived_states().get("names")
    assert state is not None
    assert state[0] == "1"


def test_a_table_in_memory_is_there_again_after_a_transaction_took_it_away(warehouse: Warehouse) -> None:
    def broken() -> None:
        with warehouse.write():
            assert as_set(warehouse, brought) == {("A",)}
            raise RuntimeError

    brought = ibis.memtable({"account_id": ["A"]})
    with warehouse.reading():
        assert as_set(warehouse, brought) == {("A",)}
    with pytest.raises(RuntimeError):
        broken()
    assert as_set(warehouse, brought) == {("A",)}
