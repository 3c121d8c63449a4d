"""Reading the spool: deliveries in order, from where the last load ended."""

from __future__ import annotations

import contextlib
import fcntl
import io
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import msgspec

from holdfast.collect.sources.delivery import Delivery
from holdfast.collect.spool import sizes

LOADER_LOCK = "loader.lock"


class Line(msgspec.Struct, omit_defaults=True):
    """One line of a segment."""

    id: str
    source: str
    at: datetime
    body: msgspec.Raw
    path: str = ""


READ = msgspec.json.Decoder(Line)


@dataclass(frozen=True)
class Unreadable:
    """A line that is none of ours, with its place in its segment."""

    segment: str
    at: int
    text: bytes


@dataclass
class Chunk:
    """Some lines of the spool, and how far each segment is read with them."""

    deliveries: list[Delivery] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    offsets: dict[str, int] = field(default_factory=dict)

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return len(self.deliveries) + len(self.unreadable)


def line_of(delivery: Delivery) -> bytes:
    """A delivery as the spool keeps it, without its end of line."""
    line = Line(
        id=delivery.id,
        source=delivery.source,
        at=delivery.received_at.replace(tzinfo=UTC),
        body=msgspec.Raw(delivery.body),
        path=delivery.headers.get(":path", ""),
    )
    return msgspec.json.encode(line)


@contextlib.contextmanager
def only_loader(folder: Path) -> Iterator[bool]:
    """Whether this process may load: true for one at a time, until it dies."""
    folder.mkdir(exist_ok=True)
    with (folder / LOADER_LOCK).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def waiting(folder: Path, loaded: Mapping[str, int]) -> int:
    """How many bytes wait to be loaded."""
    return sum(max(0, size - loaded.get(name, 0)) for name, size in sizes(folder))


def oldest(folder: Path, loaded: Mapping[str, int]) -> datetime | None:
    """When the oldest body that waits came in."""
    chunk = read(folder, loaded, 1, lines=1)
    return chunk.deliveries[0].received_at if chunk.deliveries else None


def read(folder: Path, loaded: Mapping[str, int], most: int, lines: int | None = None) -> Chunk:
    """The next lines, about `most` bytes of them and at most `lines`; at least one where there is any."""
    chunk = Chunk()
    left = most
    for name, size in sizes(folder):
        begin = loaded.get(name, 0)
        wanted = None if lines is None else lines - chunk.lines
        if left <= 0 or wanted == 0:
            break
        if size > begin:
            text = _text(folder / name, begin, left)
            _take(chunk, name, text, begin, wanted)
            # A segment goes to its end before the next begins: lines stay in their order.
            left = left - len(text) if size - begin <= left else 0
    return chunk


def _text(path: Path, begin: int, most: int) -> bytes:
    """Whole lines from `begin`; what a dead writer left without an end is none."""
    with path.open("rb") as file:
        file.seek(begin)
        text = file.read(most)
        end = text.rfind(b"\n") + 1
        return text[:end] if end else text + file.readline()


def _take(chunk: Chunk, name: str, text: bytes, begin: int, lines: int | None) -> None:
    for line in islice(io.BytesIO(text), lines):
        if not line.endswith(b"\n"):
            break
        begin += len(line)
        try:
            chunk.deliveries.append(delivery_of(line))
        except msgspec.MsgspecError:
            chunk.unreadable.append(Unreadable(name, begin - len(line), line))
        chunk.offsets[name] = begin


def delivery_of(text: bytes) -> Delivery:
    """The delivery that a line of the spool keeps; raises MsgspecError for a line that is none of ours."""
    line = READ.decode(text)
    at = line.at.astimezone(UTC).replace(tzinfo=None) if line.at.tzinfo else line.at
    return Delivery(line.id, line.source, at, bytes(line.body), {":path": line.path})


def remove_loaded(folder: Path, loaded: Mapping[str, int]) -> list[str]:
    """Remove the segments that nobody writes and of which every whole line is loaded; gives their names."""
    removed = []
    for name, size in sizes(folder):
        path = folder / name
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            if os.fstat(file.fileno()).st_size != size or _text(path, loaded.get(name, 0), size).endswith(
                b"\n"
            ):
                continue
            path.unlink()
            removed.append(name)
    return removed
