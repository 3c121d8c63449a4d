"""How the value of a setting is read from the text that somebody wrote; ValueError where it cannot be."""

from __future__ import annotations

from base64 import b64decode
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import unquote, urlsplit

from holdfast.installation import Database


def database(text: str) -> Database | None:
    """A database of a team; None where none is told."""
    return Database.read(text) if text else None


LEAST_SECRET = 24
MAIL = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
"""The ways of reaching a mail server, with the port of each where none is named."""


def mail(text: str) -> dict[str, Any] | None:
    """Django's settings of a mail server."""
    if not text:
        return None
    found = urlsplit(text)
    if found.scheme not in MAIL or not found.hostname:
        raise ValueError(text)
    return {
        "EMAIL_HOST": found.hostname,
        "EMAIL_PORT": found.port or MAIL[found.scheme],
        "EMAIL_HOST_USER": unquote(found.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(found.password or ""),
        "EMAIL_USE_TLS": found.scheme == "smtp+starttls",
        "EMAIL_USE_SSL": found.scheme == "smtps",
    }


def signing_secret(text: str) -> str:
    """What messages are signed with, long enough."""
    if text and len(b64decode(text.removeprefix("whsec_"), validate=True)) < LEAST_SECRET:
        raise ValueError(text)
    return text


def whole(text: str) -> int:
    """A whole number, not below zero."""
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def seconds(text: str) -> float:
    """A span of less than an hour."""
    number = float(text)
    if not 0 < number < 3600:
        raise ValueError(text)
    return number


def names(text: str) -> list[str]:
    """What stands between commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


def networks(text: str) -> list[str]:
    """Addresses and networks."""
    found = names(text)
    for each in found:
        ip_network(each)
    return found


def level(text: str) -> str:
    """How much is written to the log."""
    if text.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError(text)
    return text.upper()


def issuer(text: str) -> str:
    """A provider of sign-in, exactly as it calls itself: by TLS, or on this machine."""
    if text:
        found = urlsplit(text)
        if not found.hostname or found.query or found.fragment or not is_guarded(text):
            raise ValueError(text)
    return text


def is_guarded(address: str) -> bool:
    """Whether nobody between can read what is sent there: it goes by TLS, or stays on this machine."""
    found = urlsplit(address)
    return found.scheme == "https" or (found.scheme == "http" and _is_here(found.hostname or ""))


def switch(text: str) -> bool:
    """On or off."""
    if text.lower() not in {"on", "off"}:
        raise ValueError(text)
    return text.lower() == "on"


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
