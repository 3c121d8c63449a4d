"""A chart as a picture: SVG by Vega, PNG of it by librsvg, which shapes every script rightly."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

import vl_convert

from holdfast.errors import HoldfastError
from holdfast.words import spoken

RSVG = "rsvg-convert"
VEGA_LITE = "6.4"
ZOOM = 2
SHAPED_BY_VEGA = {"en", "id"}
"""Languages whose letters vl-convert's own PNG draws rightly; it breaks Devanagari and mixed Arabic."""


def svg_of(spec: Mapping[str, Any], language: str) -> str:
    """The chart as SVG, with its title and caption for those who do not see it."""
    drawn: str = vl_convert.vegalite_to_svg(dict(spec), vl_version=VEGA_LITE)
    head = spec.get("title", {})
    name = escape(str(head.get("text", "")))
    said = escape(" ".join(head.get("subtitle", ())))
    opening = f'\\1 role="img" xml:lang="{spoken(language)}"><title>{name}</title><desc>{said}</desc>'
    return re.sub(r"(<svg\b[^>]*)>", opening, drawn, count=1)


def png_of(svg: str, language: str) -> bytes:
    """The SVG as PNG, twice its size; raises HoldfastError where nothing here can draw the language."""
    if shutil.which(RSVG):
        done = subprocess.run(  # noqa: S603
            [RSVG, "--zoom", str(ZOOM), "--format", "png"],
            input=svg.encode(),
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise HoldfastError(f"{RSVG} could not draw the chart: {done.stderr.decode().strip()}")
        return done.stdout
    if spoken(language) not in SHAPED_BY_VEGA:
        raise HoldfastError(
            f"A PNG in this language ({language}) needs {RSVG}, which is not installed.",
            hint="apt install librsvg2-bin, or write an SVG.",
        )
    drawn: bytes = vl_convert.svg_to_png(svg, scale=ZOOM)
    return drawn
