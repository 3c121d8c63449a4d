"""The audit log: who saw and changed what, one row for each time, never changed afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from holdfast.web.logs import REQUEST
from holdfast.web.workspaces.models import Deed, Member

MOST_LETTERS = 300
LINES = 50

LOOKS = ("saw", "read")
AT_THE_DOOR = ("signed in", "signed out", "was not let in", "was refused")
PARTS = ("changes", "looks", "door", "everything")
"""What the log can be asked for: what was changed, what was looked at, who came and went, or all of it."""


@dataclass(frozen=True)
class Asked:
    """Which lines are wanted; `since` and `before` are instants, `below` is the number of a line."""

    part: str = PARTS[0]
    member: int | None = None
    text: str = ""
    since: datetime | None = None
    before: datetime | None = None
    below: int | None = None


def do_note(member: Member | None, did: str, about: str, facts: Mapping[str, object] | None = None) -> None:
    """Keep that a member did something; None stands for someone at the shell, or who is not let in."""
    Deed.objects.create(
        at=timezone.now(),
        member=member,
        did=did,
        about=about[:MOST_LETTERS],
        facts=dict(facts or {}),
        request=REQUEST.get(),
    )


def lines(asked: Asked, most: int = LINES) -> Sequence[Deed]:
    """The newest lines wanted, at most so many; the last one's number leads to those before it."""
    found = Deed.objects.select_related("member").order_by("-id")
    if asked.part == "changes":
        found = found.exclude(did__in=(*LOOKS, *AT_THE_DOOR))
    elif asked.part != "everything":
        found = found.filter(did__in=LOOKS if asked.part == "looks" else AT_THE_DOOR)
    wanted = {
        "member": asked.member,
        "about__icontains": asked.text,
        "at__gte": asked.since,
        "at__lt": asked.before,
        "id__lt": asked.below,
    }
    return list(found.filter(**{name: value for name, value in wanted.items() if value})[:most])
