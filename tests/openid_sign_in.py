"""Signing in by the provider of the tests, without a browser: the fixtures and the way there and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client

from holdfast.web.workspaces.members import do_add
from holdfast.web.workspaces.models import Attempt, Deed, Member, SignInLink
from tests.openid_served import Provider, provided
from tests.web.conftest import free_port

BEGIN, BACK = "/sign-in/openid/", "/sign-in/openid/back/"
ANA: dict[str, Any] = {"sub": "person-1", "email": "Ana@Acme.example", "email_verified": True}


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
