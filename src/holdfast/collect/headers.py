"""Which of their columns gives which of ours, and what to say where one does not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from holdfast.collect.mapping import Mapping
from holdfast.collect.recipes import Recipe
from holdfast.errors import BadInput, Sentence, nearest
from holdfast.tables import Column, Kind, Table

# What other systems often call it; a proposal in a message, never a guess in an import.
_ALSO_CALLED = {
    "account_id": "customer_id customer client_id client org_id organisation_id company_id tenant_id",
    "account_name": "company_name customer_name",
    "created_at": "signup_date signed_up_at signup_at created create_date registered_at submitted_at",
    "name": "event event_name event_type action feature_name title",
    "occurred_at": "timestamp time event_time at date event_date usage_date ts",
    "plan": "product plan_name plan_tier tier price_id",
    "start_at": "start_date started_at start period_start current_period_start",
    "end_at": "end_date ended_at end expires_at period_end current_period_end",
    "unit_amount": "price amount mrr mrr_amount unit_price",
    "interval": "billing_frequency billing_period bill_period billing_interval",
    "quantity": "seats units licences licenses qty",
    "solved_at": "closed_at resolved_at",
    "email": "email_address mail",
    "channel": "referral_source acquisition_channel utm_source",
    "total": "amount amount_due",
}


def plainly(header: str) -> str:
    """A header without its case, spaces and signs: `Account ID` is `account_id`."""
    return re.sub(r"[\W_]+", "_", header.casefold()).strip("_")


def match(table: Table, mapping: Mapping, headers: tuple[str, ...], file: str) -> dict[str, Recipe]:
    """Our columns, each with the recipe that makes it from a file with these headers.

    Raises BadInput where the mapping reads a column that the file lacks, where the file has
    a column that nobody knows, or where a required column has no source.
    """
    for ours in (*mapping.columns, *mapping.values):
        table.column(ours)
    by_name = _by_name(headers, file)
    recipes = dict(mapping.columns)
    read = _columns_read(mapping, by_name, file)
    for column in table.columns:
        found = by_name.get(column.name)
        if column.name not in recipes and found is not None and found not in mapping.ignore:
            recipes[column.name] = Recipe("from", found)
            read.add(found)
    unknown = [] if "*" in mapping.ignore else _unknown(headers, read, mapping)
    missing = [c for c in table.columns if c.required and c.name not in recipes and c.default is None]
    if unknown or missing:
        raise _unfit(table, file, unknown, missing, set(recipes))
    return recipes


def resolve(header: str, headers: Iterable[str]) -> str | None:
    """The header that is meant: the very one, or the one that differs in case and signs only."""
    known = list(headers)
    if header in known:
        return header
    alike = [one for one in known if plainly(one) == plainly(header)]
    return alike[0] if len(alike) == 1 else None


def suggest_mapping(table: Table, headers: Iterable[str]) -> str:
    """A mapping for a file with these headers, as TOML to look over and complete."""
    headers = list(headers)
    taken = {found for column in table.columns if (found := resolve(column.name, headers))}
    rest = [header for header in headers if header not in taken]
    lines = [f'table = "{table.name}"', "", "[columns]"]
    for column in table.columns:
        if resolve(column.name, headers):
            continue
        near = _candidate(column, rest)
        if near is not None:
            lines.append(f"{column.name} = {_quoted(near)}")
            rest.remove(near)
        elif column.required and column.default is None:
            lines.append(f"# {column.name} = ...   # required: {column.meaning}")
    if rest:
        lines.insert(1, f"ignore = [{', '.join(_quoted(header) for header in rest)}]")
    return "\n".join(lines) + "\n"


def _by_name(headers: tuple[str, ...], file: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for header in headers:
        earlier = found.setdefault(plainly(header), header)
        if earlier != header and plainly(header):
            raise BadInput(
                Sentence(
                    "{file} has two columns that read alike: {one!r} and {other!r}.",
                    file=file,
                    one=earlier,
                    other=header,
                ),
                hint=Sentence("Rename one of them in the file."),
            )
    return found


def _columns_read(mapping: Mapping, by_name: dict[str, str], file: str) -> set[str]:
    headers = list(by_name.values())
    read: set[str] = set()
    wanted = [(f"columns.{ours}", c) for ours, recipe in mapping.columns.items() for c in recipe.reads]
    wanted += [("where", condition.column) for condition in mapping.where]
    for place, column in wanted:
        found = resolve(column, headers)
        if found is None:
            near = nearest(column, headers)
            has = Sentence("It has: {names}.", names=", ".join(headers[:40]))
            hint = Sentence("Did you mean {near!r}?", near=near) if near else has
            raise BadInput(_lacking(mapping, place, column, file), hint=hint)
        read.add(found)
    return read


def _unknown(headers: tuple[str, ...], read: set[str], mapping: Mapping) -> list[str]:
    spared = {plainly(column) for column in (*mapping.ignore, *mapping.spared)}
    return [h for h in headers if h not in read and plainly(h) not in spared and h not in mapping.ignore]


def _unfit(table: Table, file: str, unknown: list[str], missing: list[Column], given: set[str]) -> BadInput:
    lines: list[str] = []
    free = [column for column in table.columns if column.name not in given]
    rest = list(unknown)
    for column in missing:
        near = _candidate(column, rest)
        lines.append(f"  {_cure(column, near)}")
        if near is not None:
            rest.remove(near)
    for header in rest:
        ours = next((c for c in free if c not in missing and _candidate(c, [header])), None)
        lines.append(f"  {_proposal(header, ours, table)}")
    ignored = ", ".join(_quoted(header) for header in rest)
    hint = "Write the lines into the mapping"
    hint += f"; to leave columns out: ignore = [{ignored}]" if rest else ""
    said = Sentence("{file} does not fit {table}:", file=file, table=table.name)
    return BadInput("\n".join([said, *lines]), hint=hint + ".")


def _lacking(mapping: Mapping, place: str, column: str, file: str) -> Sentence:
    values = {"mapping": mapping.name, "place": place, "column": column, "file": file}
    return Sentence("{mapping}: {place} reads {column!r}, which {file} lacks.", **values)


def _cure(column: Column, near: str | None) -> Sentence:
    name, line = column.name, f"columns.{column.name} = {_quoted(near or '...')}"
    if near is not None:
        return Sentence(
            "{column} is required and has no column. Did you mean: {line}", column=name, line=line
        )
    if column.choices or column.kind is Kind.CURRENCY:
        line = f'constants.{name} = "{column.choices[0] if column.choices else "EUR"}"'
        same = "{column} is required and has no column. For the same in each row: {line}"
        return Sentence(same, column=name, line=line)
    which = "{column} is required and has no column. Say which column gives it: {line}"
    return Sentence(which, column=name, line=line)


def _proposal(header: str, ours: Column | None, table: Table) -> Sentence:
    about = {"header": header, "table": table.name}
    if ours is not None:
        line = f"columns.{ours.name} = {_quoted(header)}"
        return Sentence("{header!r} is no column of {table}. Did you mean: {line}", line=line, **about)
    if "attributes" in table.column_names:
        line = f"columns.attributes = {{ json = [{_quoted(header)}] }}"
        return Sentence("{header!r} is no column of {table}. To keep it: {line}", line=line, **about)
    return Sentence("{header!r} is no column of {table}.", **about)


def _candidate(column: Column, headers: list[str]) -> str | None:
    plain = {plainly(header): header for header in headers}
    for other in _ALSO_CALLED.get(column.name, "").split():
        if other in plain:
            return plain[other]
    near = nearest(column.name, plain)
    return plain[near] if near else None


def _quoted(header: str) -> str:
    """A header as TOML writes it, in letters that a terminal can show."""
    return json.dumps(header, ensure_ascii=False)
