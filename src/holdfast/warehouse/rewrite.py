"""The rows of a table that tell of erased people, as they are to stand from now on."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.tables import TABLES, Kind, Table
from holdfast.warehouse.layout import lake, quote, stored_types
from holdfast.warehouse.personal import PARENTS, PERSONAL, blank, id_columns, owner_columns
from holdfast.warehouse.refused import values_of

PEOPLE = "holdfast_people"
"""A temp table of (kind, source, id, token): who is erased, and the random id in their place."""

LONG = 8

THEIRS = "holdfast_theirs"
"""A temp table of (source, object_id): the objects of services that tell of erased people."""

MAILS = "holdfast_mails"
"""A temp table of the mail addresses of erased users, in small letters."""


def rewritten(table: Table, *, mails: bool) -> str | None:
    """SQL for the rows to change: `rid`, the row to go, and every stored column.

    With `mails` texts in which an erased address stands are blanked in anybody's rows. None
    where the table can hold nothing of a person.
    """
    if special := SPECIAL.get(table.name):
        return special(table, mails)
    ids, personal = id_columns(table), PERSONAL.get(table.name, ())
    if not ids and not personal:
        return None
    joins, owned = _joins(table), _owned(table)
    mentions = {column: _mentions(f"t.{quote(column)}") for column in personal} if mails else {}
    new = _renamed(table)
    for column in personal:
        when = f"{owned} or {mentions[column]}" if mails else owned
        new[column] = f"case when {when} then {blank(table, column)} else t.{quote(column)} end"
    concerned = [f"{_alias(column)}.id is not null" for column in ids]
    return _select(table, new, joins, [owned, *concerned, *mentions.values()])


def _renamed(table: Table) -> dict[str, str]:
    """What stands in the columns that hold ids of people, or ids of rows made from such."""
    ids, owned = id_columns(table), _owned(table)
    new = {column: _token(column, kind, owned) for column, kind in ids.items()}
    for column in table.columns:
        made_of_ids = column.name in table.key or column.references or column.name.endswith(("_id", "_ref"))
        if made_of_ids and column.kind == Kind.TEXT and column.name not in ids:
            new[column.name] = _without_ids(table, f"t.{quote(column.name)}")
    if table.name in PARENTS:
        column_name = PARENTS[table.name][0]
        new[column_name] = f"coalesce(parent.token, t.{quote(column_name)})"
    return new


def _without_ids(table: Table, text: str) -> str:
    """A row's id with the owners' ids in it replaced, such as a phase named after its account.

    An id of some length is replaced wherever it stands, a short one only between separators.
    """
    for column in owner_columns(table):
        person = _alias(column)
        parts = f"'(^|[^[:alnum:]])' || regexp_escape({person}.id) || '([^[:alnum:]]|$)'"
        text = (
            f"case when {person}.id is null then {text}"
            f" when length({person}.id) >= {LONG} then replace({text}, {person}.id, {person}.token)"
            f" else regexp_replace({text}, {parts}, '\\1' || {person}.token || '\\2', 'g') end"
        )
    return text


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


def _joins(table: Table) -> list[str]:
    """The people that the id columns name, and the parent that belongs to one of them."""
    joins = [_joined(column, kind) for column, kind in id_columns(table).items()]
    if table.name in PARENTS:
        column, name = PARENTS[table.name]
        parent = TABLES[name]
        key = parent.key[0]
        token = _renamed(parent)[key]
        rows = (
            f"select distinct t.source, t.{quote(key)} as id, {token} as token from {lake(name)} t"
            f" {' '.join(_joins(parent))} where {_owned(parent)}"
        )
        joins.append(
            f"left join ({rows}) parent on parent.source = t.source and parent.id = t.{quote(column)}"
        )
    return joins


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


def _visitors(table: Table, _mails: bool) -> str:
    user = f"join {PEOPLE} u on u.kind = 'users' and u.source = t.source and u.id = t.user_id"
    visitor = (
        f"left join {PEOPLE} a on a.kind = 'anonymous' and a.source = t.source and a.id = t.anonymous_id"
    )
    # A visitor id that others share stays theirs in their events; here it only points at this person.
    new = {"anonymous_id": "coalesce(a.token, u.token)", "user_id": "u.token"}
    return _select(table, new, [user, visitor], ["true"])


def _source_messages(table: Table, mails: bool) -> str:
    """Messages about an erased account or an object of who is erased lose what they say, others addresses.

    An object that one message says is the account's is so in all that is told of it, and of what it knows.
    """
    body = "t.body"
    mine = (
        f"(select m.source || ' ' || m.object_id from {lake(table.name)} m"
        f" join {PEOPLE} p on p.kind = 'accounts' and p.source = m.source and p.id = m.account_id"
        f" union select source || ' ' || object_id from {THEIRS})"
    )
    owned = (
        f"coalesce({_owned(table)} or t.source || ' ' || t.object_id in {mine}"
        f" or t.source || ' ' || t.parent_id in {mine}, false)"
    )
    if mails:
        written = f"(select string_agg(regexp_escape(mail), '|') from {MAILS})"
        body = f"regexp_replace(t.body, {written}, '', 'gi')"
    new = _renamed(table) | {"body": f"case when {owned} then null else {body} end"}
    return _select(table, new, _joins(table), [owned, *([_mentions("t.body")] if mails else [])])


SPECIAL: dict[str, Callable[[Table, bool], str]] = {
    "feedback_tags": _feedback_tags,
    "links": _links,
    "rejects": _rejects,
    "visitors": _visitors,
    "source_messages": _source_messages,
}
"""Tables that name people in other ways than by a column that references them."""
