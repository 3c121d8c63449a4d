"""Workspaces that pages read by, a few for all threads, and what they answered last.

An answer holds while nothing is recorded after it; whether something was is looked up at most every
`LOOK_SECONDS`, so that a write shows well within a minute. Threads that ask the same at once wait for
one of them. What took long to answer is shown as it was while it is answered anew behind, and the page
says so.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, wraps
from pathlib import Path
from queue import LifoQueue
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.conf import settings

from holdfast import flow
from holdfast.errors import HoldfastError
from holdfast.flow import Workspace
from holdfast.web.answers.lateness import late_answers, say_late, takes_late

P = ParamSpec("P")
T = TypeVar("T")

LOG = logging.getLogger("holdfast.web")
READERS = 2
LOOK_SECONDS = 2.0
KEPT = 400
HOLDS_SECONDS = 600.0
"""How long an answer is kept at most: a rule may come into force without anything being recorded."""


@dataclass(frozen=True)
class Answer:
    """What was answered, of which state of the records, and how many seconds that took."""

    value: Any
    version: datetime | None
    made_at: datetime
    seconds: float
    is_late: bool

    def holds(self, version: datetime | None) -> bool:
        """Whether it is what would be answered now."""
        return self.version == version and not self.is_late and self.age < HOLDS_SECONDS

    @property
    def age(self) -> float:
        """Seconds since it was made."""
        return (datetime.now(UTC).replace(tzinfo=None) - self.made_at).total_seconds()


@dataclass
class Readers:
    """The open workspaces of one folder, handed from thread to thread."""

    folder: Path
    patience: float = float("inf")
    _idle: LifoQueue[Workspace | None] = field(default_factory=LifoQueue)
    _answers: OrderedDict[Hashable, Answer] = field(default_factory=OrderedDict)
    _asking: dict[Hashable, threading.Lock] = field(default_factory=dict)
    _behind: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(READERS - 1))
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

    def end(self) -> None:
        """End the process at once where a thread is still being answered, for somebody who is gone by now.

        Python would end around it, and the engine inside it takes the process down for that.
        """
        if self._idle.qsize() < READERS:
            logging.shutdown()
            os._exit(0)

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

    def ask(self, answer: Callable[[Workspace], T]) -> T:
        """What a workspace says, kept nowhere."""
        with self.workspace() as space:
            return answer(space)

    def told(self, question: Hashable, answer: Callable[[Workspace], T]) -> T:
        """What was answered to the same question of the same records, else what `answer` says now."""
        return self.kept(question, lambda: self.ask(answer))

    def kept(self, question: Hashable, make: Callable[[], T]) -> T:
        """What was made for the same question of the same records, else what `make` makes now.

        What took longer than the patience there is, is given as it was, where the page may say so.
        """
        version, last = self.version(), self._last(question)
        if last is not None and not last.holds(version) and takes_late() and last.seconds > self.patience:
            self._make_behind(question, make)
            say_late(last.made_at)
            return last.value  # type: ignore[no-any-return]
        return self._made(question, version, make)

    def _made(self, question: Hashable, version: datetime | None, make: Callable[[], T]) -> T:
        with self._lock:
            asking = self._asking.setdefault(question, threading.Lock())
        with asking:
            last = self._last(question)
            if last is not None and last.holds(version):
                return last.value  # type: ignore[no-any-return]
            begun, late = time.monotonic(), late_answers()
            found = make()
            took = time.monotonic() - begun
            now = datetime.now(UTC).replace(tzinfo=None)
            self._keep(question, Answer(found, version, now, took, late_answers() > late))
        return found

    def _make_behind(self, question: Hashable, make: Callable[[], T]) -> None:
        """Answer anew in a thread of its own; not where so many others are at it that pages had no reader."""

        def work() -> None:
            try:
                self._made(question, self.version(), make)
            except Exception as problem:
                LOG.warning("an answer was not made anew", exc_info=problem)
            finally:
                self._behind.release()

        if self._behind.acquire(blocking=False):
            threading.Thread(target=work, name="behind", daemon=True).start()

    def _last(self, question: Hashable) -> Answer | None:
        with self._lock:
            return self._answers.get(question)

    def _keep(self, question: Hashable, found: Answer) -> None:
        with self._lock:
            self._answers[question] = found
            self._answers.move_to_end(question)
            self._asking.pop(question, None)
            while len(self._answers) > KEPT:
                self._answers.popitem(last=False)


@cache
def readers() -> Readers:
    """Those of this process."""
    found = Readers(settings.WORKSPACE, settings.INSTALLATION["ANSWER_SECONDS"])
    atexit.register(found.end)
    return found


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


class OfTheRecords:
    """What is the same while the records are: no part of a question, though answers may be given by it."""


def answer(ask: Callable[Concatenate[Workspace, P], T]) -> Callable[P, T]:
    """Make a question to a workspace one that pages can ask: what it is given must be hashable."""

    @wraps(ask)
    def asked(*given: P.args, **named: P.kwargs) -> T:
        told = tuple(each for each in given if not isinstance(each, OfTheRecords))
        question = (ask.__module__, ask.__qualname__, told, tuple(sorted(named.items())))
        return readers().told(question, lambda space: ask(space, *given, **named))

    return asked
