"""Whether a request was signed with one of our secrets, by the scheme that a webhook declares."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from holdfast.collect.recipes import refuse_unknown
from holdfast.errors import BadInput

SCHEMES = ("hmac", "standard-webhooks")
ALGORITHMS = ("sha256", "sha512", "sha1")
ENCODINGS = ("hex", "base64")
KEYS = (
    *("scheme", "header", "algorithm", "encoding", "prefix"),
    *("signed", "timestamp", "id", "tolerance_seconds"),
)
PARTS = ("body", "timestamp", "id")
SECRET_PREFIX = "whsec_"  # noqa: S105 - how secrets of the standard begin


@dataclass(frozen=True)
class Signature:
    """How a webhook is signed: `signed` is what the digest is of, `header` where the digest stands.

    `timestamp` names the header that says when, or `header:part` where it is a part of one, such as
    `t` in `t=1700000000,v1=...`; with it a signature counts for `tolerance_seconds`.
    """

    header: str
    algorithm: str = "sha256"
    encoding: str = "hex"
    prefix: str = ""
    signed: str = "{body}"
    timestamp: str | None = None
    id: str | None = None
    tolerance_seconds: int = 300
    coded_secret: bool = False

    def made_by(
        self, body: bytes, headers: Mapping[str, str], secrets: Collection[str], now: datetime
    ) -> bool:
        """Whether one of the secrets signed this body, lately where it says when. `now` is naive UTC."""
        told = {name.lower(): value for name, value in headers.items()}
        stamp = self._part(told, self.timestamp) if self.timestamp else ""
        if stamp is None or (self.timestamp and not self._lately(stamp, now)):
            return False
        text = self._text(body, stamp, told.get((self.id or "").lower(), ""))
        given = self._given(told.get(self.header.lower(), ""))
        expected = [self._digest(secret, text) for secret in secrets]
        return any(hmac.compare_digest(one.encode(), other) for one in expected for other in given)

    def _given(self, header: str) -> list[bytes]:
        """Every part of the header that may be a digest, as GitHub, Stripe, Shopify and others write it."""
        parts = re.split(r"[\s,;]+", header)
        return [part.removeprefix(self.prefix).encode("utf-8", "replace") for part in parts if part]

    def _part(self, headers: Mapping[str, str], place: str) -> str | None:
        header, _, part = place.lower().partition(":")
        value = headers.get(header)
        if value is None or not part:
            return value
        pairs = (each.partition("=") for each in re.split(r"[\s,;]+", value))
        return next((after for name, _, after in pairs if name.lower() == part), None)

    def _lately(self, stamp: str, now: datetime) -> bool:
        try:
            at = datetime.fromtimestamp(float(stamp), UTC).replace(tzinfo=None)
        except (ValueError, OverflowError, OSError):
            try:
                read = datetime.fromisoformat(stamp)
            except ValueError:
                return False
            at = read.astimezone(UTC).replace(tzinfo=None) if read.tzinfo else read
        return abs((now - at).total_seconds()) <= self.tolerance_seconds

    def _text(self, body: bytes, stamp: str, name: str) -> bytes:
        parts = {b"{timestamp}": stamp.encode(), b"{id}": name.encode(), b"{body}": body}
        pieces = re.split(rb"(\{timestamp\}|\{id\}|\{body\})", self.signed.encode())
        return b"".join(parts.get(piece, piece) for piece in pieces)

    def _digest(self, secret: str, text: bytes) -> str:
        key = _decoded(secret) if self.coded_secret else secret.encode()
        made = hmac.new(key, text, getattr(hashlib, self.algorithm)).digest()
        return made.hex() if self.encoding == "hex" else base64.b64encode(made).decode()


STANDARD = Signature(
    header="webhook-signature",
    encoding="base64",
    prefix="v1,",
    signed="{id}.{timestamp}.{body}",
    timestamp="webhook-timestamp",
    id="webhook-id",
    coded_secret=True,
)
"""standardwebhooks.com, which Svix and many services speak."""


def signature_of(name: str, given: Any) -> Signature:
    """The signature that a declaration names; raises BadInput. There is none that is not signed."""
    if not isinstance(given, dict):
        raise BadInput(
            f"{name} does not say how it is signed.", hint='[signature] and below it header = "X-Signature"'
        )
    for key in given:
        refuse_unknown(f"{name}: signature", key, KEYS)
    scheme = given.get("scheme", "hmac")
    _refuse_other(name, "scheme", scheme, SCHEMES)
    if scheme == "standard-webhooks":
        return STANDARD
    fields = {key: value for key, value in given.items() if key != "scheme"}
    _refuse_other(name, "algorithm", fields.get("algorithm", "sha256"), ALGORITHMS)
    _refuse_other(name, "encoding", fields.get("encoding", "hex"), ENCODINGS)
    for key, value in fields.items():
        wanted: type = int if key == "tolerance_seconds" else str
        if not isinstance(value, wanted) or isinstance(value, bool):
            raise BadInput(f"{name}: signature.{key} cannot be {value!r}.", hint=f"A {wanted.__name__}.")
    if not fields.get("header"):
        raise BadInput(f"{name}: signature.header is missing.", hint='header = "X-Signature"')
    return _whole(name, Signature(**fields))


def _whole(name: str, found: Signature) -> Signature:
    """Refuse a signature that says nothing of the body, or names a part that nothing gives."""
    for part in re.findall(r"\{(\w+)\}", found.signed):
        refuse_unknown(f"{name}: signature.signed", part, PARTS)
        if part != "body" and getattr(found, part) is None:
            raise BadInput(
                f"{name}: signature.signed has {{{part}}}, but nothing says where that stands.",
                hint=f'{part} = "X-{part.title()}"',
            )
    if "{body}" not in found.signed:
        raise BadInput(f"{name}: signature.signed leaves out the body.", hint='signed = "{timestamp}.{body}"')
    return found


def _refuse_other(name: str, key: str, value: Any, known: tuple[str, ...]) -> None:
    if value not in known:
        raise BadInput(f"{name}: signature.{key} cannot be {value!r}.", hint=f"One of: {', '.join(known)}.")


def _decoded(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return secret.encode()
