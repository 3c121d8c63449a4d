"""Workspaces that pages read by, a few for all threads, and what they answered last.

An answer holds while nothing is recorded after it; whether something was is looked up at most every
`LOOK_SECONDS`, so that a write shows well within a minute. Threads that ask the same at once wait for
one of them.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, wraps
from pathlib import Path
from queue import LifoQueue
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.conf import settings

from holdfast import flow
from holdfast.errors import HoldfastError
from holdfast.flow import Workspace

P = ParamSpec("P")
T = TypeVar("T")

READERS = 2
LOOK_SECONDS = 2.0
KEPT = 400
HOLDS_SECONDS = 600.0
"""How long an answer is kept at most: a rule may come into force without anything being recorded."""


@dataclass
class Readers:
    """The open workspaces of one folder, handed from thread to thread."""

    folder: Path
    _idle: LifoQueue[Workspace | None] = field(default_factory=LifoQueue)
    _answers: OrderedDict[Hashable, tuple[float, Any]] = field(default_factory=OrderedDict)
    _asking: dict[Hashable, threading.Lock] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _version: tuple[float, datetime | None] = (float("-inf"), None)

    def __post_init__(self) -> None:
        for _ in range(READERS):
            self._idle.put(None)

    @contextmanager
    def workspace(self) -> Iterator[Workspace]:
        """A workspace that no other thread has meanwhile; opened when first needed, and after it broke."""
        space = self._idle.get()
        try:
            space = space or flow.open(self.folder)
            yield space
        except HoldfastError:
            raise
        except Exception:
            if space is not None:
                space.close()
            space = None
            raise
        finally:
            self._idle.put(space)

    def version(self) -> datetime | None:
        """The latest instant at which something was recorded, as it was looked up last."""
        seen, version = self._version
        if time.monotonic() - seen > LOOK_SECONDS:
            with self.workspace() as space:
                version = space.recorded_until
            self._version = time.monotonic(), version
        return version

    def look_again(self) -> None:
        """Look for news with the next question: something was just recorded."""
        self._version = (float("-inf"), self._version[1])

    def told(self, question: Hashable, answer: Callable[[Workspace], T]) -> T:
        """What was answered to the same question of the same records, else what `answer` says now."""

        def asked() -> T:
            with self.workspace() as space:
                return answer(space)

        return self.kept(question, asked)

    def kept(self, question: Hashable, make: Callable[[], T]) -> T:
        """What was made for the same question of the same records, else what `make` makes now."""
        key = (self.version(), question)
        with self._lock:
            asking = self._asking.setdefault(key, threading.Lock())
        with asking:
            kept = self._answers.get(key)
            if kept is not None and time.monotonic() - kept[0] < HOLDS_SECONDS:
                return kept[1]  # type: ignore[no-any-return]
            found = make()
            self._keep(key, found)
        return found

    def _keep(self, key: Hashable, found: object) -> None:
        with self._lock:
            self._answers[key] = time.monotonic(), found
            self._asking.pop(key, None)
            while len(self._answers) > KEPT:
                self._answers.popitem(last=False)


@cache
def readers() -> Readers:
    """Those of this process."""
    return Readers(settings.WORKSPACE)


def state_of_data() -> datetime | None:
    """The latest instant at which something was recorded: while it is the same, so are answers."""
    return readers().version()


def kept(question: Hashable, make: Callable[[], T]) -> T:
    """What was made of answers for the same question, such as a chart, while they hold."""
    return readers().kept(question, make)


def look_again() -> None:
    """Let the next page see what was recorded a moment ago, by whichever process."""
    readers().look_again()


def do_record(act: Callable[[Workspace], T]) -> T:
    """Have something recorded in the workspace; the next page of this process sees it."""
    try:
        with readers().workspace() as space:
            return act(space)
    finally:
        look_again()


def answer(ask: Callable[Concatenate[Workspace, P], T]) -> Callable[P, T]:
    """Make a question to a workspace one that pages can ask: what it is given must be hashable."""

    @wraps(ask)
    def asked(*given: P.args, **named: P.kwargs) -> T:
        question = (ask.__module__, ask.__qualname__, given, tuple(sorted(named.items())))
        return readers().told(question, lambda space: ask(space, *given, **named))

    return asked
