"""Asking for what is kept of one user or account, or for its erasure, and what became of it.

The id stands in the folder of what was asked alone, and goes with it. Jobs and the audit log tell of it by a
mark, which whoever knows the id can make again and from which nobody reads it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from holdfast.errors import Sentence, UsageError, unknown
from holdfast.web.jobs.claims import JobFacts, do_enqueue, is_open, lately
from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.models import Member

DISCLOSE, ERASE = "disclose", "erase"
"""The kinds of job."""

KINDS = ("user", "account")
PLACE = "personal"
ASKED, FOUND, DATA = "asked.json", "found.json", "data.json"
"""In the folder of what was asked: whose data, how many rows there were, and the rows themselves."""

KEPT = timedelta(days=3)
"""How long a file can be downloaded, and what was asked is listed."""

MOST_LETTERS = 500
MARK_LETTERS = 12
SALT = "holdfast.web.persons"


@dataclass(frozen=True)
class Person:
    """A user, or an account with its users, by the id that records use."""

    kind: str
    id: str

    @property
    def mark(self) -> str:
        """What stands for the id where the id itself is not to be kept."""
        keyed = salted_hmac(SALT, f"{self.kind}:{self.id}", algorithm="sha256")
        return keyed.hexdigest()[:MARK_LETTERS]

    def __str__(self) -> str:
        return f"{self.kind} {self.mark}"


@dataclass(frozen=True)
class Asked:
    """What was asked lately: for whom, by whom, how it stands; `id` and `file` are empty once gone."""

    act: str
    kind: str
    mark: str
    id: str
    state: str
    at: datetime
    by: str
    rows: int | None
    file: str
    problem: str


def person_of(kind: str, text: str) -> Person:
    """Who a form names; raises UsageError where it names nobody."""
    if kind not in KINDS:
        raise unknown("kind of person", kind, KINDS)
    if not 0 < len(text) <= MOST_LETTERS:
        raise UsageError(
            Sentence("An id is missing or too long."), hint=Sentence("The id that your records use.")
        )
    return Person(kind, text)


def do_ask_for_data(person: Person, *, by: Member) -> None:
    """Have a worker write all that is kept of someone to a file; raises UsageError where one is at it."""
    _enter(DISCLOSE, person, by)
    do_note(by, "asked for the data of", str(person))


def do_ask_to_erase(person: Person, *, by: Member) -> None:
    """Have a worker erase someone; raises UsageError where one is at it."""
    _enter(ERASE, person, by)
    do_note(by, "asked to erase", str(person))


def asked_lately() -> Sequence[Asked]:
    """What was asked and is under way, or ended within the days that files are kept; the latest first."""
    jobs = _jobs()
    names = dict(Member.objects.filter(pk__in=[job.facts["by"] for job in jobs]).values_list("pk", "name"))
    return [_asked(job, names.get(job.facts["by"], "")) for job in jobs]


def rows_found(person: Person) -> int | None:
    """How many rows the latest file of someone has; None where none was made lately."""
    made = (each for each in asked_lately() if each.act == DISCLOSE and each.mark == person.mark)
    return next((each.rows for each in made if each.state == "done"), None)


def file_of(name: str) -> tuple[str, bytes] | None:
    """The file that was made, with for whom by its mark; None where it is not there, or no longer."""
    made = [each for each in _jobs() if each.kind == DISCLOSE and each.state == "done"]
    facts = next((each.facts for each in made if each.facts["place"] == name), None)
    if facts is None:
        return None
    try:
        return f"{facts['kind']} {facts['mark']}", (place_of(settings.WORKSPACE, facts) / DATA).read_bytes()
    except FileNotFoundError:
        return None


def place_of(folder: Path, facts: dict[str, Any]) -> Path:
    """The folder of what was asked."""
    return folder / PLACE / str(facts["place"])


def read(file: Path) -> dict[str, Any]:
    """What a small file of ours says; nothing where it is gone."""
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}


def _enter(act: str, person: Person, by: Member) -> None:
    if is_open(act, mark=person.mark):
        raise UsageError(Sentence("This is under way already."), hint=Sentence("Wait until it is done."))
    name = secrets.token_hex(16)
    # One is done at a time, like pulls of a source: no file is written while an erasure takes files away.
    facts = {"source": PLACE, "place": name, "kind": person.kind, "mark": person.mark, "by": by.pk}
    with transaction.atomic():
        do_enqueue(act, facts, due_at=timezone.now())
        place = place_of(settings.WORKSPACE, facts)
        place.mkdir(parents=True, mode=0o700)
        asked = json.dumps(asdict(person), ensure_ascii=False)
        (place / ASKED).write_text(asked, encoding="utf-8")


def _jobs() -> Sequence[JobFacts]:
    return lately((DISCLOSE, ERASE), timezone.now() - KEPT)


def _asked(job: JobFacts, by: str) -> Asked:
    place, told = place_of(settings.WORKSPACE, job.facts), job.facts
    return Asked(
        act=job.kind,
        kind=told["kind"],
        mark=told["mark"],
        id=read(place / ASKED).get("id", ""),
        state=job.state,
        at=job.ended_at or job.begun_at or job.due_at,
        by=by,
        rows=read(place / FOUND).get("rows"),
        file=told["place"] if job.state == "done" and (place / DATA).is_file() else "",
        problem=job.problem,
    )
