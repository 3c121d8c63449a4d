"""Signing in by a provider that really signs: who is let in, who is not, which answers are refused."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.conf import settings
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from holdfast.web.entrance import provider as client_of
from holdfast.web.workspaces.identities import do_unlink
from holdfast.web.workspaces.members import do_add, do_note_failed, do_set_password, first_link
from holdfast.web.workspaces.models import Attempt, Deed, Identity, Member, SignInLink
from holdfast.web.workspaces.second_factor import begun, do_begin
from holdfast.web.workspaces.team import do_remove
from tests.openid_served import SECRET, Provider, provided
from tests.web.conftest import free_port, holdfast

BEGIN, BACK = "/sign-in/openid/", "/sign-in/openid/back/"
ANA = {"sub": "person-1", "email": "Ana@Acme.example", "email_verified": True}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with provided(free_port(), tmp_path_factory.mktemp("provider") / "provider.sqlite") as found:
        yield found


@pytest.fixture
def provider(site: Path, served: Provider, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """The provider, set, with Ana and no other as a member; nobody is left afterwards."""
    _nobody()
    for name, value in served.settings().items():
        monkeypatch.setitem(settings.INSTALLATION, name, value)
    served.sends_back(f"http://testserver{BACK}")
    served.knows("ana", **ANA)
    do_add("ana@acme.example", "Ana", "analyst")
    yield served
    _nobody()


def _nobody() -> None:
    for each in (Deed, SignInLink, Attempt, Member):
        each.objects.all().delete()


def begun_by(client: Client, query: str = "") -> str:
    """Where the provider is asked, once a browser begins."""
    return str(client.get(f"{BEGIN}{query}")["location"])


def gone(provider: Provider, name: str = "ana", client: Client | None = None, query: str = "") -> str:
    """Where one ends who signs in whole."""
    client = client or Client()
    return str(client.get(provider.gone_through(begun_by(client, query), name))["location"])


def why(location: str) -> str:
    """Why one was sent back to the sign-in page, which says so under its own status."""
    assert location.startswith("/sign-in/?"), location
    answer = Client().get(location)
    assert (answer.status_code >= 400, 'role="alert"' in answer.content.decode()) == (True, True)
    return parse_qs(urlsplit(location).query)["refused"][0]


def refused() -> list[str]:
    return list(Deed.objects.filter(did="was not let in").order_by("id").values_list("about", flat=True))


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


@pytest.mark.parametrize(
    "fault",
    ["issuer", "audience", "nonce", "no nonce", "expired", "another key", "another body", "unsigned",
     "public key as a secret"],
)  # fmt: skip
def test_an_answer_that_the_provider_did_not_sign_so_is_refused(provider: Provider, fault: str) -> None:
    assert gone(provider) == "/"
    provider.knows("ana", **ANA, fault=fault)
    client = Client()
    assert why(gone(provider, client=client)) == "unfinished"
    assert client.get("/you/").status_code == 302


def test_a_mailbox_that_only_the_userinfo_endpoint_tells_is_taken(provider: Provider) -> None:
    provider.knows("ana", **ANA, fault="thin")
    assert gone(provider) == "/"


def test_an_answer_is_taken_once_and_in_the_browser_that_asked(provider: Provider) -> None:
    client, other = Client(), Client()
    answer = provider.gone_through(begun_by(client), "ana")
    begun_by(other)
    assert why(other.get(answer)["location"]) == "unfinished", "of another browser"
    assert why(Client().get(answer)["location"]) == "unfinished", "of one that asked nothing"
    state = parse_qs(urlsplit(answer).query)["state"][0]
    assert why(client.get(answer.replace(state, "x" * len(state)))["location"]) == "unfinished"
    assert client.get(answer)["location"] == "/"
    client.post("/sign-out/")
    assert why(client.get(answer)["location"]) == "unfinished", "it is used up"


def test_a_code_of_another_sign_in_does_not_fit(provider: Provider) -> None:
    """Whoever caught somebody's code cannot bring it with a state of their own: PKCE."""
    caught = parse_qs(urlsplit(provider.gone_through(begun_by(Client()), "ana")).query)["code"][0]
    thief = Client()
    state = parse_qs(urlsplit(begun_by(thief)).query)["state"][0]
    assert why(thief.get(f"{BACK}?code={caught}&state={state}")["location"]) == "unfinished"


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


