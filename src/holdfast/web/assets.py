"""What pages load besides their text: styles, scripts, fonts, as files of the package.

All of them have one address that changes with any byte of them, so that a browser keeps them for
good. What compresses is compressed once in each process. The charts' script is Vega with our lines,
put together by vl-convert: no second copy of it is kept here.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.metadata import version as version_of
from pathlib import Path

import vl_convert
from django.http import HttpRequest, HttpResponse

from holdfast.report.charts.drawing import VEGA_LITE

ROOT = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
BUNDLED = "js/charts.js"
FOREVER = "public, max-age=31536000, immutable"
COMPRESSED = {".css", ".js", ".svg"}


@dataclass(frozen=True)
class Asset:
    """One file as it is sent: its bytes, the same smaller where that helps, and what they are."""

    body: bytes
    smaller: bytes | None
    kind: str


def address_of(name: str) -> str:
    """Where a browser finds a file of the pages."""
    return f"/static/{stamp()}/{name}"


@cache
def stamp() -> str:
    """What stands for every byte of every file, and for the version of Vega."""
    found = sha256(f"{version_of('vl-convert-python')} {VEGA_LITE}".encode())
    for file in _files():
        found.update(file.relative_to(ROOT).as_posix().encode())
        found.update(file.read_bytes())
    return found.hexdigest()[:12]


@cache
def asset(name: str) -> Asset:
    """A file by its name; raises KeyError where pages have none of that name."""
    file = {each.relative_to(ROOT).as_posix(): each for each in _files()}[name]
    body = _bundle(file.read_text(encoding="utf-8")) if name == BUNDLED else file.read_bytes()
    smaller = gzip.compress(body, 9, mtime=0) if file.suffix in COMPRESSED else None
    return Asset(body, smaller, TYPES[file.suffix])


def static(request: HttpRequest, version: str, name: str) -> HttpResponse:
    """Send a file; one of another version only if it is still there, and then not to be kept."""
    try:
        found = asset(name)
    except KeyError:
        return HttpResponse(status=404)
    zipped = found.smaller is not None and "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(found.smaller if zipped else found.body, content_type=found.kind)
    if zipped:
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = FOREVER if version == stamp() else "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _files() -> Iterable[Path]:
    return sorted(file for file in ROOT.rglob("*") if file.suffix in TYPES)


def _bundle(lines: str) -> bytes:
    bundle: str = vl_convert.javascript_bundle(lines, vl_version=VEGA_LITE)
    return bundle.encode()
