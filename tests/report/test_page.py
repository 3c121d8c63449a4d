"""The page of a report: whole in one file, spoken in both directions, safe, drawn by a real browser."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest

from holdfast.metrics.figure import Figure
from holdfast.report.page import page_of
from holdfast.report.workbook import Contents, Row
from holdfast.words import LANGUAGES
from tests.report.test_charts import curve

VOID = {"meta", "br", "input", "link", "img", "hr", "path", "circle"}
EVIL = '<script>alert("x")</script><img src=x onerror=alert(1)>'
STYLE = files("holdfast.report.page").joinpath("page.css").read_text(encoding="utf-8")


@dataclass
class Read(HTMLParser):
    """The page as a parser sees it: its elements, their attributes, and the text of each kind."""

    tags: Counter[str] = field(default_factory=Counter)
    attributes: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self.open[-1] if self.open else "", []).append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.attributes if name == tag]


def read(page: str) -> Read:
    parser = Read()
    parser.feed(page)
    assert parser.open == []
    return parser


@pytest.fixture(scope="session")
def page(contents: Contents) -> Callable[[str], str]:
    pages: dict[str, str] = {}

    def made(language: str) -> str:
        if language not in pages:
            pages[language] = page_of(contents, curve(), language, version="9.9")
        return pages[language]

    return made


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_one_heading_named_tables_and_its_language(
    language: str, page: Callable[[str], str]
) -> None:
    seen = read(page(language))
    assert seen.tags["h1"] == 1
    assert seen.tags["table"] == seen.tags["caption"] > 10
    (root,) = seen.all("html")
    assert root == {"lang": language, "dir": "rtl" if language in {"ar", "fa"} else "ltr"}
    assert {attributes.get("scope") for attributes in seen.all("th")} <= {"col", "row"}
    ids = [attributes["id"] for _, attributes in seen.attributes if "id" in attributes]
    assert len(ids) == len(set(ids))
    places = {str(attributes["href"]).removeprefix("#") for attributes in seen.all("a")}
    assert places <= set(ids)


def test_nothing_outside_is_asked_for(page: Callable[[str], str]) -> None:
    text = page("en")
    seen = read(text)
    for _, attributes in seen.attributes:
        assert not {"src", "srcset", "data", "poster", "style"} & set(attributes)
        assert not any(name.startswith("on") for name in attributes)
        assert str(attributes.get("href", "#")).startswith("#")
    assert "@import" not in STYLE
    assert "url(" not in STYLE
    (policy,) = [a["content"] for a in seen.all("meta") if a.get("http-equiv") == "Content-Security-Policy"]
    assert str(policy).startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in str(policy)
    assert "http" not in str(policy)


def test_the_style_knows_beginning_and_end_and_no_sides() -> None:
    assert re.findall(r"\b(?:left|right)\b", STYLE) == []
    assert re.findall(r"\b(?:margin|padding|border)-(?:top|bottom)\b", STYLE) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(scheme: str) -> None:
    told = re.findall(r":root \{(.*?)\n\s*\}", STYLE, re.DOTALL)[0 if scheme == "light" else 1]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", told))
    pairs = [
        (ink, ground) for ink in ("ink", "muted", "accent", "good", "bad") for ground in ("ground", "raised")
    ]
    pairs += [("warn", "warn-ground"), ("accent-ink", "accent")]
    pairs += [("heat-ink", f"h{shade}") for shade in range(6)]
    assert {
        pair: found for pair in pairs if (found := contrast(*(colours[each] for each in pair))) < 4.5
    } == {}


def test_whatever_a_business_wrote_is_text(contents: Contents) -> None:
    first = contents.evidence[0]
    row = Row(EVIL, EVIL, EVIL, 1, 1)
    evil = replace(
        contents,
        stamp=replace(contents.stamp, workspace=EVIL, title=EVIL, by=EVIL),
        evidence=[replace(first, rows=[row])],
        figures=[replace(each, segment={"name": EVIL}) for each in contents.figures],
        changes={},
    )
    seen, whole = (
        read(page_of(evil, curve(), "en", version="9.9")),
        read(page_of(contents, curve(), "en", version="9.9")),
    )
    assert seen.tags["script"] == whole.tags["script"] == 2
    assert seen.tags["img"] == 0
    assert seen.texts["h1"] == [EVIL]
    assert EVIL in seen.texts["bdi"]
    told = next(each for each in seen.texts["script"] if each.startswith("{"))
    assert "<" not in told
    assert json.loads(told).keys() == {"light", "dark"}


def test_a_number_comes_with_how_it_moved_its_interval_and_what_it_means(page: Callable[[str], str]) -> None:
    text = page("en")
    seen = read(text)
    assert any("higher than in" in each or "about as in" in each for each in seen.texts["span"])
    assert any(re.fullmatch(r"[\d.]+% to [\d.]+%", each) for each in seen.texts["bdi"])
    assert "Opening customers who are not customers at closing / opening customers." in seen.texts["p"]
    assert any(re.fullmatch(r"\d+ of \d+", each) for each in seen.texts["small"])
    assert any(re.fullmatch(r"[\d.]+% · \d+ of \d+", str(each.get("title"))) for each in seen.all("td"))
    assert "Made by Holdfast 9.9" in text


def test_persian_numbers_have_persian_digits(page: Callable[[str], str]) -> None:
    seen = read(page("fa"))
    sizes = [each for each in seen.texts["small"] if "از" in each]
    assert sizes
    assert not any(set("0123456789") & set(each) for each in sizes)


def test_the_page_stays_small(page: Callable[[str], str]) -> None:
    assert 900_000 < len(page("en").encode()) < 2_000_000


@pytest.mark.parametrize("language", ["en", "fa"])
def test_a_browser_draws_every_chart_and_complains_of_nothing(
    language: str, page: Callable[[str], str], tmp_path: Path
) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        assert not os.environ.get("CI"), "Chromium is missing: apt-get install chromium"
        pytest.skip("Chromium is not installed: apt-get install chromium")
    file = tmp_path / "page.html"
    file.write_text(page(language), encoding="utf-8")
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0")
    home = f"--user-data-dir={tmp_path / 'profile'}"
    budget = "--virtual-time-budget=20000"
    ran = subprocess.run(
        [chromium, *flags, home, budget, "--dump-dom", file.as_uri()],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    charts = page(language).count('class="chart"')
    assert charts > 3
    assert f'data-drawn="{charts}"' in ran.stdout
    assert ran.stdout.count('class="marks"') == charts
    assert [line for line in ran.stderr.splitlines() if "CONSOLE" in line] == []


def contrast(one: str, other: str) -> float:
    """How much two colours stand out from each other (WCAG 2.2, 1.4.3)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_contrast_is_what_its_authority_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_figures_are_needed(contents: Contents) -> None:
    nothing: list[Figure] = []
    assert "chart-survival" not in page_of(contents, nothing, "en", version="9.9")
