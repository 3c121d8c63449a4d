"""Which answers of a provider are believed, which are refused, and what is done while it is away."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.conf import settings
from django.test import Client

from holdfast.web.entrance import provider as client_of
from holdfast.web.workspaces.models import Deed
from tests.openid_served import SECRET, Provider
from tests.openid_sign_in import ANA, BACK, BEGIN, begun_by, gone, refused, why
from tests.openid_sign_in import provider as provider  # noqa: PLC0414 - fixtures of this process
from tests.openid_sign_in import served as served  # noqa: PLC0414
from tests.web.conftest import free_port
from tests.web.conftest import site as site  # noqa: PLC0414


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
    assert refused() == ["OpenID Connect: provider_away"]


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
