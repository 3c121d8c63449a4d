"""The provider of sign-in of the tests, over HTTP: told of people, and gone through as a browser does."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests

from tests.walls.source import ROOT

CLIENT, SECRET = "holdfast-of-acme", "a-secret-of-the-client"
PATIENCE_SECONDS = 60.0


@dataclass
class Provider:
    """A provider at work."""

    address: str

    @property
    def issuer(self) -> str:
        """What it calls itself."""
        return f"{self.address}/o"

    def settings(self, **more: str) -> dict[str, str]:
        """What a server is told of it, by names without the prefix."""
        told = {"ISSUER": self.issuer, "CLIENT_ID": CLIENT, "CLIENT_SECRET": SECRET, "NAME": "Acme ID"}
        return {f"OIDC_{name}": value for name, value in {**told, **more}.items()}

    def knows(self, name: str, **claims: Any) -> None:
        """Say this of whoever enters by that name."""
        requests.put(f"{self.address}/people/{name}/", json=claims, timeout=10).raise_for_status()

    def sends_back(self, to: str, *, secret: str = SECRET) -> None:
        """Know the client, and send people back there alone."""
        told = {"back": to, "secret": secret}
        requests.put(f"{self.address}/clients/{CLIENT}/", json=told, timeout=10).raise_for_status()

    def gone_through(self, address: str, name: str) -> str:
        """Where a browser is sent in the end that was sent here, and says there who it is."""
        with requests.Session() as browser:
            here = browser.get(address, timeout=10, allow_redirects=False)
            asked = urljoin(address, here.headers["location"])
            here = browser.post(asked, {"name": name}, timeout=10, allow_redirects=False)
            again = urljoin(asked, here.headers["location"])
            return browser.get(again, timeout=10, allow_redirects=False).headers["location"]


@contextmanager
def provided(port: int, file: Path) -> Iterator[Provider]:
    """The provider, in a process of its own until the end of the block."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.openid_service.settings",
        "PYTHONPATH": str(ROOT),
        "PROVIDER_PORT": str(port),
        "PROVIDER_FILE": str(file),
        "OAUTHLIB_INSECURE_TRANSPORT": "1",
    }
    with file.with_suffix(".log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.openid_service"], env=environment, stdout=log, stderr=log
        )
    found = Provider(f"http://127.0.0.1:{port}")
    try:
        _wait(found, process, file.with_suffix(".log"))
        yield found
    finally:
        process.terminate()
        process.wait(10)


def _wait(provider: Provider, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up and process.poll() is None:
        try:
            requests.get(f"{provider.issuer}/.well-known/openid-configuration", timeout=5).raise_for_status()
        except requests.RequestException:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())
