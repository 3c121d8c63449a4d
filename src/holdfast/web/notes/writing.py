"""A note is written on the page of a customer; those whom it names get a letter."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils import timezone

from holdfast.tables import table
from holdfast.web.answers.readers import do_record
from holdfast.web.jobs.claims import do_enqueue
from holdfast.web.notes.letters import MENTION, has_letters
from holdfast.web.pages import View
from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.models import Member

KINDS = table("notes").column("kind").choices or ()

NAMED = re.compile(r"(?<![\w.@])@([\w.+-]+(?:@[\w.-]*\w)?)")


def do_write(view: View, account_id: str) -> None:
    """Keep what a form says as a note of the member's, and have those told whom it names."""
    text, kind = view.request.POST.get("text", ""), view.request.POST.get("kind", KINDS[0])
    by = view.member.email
    do_record(lambda space: space.write_note(account_id, text, kind=kind, by=by))
    do_note(view.member, "wrote a note on", account_id)
    if has_letters():
        for member in named_in(text, Member.objects.filter(is_active=True)):
            facts = {"member": member.pk, "by": view.member.pk, "account": account_id}
            do_enqueue(MENTION, facts, due_at=timezone.now())


def nameable() -> list[str]:
    """How each member is named in a note; nothing where no letters are sent."""
    if not has_letters():
        return []
    members = Member.objects.filter(is_active=True).order_by("email")
    return [f"@{_short(member.email, members)}" for member in members]


def named_in(text: str, members: Iterable[Member]) -> list[Member]:
    """The members whom a note names by `@` and their address, or what stands before its own `@`."""
    every = list(members)
    names = {found.rstrip(".-").casefold() for found in NAMED.findall(text)}
    return [each for each in every if {each.email.casefold(), _short(each.email, every).casefold()} & names]


def _short(email: str, members: Iterable[Member]) -> str:
    """What stands before the `@` of an address, where no other member has the same there; else all of it."""
    before = email.partition("@")[0]
    same = [each for each in members if each.email.partition("@")[0] == before]
    return before if len(same) == 1 else email
