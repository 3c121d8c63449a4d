"""Accounts by the letters of their names or ids, for whoever types."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.flow import Workspace
from holdfast.web.answers.readers import answer

MOST = 8


@dataclass(frozen=True)
class Found:
    """One account that a search came upon."""

    account_id: str
    name: str


@answer
def find_accounts(space: Workspace, text: str) -> list[Found]:
    """The accounts whose name or id has these letters, those that begin with them first."""
    accounts = space.records("accounts")
    wanted = text.strip().lower()
    if not wanted:
        return []
    name, known = accounts.name.fill_null("").lower(), accounts.account_id.lower()
    hits = accounts.filter(name.contains(wanted) | known.contains(wanted))
    begins = (name.startswith(wanted) | known.startswith(wanted)).cast("int8")
    ranked = hits.mutate(begins=begins).order_by(
        [hits.mutate(begins=begins).begins.desc(), "name", "account_id"]
    )
    rows = ranked.select("account_id", "name").distinct().limit(MOST).to_pyarrow().to_pylist()
    return [Found(row["account_id"], row["name"] or row["account_id"]) for row in rows]
