"""Settings of the installation: from the environment alone, typed, and loud where they are wrong.

`NAME_FILE` names a file that holds the value of `NAME`, for secrets. What a workspace counts by is
no setting of the installation; it is kept in the workspace.
"""

from __future__ import annotations

import contextlib
import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from holdfast.errors import UsageError, unknown
from holdfast.installation import SECRETS, WANTED, told
from holdfast.web.setting_values import (
    database,
    issuer,
    level,
    mail,
    names,
    networks,
    seconds,
    signing_secret,
    switch,
    whole,
)

PREFIX = "HOLDFAST_"
OF_THE_SHELL = {
    "HOLDFAST_LANG": "the language of the shell's answers",
    "HOLDFAST_MEMORY": "how much memory the engine may take",
    "HOLDFAST_HOST": "the address of `holdfast serve`",
    "HOLDFAST_PORT": "the port of `holdfast serve`",
    "HOLDFAST_PROCESSES": "the web processes of `holdfast serve`",
    "HOLDFAST_READ_KEY": "the key of `holdfast mcp`",
    "HOLDFAST_STRIPE_KEY": "the key of `holdfast pull stripe`",
    "HOLDFAST_STRIPE_URL": "where `holdfast pull stripe` asks, for tests",
    "HOLDFAST_ZENDESK_KEY": "the key of `holdfast pull zendesk`",
    "HOLDFAST_ZENDESK_URL": "the address of your Zendesk",
    "HOLDFAST_INTERCOM_KEY": "the key of `holdfast pull intercom`",
    "HOLDFAST_INTERCOM_URL": "where `holdfast pull intercom` asks, where that is not api.intercom.io",
    "HOLDFAST_NODE": "where the tests find packages of Node",
    "HOLDFAST_DATA": "where the tests find exports of others",
}
"""Variables of the same prefix that are read elsewhere."""

OF_SOURCES = re.compile(r"HOLDFAST_SOURCE_[A-Z0-9_]+_(SIGNING_SECRETS|URL)")
"""Secrets and addresses of the sources that a business declared itself; the names are its own."""


@dataclass(frozen=True)
class Variable:
    """One setting: its name without the prefix, its default, what it means, how it is read."""

    name: str
    default: str
    help: str
    read: Callable[[str], Any]
    wanted: str
    secret: bool = False
    """Whether its value is never repeated, not even where it is wrong."""

    @property
    def full_name(self) -> str:
        """The name of the variable."""
        return PREFIX + self.name


VARIABLES = {
    variable.name: variable
    for variable in (
        Variable("WORKSPACE", ".", "The workspace's folder.", Path, "a folder"),
        Variable(
            "DATABASE_URL",
            "",
            "PostgreSQL for the catalog, keys and jobs of a team; without it, files in the workspace.",
            database,
            WANTED,
            secret=True,
        ),
        Variable(
            "LOCAL",
            "",
            "A folder on a disk of this host alone, for what waits to be loaded; else the workspace's.",
            Path,
            "a folder",
        ),
        Variable(
            "SECRET_KEY",
            "",
            "What cookies are signed with; without it, one is made in the workspace.",
            str,
            "",
        ),
        Variable(
            "ALLOWED_HOSTS", "*", "The names by which this server may be asked for.", names, "NAME,NAME"
        ),
        Variable(
            "TRUSTED_PROXIES",
            "",
            "Servers before this one whose X-Forwarded-For and X-Forwarded-Proto are believed.",
            networks,
            "ADDRESS,NETWORK, such as 127.0.0.1,10.0.0.0/8",
        ),
        Variable(
            "SPOOL_BYTES",
            str(2**30),
            "How many bytes may wait to be loaded before more are refused with 503.",
            whole,
            "a whole number of bytes",
        ),
        Variable(
            "KEY_RATE",
            "2000",
            "Requests a second that one key may make of one process; beyond it 429. 0 for no limit.",
            whole,
            "a whole number",
        ),
        Variable(
            "READ_RATE",
            "50",
            "Questions a second that one key for reading may ask of one process; 0 for no limit.",
            whole,
            "a whole number",
        ),
        Variable(
            "STRIPE_SIGNING_SECRETS",
            "",
            "The signing secrets of Stripe's endpoint; two while one replaces the other.",
            names,
            "SECRET,SECRET",
        ),
        Variable(
            "ZENDESK_SIGNING_SECRETS",
            "",
            "The signing secrets of Zendesk's webhook; two while one replaces the other.",
            names,
            "SECRET,SECRET",
        ),
        Variable(
            "INTERCOM_SIGNING_SECRETS",
            "",
            "The client secrets of the app whose webhooks come from Intercom.",
            names,
            "SECRET,SECRET",
        ),
        Variable(
            "LOAD_SECONDS",
            "2",
            "How long the worker waits between two loads.",
            seconds,
            "seconds, such as 2",
        ),
        Variable(
            "ANSWER_SECONDS",
            "1",
            "What took pages longer to count is shown as it was, and says so, while it is counted anew.",
            seconds,
            "seconds, such as 1",
        ),
        Variable(
            "ADDRESS",
            "",
            "Where people see the pages, such as https://holdfast.example.com: letters link there.",
            str,
            "",
        ),
        Variable(
            "MAIL_URL",
            "",
            "The server that letters go to: smtp://, smtp+starttls:// or smtps://NAME:PASSWORD@HOST:PORT.",
            mail,
            "smtp+starttls://NAME:PASSWORD@HOST:PORT",
            secret=True,
        ),
        Variable("MAIL_FROM", "holdfast@localhost", "Who letters are from.", str, ""),
        Variable("ALERT_URL", "", "Where alerts are posted, signed, besides by e-mail.", str, ""),
        Variable(
            "ALERT_SECRET",
            "",
            "What alerts are signed with as Standard Webhooks say: whsec_ and 24 bytes or more in base64.",
            signing_secret,
            "whsec_... in base64",
            secret=True,
        ),
        Variable(
            "OIDC_ISSUER",
            "",
            "The provider by which members sign in too (OpenID Connect), exactly as it calls itself.",
            issuer,
            "https://...",
        ),
        Variable("OIDC_CLIENT_ID", "", "Who this server is to the provider.", str, ""),
        Variable(
            "OIDC_CLIENT_SECRET",
            "",
            "What this server shows the provider; none for a client that has none.",
            str,
            "",
            secret=True,
        ),
        Variable("OIDC_NAME", "OpenID Connect", "What the button calls the provider.", str, ""),
        Variable(
            "PASSWORD_SIGN_IN",
            "on",
            "Whether members sign in by a password too; links that work once stay.",
            switch,
            "on or off",
        ),
        Variable("LOG_LEVEL", "INFO", "What is written to the log: DEBUG has every request.", level, "INFO"),
    )
}


