"""Digests are set up, stopped, and entered as jobs: due in the workspace's zone, once for each period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils import timezone

from holdfast.errors import Sentence, UsageError, unknown
from holdfast.metrics.boards import BOARDS
from holdfast.periods import Calendar
from holdfast.web.digests.models import Digest, Recipient
from holdfast.web.jobs.claims import do_enqueue, do_let_go, is_open
from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.models import Member
from holdfast.words import LANGUAGES

DIGEST, LETTER = "digest", "letter"
"""The kinds of job: one makes the report of a digest, one sends it to one member."""

GRAINS = {"daily": "day", "weekly": "week", "monthly": "month"}
HOUR = time(7)
"""When a digest is due, in the workspace's zone: on the day after its period."""

PURPOSE = "holdfast.web.digests"


def do_set_up(board: str, rhythm: str, languages: Mapping[Member, str], *, by: Member) -> Digest:
    """Send a board to members from now on, each in a language; raises UsageError for what cannot be."""
    if board not in BOARDS:
        raise unknown("board", board, BOARDS)
    if rhythm not in GRAINS:
        raise unknown("rhythm", rhythm, GRAINS)
    if not languages:
        raise UsageError(Sentence("A digest is for someone."), hint=Sentence("Choose at least one member."))
    if wrong := set(languages.values()) - set(LANGUAGES):
        raise unknown("language", min(wrong), LANGUAGES)
    with transaction.atomic():
        digest = Digest.objects.create(board=board, rhythm=rhythm, by=by, created_at=timezone.now())
        for member, language in languages.items():
            Recipient.objects.create(digest=digest, member=member, language=language)
        told = {"to": [member.email for member in languages]}
        do_note(by, "set up", f"digest {digest}", told)
    return digest


def do_stop(number: int, *, by: Member) -> None:
    """Send a digest no more; raises UsageError where none with that number is sent."""
    if not Digest.objects.filter(pk=number, stopped_at=None).update(stopped_at=timezone.now()):
        raise UsageError(Sentence("There is no such digest, or it was stopped before."))
    do_note(by, "stopped", f"digest {Digest.objects.get(pk=number)}")


def do_unsubscribe(recipient: Recipient) -> None:
    """Send a digest to one member no more; saying so again changes nothing."""
    wanted = Recipient.objects.filter(pk=recipient.pk, stopped_at=None)
    if wanted.update(stopped_at=timezone.now()):
        do_note(recipient.member, "stopped", f"digest {recipient.digest} to oneself")


def do_send_now(number: int, *, by: Member) -> None:
    """Send a digest once besides its turns, at most once a minute."""
    digest = Digest.objects.filter(pk=number, stopped_at=None).first()
    if digest is None:
        raise UsageError(Sentence("There is no such digest, or it was stopped before."))
    now = timezone.now()
    facts = {"digest": str(digest.pk), "tick": now.isoformat(), "extra": True}
    do_enqueue(DIGEST, facts, due_at=now, once=f"{DIGEST} {digest.pk} now@{now:%Y-%m-%dT%H:%MZ}")
    do_note(by, "sent", f"digest {digest}")


def do_enter_digests(now: datetime, calendar: Calendar) -> int:
    """Enter the next turn of each digest that has none open; one that was stopped is let go.

    A turn that passed while no worker ran is still open, and is due at once.
    """
    sent = Digest.objects.filter(stopped_at=None)
    do_let_go(DIGEST, "digest", [str(each.pk) for each in sent])
    entered = 0
    for digest in sent:
        if not is_open(DIGEST, digest=str(digest.pk)):
            tick = next_turn(digest.rhythm, now, calendar)
            facts = {"digest": str(digest.pk), "tick": tick.isoformat()}
            once = f"{DIGEST} {digest.pk}@{tick:%Y-%m-%dT%H:%MZ}"
            entered += do_enqueue(DIGEST, facts, due_at=tick, once=once) is not None
    return entered


def next_turn(rhythm: str, now: datetime, calendar: Calendar) -> datetime:
    """The first instant after `now` at which a digest of this rhythm is due."""
    here = now.astimezone(UTC).replace(tzinfo=None)
    period = calendar.containing(GRAINS[rhythm], here)
    while (tick := calendar.to_utc(datetime.combine(calendar.local_day(period.start), HOUR))) <= here:
        period = calendar.following(period)
    return tick.replace(tzinfo=UTC)


def wanted_by(digest: Digest) -> Sequence[Recipient]:
    """Those to whom a digest is sent: members who did not stop it and still work here."""
    found = Recipient.objects.select_related("member", "digest")
    return list(found.filter(digest=digest, stopped_at=None, member__is_active=True))


def stop_path(recipient: Recipient) -> str:
    """Where a digest is stopped for one member, without signing in."""
    return f"/digests/stop/{Signer(salt=PURPOSE).sign(str(recipient.pk))}/"


def recipient_of(text: str) -> Recipient | None:
    """Whose address this is; None where we did not sign it."""
    try:
        number = Signer(salt=PURPOSE).unsign(text)
    except BadSignature:
        return None
    return Recipient.objects.select_related("member", "digest").filter(pk=number).first()
