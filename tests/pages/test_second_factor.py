"""A code besides the password: asked for, good once, bounded in attempts; and the way in when it is lost."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from holdfast.web.entrance import second_factor as page
from holdfast.web.workspaces.members import do_add, do_make_link, do_set_password
from holdfast.web.workspaces.models import Attempt, Deed, Member, RecoveryCode, SignInLink
from holdfast.web.workspaces.second_factor import codes_left
from tests.web.conftest import holdfast
from tests.web.conftest import site as site  # noqa: PLC0414 - a fixture of the same process

GOOD = "four words to keep"
PLACE = "/you/second-factor/"
NOW = 1_760_000_000.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets the time that codes go by, in seconds after a fixed one."""

    def set_to(seconds: float) -> None:
        monkeypatch.setattr("time.time", lambda: NOW + seconds)

    set_to(0)
    return set_to


@pytest.fixture
def ana(site: Path) -> Iterator[Member]:
    """A member with a password; nobody is left of them afterwards."""
    _nobody()
    member = do_add("ana@acme.example", "Ana", "analyst")
    do_set_password(member, GOOD)
    yield member
    _nobody()


def _nobody() -> None:
    for each in (Deed, SignInLink, Attempt, Member):
        each.objects.all().delete()


def shown(member: Member, *, confirmed: bool = True) -> str:
    """What the app shows at this time, by RFC 6238 over the secret."""
    device = TOTPDevice.objects.get(user=member, confirmed=confirmed)
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = time.time()
    return f"{totp.token():06d}"


def is_asked(member: Member) -> bool:
    return Member.objects.get(pk=member.pk).second_factor_at is not None


def with_password(**more: str) -> tuple[Client, str]:
    client = Client()
    answer = client.post("/sign-in/?next=/kpis/", {"email": "ana@acme.example", "password": GOOD, **more})
    return client, answer["location"]


@pytest.fixture
def codes(ana: Member, clock: Callable[[float], None]) -> list[str]:
    """Ana's recovery codes, once she has turned the second factor on by the page."""
    client, to = with_password()
    assert to == "/kpis/"
    client.post(PLACE, {"act": "begin"})
    setup = client.get(PLACE).content.decode()
    assert "<svg" in setup
    device = TOTPDevice.objects.get(user=ana)
    answer = client.post(PLACE, {"act": "on", "code": shown(ana, confirmed=False)})
    found = re.findall(r"<code[^>]*>([a-z0-9]{5}-[a-z0-9]{5}-[a-z0-9]{5})</code>", answer.content.decode())
    assert (len(found), len(set(found)), answer["cache-control"]) == (10, 10, "no-store")
    assert client.get("/you/").status_code == 200, "the session in which it was turned on goes on"
    assert device.key not in str(list(Deed.objects.values()))
    ana.refresh_from_db()
    clock(60)
    return list(found)


def test_the_code_is_asked_for_and_lets_in_once(ana: Member, codes: list[str]) -> None:
    client, to = with_password()
    assert to == "/sign-in/code/"
    assert client.get("/you/").status_code == 302, "the password alone lets in nowhere"
    code = shown(ana)
    assert client.post(to, {"code": f"{code[:3]} {code[3:]}"})["location"] == "/kpis/"
    assert client.get("/you/").status_code == 200
    other, _ = with_password()
    assert other.post(to, {"code": code}).status_code == 403, "a code that was seen lets nobody else in"
    assert other.get("/you/").status_code == 302
    assert Deed.objects.filter(did="signed in").latest("id").about == "by password and code"


def test_a_code_of_another_time_does_not_fit(
    ana: Member, codes: list[str], clock: Callable[[float], None]
) -> None:
    client, to = with_password()
    code = shown(ana)
    clock(60 + 3 * 30)
    assert client.post(to, {"code": code}).status_code == 403
    assert client.post(to, {"code": shown(ana)}).status_code == 302