def settings_of(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Every setting by its name; raises UsageError for a value or a name that cannot be."""
    known = {variable.full_name for variable in VARIABLES.values()}
    known |= set(OF_THE_SHELL)
    for name in environment:
        if OF_SOURCES.fullmatch(name.removesuffix("_FILE")):
            continue
        if name.startswith(PREFIX) and name.removesuffix("_FILE") not in known:
            raise unknown("setting of the installation", name, known)
    found = {name: _value(variable, environment) for name, variable in VARIABLES.items()}
    _refuse_halves(found)
    return found


def _refuse_halves(found: Mapping[str, Any]) -> None:
    """Raise UsageError where what is told of signing in lets nobody in."""
    if bool(found["OIDC_ISSUER"]) != bool(found["OIDC_CLIENT_ID"]):
        raise UsageError("HOLDFAST_OIDC_ISSUER and HOLDFAST_OIDC_CLIENT_ID go together.", hint="Set both.")
    if not (found["PASSWORD_SIGN_IN"] or found["OIDC_ISSUER"]):
        raise UsageError("Without a password there is no way to sign in.", hint="Set HOLDFAST_OIDC_ISSUER.")


def _value(variable: Variable, environment: Mapping[str, str]) -> Any:
    name, text = variable.full_name, told(variable.full_name, environment)
    try:
        return variable.read(variable.default if text is None else text)
    except ValueError:
        given = "what was told" if variable.secret else repr(text)
        raise UsageError(f"{name} cannot be {given}.", hint=f"Wanted: {variable.wanted}.") from None


GUARDED = ("_KEY", "_SECRET", "_SECRETS", "_TOKEN", "_PASSWORD")
"""How the names of variables end that hold secrets."""


def secrets_told(folder: Path, environment: Mapping[str, str] = os.environ) -> Iterator[str]:
    """Every password and key that this installation was told, so that none of them is written anywhere."""
    for name in {name.removesuffix("_FILE") for name in environment if name.startswith(PREFIX)}:
        if name.endswith(GUARDED):
            yield from names(told(name, environment) or "")
        if name.endswith("_URL"):
            yield unquote(urlsplit(told(name, environment) or "").password or "")
    with contextlib.suppress(OSError, ValueError):
        for table in tomllib.loads((folder / SECRETS).read_text(encoding="utf-8")).values():
            for value in table.values() if isinstance(table, dict) else ():
                for text in map(str, value if isinstance(value, list) else [value]):
                    yield text
                    yield unquote(urlsplit(text).password or "")
