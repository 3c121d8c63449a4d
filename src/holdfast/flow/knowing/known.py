"""The records as known at an instant, with the identities and settings known then."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

import ibis

from holdfast.flow.knowing.profiles import kept_profiles
from holdfast.flow.knowing.settings import DATED, RULE, Declared, basis_of, known_settings, rules_of
from holdfast.rulebook import Rulebook
from holdfast.tables import DECIDED, TABLES
from holdfast.timelines.basis import Basis, OnDemand, Records
from holdfast.timelines.identity import Link, Name, aliases
from holdfast.timelines.layout import known_by
from holdfast.timelines.localtime import duckdb_clock
from holdfast.warehouse import Warehouse


@dataclass(frozen=True)
class Knowledge:
    """What a workspace knows at `known_at` (None: now), up to `as_of` (None: all of it)."""

    warehouse: Warehouse
    known_at: datetime | None = None
    as_of: datetime | None = None
    tried: Mapping[str, Any] = field(default_factory=dict)
    """Settings as they would be, by name, in place of those that hold always: nothing of it is kept."""

    @cached_property
    def settings(self) -> dict[str, Any]:
        """Every setting as known, and every rule in force now, whatever is asked of the past (R19)."""
        found = self._in_force(self.known_at)
        if self.known_at is None:
            return found
        now = self._in_force(None)
        return {name: (now if name.startswith(RULE) else found)[name] for name in found}

    def rulebook(self, at: datetime | None = None) -> Rulebook:
        """The rules in force now, or at an instant as known then."""
        return rules_of(self._in_force(at))

    def _in_force(self, known_at: datetime | None) -> dict[str, Any]:
        moment = known_at or datetime.now(UTC).replace(tzinfo=None)
        rows = self._ordered(known_at)
        begun = [row for row in rows if row["valid_from"] is None or row["valid_from"] <= moment]
        return known_settings({row["name"]: row["value"] for row in begun})

    def _ordered(self, known_at: datetime | None) -> list[dict[str, Any]]:
        """Settings as known at an instant: those that always held first, the others by when they begin."""
        rows = self.warehouse.rows("settings", known_at)
        kept = sorted(rows, key=lambda row: (row["valid_from"] or datetime.min, row["recorded_at"]))
        tried = [_tried(name, value) for name, value in self.tried.items()]
        return tried + [row for row in kept if row["valid_from"] or row["name"] not in self.tried]

    def _declared(self, name: str) -> Declared:
        """Every value of a setting as known, oldest first, with the instant from which it holds."""
        rows = self._ordered(self.known_at)
        return [(row["valid_from"], json.loads(row["value"])) for row in rows if row["name"] == name]

    @cached_property
    def basis(self) -> Basis:
        """What figures stand on; the connection learns the clock of its zone."""
        basis = basis_of(self.settings, {name: self._declared(name) for name in DATED})
        basis = replace(basis, health=kept_profiles(self.warehouse, self.known_at))
        for statement in duckdb_clock(basis.calendar):
            self.warehouse.con.execute(statement)
        return basis

    @cached_property
    def records(self) -> Records:
        """What a business told and people decided as known; `accounts_versions` are all known of accounts."""
        tables = OnDemand((*TABLES, *DECIDED, VERSIONS), self._table)
        return tables if self.as_of is None else known_by(tables, self.as_of)

    def _table(self, name: str) -> Any:
        if name != VERSIONS:
            return self.warehouse.records(name, self.known_at)
        versions = self.warehouse.history("accounts")
        if self.known_at is not None:
            versions = versions.filter(versions.recorded_at <= ibis.literal(self.known_at))
        return versions.filter(~versions.deleted)

    @cached_property
    def names(self) -> dict[Name, str]:
        """The ids that stand for another account, by links and merges."""
        return self.warehouse.made_once("names", ("links", "accounts"), self.known_at, self._names)

    def _names(self) -> dict[Name, str]:
        links = self.warehouse.records("links", self.known_at)
        linked = [
            Link(row["link_source"], row["id"], row["canonical_id"])
            for row in links.filter(links.table == "accounts").to_pyarrow().to_pylist()
        ]
        accounts = self.warehouse.records("accounts", self.known_at)
        merged = accounts.filter(accounts.merged_into.notnull()).select("source", "account_id", "merged_into")
        merges = [Link(*row.values()) for row in merged.to_pyarrow().to_pylist()]
        return aliases(linked, merges)

    @cached_property
    def fingerprint(self) -> str:
        """What a kept timeline depends on besides records: rules, settings, builder."""
        parts = (
            BUILDER,
            self.basis.fingerprint,
            repr(self.settings["sources"]),
        )
        return sha256("|".join(parts).encode()).hexdigest()[:16]

    def watermarks(self) -> dict[str, datetime]:
        """Up to when each table's records are complete, by what its imports said (R19).

        What was stated of some files holds in place of all that was taken of them before.
        """
        return self.warehouse.made_once("watermarks", ("imports",), self.known_at, self._watermarks)

    def _watermarks(self) -> dict[str, datetime]:
        rows = self.warehouse.records("imports", self.known_at)
        rows = rows.filter(rows.through.notnull())
        stated = rows.filter(rows.told).group_by("table", "files").agg(stated_at=rows.recorded_at.max())
        rows = rows.left_join(stated, ["table", "files"])
        holding = rows.filter(rows.told.isnull() | (rows.recorded_at >= rows.stated_at).fill_null(True))
        known = holding.group_by("table").agg(through=holding.through.max())
        return {row["table"]: row["through"] for row in known.to_pyarrow().to_pylist()}


def _tried(name: str, value: Any) -> dict[str, Any]:
    return {"name": name, "value": json.dumps(value), "valid_from": None}


VERSIONS = "accounts_versions"

BUILDER = "4"
"""Raised when a timeline's meaning or columns change, so that kept ones are made anew."""
