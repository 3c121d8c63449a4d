"""What every test shares: no network beyond this machine, and trials of two sizes."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from holdfast.__main__ import EXPRESSIONS
from tests.trials import TrialsPage

# Small runs draw the same examples each time: one commit, one verdict. Trials draw new ones.
settings.register_profile(
    "small", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.register_profile("whole", settings.get_profile("small"), max_examples=2_000, derandomize=False)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole", action="store_true", help="run trials at full size and write docs/trials.md")


def pytest_configure(config: pytest.Config) -> None:
    gc.set_threshold(*EXPRESSIONS)  # As the program has them.
    os.environ["HOLDFAST_LANG"] = "en"  # Whatever the language of the one who runs the tests.
    whole = bool(config.getoption("--whole"))
    settings.load_profile("whole" if whole else "small")
    if whole and not hasattr(config, "workerinput"):
        page = Path(config.rootpath) / "docs" / "trials.md"
        config.pluginmanager.register(TrialsPage(page), "trials-page")


@pytest.fixture(scope="session")
def sized(request: pytest.FixtureRequest) -> Callable[[Any, Any], Any]:
    """`sized(small, whole)`: the first in `make test`, the second in `make trials`."""
    whole = request.config.getoption("--whole")
    return lambda small, large: large if whole else small


@pytest.fixture(autouse=True, scope="session")
def only_this_machine() -> Iterator[None]:
    """Refuses every connection that would leave the machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            raise PermissionError(f"a test tried to reach {address!r}")
        connect(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded)
    yield
    patch.undo()
