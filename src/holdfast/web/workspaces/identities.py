"""Which member it is that a provider of sign-in speaks of.

A member is found once by a mailbox that the provider has verified, and from then on by what the
provider calls them: a mailbox may become somebody else's.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.members import NotLetIn, do_note_failed, forget_failed, refuse_guessers
from holdfast.web.workspaces.models import Identity, Member
from holdfast.web.workspaces.team import refuse

MOST_LETTERS = 255
"""How long a subject may be, as OpenID Connect says."""


class NoMember(NotLetIn):
    """Someone whom the provider knows, and who is no member here."""

    code = "no_member"


class Unverified(NotLetIn):
    """Someone not seen before, whose mailbox the provider does not vouch for."""

    code = "unverified"


class SomeoneElse(NotLetIn):
    """A mailbox of a member whom the provider called something else before."""

    code = "someone_else"


@dataclass(frozen=True)
class Told:
    """Who is there, as a provider tells it."""

    issuer: str
    subject: str
    email: str = ""
    verified: bool = False


def do_recognise(told: Told, address: str) -> Member:
    """The member of whom a provider tells, kept as theirs the first time.

    Raises NoMember, Unverified, SomeoneElse, and TooManyAttempts after a few of them.
    """
    about = {"mailbox": f"subject {told.issuer} {told.subject}", "address": f"address {address}"}
    refuse_guessers(about)
    try:
        member = _known(told) or _do_link(told)
    except NotLetIn:
        do_note_failed(about)
        raise
    forget_failed(about["mailbox"])
    return member


def do_unlink(member: Member, *, by: Member | None = None) -> None:
    """Forget what providers call a member, whose verified mailbox lets them in the next time."""
    refuse(by, member.role)
    with transaction.atomic():
        Identity.objects.filter(member=member).delete()
        do_note(by, "unlinked", f"member {member.email}")


def is_linked(member: Member) -> bool:
    """Whether a member has signed in by a provider."""
    return Identity.objects.filter(member=member).exists()


def _known(told: Told) -> Member | None:
    found = Identity.objects.select_related("member").filter(issuer=told.issuer, subject=told.subject).first()
    if found is None:
        return None
    if not found.member.is_active:
        raise _no_member()
    return found.member


def _do_link(told: Told) -> Member:
    """Find a member by a verified mailbox; who waits for the same member finds it done."""
    if not told.email or not told.verified or not 0 < len(told.subject) <= MOST_LETTERS:
        raise Unverified(
            "The provider does not vouch for this e-mail address.", hint="Have it confirmed there."
        )
    with transaction.atomic():
        wanted = Member.objects.select_for_update().filter(email=told.email.strip().lower(), is_active=True)
        member = wanted.first()
        if member is None:
            raise _no_member()
        before = Identity.objects.filter(member=member, issuer=told.issuer).first()
        if before is None:
            Identity.objects.create(
                member=member, issuer=told.issuer, subject=told.subject, created_at=timezone.now()
            )
            do_note(member, "linked", "own sign-in", {"issuer": told.issuer, "subject": told.subject})
        elif before.subject != told.subject:
            raise SomeoneElse(
                "This mailbox was another person's.", hint=f"holdfast members unlink {member.email}"
            )
    return member


def _no_member() -> NoMember:
    return NoMember("Nobody here has this e-mail address.", hint="Ask to be invited.")
