"""What the provider signs of each person: as told of them, or wrong in a way that was asked for."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any

from jwcrypto import jwk, jwt
from oauth2_provider.oauth2_validators import OAuth2Validator

PEOPLE: dict[str, dict[str, Any]] = {}
"""What is said of each person, by the name by which they enter; `fault` is what goes wrong for them."""

SAID: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "issuer": lambda claims: {**claims, "iss": "https://other.example"},
    "audience": lambda claims: {**claims, "aud": "another-client", "azp": claims["aud"]},
    "nonce": lambda claims: {**claims, "nonce": "of an earlier sign-in"},
    "no nonce": lambda claims: {name: value for name, value in claims.items() if name != "nonce"},
    "expired": lambda claims: {**claims, "exp": int(time.time()) - 3600},
    "thin": lambda claims: {name: value for name, value in claims.items() if not name.startswith("email")},
}
"""What is signed in place of what is so; to be thin is no fault, a userinfo endpoint has the rest."""


class Signing(OAuth2Validator):  # type: ignore[misc]
    """django-oauth-toolkit as it is, but for people with a fault."""

    oidc_claim_scope = None

    def get_additional_claims(self, request: Any) -> dict[str, Any]:
        """What is known of a person."""
        told = PEOPLE[request.user.username]
        return {name: value for name, value in told.items() if name != "fault"}

    def finalize_id_token(self, id_token: Any, token: Any, token_handler: Any, request: Any) -> str:
        """The signed answer."""
        signed: str = super().finalize_id_token(id_token, token, token_handler, request)
        fault = PEOPLE[request.user.username].get("fault", "")
        return _altered(signed, fault, request.client.jwk_key) if fault else signed


def _altered(signed: str, fault: str, key: Any) -> str:
    header, body, signature = signed.split(".")
    told, claims = _read(header), _read(body)
    if fault in SAID:
        return _signed(told, SAID[fault](claims), key)
    if fault == "another key":
        return _signed(told, claims, jwk.JWK.generate(kty="RSA", size=2048))
    if fault == "public key as a secret":
        secret = jwk.JWK(kty="oct", k=_written(key.export_to_pem()))
        return _signed({**told, "alg": "HS256"}, claims, secret)
    if fault == "unsigned":
        return f"{_written(json.dumps({'alg': 'none', 'typ': 'JWT'}).encode())}.{body}."
    assert fault == "another body"
    return f"{header}.{_written(json.dumps({**claims, 'sub': 'somebody'}).encode())}.{signature}"


def _signed(header: dict[str, Any], claims: dict[str, Any], key: Any) -> str:
    made = jwt.JWT(header=json.dumps(header), claims=json.dumps(claims))
    made.make_signed_token(key)
    return str(made.serialize())


def _read(part: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def _written(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
