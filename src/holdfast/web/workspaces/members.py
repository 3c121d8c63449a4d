"""Members: added, let in by a password or by a link that works once, and told apart from guessers."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone

from holdfast.errors import HoldfastError, Sentence, UsageError, unknown
from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.models import Attempt, Identity, Member, SignInLink
from holdfast.web.workspaces.roles import Role

LINK_HOLDS = timedelta(hours=24)
LEAST_LETTERS = 10
FIRST_MAILBOX, FIRST_NAME = "owner@holdfast.example", "Owner"
"""Who the first owner is until they say otherwise."""

WINDOW = timedelta(minutes=15)
MOST_ATTEMPTS = {"mailbox": 5, "address": 30}
"""How many attempts may fail within the window, for one mailbox and from one address of the network."""


class NotLetIn(HoldfastError):
    """Who cannot be signed in: no such member and password, or a link that is used or too old."""

    code = "not_let_in"


class TooManyAttempts(HoldfastError):
    """Who must wait: too many attempts failed lately."""

    code = "too_many_attempts"
    permanent = False


@dataclass(frozen=True)
class MemberFacts:
    """A member as lists show them."""

    email: str
    name: str
    role: str
    active: bool
    last_seen: str


def do_add(email: str, name: str, role: str, *, by: Member | None = None) -> Member:
    """Add a member, who has no password yet; raises UsageError for a mailbox or role that cannot be."""
    if role not in set(Role):
        raise unknown("role", role, list(Role))
    email = _mailbox(email)
    if Member.objects.filter(email=email).exists():
        raise UsageError(
            Sentence("{email} is a member already.", email=email),
            hint=Sentence("One who was removed can be taken back."),
        )
    with transaction.atomic():
        member = Member(email=email, name=name.strip() or email, role=role, created_at=timezone.now())
        member.set_unusable_password()
        member.save()
        do_note(by, "added", f"member {email}", {"role": role})
    return member


def first_link() -> str | None:
    """A link for the owner while nobody has a way in; the owner is made where there is no member."""
    there = Member.objects.filter(is_active=True)
    if any(member.has_usable_password() for member in there):
        return None
    if Identity.objects.filter(member__in=there).exists():
        return None
    owner = Member.objects.filter(role=Role.OWNER, is_active=True).first()
    return do_make_link(owner or do_add(FIRST_MAILBOX, FIRST_NAME, Role.OWNER))


def do_make_link(member: Member) -> str:
    """The secret of a new sign-in link, which is kept nowhere; links made earlier stop working."""
    now, text = timezone.now(), secrets.token_urlsafe(24)
    with transaction.atomic():
        SignInLink.objects.filter(member=member, used_at=None).update(expires_at=now)
        SignInLink.objects.create(
            member=member, digest=_digest(text), created_at=now, expires_at=now + LINK_HOLDS
        )
    return text


def member_of_link(text: str) -> Member:
    """Whose link this is; raises NotLetIn where it is none, used or too old."""
    link = SignInLink.objects.select_related("member").filter(digest=_digest(text)).first()
    if link is None or link.used_at or link.expires_at <= timezone.now() or not link.member.is_active:
        raise NotLetIn("This link was used already, or is too old.", hint="holdfast members link EMAIL")
    return link.member


def link_holds_until(text: str) -> datetime:
    """The instant from which a link lets in no longer; raises NotLetIn where it is none."""
    link = SignInLink.objects.filter(digest=_digest(text)).first()
    if link is None:
        raise NotLetIn("There is no such link.", hint="holdfast members link EMAIL")
    return link.expires_at


def do_use_link(text: str) -> Member:
    """Let the member of a link in; only one request wins. Raises NotLetIn for all others."""
    member = member_of_link(text)
    used = SignInLink.objects.filter(digest=_digest(text), used_at=None).update(used_at=timezone.now())
    if not used:
        raise NotLetIn("This link was used already.", hint="holdfast members link EMAIL")
    return member


def do_check(email: str, password: str, address: str) -> Member:
    """The member with this mailbox and password; raises NotLetIn or TooManyAttempts.

    It takes as long where there is no such member, and says the same.
    """
    about = {"mailbox": f"mailbox {email.strip().lower()}", "address": f"address {address}"}
    refuse_guessers(about)
    member = Member.objects.filter(email=email.strip().lower(), is_active=True).first()
    known = member.password if member is not None and member.has_usable_password() else _nobodys()
    if member is None or not check_password(password, known):
        do_note_failed(about)
        raise NotLetIn("No member has this e-mail address and password.")
    forget_failed(about["mailbox"])
    return member


def do_set_password(member: Member, password: str) -> None:
    """Give a member a password; raises UsageError where it is too short or all digits."""
    if len(password) < LEAST_LETTERS or password.isdigit() or password.lower() in member.email:
        raise UsageError(
            f"A password has {LEAST_LETTERS} signs or more, and not digits alone.", hint="Take a few words."
        )
    member.set_password(password)
    member.save(update_fields=["password"])
    do_note(member, "changed", "own password")


def find_member(email: str) -> Member:
    """The member with this mailbox; raises UsageError with the nearest."""
    member = Member.objects.filter(email=email.strip().lower()).first()
    if member is None:
        raise unknown("member", email, list(Member.objects.values_list("email", flat=True)))
    return member


def members() -> list[MemberFacts]:
    """Every member, the first added first."""
    return [
        MemberFacts(
            each.email,
            each.name,
            each.role,
            each.is_active,
            f"{each.last_login:%Y-%m-%d %H:%M}" if each.last_login else "",
        )
        for each in Member.objects.all()
    ]


def do_forget_attempts() -> None:
    """Let attempts go that no longer count."""
    Attempt.objects.filter(at__lt=timezone.now() - WINDOW).delete()


def refuse_guessers(about: Mapping[str, str]) -> None:
    """Raise TooManyAttempts where too many failed lately: `about` says of what, for each kind of bound."""
    since = timezone.now() - WINDOW
    for kind, what in about.items():
        if Attempt.objects.filter(about=_digest(what), at__gte=since).count() >= MOST_ATTEMPTS[kind]:
            minutes = int(WINDOW.total_seconds() // 60)
            raise TooManyAttempts("Too many attempts failed.", hint=f"Try again in {minutes} minutes.")


def do_note_failed(about: Mapping[str, str]) -> None:
    """Keep that an attempt failed."""
    now = timezone.now()
    Attempt.objects.bulk_create(Attempt(about=_digest(what), at=now) for what in about.values())


def forget_failed(what: str) -> None:
    """Count the attempts at something no longer, because one went well."""
    Attempt.objects.filter(about=_digest(what)).delete()


def _mailbox(email: str) -> str:
    found = email.strip().lower()
    name, at, host = found.partition("@")
    if not (name and at and host) or " " in found:
        raise UsageError(
            Sentence("{email!r} is no e-mail address.", email=email),
            hint=Sentence("Such as ana@example.com."),
        )
    return found


def _nobodys() -> str:
    """A hash to check against where there is no member, so that it takes as long."""
    if not _NOBODYS:
        _NOBODYS.append(make_password(secrets.token_urlsafe()))
    return _NOBODYS[0]


_NOBODYS: list[str] = []


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
