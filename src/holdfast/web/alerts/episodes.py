"""Alerts set and stopped; their episodes, which open, stay and close; acknowledged with an outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from holdfast.errors import Sentence, UsageError, unknown
from holdfast.insights.entering import value_of
from holdfast.metrics import CATALOG, find
from holdfast.web.alerts.judging import SIDES, TARGET, THRESHOLD, Holds
from holdfast.web.alerts.models import Alert, Episode
from holdfast.web.workspaces.audit import do_note
from holdfast.web.workspaces.models import Member


@dataclass(frozen=True)
class Wanted:
    """An alert as a person writes it; `unit` is that of the metric's figures, which the bound is read by."""

    kind: str
    about: str
    side: str
    bound: str = ""
    unit: str = ""
    grain: str = "month"
    segment: Sequence[str] = ()
    quiet_hours: int = 24


def do_set(wanted: Wanted, to: Sequence[Member], *, by: Member | None = None) -> Alert:
    """Tell members from now on; raises UsageError for what cannot be watched for."""
    if wanted.kind not in SIDES:
        raise unknown("kind of alert", wanted.kind, SIDES)
    if wanted.side not in SIDES[wanted.kind]:
        raise unknown("side", wanted.side, SIDES[wanted.kind])
    if not to:
        raise UsageError(Sentence("An alert is for someone."), hint=Sentence("Choose at least one member."))
    if wanted.kind != TARGET:
        find(wanted.about)
    bound = ""
    if wanted.kind == THRESHOLD:
        bound = str(value_of(wanted.bound, find(wanted.about), wanted.unit))
    with transaction.atomic():
        alert = Alert.objects.create(
            kind=wanted.kind,
            about=wanted.about,
            side=wanted.side,
            bound=bound,
            grain=wanted.grain,
            segment=list(wanted.segment),
            quiet_hours=wanted.quiet_hours,
            by=by,
            created_at=timezone.now(),
        )
        alert.to.set(to)
        do_note(by, "set", f"alert {alert}", {"to": [each.email for each in to]})
    return alert


def unit_of(name: str, currency: str) -> str:
    """The unit that the figures of a metric have in a workspace of a currency."""
    unit = CATALOG[name].unit if name in CATALOG else ""
    return currency if unit == "money" else unit


def do_stop(number: int, *, by: Member | None = None) -> None:
    """Watch no more; raises UsageError where no alert with that number watches."""
    if not Alert.objects.filter(pk=number, stopped_at=None).update(stopped_at=timezone.now()):
        raise UsageError(Sentence("No alert {number} watches.", number=number), hint="holdfast alerts list")
    Episode.objects.filter(alert=number, closed_at=None).update(closed_at=timezone.now())
    do_note(by, "stopped", f"alert {Alert.objects.get(pk=number)}")


def do_acknowledge(number: int, outcome: str, *, by: Member | None = None) -> Episode:
    """Say what came of an episode; raises UsageError without an outcome, or where it was said before."""
    if not outcome.strip():
        raise UsageError(
            Sentence("An outcome says what was done or found."), hint=Sentence("Write a sentence.")
        )
    found = Episode.objects.filter(pk=number, acked_at=None)
    told = {"acked_at": timezone.now(), "acked_by": by, "outcome": outcome.strip()[:500]}
    if not found.update(**told):
        raise UsageError(
            Sentence("No episode {number} waits for an outcome.", number=number), hint="holdfast alerts list"
        )
    episode = Episode.objects.select_related("alert").get(pk=number)
    do_note(by, "acknowledged", f"alert {episode.alert}", {"outcome": episode.outcome})
    return episode


def do_follow(alert: Alert, holds: Sequence[Holds], now: datetime) -> None:
    """Open an episode for what holds newly, leave those that stay, close those that hold no more."""
    subjects = {each.subject: each for each in holds}
    open_ones = {each.subject: each for each in Episode.objects.filter(alert=alert, closed_at=None)}
    for subject, episode in open_ones.items():
        if subject not in subjects:
            episode.closed_at = now
            episode.save(update_fields=["closed_at"])
    for subject, each in subjects.items():
        if subject not in open_ones:
            Episode.objects.create(alert=alert, subject=subject, facts=each.facts, opened_at=now)


def to_tell(now: datetime) -> Sequence[Episode]:
    """Open episodes that nobody was told of, of alerts whose quiet time is over."""
    found = Episode.objects.select_related("alert").filter(closed_at=None, told_at=None, acked_at=None)
    last = _last_told()
    return [
        each
        for each in found.order_by("id")
        if each.alert_id not in last or last[each.alert_id] + timedelta(hours=each.alert.quiet_hours) <= now
    ]


def _last_told() -> Mapping[int, datetime]:
    told = Episode.objects.exclude(told_at=None).order_by("told_at")
    return dict(told.values_list("alert_id", "told_at"))  # type: ignore[arg-type]
