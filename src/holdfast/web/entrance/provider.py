"""The provider that members may sign in by: asked and checked by Authlib, as OpenID Connect has it."""

from __future__ import annotations

import logging
import time
from functools import lru_cache
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import DjangoOAuth2App, OAuth, OAuthError
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from joserfc.errors import JoseError

from holdfast.errors import HoldfastError
from holdfast.web.setting_values import is_guarded
from holdfast.web.workspaces.identities import Told

LOG = logging.getLogger("holdfast.web")
DISCOVERY = "/.well-known/openid-configuration"
PATIENCE_SECONDS = (5, 10)
"""How long the provider may take until it is there, and between two parts of its answer."""

CLOCKS_DIFFER_SECONDS = 60
ASKED_ANEW_SECONDS = 3600
SIGNED_BY = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
"""Ways of signing by which nobody who can check could have signed; `none` is no way of signing."""

ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
REASON_LETTERS = 300


class Away(HoldfastError):
    """A provider that does not answer, or not as the one that was named."""

    code = "provider_away"
    permanent = False


class Unfinished(HoldfastError):
    """An answer that is not to a question of this browser, or that the provider did not sign for it."""

    code = "unfinished"


class Declined(HoldfastError):
    """Someone who changed their mind at the provider."""

    code = "declined"


class Provider(DjangoOAuth2App):  # type: ignore[misc]
    """Authlib's client, which believes only the provider that was named, and only what it signed."""

    def load_server_metadata(self) -> dict[str, Any]:
        """What the provider tells of itself; raises Away where it is another or speaks in the open."""
        told: dict[str, Any] = super().load_server_metadata()
        if told.get("issuer") != settings.INSTALLATION["OIDC_ISSUER"]:
            raise Away("What answers is another provider than the one named.")
        if not all(is_guarded(str(told.get(name, ""))) for name in ENDPOINTS):
            raise Away("The provider names an address that is not guarded by TLS.")
        signs = told.get("id_token_signing_alg_values_supported", ["RS256"])
        told["id_token_signing_alg_values_supported"] = [each for each in signs if each in SIGNED_BY]
        return told


def name() -> str:
    """What the provider is called on the sign-in page; nothing where there is none."""
    told = settings.INSTALLATION
    return str(told["OIDC_NAME"]) if told["OIDC_ISSUER"] else ""


def to_provider(request: HttpRequest, back: str) -> HttpResponse:
    """Send a browser to the provider, which sends it `back`; raises Away."""
    try:
        response: HttpResponse = _client().authorize_redirect(request, back)
    except (requests.RequestException, AuthlibBaseError, Away, ValueError, TypeError) as problem:
        raise _away(problem) from problem
    return response


def told_by(request: HttpRequest) -> Told:
    """Who came back, once the provider has signed for it; raises Away, Declined and Unfinished."""
    try:
        client = _client()
        token = client.authorize_access_token(
            request, claims_options=_wanted(client.client_id), leeway=CLOCKS_DIFFER_SECONDS
        )
        claims = {**_mailbox(client, token), **token["userinfo"]}
    except (requests.RequestException, Away) as problem:
        raise _away(problem) from problem
    except OAuthError as problem:
        if problem.error == "access_denied":
            raise Declined("The sign-in was broken off at the provider.") from problem
        raise _unfinished(problem) from problem
    except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError) as problem:
        raise _unfinished(problem) from problem
    verified = str(claims.get("email_verified", "")).lower() == "true"
    return Told(claims["iss"], str(claims["sub"]), str(claims.get("email", "")), verified)


def _client() -> Provider:
    """The client of this hour, so that what the provider tells of itself does not grow old."""
    return _made(int(time.time() // ASKED_ANEW_SECONDS), *_facts())


@lru_cache(maxsize=1)
def _made(_hour: int, issuer: str, client_id: str, secret: str) -> Provider:
    return OAuth().register(  # type: ignore[no-any-return]
        "openid",
        client_cls=Provider,
        client_id=client_id,
        client_secret=secret or None,
        server_metadata_url=issuer.rstrip("/") + DISCOVERY,
        client_kwargs={
            "scope": "openid email",
            "code_challenge_method": "S256",
            "default_timeout": PATIENCE_SECONDS,
        },
    )


def _facts() -> tuple[str, str, str]:
    told = settings.INSTALLATION
    return told["OIDC_ISSUER"], told["OIDC_CLIENT_ID"], told["OIDC_CLIENT_SECRET"]


def _wanted(client_id: str) -> dict[str, Any]:
    """What a signed answer must say: who signed it, and that it is for this server."""
    issuer = settings.INSTALLATION["OIDC_ISSUER"]
    return {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client_id}}


def _mailbox(client: Provider, token: dict[str, Any]) -> dict[str, Any]:
    """The mailbox, asked for where the signed answer does not hold it, of the same person."""
    if "email" in token["userinfo"] or "userinfo_endpoint" not in client.load_server_metadata():
        return {}
    more = client.userinfo(token=token)
    if more.get("sub") != token["userinfo"]["sub"]:
        raise ValueError("the provider tells of somebody else")
    return {name: more[name] for name in ("email", "email_verified") if name in more}


def _away(problem: Exception) -> Away:
    LOG.warning("the provider of sign-in is away", extra={"reason": str(problem)[:REASON_LETTERS]})
    _made.cache_clear()
    return Away("The provider does not answer.", hint="Try again in a while.")


def _unfinished(problem: Exception) -> Unfinished:
    reason = f"{type(problem).__name__}: {problem}"
    LOG.warning("a sign-in by the provider was refused", extra={"reason": reason[:REASON_LETTERS]})
    return Unfinished("This sign-in could not be finished.", hint="Begin again.")
