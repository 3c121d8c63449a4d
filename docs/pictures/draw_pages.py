"""Draws pages of the demo's workspace as a browser shows them: part of `make picture`, with Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urljoin

from draw import HERE, demo
from playwright.sync_api import Page, sync_playwright

from holdfast.flow import Workspace

PAGES = {
    "overview.png": ("/?period=2025-12&lang=en", 1280, 880),
    "overview-fa.png": ("/?period=2025-12&lang=fa", 1280, 880),
    "customer.png": ("/customers/{account}/?period=2025-12&lang=en", 1280, 1180),
}
PATIENCE_SECONDS = 120
SETTLED_MS = 1000
"""How long a page is left to draw what it fetched."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """`holdfast serve` on a free port, while it answers: its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    asked = [*command("serve", folder), "--quiet", "--port", address.rpartition(":")[2]]
    server = subprocess.Popen(asked, env=quiet(), stdout=subprocess.DEVNULL)
    try:
        give_up = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < give_up:
            with suppress(urllib.error.URLError):
                urllib.request.urlopen(f"{address}/healthz").close()  # noqa: S310 - this machine
                break
            time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait()


def command(asked: str, folder: Path) -> list[str]:
    """A command of this environment's holdfast, on a workspace."""
    return [str(Path(sys.executable).with_name("holdfast")), *asked.split(), "-w", str(folder)]


def quiet() -> dict[str, str]:
    """The environment of a server that says nothing but what goes wrong."""
    return {**os.environ, "HOLDFAST_LOG_LEVEL": "ERROR"}


def account_to_show(space: Workspace) -> str:
    """The account that pays most among those in bad health."""
    red = [each for each in space.health.scores() if each.band == "red" and each.mrr]
    return max(red, key=lambda each: each.mrr or 0).account_id


def entered(folder: Path) -> str:
    """A link that signs in once, for a member who is added."""
    asked = command("members add mina@example.com --name Mina --role owner", folder)
    told = subprocess.run(asked, capture_output=True, text=True, check=True)
    return next(word for word in told.stdout.split() if "/sign-in/" in word)


def draw(page: Page, address: str, link: str, account: str) -> None:
    """Write each page beside this file."""
    page.goto(urljoin(address, link))
    page.locator("main button").first.click()
    for file, (path, width, height) in PAGES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.goto(address + path.format(account=account))
        page.wait_for_load_state("networkidle", timeout=PATIENCE_SECONDS * 1000)
        page.wait_for_timeout(SETTLED_MS)
        page.screenshot(path=HERE / file)


def main() -> None:
    """Draw the pages of the demo's company."""
    with demo() as space:
        space.tell_risks()
        account = account_to_show(space)
        with served(space.folder) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            draw(browser.new_page(), address, entered(space.folder), account)
            browser.close()


if __name__ == "__main__":
    main()
