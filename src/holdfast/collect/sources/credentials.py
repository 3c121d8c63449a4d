"""Keys for services: from the environment, a file that it names, or the workspace's secrets.

They are read when they are needed, kept nowhere else, and never written into a message.
"""

from __future__ import annotations

import os
import stat
import tomllib
from pathlib import Path

from holdfast.errors import BadInput, UsageError
from holdfast.installation import SECRETS


def credential(folder: Path, source: str, name: str) -> str | None:
    """A credential such as stripe's `key`; None where there is none.

    The first of: `HOLDFAST_STRIPE_KEY`, the contents of the file that `HOLDFAST_STRIPE_KEY_FILE`
    names, and `key` under `[stripe]` in `secrets.toml` of the workspace's folder, which only its
    owner may read (mode 0600).
    """
    return _told(f"HOLDFAST_{source}_{name}".upper()) or _written(folder, source, name)


def declared_secrets(folder: Path, source: str) -> list[str]:
    """The signing secrets of a webhook that the business declared: several while one replaces another.

    From HOLDFAST_SOURCE_NAME_SIGNING_SECRETS, the file that its _FILE names, or `signing_secrets` under
    the source's name in the workspace's secrets; with commas between them.
    """
    told = _told(secrets_variable(source)) or _written(folder, source, "signing_secrets") or ""
    return [each.strip() for each in told.split(",") if each.strip()]


def secrets_variable(source: str) -> str:
    """The variable that holds the signing secrets of a declared webhook."""
    return variable_of(source, "signing_secrets")


def declared_url(folder: Path, source: str) -> str | None:
    """The address of a declared database, with its password: told as the secrets of webhooks are."""
    return _told(variable_of(source, "url")) or _written(folder, source, "url")


def variable_of(source: str, name: str) -> str:
    """The variable that holds a credential of a declared source."""
    return f"HOLDFAST_SOURCE_{source}_{name}".replace("-", "_").upper()


def _told(variable: str) -> str | None:
    if value := os.environ.get(variable, "").strip():
        return value
    if file := os.environ.get(f"{variable}_FILE"):
        return _read(Path(file), f"{variable}_FILE").strip() or None
    return None


def _written(folder: Path, source: str, name: str) -> str | None:
    written = _secrets(folder / SECRETS).get(source, {}).get(name)
    if isinstance(written, list):
        written = ",".join(map(str, written))
    return str(written).strip() if written else None


def _secrets(file: Path) -> dict[str, dict[str, object]]:
    if not file.exists():
        return {}
    if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UsageError(f"Others may read {file}.", hint=f"Take that away: chmod 600 {file}")
    try:
        found = tomllib.loads(_read(file, SECRETS))
    except tomllib.TOMLDecodeError:
        # The message of the parser would quote the line, and with it a key.
        raise BadInput(f"{file} is no TOML.", hint='Write [stripe] and below it key = "rk_..."') from None
    return {name: table for name, table in found.items() if isinstance(table, dict)}


def _read(file: Path, named: str) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as problem:
        raise UsageError(f"{file} cannot be read: {problem.strerror}.", hint=f"See {named}.") from None
