"""The audit log: who saw and changed what, one row for each time, never changed afterwards."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from holdfast.web.logs import REQUEST
from holdfast.web.workspaces.models import Deed, Member

MOST_LETTERS = 300


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
