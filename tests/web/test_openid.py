"""Signing in by a provider that really signs: who is let in, and who is not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from holdfast.web.worker import act_of
from holdfast.web.workspaces.identities import do_unlink
from holdfast.web.workspaces.members import do_add, do_note_failed, do_set_password, first_link
from holdfast.web.workspaces.models import Attempt, Deed, Identity, Member
from holdfast.web.workspaces.second_factor import begun, do_begin
from holdfast.web.workspaces.team import do_remove
from tests.openid_served import Provider
from tests.openid_sign_in import ANA, BACK, BEGIN, begun_by, gone, refused, why
from tests.openid_sign_in import provider as provider  # noqa: PLC0414 - fixtures of this process
from tests.openid_sign_in import served as served  # noqa: PLC0414
from tests.web.conftest import holdfast
from tests.web.conftest import site as site  # noqa: PLC0414


def test_a_member_signs_in_and_goes_where_they_wanted(provider: Provider) -> None:
    client = Client()
    asked = parse_qs(urlsplit(begun_by(client)).query)
    assert (asked["response_type"], asked["code_challenge_method"]) == (["code"], ["S256"])
    assert all(len(asked[name][0]) >= 20 for name in ("state", "nonce", "code_challenge"))
    assert asked["redirect_uri"] == [f"http://testserver{BACK}"]
    assert gone(provider, client=client, query="?next=/kpis/%3Fgrain=week") == "/kpis/?grain=week"
    assert client.get("/you/").status_code == 200
    assert client.session.get_expiry_age() == settings.SESSION_COOKIE_AGE
    assert client.get(BEGIN)["location"] == "/", "who is in need not go there"
    assert list(Deed.objects.order_by("id").values_list("did", "about")) == [
        ("added", "member ana@acme.example"),
        ("linked", "own sign-in"),
        ("signed in", "by OpenID Connect"),
        ("saw", "/you/"),
    ]
    assert first_link() is None, "somebody has a way in"


def test_the_next_page_is_never_another_sites(provider: Provider) -> None:
    assert gone(provider, query="?next=https://evil.example/") == "/"


def test_people_are_recognised_by_who_they_are_and_not_by_their_mailbox(
    provider: Provider, site: Path
) -> None:
    assert gone(provider) == "/"
    provider.knows("ana", **{**ANA, "email": "new@elsewhere.example", "email_verified": False})
    assert gone(provider) == "/"
    provider.knows("ben", **{**ANA, "sub": "person-2"})
    assert why(gone(provider, "ben")) == "someone_else"
    ana = Member.objects.get()
    holdfast("members", "unlink", "ana@acme.example", "-w", str(site), "--quiet")
    assert gone(provider, "ben") == "/"
    assert Identity.objects.get(member=ana).subject == "person-2"
    assert refused() == ["Ana@Acme.example: someone_else"]


def test_an_admin_unlinks_a_member_by_the_page_and_an_owner_not(provider: Provider) -> None:
    assert gone(provider) == "/"
    ana, admin, reader = Member.objects.get(), Client(), Client()
    admin.force_login(do_add("adam@acme.example", "Adam", "admin"))
    reader.force_login(do_add("rita@acme.example", "Rita", "reader"))
    place = f"/team/{ana.pk}/"
    assert "Sign-in with Acme ID" in admin.get(f"{place}?lang=en").content.decode()
    assert reader.post(place, {"act": "unlink"}).status_code == 403
    Member.objects.filter(pk=ana.pk).update(role="owner")
    assert "only owners may" in admin.post(f"{place}?lang=en", {"act": "unlink"}).content.decode()
    assert Identity.objects.count() == 1
    Member.objects.filter(pk=ana.pk).update(role="analyst")
    assert admin.post(place, {"act": "unlink"}).status_code == 302
    assert (Identity.objects.count(), Deed.objects.latest("id").did) == (0, "unlinked")
    assert "Sign-in with Acme ID" not in admin.get(f"{place}?lang=en").content.decode()


def test_another_providers_same_subject_is_somebody_else(provider: Provider) -> None:
    ana = Member.objects.get()
    Identity.objects.create(
        member=ana, issuer="https://other.example", subject="person-9", created_at=ana.created_at
    )
    provider.knows("zoe", sub="person-9", email="zoe@acme.example", email_verified=True)
    assert why(gone(provider, "zoe")) == "no_member"


def test_a_stranger_is_refused_and_not_made_a_member(provider: Provider) -> None:
    provider.knows("zoe", sub="person-3", email="zoe@acme.example", email_verified=True)
    client = Client()
    assert why(gone(provider, "zoe", client)) == "no_member"
    assert client.get("/you/").status_code == 302
    assert (Member.objects.count(), Identity.objects.count()) == (1, 0)
    assert refused() == ["zoe@acme.example: no_member"]


@pytest.mark.parametrize("verified", [{"email_verified": False}, {"email_verified": "false"}, {}])
def test_a_mailbox_that_nobody_verified_opens_nothing(provider: Provider, verified: dict[str, Any]) -> None:
    provider.knows("eve", sub="person-4", email=ANA["email"], **verified)
    assert why(gone(provider, "eve")) == "unverified"
    assert Identity.objects.count() == 0


def test_one_who_is_removed_is_let_in_no_longer(provider: Provider) -> None:
    assert gone(provider) == "/"
    do_remove(Member.objects.get())
    assert why(gone(provider)) == "no_member"


def test_who_changes_their_mind_is_told_so(provider: Provider) -> None:
    client = Client()
    state = parse_qs(urlsplit(begun_by(client, "?lang=fa&next=/kpis/")).query)["state"][0]
    to = client.get(f"{BACK}?error=access_denied&state={state}")["location"]
    assert (why(to), "lang=fa" in to, "next=%2Fkpis%2F" in to) == ("declined", True, True)


def test_a_second_factor_is_asked_for_all_the_same(provider: Provider) -> None:
    ana = Member.objects.get()
    do_begin(ana)
    assert begun(ana)
    TOTPDevice.objects.update(confirmed=True)
    Member.objects.update(second_factor_at=ana.created_at)
    client = Client()
    assert gone(provider, client=client) == "/sign-in/code/"
    assert client.get("/you/").status_code == 302


def test_who_is_refused_again_and_again_must_wait(provider: Provider) -> None:
    provider.knows("zoe", sub="person-3", email="zoe@acme.example", email_verified=True)
    assert [why(gone(provider, "zoe")) for _ in range(6)] == ["no_member"] * 5 + ["too_many_attempts"]
    assert gone(provider) == "/", "others need not"
    for _ in range(24):
        do_note_failed({"address": "address 127.0.0.1"})
    answer = provider.gone_through(begun_by(waits := Client()), "ana")
    Client().post("/sign-in/", {"email": "m@acme.example", "password": "guess"})
    assert why(waits.get(answer)["location"]) == "too_many_attempts"
    assert why(Client().get(BEGIN)["location"]) == "too_many_attempts", "an address waits, as with passwords"


def test_without_the_settings_there_is_neither_button_nor_address(client: Client) -> None:
    for address in ("/sign-in/", "/sign-in/?refused=no_member"):
        answer = client.get(address)
        assert (answer.status_code, BEGIN in answer.content.decode()) == (200, False)
    for address in (BEGIN, BACK, f"{BACK}?code=x&state=y"):
        assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)


def test_the_button_names_the_provider_and_passwords_may_be_switched_off(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = Member.objects.get()
    do_set_password(ana, "four words to keep")
    told = {"email": "ana@acme.example", "password": "four words to keep"}
    text = Client().get("/sign-in/?lang=en&next=/kpis/").content.decode()
    assert ("Sign in with Acme ID" in text, 'name="password"' in text) == (True, True)
    assert 'href="/sign-in/openid/?next=%2Fkpis%2F&amp;lang=en"' in text
    assert Client().post("/sign-in/", told)["location"] == "/"
    monkeypatch.setitem(settings.INSTALLATION, "PASSWORD_SIGN_IN", False)
    text = Client().get("/sign-in/?lang=en").content.decode()
    assert ("Sign in with Acme ID" in text, 'name="password"' in text) == (True, False)
    assert Client().post("/sign-in/", told).status_code == 403
    client = Client()
    assert gone(provider, client=client) == "/"
    assert 'name="password"' not in client.get("/you/").content.decode()
    assert client.post("/you/", {"password": "four other words"}).status_code == 400
    do_unlink(ana)
    assert Identity.objects.count() == 0


def test_a_guesser_of_codes_must_wait_and_nobody_is_made_to_by_another_site(provider: Provider) -> None:
    for _ in range(3):
        assert why(Client().get(f"{BACK}?code=x&state=y")["location"]) == "unfinished"
    assert Attempt.objects.count() == 0, "where nothing was begun, nothing is counted"
    client = Client()
    state = parse_qs(urlsplit(begun_by(client)).query)["state"][0]
    for _ in range(29):
        do_note_failed({"address": "address 127.0.0.1"})
    said = [why(client.get(f"{BACK}?code=guess&state={state}")["location"]) for _ in range(2)]
    assert said == ["unfinished", "too_many_attempts"]


def test_what_no_longer_counts_is_forgotten(provider: Provider) -> None:
    do_note_failed({"address": "address 127.0.0.1"})
    begun_by(Client())
    Attempt.objects.update(at=timezone.now() - timedelta(hours=1))
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    act_of("forget")(Path(), {})
    assert (Attempt.objects.count(), Session.objects.count()) == (0, 0)
