"""The people at the accounts, each once, for what they say and ask rather than what they use."""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.timelines.identity import named
from holdfast.timelines.layout import Layout
from holdfast.timelines.subjects import with_reason


def people(layout: Layout) -> Any:
    """Each user of each source: `person` (its person_key where it has one), `home`, `insider`.

    The account is that of the newest row; one row that says internal is enough.
    """
    return layout.once("people", lambda: _people(layout.records["users"]))


def _people(users: Any) -> Any:
    order = [ibis.asc(users.valid_from, nulls_first=True), users.recorded_at]
    turns = ibis.window(group_by=["source", "user_id"], order_by=order)
    users = users.mutate(turn=ibis.row_number().over(turns))
    each = users.group_by(["source", "user_id"]).agg(
        home=users.account_id.argmax(users.turn),
        person_key=users.person_key.argmax(users.turn, where=users.person_key.notnull()),
        insider=users.is_internal.fill_null(False).cast("int64").max(),
    )
    return each.mutate(person=ibis.coalesce("person:" + each.person_key, named(each, "user_id")))


def with_person(rows: Any, layout: Layout, user: str = "user_id") -> Any:
    """`rows` with `person`, their account where they name none, and `left_out` where either is internal.

    A user of whom no row is known is a person all the same; without a user `person` is null.
    """
    known = people(layout).select(
        "home", "insider", person_source="source", person_user="user_id", known_person="person"
    )
    on = [rows.source == known.person_source, rows[user] == known.person_user]
    rows = rows.left_join(known, on).drop("person_source", "person_user")
    rows = rows.mutate(
        account_id=ibis.coalesce(rows.account_id, rows.home),
        person=ibis.coalesce(rows.known_person, named(rows, user)),
    )
    rows = with_reason(rows, layout)
    internal = ibis.ifelse(rows.insider.fill_null(0) > 0, "internal", rows.left_out)
    return rows.mutate(left_out=internal).drop("home", "insider", "known_person")
