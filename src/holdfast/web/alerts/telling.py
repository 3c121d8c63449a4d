"""Episodes told: grouped in one letter to each member, and in one signed message to one address."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import requests
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from holdfast import flow
from holdfast.errors import UsageError
from holdfast.metrics import CATALOG
from holdfast.report.look import Look
from holdfast.report.phrases import title_text
from holdfast.web.alerts.episodes import do_follow, to_tell
from holdfast.web.alerts.judging import holding
from holdfast.web.alerts.models import Alert, Episode
from holdfast.web.answers import about
from holdfast.web.answers.readers import look_again
from holdfast.web.digests.sending import refuse_without_mail
from holdfast.web.jobs.claims import do_enqueue, is_open
from holdfast.web.workspaces.models import Member
from holdfast.words import ENGLISH, say, say_many
from holdfast.words.amounts import amount, number, period_name
from holdfast.words.order import ordered

ALERTS, ALERT_LETTER, ALERT_MESSAGE = "alerts", "alert_letter", "alert_message"
PATIENCE_SECONDS = 20


def do_enter_alerts(now: datetime, mark: str) -> bool:
    """Have the alerts judged, once for what is known and the day that it is (`mark`)."""
    if is_open(ALERTS) or not Alert.objects.filter(stopped_at=None).exists():
        return False
    return do_enqueue(ALERTS, due_at=now, once=f"{ALERTS}@{mark}") is not None


def judge_alerts(folder: Path, _facts: dict[str, Any]) -> None:
    """See what holds, and tell what is new of it. An alert that cannot be judged keeps its episodes."""
    look_again()
    told, problems = about(), []
    with flow.open(folder) as space:
        for alert in Alert.objects.filter(stopped_at=None):
            last = told.latest(alert.grain)
            if last is None:
                continue
            try:
                holds = list(holding(space, alert, last))
            except UsageError as problem:
                problems.append(f"alert {alert.pk}: {problem.message}")
            else:
                do_follow(alert, holds, timezone.now())
    do_tell(timezone.now())
    if problems:
        raise UsageError(" ".join(problems), hint="holdfast alerts stop NUMBER")


def do_tell(now: datetime) -> None:
    """Enter one letter for each member and one message for all, of every episode that is to be told."""
    with transaction.atomic():
        found = to_tell(now)
        letters: defaultdict[int, list[int]] = defaultdict(list)
        for episode in found:
            for member in episode.alert.to.filter(is_active=True):
                letters[member.pk].append(episode.pk)
        for member_id, episodes in letters.items():
            do_enqueue(ALERT_LETTER, {"member": member_id, "episodes": episodes}, due_at=now)
        if found and settings.INSTALLATION["ALERT_URL"]:
            do_enqueue(ALERT_MESSAGE, {"episodes": [each.pk for each in found]}, due_at=now)
        Episode.objects.filter(pk__in=[each.pk for each in found]).update(told_at=now)


def send_alert_letter(_folder: Path, facts: dict[str, Any]) -> None:
    """Send a member one letter of several episodes."""
    member = Member.objects.filter(pk=facts["member"], is_active=True).first()
    if member is None:
        return
    refuse_without_mail()
    language, found = member.language or ENGLISH, _episodes(facts)
    page = f"{settings.INSTALLATION['ADDRESS'].rstrip('/')}/alerts/?lang={language}"
    language = member.reads(language)
    subject = say_many("alert.subject", len(found), language, count=number(len(found), language))
    body = "\n".join([*(f"• {ordered(said(each, language), language)}" for each in found), "", page, ""])
    message = EmailMessage(f"{about().name}: {subject}", body, to=[member.email])
    message.extra_headers["Message-ID"] = (
        f"<alert.{'.'.join(map(str, facts['episodes']))}.{member.pk}@holdfast>"
    )
    message.send()


def send_alert_message(_folder: Path, facts: dict[str, Any]) -> None:
    """Post episodes as one message, signed as Standard Webhooks say; what is not taken is tried again."""
    url, secret = (settings.INSTALLATION[name] for name in ("ALERT_URL", "ALERT_SECRET"))
    if not (url and secret):
        raise UsageError(
            "Alerts are posted signed.", hint="Set HOLDFAST_ALERT_URL and HOLDFAST_ALERT_SECRET."
        )
    body = json.dumps(_message(_episodes(facts)), sort_keys=True).encode()
    name = f"alert_{'_'.join(map(str, facts['episodes']))}"
    headers = signed(name, int(timezone.now().timestamp()), body, secret)
    answer = requests.post(url, body, headers=headers, timeout=PATIENCE_SECONDS, allow_redirects=False)
    if not answer.ok or answer.is_redirect:
        raise OSError(f"The receiver of alerts answered {answer.status_code}.")


def signed(name: str, moment: int, body: bytes, secret: str) -> dict[str, str]:
    """The headers of a message by Standard Webhooks 1.0: HMAC-SHA256 over its id, its time and its body."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{name}.{moment}.".encode() + body, hashlib.sha256).digest()
    return {
        "content-type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(moment),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def said(episode: Episode, language: str) -> str:
    """An episode as a sentence."""
    facts, look = episode.facts, Look(language=language)
    metric = facts["metric"]
    values = {
        "name": title_text(metric, look, CATALOG[metric].title if metric in CATALOG else metric),
        "value": amount(Decimal(facts["value"]), facts["unit"], language),
        "period": period_name(facts["grain"], facts["period"], language),
    }
    if "bound" in facts:
        values["bound"] = amount(Decimal(facts["bound"]), facts["unit"], language)
    return say(f"alert.said.{facts['side']}", language, **values)


def _episodes(facts: dict[str, Any]) -> Sequence[Episode]:
    return list(Episode.objects.select_related("alert").filter(pk__in=facts["episodes"]).order_by("id"))


def _message(found: Sequence[Episode]) -> dict[str, Any]:
    rows = [
        {
            "episode": each.pk,
            "alert": each.alert_id,
            "kind": each.alert.kind,
            "opened_at": each.opened_at.astimezone(UTC).isoformat(),
            "says": said(each, ENGLISH),
            **each.facts,
        }
        for each in found
    ]
    moment = max(each.opened_at for each in found).astimezone(UTC).isoformat()
    return {"type": "alert.opened", "timestamp": moment, "data": {"episodes": rows}}
