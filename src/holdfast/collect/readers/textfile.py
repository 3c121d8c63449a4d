"""The head of a text file: its encoding, its lines before the header; and a copy in UTF-8.

DuckDB reads UTF-8 in parallel; any other encoding is copied to UTF-8 first, by blocks. A
byte that the encoding does not know stays an invalid byte, so that its row is rejected.
"""

from __future__ import annotations

import codecs
import gzip
import io
from pathlib import Path
from typing import IO, cast

from holdfast.errors import BadInput, Sentence

SAMPLE = 1 << 18
_BLOCK = 1 << 20
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def open_plain(path: Path) -> IO[bytes]:
    """The bytes of a file, unpacked where its name ends in .gz."""
    return cast("IO[bytes]", gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


def head(path: Path) -> bytes:
    """The first bytes of a file, unpacked."""
    try:
        with open_plain(path) as file:
            return file.read(SAMPLE)
    except (OSError, EOFError) as error:
        raise BadInput(
            Sentence("{file} cannot be read: {error}.", file=path.name, error=error),
            hint=Sentence("Check the name and the file."),
        ) from None


def encoding_of(sample: bytes, told: str | None) -> str:
    """The encoding told, or the one that a byte order mark or the bytes themselves show."""
    for mark, encoding in _BOMS:
        if sample.startswith(mark):
            return encoding
    if told is not None:
        try:
            return codecs.lookup(told).name
        except LookupError:
            raise BadInput(
                Sentence("No encoding is called {encoding!r}.", encoding=told),
                hint=Sentence("Such as utf-8, utf-16, cp1252."),
            ) from None
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if sample[first:200:2].count(0) > len(sample[:200]) // 4:
            return encoding
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def decode(sample: bytes, encoding: str) -> str:
    """A sample as text, for looking at; what cannot be decoded is replaced."""
    name = "utf-8-sig" if encoding == "utf-8" else encoding
    return codecs.getincrementaldecoder(name)("replace").decode(sample)


def copy_as_utf8(path: Path, encoding: str, to: Path, *, mark: str | None = None) -> None:
    """Writes `to`, the same text in UTF-8; bounded memory.

    With a `mark`, it stands where bytes cannot be decoded, and every line ends in a newline
    alone.
    """
    handler = "holdfast_keep" if mark is None else "replace"
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)(handler)
    reader = decoder if mark is None else io.IncrementalNewlineDecoder(decoder, translate=True)
    with open_plain(path) as file, to.open("wb") as out:
        while block := file.read(_BLOCK):
            out.write(reader.decode(block).encode("utf-8", "surrogateescape"))
        out.write(reader.decode(b"", final=True).encode("utf-8", "surrogateescape"))


def lines_to_skip(text: str) -> int:
    """How many lines stand before the header: explaining lines, `sep=;`, empty ones."""
    count = 0
    for line in text.splitlines():
        plain = line.strip()
        if plain and plain != "#" and not plain.startswith("# ") and not is_separator_line(plain):
            break
        count += 1
    return count


def is_separator_line(line: str) -> bool:
    """Whether a line is Excel's `sep=;`."""
    return line.lower().startswith("sep=") and len(line.strip()) == 5


def _keep(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    # cp1252 leaves five bytes undefined; every other system reads them as latin-1.
    text = wrong.decode("latin-1") if error.encoding in ("charmap", "cp1252") else "\udcff"
    return text, error.end


codecs.register_error("holdfast_keep", _keep)
