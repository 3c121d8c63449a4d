"""Alerts: one for as long as something holds, grouped, quiet, signed, acknowledged with an outcome."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from holdfast.errors import UsageError
from holdfast.web.alerts.episodes import Wanted, do_acknowledge, do_follow, do_set, do_stop, to_tell
from holdfast.web.alerts.judging import Holds
from holdfast.web.alerts.models import Alert, Episode
from holdfast.web.alerts.telling import ALERT_LETTER, ALERT_MESSAGE, do_tell, send_alert_message, signed
from holdfast.web.jobs.models import Job
from holdfast.web.workspaces.models import Member

NOW = datetime(2025, 6, 2, 12, tzinfo=UTC)
FACTS = {
    "metric": "paying_customers", "value": "40", "unit": "accounts", "grain": "month", "period": "2024-12",
    "side": "under", "bound": "50",
}  # fmt: skip
ONE, OTHER = Holds("paying_customers", FACTS), Holds("other", FACTS)
SECRET = f"whsec_{b64encode(b'a key of twenty-four bytes').decode()}"


@pytest.fixture
def member(site: Path) -> Iterator[Member]:
    found = Member.objects.create(email="ana@acme.example", name="Ana", role="analyst", created_at=NOW)
    yield found
    Alert.objects.all().delete()
    Job.objects.all().delete()
    found.delete()


def made(member: Member, quiet_hours: int = 24) -> Alert:
    wanted = Wanted("threshold", "paying_customers", "under", "50", "accounts", quiet_hours=quiet_hours)
    return do_set(wanted, [member])


def test_an_episode_opens_once_stays_and_closes(member: Member) -> None:
    alert = made(member)
    for hours in range(3):
        do_follow(alert, [ONE], NOW + timedelta(hours=hours))
    (episode,) = Episode.objects.all()
    assert (episode.opened_at, episode.closed_at) == (NOW, None)
    do_follow(alert, [], NOW + timedelta(hours=4))
    do_follow(alert, [ONE], NOW + timedelta(hours=5))
    assert [each.closed_at is None for each in Episode.objects.order_by("id")] == [False, True]
    do_stop(alert.pk)
    assert not Episode.objects.filter(closed_at=None)


def test_what_is_new_is_told_once_in_one_letter_and_rests_for_the_quiet_time(member: Member) -> None:
    alert, besides = made(member), made(member, quiet_hours=0)
    for each in (alert, besides):
        do_follow(each, [ONE], NOW)
    do_tell(NOW)
    do_tell(NOW)
    (letter,) = Job.objects.filter(kind=ALERT_LETTER)
    assert len(letter.facts["episodes"]) == 2
    assert not Job.objects.filter(kind=ALERT_MESSAGE), "no address is told"
    do_follow(alert, [ONE, OTHER], NOW)
    assert list(to_tell(NOW + timedelta(hours=23))) == []
    (late,) = to_tell(NOW + timedelta(hours=24))
    assert late.subject == "other"
    do_acknowledge(late.pk, "Looked into it.")
    assert list(to_tell(NOW + timedelta(hours=24))) == []
    with pytest.raises(UsageError, match="waits for an outcome"):
        do_acknowledge(late.pk, "Again.")
    with pytest.raises(UsageError, match="outcome says"):
        do_acknowledge(late.pk, " ")


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (Wanted("thresold", "mrr", "over", "1", "USD"), "kind of alert"),
        (Wanted("threshold", "mrr", "higher", "1", "USD"), "side"),
        (Wanted("threshold", "mmr", "over", "1", "USD"), "mmr"),
        (Wanted("threshold", "customer_churn_rate", "over", "250%", "share"), "cannot be 250 %"),
    ],
)
def test_what_cannot_be_watched_for_says_why(member: Member, wanted: Wanted, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        do_set(wanted, [member])


def test_a_signature_is_that_of_standard_webhooks() -> None:
    told = signed(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    )
    assert told["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


class Receiver(BaseHTTPRequestHandler):
    """Keeps what it is sent, and answers as it is told to."""

    answers = 200
    heard: list[tuple[dict[str, str], bytes]] = []  # noqa: RUF012

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.answers)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def test_episodes_are_posted_signed_and_again_where_they_are_not_taken(
    member: Member, settings_told: Callable[..., Any]
) -> None:
    server = HTTPServer(("127.0.0.1", 0), Receiver)
    Thread(target=server.serve_forever, daemon=True).start()
    with settings_told(ALERT_URL=f"http://127.0.0.1:{server.server_port}/", ALERT_SECRET=SECRET):
        do_follow(made(member), [ONE], NOW)
        do_tell(NOW)
        (job,) = Job.objects.filter(kind=ALERT_MESSAGE)
        Receiver.answers = 503
        with pytest.raises(OSError, match="503"):
            send_alert_message(Path(), job.facts)
        Receiver.answers = 200
        send_alert_message(Path(), job.facts)
    server.shutdown()
    server.server_close()
    (first, _), (headers, body) = Receiver.heard
    assert first["webhook-id"] == headers["webhook-id"], "who was told twice can see it"
    told = signed(headers["webhook-id"], int(headers["webhook-timestamp"]), body, SECRET)
    assert headers["webhook-signature"] == told["webhook-signature"]
    (row,) = json.loads(body)["data"]["episodes"]
    assert (row["says"], row["value"]) == ("Paying customers was 40 in December 2024, under 50.", "40")


@pytest.fixture
def settings_told() -> Callable[..., Any]:
    """Settings of the installation in place of those told, as a context."""
    return lambda **told: override_settings(INSTALLATION={**settings.INSTALLATION, **told})
