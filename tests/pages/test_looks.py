"""Style sheets hold what the design says: nothing left or right, colours in one place, small fonts."""

from __future__ import annotations

import re

import pytest

from holdfast.web.assets import ROOT, asset, stamp
from holdfast.words import LANGUAGES
from tests.walls.source import ROOT as PROJECT

SHEETS = sorted((ROOT / "css").glob("*.css"))
SIDED = re.compile(r"\b(?:left|right)\b|\b(?:margin|padding|border)-(?:top|bottom)\b|[^-\w]width\s*:")
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(")
FACES = {
    "en": ["inter-latin"], "id": ["inter-latin"], "hi": ["inter-latin", "noto-sans-devanagari"],
    "ar": ["inter-latin", "vazirmatn-arabic"], "fa": ["inter-latin", "vazirmatn-arabic"],
}  # fmt: skip
BOUNDS = {"fonts": 150_000, "page": 400_000}


def bare(sheet: str) -> str:
    """A style sheet without its notes, its fonts' signs and what only asks how wide the window is."""
    text = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    return re.sub(r"@media[^{]*\{", "{", re.sub(r"@font-face\s*\{.*?\}", "", text, flags=re.DOTALL))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_style_sheets_know_no_left_and_right(sheet: object) -> None:
    text = bare((ROOT / "css" / getattr(sheet, "name", "")).read_text())
    assert SIDED.findall(re.sub(r'\[dir="(?:ltr|rtl)"\]', "", text)) == []


def test_colours_are_named_in_one_place() -> None:
    others = [sheet for sheet in SHEETS if sheet.name != "tokens.css"]
    assert others
    assert [COLOUR.findall(bare(sheet.read_text())) for sheet in others] == [[] for _ in others]


def test_every_token_that_is_used_is_there() -> None:
    text = "".join(sheet.read_text() for sheet in SHEETS)
    assert sorted(set(re.findall(r"var\((--[\w-]+)", text)) - set(re.findall(r"(--[\w-]+)\s*:", text))) == []


def test_what_any_language_loads_is_small() -> None:
    assert set(FACES) == set(LANGUAGES)
    for faces in FACES.values():
        assert sum(len(asset(f"fonts/{face}.woff2").body) for face in faces) <= BOUNDS["fonts"]
    sent = [asset(name) for name in ("css/tokens.css", "css/page.css", "js/page.js", "js/charts.js")]
    sent.append(asset("vendor/htmx/htmx.min.js"))
    assert sum(len(each.smaller or each.body) for each in sent) < BOUNDS["page"] - 40_000


def test_each_face_and_library_has_its_licence_beside_it() -> None:
    for face in (ROOT / "fonts").glob("*.woff2"):
        assert list((ROOT / "fonts").glob(f"{face.stem.split('-')[0]}*.LICENSE")), face.name
    assert (ROOT / "vendor" / "htmx" / "LICENSE").is_file()


def test_templates_have_nothing_that_the_policy_refuses() -> None:
    for template in (PROJECT / "src" / "holdfast" / "web").rglob("templates/*.html"):
        text = template.read_text()
        assert not re.search(r"\sstyle=|<style|<script>|\son[a-z]+=\"|javascript:", text), template.name


def test_the_address_of_files_changes_with_any_of_them() -> None:
    assert re.fullmatch(r"[0-9a-f]{12}", stamp())
