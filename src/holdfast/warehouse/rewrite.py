"""The rows of a table that tell of erased people, as they are to stand from now on."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.tables import TABLES, Table
from holdfast.warehouse.layout import lake, quote, stored_types
from holdfast.warehouse.personal import PARENTS, PERSONAL, blank, id_columns, owner_columns
from holdfast.warehouse.refused import values_of

PEOPLE = "holdfast_people"
"""A temp table of (kind, source, id, token): who is erased, and the random id in their place."""

MAILS = "holdfast_mails"
"""A temp table of the mail addresses of erased users, in small letters."""


def rewritten(table: Table, *, mails: bool) -> str | None:
    """SQL for the rows to change: `rid`, the row to go, and every stored column.

    With `mails` texts in which an erased address stands are blanked in anybody's rows. None
    where the table can hold nothing of a person.
    """
    special = SPECIAL.get(table.name)
    if special:
        return special(table, mails)
    ids, personal = id_columns(table), PERSONAL.get(table.name, ())
    if not ids and not personal:
        return None
    joins = [_joined(column, kind) for column, kind in ids.items()] + _joined_parent(table)
    owned = _owned(table)
    mentions = {column: _mentions(f"t.{quote(column)}") for column in personal} if mails else {}
    new = {column: _token(column, kind, owned) for column, kind in ids.items()}
    for column in personal:
        when = " or ".join([owned, *([mentions[column]] if mails else [])])
        new[column] = f"case when {when} then {blank(table, column)} else t.{quote(column)} end"
    concerned = [f"{_alias(column)}.id is not null" for column in ids]
    return _select(table, new, joins, [owned, *concerned, *mentions.values()])


def _select(table: Table, new: dict[str, str], joins: list[str], where: list[str]) -> str:
    columns = ", ".join(
        f"{new.get(column, f't.{quote(column)}')} as {quote(column)}" for column in stored_types(table)
    )
    return (
        f"select t.rowid as rid, {columns} from {lake(table.name)} t {' '.join(joins)}"
        f" where {' or '.join(where)}"
    )


def _alias(column: str) -> str:
    return quote(f"is_{column}")


def _joined(column: str, kind: str) -> str:
    name = _alias(column)
    return (
        f"left join {PEOPLE} {name} on {name}.kind = '{kind}' and {name}.source = t.source"
        f" and {name}.id = t.{quote(column)}"
    )


def _joined_parent(table: Table) -> list[str]:
    """The rows whose parent belongs to someone erased, where the table has parents."""
    if table.name not in PARENTS:
        return []
    column, parent = PARENTS[table.name]
    first = quote(TABLES[parent].key[0])
    theirs = " or ".join(
        f"(p.kind = '{kind}' and p.id = r.{quote(name)})"
        for name, kind in owner_columns(TABLES[parent]).items()
    )
    rows = (
        f"select distinct r.source, r.{first} as id from {lake(parent)} r"
        f" join {PEOPLE} p on p.source = r.source and ({theirs})"
    )
    return [f"left join ({rows}) parent on parent.source = t.source and parent.id = t.{quote(column)}"]


def _owned(table: Table) -> str:
    terms = [f"{_alias(column)}.id is not null" for column in owner_columns(table)]
    terms += ["parent.id is not null"] if table.name in PARENTS else []
    return f"({' or '.join(terms) or 'false'})"


def _token(column: str, kind: str, owned: str) -> str:
    token, old = f"{_alias(column)}.token", f"t.{quote(column)}"
    if kind == "anonymous":
        # A visitor id that others share stays theirs; only this person's rows let it go.
        return f"case when {token} is not null then {token} when not {owned} then {old} end"
    return f"coalesce({token}, {old})"


def _mentions(text: str) -> str:
    return f"exists (select 1 from {MAILS} e where contains(lower({text}), e.mail))"


def _feedback_tags(table: Table, _mails: bool) -> str:
    join = f"join {PEOPLE} p on p.source = t.source and t.source_ref = p.kind || '/' || p.id"
    return _select(table, {"source_ref": "p.kind || '/' || p.token"}, [join], ["true"])


def _links(table: Table, _mails: bool) -> str:
    linked = f'left join {PEOPLE} p on p.kind = t."table" and p.source = t.link_source and p.id = t.id'
    tokens = f"(select kind, id, min(token) as token from {PEOPLE} group by all)"
    joins = [linked, f'left join {tokens} c on c.kind = t."table" and c.id = t.canonical_id']
    new = {"id": "coalesce(p.token, t.id)", "canonical_id": "coalesce(c.token, t.canonical_id)"}
    return _select(table, new, joins, ["p.id is not null", "c.id is not null"])


def _rejects(table: Table, mails: bool) -> str:
    row = values_of('t."row"')
    ids = f"(select list(p.id) from {PEOPLE} p where p.source = t.source)"
    where = [
        f"coalesce(list_has_any({row}, {ids}), false)",
        f"exists (select 1 from {PEOPLE} p where p.source = t.source and p.id = t.value)",
    ]
    where += [_mentions('t."row"'), _mentions("t.value")] if mails else []
    return _select(table, {"row": "null", "value": "null", "state": "'dropped'"}, [], where)


SPECIAL: dict[str, Callable[[Table, bool], str]] = {
    "feedback_tags": _feedback_tags,
    "links": _links,
    "rejects": _rejects,
}
"""Tables that name people in other ways than by a column that references them."""
