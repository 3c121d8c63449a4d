"""Files that members send: kept in the workspace until a worker has taken them in, then removed.

The worker reads them with the same import as the shell's; what a person can mend is the job's reason.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from holdfast import flow
from holdfast.collect import Mapping
from holdfast.errors import BadInput, HoldfastError, Sentence, unknown
from holdfast.flow.bringing.importing import one_mapping
from holdfast.tables import TABLES
from holdfast.web.jobs.claims import do_enqueue
from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.models import Member

IMPORT, REPLAY = "import", "replay"
PLACE = "uploads"
MAPPING = "mapping.toml"


@dataclass(frozen=True)
class Sent:
    """A file as a browser sends it: its name and its bytes, part by part."""

    name: str
    parts: Iterable[bytes]


def do_take_file(
    file: Sent, table: str, *, mapping: str, complete: bool, through: datetime | None, by: Member
) -> None:
    """Have a worker import a file into a table, by a mapping as TOML or, where that is empty, by our headers.

    Raises UsageError for a table that there is not, BadInput for a mapping that says nothing of it and
    for a file that is empty or larger than may wait.
    """
    if table not in TABLES:
        raise unknown("table", table, TABLES)
    place = _kept(file)
    try:
        if mapping.strip():
            beside = place.parent / MAPPING
            beside.write_text(mapping, encoding="utf-8")
            _refuse_lookups(one_mapping(beside, table))
    except HoldfastError:
        shutil.rmtree(place.parent)
        raise
    facts = {"table": table, "complete": complete, "through": through.isoformat() if through else None}
    _enter(IMPORT, place, facts, by)


def do_take_mended(file: Sent, *, by: Member) -> None:
    """Have a worker take rejected rows again from the file of them that a person has mended."""
    _enter(REPLAY, _kept(file), {}, by)


def import_uploaded(folder: Path, facts: dict[str, Any]) -> None:
    """Import a file that was sent, by the mapping sent with it."""
    place = folder / PLACE / facts["file"]
    mapping = place.parent / MAPPING
    through = datetime.fromisoformat(facts["through"]) if facts["through"] else None
    with _gone_afterwards(place), flow.open(folder) as space:
        space.import_files(
            facts["table"],
            [place],
            mapping=mapping if mapping.exists() else None,
            complete=facts["complete"],
            through=through,
        )


def replay_uploaded(folder: Path, facts: dict[str, Any]) -> None:
    """Take rejected rows from a mended file that was sent."""
    place = folder / PLACE / facts["file"]
    with _gone_afterwards(place), flow.open(folder) as space:
        space.replay(place)


@dataclass(frozen=True)
class _gone_afterwards:  # noqa: N801 - reads as what it does in a with
    """Remove what was sent once it is taken or cannot be; it stays for an attempt that may yet go well."""

    place: Path

    def __enter__(self) -> None:
        if not self.place.is_file():
            raise BadInput(
                Sentence("{file} is not there any more.", file=self.place.name),
                hint=Sentence("Send it again."),
            )

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, _: object) -> None:
        if problem is None or (isinstance(problem, HoldfastError) and problem.permanent):
            shutil.rmtree(self.place.parent)


def _kept(file: Sent) -> Path:
    """The file on disk under its own name, in a folder that no other has."""
    name = Path(file.name).name
    if not name or name.startswith(".") or name == MAPPING:
        raise BadInput(
            Sentence("A file cannot be called {name!r} here.", name=name),
            hint=Sentence("Give it another name."),
        )
    place = settings.WORKSPACE / PLACE / secrets.token_hex(8) / name
    place.parent.mkdir(parents=True, mode=0o700)
    left = settings.INSTALLATION["SPOOL_BYTES"]
    with place.open("wb") as kept:
        for part in file.parts:
            left -= kept.write(part)
            if left < 0:
                break
    if left < 0 or not place.stat().st_size:
        shutil.rmtree(place.parent)
        if left >= 0:
            raise BadInput(Sentence("{file} is empty.", file=name))
        hint = Sentence("Import it with: {command}", command="holdfast import")
        raise BadInput(Sentence("{file} is larger than may wait here.", file=name), hint=hint)
    return place


def _refuse_lookups(mapping: Mapping) -> None:
    """A mapping that is sent reads the file sent with it, and none of the server's."""
    for name, recipe in mapping.columns.items():
        if recipe.verb == "lookup":
            raise BadInput(
                Sentence("{name} is looked up in another file, which is not here.", name=name),
                hint="holdfast import --mapping",
            )


def _enter(kind: str, place: Path, facts: dict[str, Any], by: Member) -> None:
    file = f"{place.parent.name}/{place.name}"
    do_enqueue(kind, {**facts, "file": file, "by": by.email}, due_at=timezone.now())
    do_note(by, "sent", f"{place.name} to {kind}", {name: facts[name] for name in facts if facts[name]})
