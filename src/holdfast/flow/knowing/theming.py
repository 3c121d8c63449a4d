"""What people decide about themes, as it is kept: tags, names, and what a record is not about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from holdfast.errors import UsageError
from holdfast.flow.knowing.owned import SOURCE, fresh_id, import_row, registered, write_rows
from holdfast.warehouse import Warehouse, Writing

TAGS, NAMES, CORRECTIONS = "feedback_tags", "theme_names", "theme_corrections"
LONGEST = 80
"""Letters of a theme's name."""


@dataclass(frozen=True)
class Coder:
    """Who decides, and the end of the records that were looked at."""

    by: str
    at: datetime

    @property
    def coded_at(self) -> datetime:
        """When a tag of now was given, as figures see it: they end where the records do."""
        return min(datetime.now(UTC).replace(tzinfo=None), self.at - timedelta(microseconds=1))


def theme_named(text: str) -> str:
    """A theme as it is kept; raises UsageError where that is none."""
    name = " ".join(text.split())
    if not 0 < len(name) <= LONGEST:
        raise UsageError(f"A theme cannot be called {text!r}.", hint=f"From 1 to {LONGEST} letters.")
    return name


def same(theme: str) -> str:
    """A theme as it is compared: `Price` and `price` are one."""
    return theme.strip().lower()


def write_tags(warehouse: Warehouse, records: Sequence[str], theme: str, coder: Coder) -> None:
    """Keep that records are about a theme, as a coder says; what said otherwise of them holds no longer."""
    rows = [
        {
            "tag_id": _tag_id(record, theme, coder.by),
            "source_ref": record,
            "theme": theme,
            "coder": coder.by,
            "coded_at": coder.coded_at,
        }
        for record in records
    ]
    with warehouse.write() as writing:
        with registered(writing, TAGS, rows) as batch:
            done = writing.append(TAGS, batch, source=SOURCE)
        through = import_row(fresh_id(), TAGS, done, rejected=0, through=coder.at)
        write_rows(writing, "imports", [through])
        _lift(writing, warehouse, records, theme, coder.by)


def write_untagged(warehouse: Warehouse, record: str, theme: str, by: str | None, own: Iterable[str]) -> None:
    """Keep that a record is not about a theme; the tags of `own` ids, the coder's, are taken back."""
    with warehouse.write() as writing:
        row = {"source_ref": record, "theme": same(theme), "about": False, "by": by}
        write_rows(writing, CORRECTIONS, [row])
        gone = [{"tag_id": tag} for tag in own]
        with registered(writing, TAGS, [], "none") as none, registered(writing, TAGS, gone, "gone") as those:
            writing.append(TAGS, none, source=SOURCE, complete=True, among=("tag_id", those))


def write_name(warehouse: Warehouse, theme: str, called: str, by: str | None) -> None:
    """Keep what a theme is called now, and all that was called by its name until now."""
    names = kept_names(warehouse)
    before = {same(theme)} | {old for old, name in names.items() if same(name) == same(theme)}
    before |= {same(called)} & names.keys()
    with warehouse.write() as writing:
        write_rows(writing, NAMES, [{"theme": old, "called": called, "by": by} for old in sorted(before)])


def kept_names(warehouse: Warehouse) -> dict[str, str]:
    """What themes that were renamed or merged are called now."""
    return {row["theme"]: row["called"] for row in warehouse.rows(NAMES)}


def _lift(writing: Writing, warehouse: Warehouse, records: Sequence[str], theme: str, by: str) -> None:
    """Let what was said against records being about a theme, under any of its names, hold no longer."""
    names, wanted = kept_names(warehouse), set(records)
    rows = [
        {"source_ref": row["source_ref"], "theme": row["theme"], "about": True, "by": by}
        for row in warehouse.rows(CORRECTIONS)
        if row["source_ref"] in wanted
        and not row["about"]
        and same(names.get(str(row["theme"]), str(row["theme"]))) == same(theme)
    ]
    write_rows(writing, CORRECTIONS, rows)


def _tag_id(record: str, theme: str, by: str) -> str:
    return sha256("\n".join((record, same(theme), by)).encode()).hexdigest()[:32]
