"""Answers hold while nothing is recorded, no longer; who asks the same at once waits for one answer."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from holdfast.errors import UsageError
from holdfast.flow import Workspace, create
from holdfast.web.answers import readers as room
from holdfast.web.answers.lateness import late_answers, late_since, may_be_late
from holdfast.web.answers.readers import Readers
from tests.web.conftest import PATIENCE_SECONDS


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Readers]:
    """The readers of a new workspace, who look for news each time."""
    monkeypatch.setattr(room, "LOOK_SECONDS", 0.0)
    create(tmp_path / "space").close()
    found = Readers(tmp_path / "space")
    yield found
    for _ in range(room.READERS):
        with found.workspace() as space:
            space.close()


class Asked:
    """A question that counts how often it was answered."""

    def __init__(self) -> None:
        self.times = 0
        self.first = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()

    def __call__(self, space: Workspace) -> Any:
        self.times += 1
        self.first.set()
        assert self.go_on.wait(30)
        return space.settings()["currency"]


def test_an_answer_holds_until_something_is_recorded(desk: Readers) -> None:
    asked = Asked()
    assert [desk.told("currency", asked) for _ in range(3)] == ["USD"] * 3
    assert asked.times == 1
    with desk.workspace() as space:
        space.set("currency", "EUR")
    assert [desk.told("currency", asked) for _ in range(2)] == ["EUR"] * 2
    assert asked.times == 2


def test_who_asks_the_same_at_once_waits_for_one_answer(desk: Readers) -> None:
    asked = Asked()
    asked.go_on.clear()
    found: list[Any] = []
    threads = [
        threading.Thread(target=lambda: found.append(desk.told("currency", asked)), daemon=True)
        for _ in range(2)
    ]
    threads[0].start()
    assert asked.first.wait(30)
    threads[1].start()
    asked.go_on.set()
    for thread in threads:
        thread.join(30)
    assert (found, asked.times) == (["USD", "USD"], 1)


def test_what_took_long_is_shown_as_it_was_while_it_is_answered_anew(desk: Readers) -> None:
    asked = Asked()
    assert desk.told("currency", asked) == "USD"
    desk.patience = 0.0
    with desk.workspace() as space:
        space.set("currency", "EUR")
    asked.go_on.clear()
    with may_be_late():
        assert [desk.told("currency", asked) for _ in range(3)] == ["USD"] * 3
        made_of_it = desk.kept("twice", lambda: desk.told("currency", asked) * 2)
        assert (made_of_it, late_answers(), late_since() is not None) == ("USDUSD", 4, True)
    asked.go_on.set()
    assert desk.told("currency", asked) == "EUR", "who takes nothing of before waits"
    assert asked.times == 2, "one answered anew for all"
    desk.patience = 60.0
    with may_be_late():
        assert desk.kept("twice", lambda: desk.told("currency", asked) * 2) == "EUREUR"
        assert late_since() is None
    assert late_since() is None


def test_what_is_quick_is_never_shown_late(desk: Readers) -> None:
    asked = Asked()
    assert desk.told("currency", asked) == "USD"
    desk.patience = 60.0
    with desk.workspace() as space:
        space.set("currency", "EUR")
    with may_be_late():
        assert desk.told("currency", asked) == "EUR"
        assert late_since() is None


def test_what_cannot_be_answered_anew_is_told_to_who_asks_next(desk: Readers) -> None:
    desk.told("currency", Asked())
    desk.patience = 0.0
    with desk.workspace() as space:
        space.set("currency", "EUR")

    def refuse(_space: Workspace) -> Any:
        raise UsageError("It cannot be.")

    with may_be_late():
        assert desk.told("currency", refuse) == "USD"
    with pytest.raises(UsageError):
        desk.told("currency", refuse)


def test_a_mistake_of_a_user_is_told_again_and_the_workspace_stays_open(desk: Readers) -> None:
    def refuse(space: Workspace) -> Any:
        raise UsageError(f"{space.folder.name} has none.")

    for _ in range(room.READERS + 1):
        with pytest.raises(UsageError):
            desk.told("nothing", refuse)
    assert desk.told("currency", Asked()) == "USD"


ENDS = """
import atexit, sys, threading, time
from pathlib import Path
from holdfast.web.answers.readers import Readers

desk = Readers(Path(sys.argv[1]))
atexit.register(desk.end)
inside = threading.Event()

def ask(space):
    inside.set()
    space._warehouse.con.execute("select sum(hash(range)) from range(100000000000)").fetchall()

threading.Thread(target=desk.ask, args=[ask], daemon=True).start()
inside.wait()
time.sleep(0.5)
print("the end", flush=True)
"""


def test_a_process_ends_well_while_one_who_is_gone_is_still_being_answered(desk: Readers) -> None:
    asked = [sys.executable, "-c", ENDS, str(desk.folder)]
    ended = subprocess.run(asked, check=False, capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "the end\n", "")