def test_a_client_without_a_secret_signs_in_too(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.INSTALLATION, "OIDC_CLIENT_SECRET", "")
    provider.sends_back(f"http://testserver{BACK}", secret="")
    assert gone(provider) == "/"


def test_people_come_back_to_the_address_that_was_told(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.INSTALLATION, "ADDRESS", "https://holdfast.acme.example/")
    asked = parse_qs(urlsplit(begun_by(Client())).query)
    assert asked["redirect_uri"] == [f"https://holdfast.acme.example{BACK}"]


def test_a_provider_that_is_not_there_says_so(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.INSTALLATION, "OIDC_ISSUER", f"http://127.0.0.1:{free_port()}/o")
    assert why(Client().get(BEGIN)["location"]) == "provider_away"


def test_a_provider_that_says_nothing_is_not_waited_for(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert max(client_of.PATIENCE_SECONDS) <= 10
    monkeypatch.setattr(client_of, "PATIENCE_SECONDS", (0.3, 0.3))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        monkeypatch.setitem(settings.INSTALLATION, "OIDC_ISSUER", issuer)
        begun_at = time.monotonic()
        assert why(Client().get(BEGIN)["location"]) == "provider_away"
        assert time.monotonic() - begun_at < 5


def test_another_provider_than_the_one_named_is_not_believed(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.INSTALLATION, "OIDC_ISSUER", f"{provider.issuer}/")
    assert why(Client().get(BEGIN)["location"]) == "provider_away"


@pytest.mark.parametrize(
    "told", [{"token_endpoint": "http://id.example/token"}, {"jwks_uri": None}, "no object", ["a list"]]
)
def test_what_cannot_be_believed_of_a_provider_is_not(
    provider: Provider, monkeypatch: pytest.MonkeyPatch, told: Any
) -> None:
    true = requests.get(f"{provider.issuer}/.well-known/openid-configuration", timeout=10).json()

    def says(issuer: str) -> Any:
        return {**true, "issuer": issuer, **told} if isinstance(told, dict) else told

    with _saying(says) as issuer:
        monkeypatch.setitem(settings.INSTALLATION, "OIDC_ISSUER", issuer)
        assert why(Client().get(BEGIN)["location"]) == "provider_away"


def test_only_ways_of_signing_that_need_the_providers_own_key_are_believed(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = requests.get(f"{provider.issuer}/.well-known/openid-configuration", timeout=10).json()
    named = "id_token_signing_alg_values_supported"
    with _saying(lambda issuer: {**true, "issuer": issuer, named: ["none", "HS256", "ES256"]}) as issuer:
        monkeypatch.setitem(settings.INSTALLATION, "OIDC_ISSUER", issuer)
        assert client_of._client().load_server_metadata()[named] == ["ES256"]


@contextmanager
def _saying(says: Callable[[str], Any]) -> Iterator[str]:
    """A provider that tells this of itself, and is nothing else."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(says(issuer)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        issuer = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield issuer
        server.shutdown()
        thread.join()


def test_no_secret_of_a_sign_in_is_written(provider: Provider, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="holdfast")
    provider.knows("ana", **ANA, fault="another key")
    client = Client()
    asked = begun_by(client)
    answer = provider.gone_through(asked, "ana")
    client.get(answer)
    secrets = {SECRET, *(parse_qs(urlsplit(answer).query)[name][0] for name in ("code", "state"))}
    secrets.add(parse_qs(urlsplit(asked).query)["nonce"][0])
    written = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert "a sign-in by the provider was refused" in written
    assert [each for each in secrets if each in written or each in str(list(Deed.objects.values()))] == []


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