def test_a_link_asks_for_the_code_too(ana: Member, codes: list[str]) -> None:
    client = Client()
    assert client.post(f"/sign-in/{do_make_link(ana)}/")["location"] == "/sign-in/code/"
    assert client.get("/you/").status_code == 302
    assert client.post("/sign-in/code/", {"code": shown(ana)})["location"] == "/"


def test_a_recovery_code_lets_in_once_and_is_kept_as_a_hash(ana: Member, codes: list[str]) -> None:
    assert not {text for code in codes for text in (code, code.replace("-", ""))} & set(
        RecoveryCode.objects.values_list("digest", flat=True)
    )
    client, to = with_password()
    assert client.post(to, {"code": codes[3].upper()}).status_code == 302
    other, _ = with_password()
    assert other.post(to, {"code": codes[3]}).status_code == 403
    assert codes_left(ana) == 9
    renewed = client.post(PLACE, {"act": "renew", "code": codes[4]}).content.decode()
    assert (codes_left(ana), codes[5] in renewed) == (10, False)
    assert other.post(to, {"code": codes[5]}).status_code == 403


def test_a_guesser_of_codes_must_wait_and_the_half_way_in_ends(
    ana: Member, codes: list[str], clock: Callable[[float], None]
) -> None:
    client, to = with_password()
    wrong = f"{(int(shown(ana)) + 1) % 1_000_000:06d}"
    assert [client.post(to, {"code": wrong}).status_code for _ in range(6)] == [403] * 5 + [429]
    assert with_password()[0].post(to, {"code": shown(ana)}).status_code == 429, "from elsewhere too"
    Attempt.objects.update(at=timezone.now() - timedelta(minutes=16))
    clock(60 + page.HALF_HOLDS_SECONDS + 1)
    assert client.post(to, {"code": shown(ana)})["location"] == "/sign-in/"
    assert Client().get(to)["location"] == "/sign-in/"


def test_other_sessions_end_when_it_is_turned_on_or_off(ana: Member, clock: Callable[[float], None]) -> None:
    first, second = with_password()[0], with_password()[0]
    first.post(PLACE, {"act": "begin"})
    assert first.post(PLACE, {"act": "on", "code": "000000"}).status_code == 200
    assert not is_asked(ana)
    first.post(PLACE, {"act": "on", "code": shown(ana, confirmed=False)})
    assert [each.get("/you/").status_code for each in (first, second)] == [200, 302]
    clock(60)
    first.post(PLACE, {"act": "off", "code": "000000"})
    assert is_asked(ana), "whoever sits at an open session cannot turn it off"
    first.post(PLACE, {"act": "off", "code": shown(ana)})
    assert first.get("/you/").status_code == 200
    assert with_password()[1] == "/kpis/"


def test_who_lost_everything_is_let_in_by_an_admin_or_at_the_shell(
    ana: Member, codes: list[str], site: Path
) -> None:
    admin, reader = Client(), Client()
    admin.force_login(do_add("adam@acme.example", "Adam", "admin"))
    reader.force_login(do_add("rita@acme.example", "Rita", "reader"))
    place = f"/team/{ana.pk}/"
    assert reader.post(place, {"act": "reset"}).status_code == 403
    Member.objects.filter(pk=ana.pk).update(role="owner")
    assert "only owners may" in admin.post(f"{place}?lang=en", {"act": "reset"}).content.decode()
    assert with_password()[1] == "/sign-in/code/", "an admin does not weaken an owner"
    Member.objects.filter(pk=ana.pk).update(role="analyst")
    assert admin.post(place, {"act": "reset"}).status_code == 302
    assert with_password()[1] == "/kpis/"
    assert (TOTPDevice.objects.count(), RecoveryCode.objects.count()) == (0, 0)
    holdfast("members", "reset-second-factor", "ana@acme.example", "-w", str(site), "--quiet")
