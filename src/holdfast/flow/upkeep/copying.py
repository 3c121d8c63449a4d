"""Files copied for a backup: read once, hashed on the way, on disk when that is said."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

PIECE = 2**20


def copy(source: Path, to: Path) -> str:
    """Copy a file with its mode; the SHA-256 of what was read, as hexadecimal."""
    to.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    mode = source.stat().st_mode & 0o777
    handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with source.open("rb") as read, os.fdopen(handle, "wb") as written:
        while piece := read.read(PIECE):
            digest.update(piece)
            written.write(piece)
        written.flush()
        os.fsync(written.fileno())
    return digest.hexdigest()


def hashed(file: Path) -> str:
    """The SHA-256 of a file, as hexadecimal."""
    with file.open("rb") as read:
        return hashlib.file_digest(read, "sha256").hexdigest()


def on_disk(folder: Path) -> None:
    """Have the names in a folder on disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
