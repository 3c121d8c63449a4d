"""What the worker does for digests: a report for each turn, and a letter for each who wants one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from holdfast import flow
from holdfast.errors import UsageError
from holdfast.flow import Question
from holdfast.web.answers import Standpoint, about
from holdfast.web.answers.about import About
from holdfast.web.answers.readers import look_again
from holdfast.web.answers.reports import shown
from holdfast.web.digests.letters import Links, letter
from holdfast.web.digests.models import Digest, Recipient
from holdfast.web.digests.turns import GRAINS, LETTER, stop_path, wanted_by
from holdfast.web.jobs.claims import do_enqueue

PERIODS = 13
NO_MAIL = "No mail server is told, so that nothing can be sent."


def make_digest(folder: Path, facts: dict[str, Any]) -> None:
    """Keep the report of one turn, and enter a letter for each who wants it.

    Doing it again keeps another report and sends nothing twice.
    """
    digest = Digest.objects.filter(pk=facts["digest"], stopped_at=None).first()
    if digest is None:
        return
    refuse_without_mail()
    tick = datetime.fromisoformat(facts["tick"])
    asked = _question(digest, tick.astimezone(UTC).replace(tzinfo=None))
    with flow.open(folder) as space:
        report, _ = space.reports.make(asked, by=digest.by.email)
    turn = f"{LETTER} {digest.pk}{' extra' if facts.get('extra') else ''}@{tick:%Y-%m-%dT%H:%MZ}"
    with transaction.atomic():
        for each in wanted_by(digest):
            told = {"recipient": each.pk, "report": report.report_id, "to": each.member.email}
            do_enqueue(LETTER, told, due_at=timezone.now(), once=f"{turn} to {each.pk}")


def send_letter(_folder: Path, facts: dict[str, Any]) -> None:
    """Send a report to one member who still wants it; the same letter has the same id each time."""
    found = Recipient.objects.select_related("member", "digest").filter(pk=facts["recipient"]).first()
    if found is None or found.stopped_at or not found.member.is_active:
        return
    refuse_without_mail()
    address = settings.INSTALLATION["ADDRESS"].rstrip("/")
    look_again()
    report, contents = shown(about(), facts["report"])
    page = f"{address}/reports/{report.report_id}/?lang={found.language}"
    links = Links(page, address + stop_path(found) + f"?lang={found.language}")
    message = letter(found.digest.board, contents, found.member.reads(found.language), links)
    message.to = [found.member.email]
    message.from_email = settings.DEFAULT_FROM_EMAIL
    message.extra_headers["Message-ID"] = f"<{report.report_id}.{found.pk}@holdfast>"
    message.send()


def refuse_without_mail() -> None:
    """Raise UsageError where the installation cannot send, or does not know its own address."""
    if not settings.INSTALLATION["MAIL_URL"]:
        raise UsageError(NO_MAIL, hint="HOLDFAST_MAIL_URL=smtp+starttls://NAME:PASSWORD@mail.example.com:587")
    if not settings.INSTALLATION["ADDRESS"]:
        raise UsageError(
            "Letters need the address of the pages.", hint="HOLDFAST_ADDRESS=https://holdfast.example.com"
        )


def _question(digest: Digest, tick: datetime) -> Question:
    """The board of the period before a turn, or of the last whole one where the records end before that."""
    told, grain = about(), GRAINS[digest.rhythm]
    last = _last(told, grain, tick)
    first = Standpoint(grain, last).first(told.calendar, PERIODS)
    return Question(board=digest.board, grain=grain, first=first, last=last)


def _last(told: About, grain: str, tick: datetime) -> str:
    calendar = told.calendar
    period = calendar.containing(grain, tick - timedelta(microseconds=1))
    if period.end > tick:
        period = calendar.previous(period)
    latest = told.latest(grain)
    if latest is None:
        raise UsageError("There is nothing to count yet.", hint="holdfast import --help")
    return period.label if told.whole_until and told.whole_until > period.start else latest
