"""Every page as a picture, from the left and from the right, to be looked at in build/pages.

Run whole, as trials are: in four languages.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from holdfast.words import RIGHT_TO_LEFT
from tests.pages.conftest import Pages, Visit
from tests.pages.test_in_the_browser import AT, LOOKS
from tests.walls.source import ROOT

PICTURES = ROOT / "build" / "pages"


@pytest.mark.trial
def test_every_page_is_drawn(
    visit: Callable[..., Visit], pages: Pages, sized: Callable[[Any, Any], Any]
) -> None:
    visitors = {who: visit(who) for who in dict.fromkeys(who for who, *_ in LOOKS)}
    for language in sized(("en", "fa"), ("en", "fa", "ar", "hi")):
        folder = PICTURES / language
        folder.mkdir(parents=True, exist_ok=True)
        for who, path, *_ in LOOKS:
            there = path.format(**vars(pages))
            page = visitors[who].go(f"{there}{'&' if '?' in there else '?'}lang={language}&{AT}")
            expect(page.locator("html")).to_have_attribute("lang", language)
            expect(page.locator("html")).to_have_attribute(
                "dir", "rtl" if language in RIGHT_TO_LEFT else "ltr"
            )
            page.screenshot(path=folder / f"{picture(who, path)}.png", full_page=True)


def test_no_two_pages_are_drawn_over_one_another() -> None:
    names = [picture(who, path) for who, path, *_ in LOOKS]
    assert len(names) == len(set(names))


def picture(who: str, path: str) -> str:
    """The name of a page's picture as somebody sees it."""
    return re.sub(r"\W+", "-", f"{path or 'overview'}-{who}").strip("-")
