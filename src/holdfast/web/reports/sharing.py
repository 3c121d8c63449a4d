"""Addresses that show one report without signing in: signed, for a while, and revoked at any time."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from django.core.signing import BadSignature, Signer
from django.db.models import F
from django.utils import timezone

from holdfast.errors import Sentence, UsageError
from holdfast.web.reports.models import Share
from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.models import Member

DAYS = (7, 30, 90)
PURPOSE = "holdfast.web.reports"
"""What the signature is for: one made for anything else opens nothing here."""


def do_share(report_id: str, days: int, *, whom: str, by: Member) -> Share:
    """Let whoever has the address see a report for so many days; raises UsageError for other numbers."""
    if days not in DAYS:
        raise UsageError(
            Sentence("A report is not shared for {days} days.", days=days),
            hint=f"{', '.join(map(str, DAYS))}.",
        )
    now = timezone.now()
    share = Share.objects.create(
        name=secrets.token_urlsafe(18),
        report_id=report_id,
        whom=whom.strip()[:120],
        by=by,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    do_note(by, "shared", f"report {report_id}", {"days": days, "whom": share.whom})
    return share


def do_revoke(report_id: str, number: int, *, by: Member) -> None:
    """Show a report to nobody by this address any more; raises UsageError where there is none such."""
    open_ones = Share.objects.filter(pk=number, report_id=report_id, revoked_at=None)
    if not open_ones.update(revoked_at=timezone.now()):
        raise UsageError(Sentence("There is no such address, or it was revoked before."))
    do_note(by, "revoked", f"address of report {report_id}")


def shares_of(report_id: str) -> Sequence[Share]:
    """The addresses of a report that still show it, the newest first."""
    return list(
        Share.objects.select_related("by").filter(
            report_id=report_id, revoked_at=None, expires_at__gt=timezone.now()
        )
    )


def shared_now() -> set[str]:
    """The reports that some address shows."""
    found = Share.objects.filter(revoked_at=None, expires_at__gt=timezone.now())
    return set(found.values_list("report_id", flat=True))


def path_of(share: Share) -> str:
    """The address of a share, without the server's own."""
    return f"/shared/{_signer().sign(share.name)}/"


def seen_by(text: str) -> Share | None:
    """The share that an address is of; None where we did not sign it, it is revoked or its time is over."""
    try:
        name = _signer().unsign(text)
    except BadSignature:
        return None
    now = timezone.now()
    found = Share.objects.filter(name=name, revoked_at=None, expires_at__gt=now)
    found.update(seen=F("seen") + 1, seen_at=now)
    return found.first()


def _signer() -> Signer:
    return Signer(salt=PURPOSE)
