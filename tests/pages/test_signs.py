"""Where signs and percents stand beside their digits in a real browser, in languages read from the right.

With Latin digits a number runs from the left. Persian digits have their sign at the left and their
percent at the left too; Arabic digits have both as they are read (CLDR).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from holdfast.report.charts import movements
from holdfast.report.charts.drawing import svg_of
from holdfast.report.charts.frame import Frame, framed
from holdfast.report.charts.movements import LOSSES
from holdfast.report.page import page_of
from holdfast.report.page.lines import Lines
from holdfast.report.workbook import Contents
from holdfast.web.digests.letters import Links, rows_of
from holdfast.web.pages.showing import written
from holdfast.words import say
from holdfast.words.numerals import system_of
from holdfast.words.reading import tagged
from tests.demo import demo
from tests.pages.conftest import OWNER, PERIOD, READER, Pages, Visit
from tests.pages.test_how_members_read import choose
from tests.report.conftest import contents
from tests.report.test_charts import curve

__all__ = ["contents", "demo"]

READ = [("fa", ""), ("fa", "latin"), ("ar", "own"), ("ar", "latin")]
PLACED = {"latn": ("before", "after"), "arabext": ("before", "before"), "arab": ("after", "before")}
"""Where the sign and the percent stand, seen from the left."""

SHOWN = [
    "/?board=leadership",
    "/?board=billing",
    "/kpis/",
    "/kpis/customer_churn_rate/",
    "/kpis/customer_churn_rate/explain/",
    "/kpis/mrr/compare/?against=2024-11",
    "/customers/?columns=mrr",
    "/segments/compare/?one=team",
    "/targets/new/?metric=paying_customers",
]
MEASURED = """() => {
  const flows = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const blocks = "p, td, th, li, dd, dt, h1, h2, h3, caption, text, span, a, div";
  const whose = (node) => node.parentElement.closest(blocks);
  for (let node; node = walker.nextNode();) {
    if (node.parentElement.closest("script, style, textarea, pre, code, select, title, [hidden]")) continue;
    const last = flows.at(-1), own = whose(node);
    if (last?.own !== own) flows.push({own, signs: []});
    [...node.data].reduce((at, sign) => (flows.at(-1).signs.push({sign, node, at}), at + sign.length), 0);
  }
  const place = ({node, at}) => {
    const range = document.createRange();
    range.setStart(node, at), range.setEnd(node, at + 1);
    const found = [...range.getClientRects()].find((each) => each.width);
    return found && {x: found.left + found.width / 2, y: found.top + found.height / 2};
  };
  const joint = "[\\\\u200e\\\\u061c]*", before = "(?<![\\\\p{L}\\\\p{N}+\\\\-−.,/:])([+\\\\-−])?";
  const counted = "(\\\\p{Nd}[\\\\p{Nd}.,٫٬]*)", after = "(?![\\\\p{L}\\\\p{N}]|[-/:]\\\\p{N})";
  const number = new RegExp(before + joint + counted + "(" + joint + "[%٪])?" + after, "gu");
  const side = (one, digits) => !one || !digits.length ? null
    : digits.every((each) => one.x < each.x) ? "before"
    : digits.every((each) => one.x > each.x) ? "after" : "among";
  const told = [];
  for (const {signs} of flows) {
    for (const found of signs.map((each) => each.sign).join("").matchAll(number)) {
      const [all, sign, , percent] = found;
      if (!sign && !percent) continue;
      const own = signs.slice(found.index, found.index + all.length);
      const digits = own.filter((each) => /\\p{Nd}/u.test(each.sign)).map(place).filter(Boolean);
      const minus = sign ? side(place(own[0]), digits) : null;
      const share = percent ? side(place(own.at(-1)), digits) : null;
      if (minus || share) told.push({text: all, sign: minus, percent: share});
    }
  }
  return told;
}"""
ORDERED = """(word) => {
  const found = [];
  for (const place of document.querySelectorAll(".hero dd, .tiny, td.small")) {
    const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    const digits = [], between = [];
    for (let node; node = walker.nextNode();) [...node.data].forEach((sign, at) => {
      const range = document.createRange();
      range.setStart(node, at), range.setEnd(node, at + 1);
      (/\\p{Nd}/u.test(sign) ? digits : node.data.slice(at).startsWith(word) ? between : []).push(range);
    });
    if (between.length !== 1) continue;
    const at = (range) => range.getBoundingClientRect();
    const before = digits.filter((each) => each.compareBoundaryPoints(Range.START_TO_START, between[0]) < 0);
    const after = digits.filter((each) => each.compareBoundaryPoints(Range.START_TO_START, between[0]) > 0);
    const lines = new Set(digits.map((each) => Math.round(at(each).top)));
    if (!before.length || !after.length || lines.size > 1) continue;
    found.push(before.every((one) => after.every((other) => at(one).left > at(other).left)));
  }
  return found;
}"""


@dataclass(frozen=True)
class Read:
    """A visitor who reads a language with digits of their choice."""

    visit: Visit
    language: str
    digits: str

    @property
    def tag(self) -> str:
        return tagged(self.language, digits=self.digits)


@pytest.fixture(params=READ, ids="-".join)
def read(request: pytest.FixtureRequest, visit: Callable[..., Visit]) -> Iterator[Read]:
    language, digits = request.param
    there = visit(READER)
    choose(there.go(f"/you/?lang={language}"), language, digits=digits)
    yield Read(there, language, digits)
    choose(there.go(f"/you/?lang={language}"), language, digits="")


def assert_placed(page: Page, tag: str, *, signs: int = 0, percents: int = 0) -> None:
    """Every sign and percent of the page stands where it is to, and so many of them are there."""
    sign, percent = PLACED[system_of(tag)]
    told = page.evaluate(MEASURED)
    assert [each for each in told if each["sign"] not in {None, sign}] == []
    assert [each for each in told if each["percent"] not in {None, percent}] == []
    assert sum(bool(each["sign"]) for each in told) >= signs
    assert sum(bool(each["percent"]) for each in told) >= percents


def test_signs_stand_beside_their_numbers_on_pages(read: Read) -> None:
    signs = 0
    for path in SHOWN:
        joint = "&" if "?" in path else "?"
        page = read.visit.go(f"{path}{joint}period={PERIOD}&lang={read.language}")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        assert_placed(page, read.tag)
        signs += sum(bool(each["sign"]) for each in page.evaluate(MEASURED))
    assert signs > 10


def test_an_interval_reads_from_its_lower_bound_to_its_upper(read: Read) -> None:
    page = read.visit.go(f"/kpis/customer_churn_rate/?period={PERIOD}&lang={read.language}")
    between = say("board.bounds", read.tag, low="|", high="|").split("|")[1].strip()
    found = page.evaluate(ORDERED, between)
    assert found
    assert all(found)
    assert_placed(page, read.tag, percents=4)


def test_the_labels_of_charts_have_their_signs_in_place(
    visit: Callable[..., Visit], contents: Contents
) -> None:
    page = visit(OWNER).page
    moved = [
        replace(each, value=9 * each.value) if each.metric in LOSSES and each.value else each
        for each in contents.movements
    ]
    for language, digits in READ:
        tag = tagged(language, digits=digits)
        frame = Frame("", language=tag, height=600)
        drawn = svg_of(framed(movements(moved, frame), frame), tag)
        for direction in ("ltr", "rtl"):
            page.set_content(f'<div dir="{direction}">{drawn}</div>')
            assert_placed(page, tag, signs=2)


def test_what_a_page_shows_is_copied_without_marks(read: Read) -> None:
    page = read.visit.go(f"/kpis/?period={PERIOD}&lang={read.language}")
    told = "".join(page.locator("main .amount").all_text_contents())
    assert not {"\u2066", "\u2067", "\u200e", "\u061c"} & set(told)


def test_letters_and_reports_have_them_too(
    visit: Callable[..., Visit], pages: Pages, contents: Contents, tmp_path: Path
) -> None:
    there = visit(OWNER)
    for language, digits in READ:
        tag = tagged(language, digits=digits)
        lines, file = Lines(contents, tag), tmp_path / f"{tag}.html"
        html = written(
            tag, "digests/mail.html.j2", name="x", workspace="acme", period="y", stamp=contents.stamp,
            rows=rows_of(lines, "leadership"), pictures=[], links=Links("#", "#"),
        )  # fmt: skip
        there.page.set_content(html)
        assert_placed(there.page, tag, signs=1, percents=2)
        file.write_text(page_of(contents, curve(), tag, version="9"), encoding="utf-8")
        there.page.goto(file.as_uri())
        assert_placed(there.page, tag, signs=5, percents=10)
    there.elsewhere.clear()
    there.complaints.clear()
