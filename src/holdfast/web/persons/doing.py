"""What a worker does for one user or account: writes the file, erases, lets files go after their days."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from holdfast import flow
from holdfast.errors import BadInput, Sentence, UsageError
from holdfast.flow import Workspace
from holdfast.report.rows import as_json
from holdfast.web.jobs.claims import is_open
from holdfast.web.persons.asking import (
    ASKED,
    DATA,
    DISCLOSE,
    ERASE,
    FOUND,
    KEPT,
    PLACE,
    Person,
    place_of,
    read,
)
from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.models import Member

HALF = ".part"


def write_data(folder: Path, facts: dict[str, Any]) -> None:
    """Write all that is kept of someone to a file, as `holdfast disclose` does; none where nothing is."""
    place = place_of(folder, facts)
    person = _person(place)
    with flow.open(folder) as space:
        rows = _rows(space, person)
    if rows:
        _write(place / DATA, as_json(rows))
    _write(place / FOUND, json.dumps({"rows": len(rows)}))


def erase_person(folder: Path, facts: dict[str, Any]) -> None:
    """Erase someone as `holdfast erase` does, with the files made here that name them, and their id here.

    Raises BadInput where anything is left: nobody is told of an erasure that was none.
    """
    place = place_of(folder, facts)
    if not (place / ASKED).exists() and (place / FOUND).exists():
        return
    person = _person(place)
    with flow.open(folder) as space:
        if not (place / FOUND).exists():  # An attempt before this one may have erased already.
            _write(place / FOUND, json.dumps({"rows": len(_rows(space, person))}))
        with contextlib.suppress(UsageError):
            space.erase(person.kind, person.id)
        if left := _rows(space, person):
            raise BadInput(
                Sentence("{count} rows still tell of them.", count=len(left)), hint="Look at: holdfast check"
            )
    for each in _naming(folder, person):
        shutil.rmtree(each)
    found = read(place / FOUND)
    if found["rows"]:
        do_note(Member.objects.filter(pk=facts["by"]).first(), "erased", str(person), found)
    (place / ASKED).unlink()


def do_let_files_go(folder: Path) -> int:
    """Remove what was asked, and made, longer ago than it is kept, but for what is under way; how many."""
    gone = 0
    for place in _places(folder):
        since = datetime.fromtimestamp(place.stat().st_mtime, UTC)
        if since < timezone.now() - KEPT and not _is_open(place):
            shutil.rmtree(place)
            gone += 1
    return gone


def _person(place: Path) -> Person:
    asked = read(place / ASKED)
    if not asked:
        raise BadInput(
            Sentence("Who it is about is kept here no longer."), hint=Sentence("Ask for it again.")
        )
    return Person(**asked)


def _rows(space: Workspace, person: Person) -> list[dict[str, Any]]:
    try:
        return space.disclose(person.kind, person.id)
    except UsageError:
        return []


def _naming(folder: Path, person: Person) -> Iterator[Path]:
    """The folders that hold an id, whoever they were made for: an account's file names its users."""
    named = json.dumps(person.id, ensure_ascii=False)
    for place in _places(folder):
        if not _is_open(place) and any(_holds(each, named) for each in place.iterdir()):
            yield place


def _holds(file: Path, text: str) -> bool:
    with file.open(encoding="utf-8") as lines:
        return any(text in line for line in lines)


def _places(folder: Path) -> list[Path]:
    return sorted((folder / PLACE).glob("*"))


def _is_open(place: Path) -> bool:
    """Whether what was asked waits or is under way."""
    return any(is_open(act, place=place.name) for act in (DISCLOSE, ERASE))


def _write(to: Path, text: str) -> None:
    """The file whole or not at all, whenever the process is killed."""
    half = to.with_suffix(HALF)
    half.write_text(text, encoding="utf-8")
    half.rename(to)
