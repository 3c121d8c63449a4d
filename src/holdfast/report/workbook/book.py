"""A workbook in the making: its sheets, what it calls things, and where each figure stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import quote_sheetname, xl_range_abs, xl_rowcol_to_cell

from holdfast.report.look import Look
from holdfast.report.phrases import reason_text
from holdfast.report.workbook.formats import Styles, pattern
from holdfast.words import knows, say, say_many
from holdfast.words.amounts import is_currency
from holdfast.words.numerals import in_digits

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from holdfast.metrics.figure import Figure, Key, Series
    from holdfast.report.workbook.contents import Contents

DASH = "–"
NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
LONGEST_NAME = 31


@dataclass(frozen=True)
class Cell:
    """A cell of a sheet."""

    sheet: str
    row: int
    column: int

    @property
    def reference(self) -> str:
        """As formulas of any sheet name it."""
        return f"{quote_sheetname(self.sheet)}!{xl_rowcol_to_cell(self.row, self.column, True, True)}"

    @property
    def link(self) -> str:
        """As hyperlinks inside the workbook name it."""
        return f"internal:{quote_sheetname(self.sheet)}!{xl_rowcol_to_cell(self.row, self.column)}"


@dataclass(frozen=True)
class Run:
    """The cells of one row from one column to another."""

    sheet: str
    row: int
    first: int
    last: int

    @property
    def reference(self) -> str:
        """As formulas, charts and sparklines name it."""
        return f"{quote_sheetname(self.sheet)}!{xl_range_abs(self.row, self.first, self.row, self.last)}"


@dataclass(frozen=True)
class Page:
    """One sheet, with writing by type: a number is a number, an instant a date, nothing a blank."""

    sheet: Worksheet
    name: str

    def put(self, row: int, column: int, value: Any, style: Format) -> None:
        """Write a value into a cell."""
        if value is None:
            self.sheet.write_blank(row, column, None, style)
        elif isinstance(value, Decimal | int | float):
            self.sheet.write_number(row, column, float(value), style)
        elif isinstance(value, date | datetime):
            self.sheet.write_datetime(row, column, value, style)
        else:
            self.sheet.write_string(row, column, str(value), style)

    def formula(self, row: int, column: int, text: str, style: Format, value: Any) -> None:
        """Write a formula with the value that it gives."""
        cached = float(value) if isinstance(value, Decimal) else value
        self.sheet.write_formula(row, column, f"={text}", style, cached)

    def link(self, row: int, column: int, to: Cell, style: Format, text: str = "") -> None:
        """Make a cell lead to another; what is written into it afterwards leads there too."""
        self.sheet.write_url(row, column, to.link, style, text or DASH)
        self.sheet.write_string(row, column, text or DASH, style)

    def cell(self, row: int, column: int) -> Cell:
        """A cell of this sheet."""
        return Cell(self.name, row, column)


@dataclass
class Book:
    """What every sheet is made with."""

    workbook: Workbook
    contents: Contents
    language: str
    styles: Styles
    values: dict[Key, Cell] = field(default_factory=dict)
    runs: dict[Series, Run] = field(default_factory=dict)
    targets: dict[Series, Run] = field(default_factory=dict)
    bands: dict[Series, tuple[Run, Run]] = field(default_factory=dict)
    behind: dict[Key, Cell] = field(default_factory=dict)
    moves: dict[str, Run] = field(default_factory=dict)
    periods: Run = Run("", 0, 0, 0)
    moved_in: Run = Run("", 0, 0, 0)

    def say(self, key: str, **values: object) -> str:
        """A sentence in the reader's language."""
        return say(key, self.language, **values)

    @property
    def look(self) -> Look:
        """How phrases are said in this workbook."""
        return Look(language=self.language)

    def page(self, title: str) -> Page:
        """A new sheet; its name is made fit for one and told from the others."""
        taken = {sheet.get_name().casefold() for sheet in self.workbook.worksheets()}
        plain = title.translate(NOT_IN_NAMES).strip()[:LONGEST_NAME]
        name, number = plain, 2
        while name.casefold() in taken:
            ending = f" {number}"
            name, number = f"{plain[: LONGEST_NAME - len(ending)]}{ending}", number + 1
        sheet = self.workbook.add_worksheet(name)
        if self.styles.is_mirrored:
            sheet.right_to_left()
        return Page(sheet, name)

    def isolated(self, text: str) -> str:
        """Text that runs left to right, in the digits of the language, for inside a sentence of any."""
        shown = in_digits(text, self.language)
        return f"\u200e{shown}\u200e" if self.styles.is_mirrored else shown

    def title(self, figure: Figure) -> str:
        """What a figure's metric is called, variants and parts too."""
        metric = self.contents.metrics.get(figure.name)
        for key in (f"metric.{figure.name}", f"part.{figure.name}"):
            if knows(key):
                return self.say(key)
        return figure.name if metric is None else metric.title

    def apart(self, figure: Figure) -> str:
        """Which segment and which value of the metric's own dimension it is of; empty for most."""
        unknown = self.say("board.unknown_segment")
        kept = self.contents.stamp.segment
        split = {name: value for name, value in figure.segment.items() if name not in kept}
        said = [f"{name} {self.isolated(value or unknown)}" for name, value in split.items()]
        for name, value in figure.of.items():
            shown = self.isolated(str(value))
            key, many = f"dimension.{name}", value if isinstance(value, int) else 0.5
            told = say_many(key, many, self.language, value=shown) if knows(key) else f"{name} {shown}"
            said.append(told)
        return ", ".join(said)

    def is_whole(self, figure: Figure) -> bool:
        """Whether a figure is of everything that the report is kept to, and split by nothing."""
        return dict(figure.segment) == dict(self.contents.stamp.segment) and not figure.of

    def named(self, figure: Figure) -> str:
        """The metric with what it is apart by."""
        apart = self.apart(figure)
        return f"{self.title(figure)}{f' · {apart}' if apart else ''}"

    def joined(self, title: str, unit: str) -> str:
        """A title with its unit; in a right-to-left language it says so itself, for charts do not know."""
        return f"\u202b{title}، {unit}\u202c" if self.styles.is_mirrored else f"{title}, {unit}"

    def unit_titled(self, figure: Figure) -> str:
        """What a figure is called, with its unit."""
        return self.joined(self.title(figure), self.unit(figure))

    def why(self, figure: Figure) -> str:
        """Why a figure is undefined."""
        return reason_text(figure, self.look)

    def unit(self, figure: Figure) -> str:
        """The unit as it stands beside a number."""
        if is_currency(figure.unit):
            return figure.unit
        key = f"unit_name.{figure.unit}"
        return self.say(key) if knows(key) else figure.unit.replace("_", " ")

    def number(self, figure: Figure, *, coded: bool = False, **look: Any) -> Format:
        """The style of a figure's value."""
        mark = figure.status == "provisional"
        shown = pattern(figure.unit, self.language, coded=coded, mark=mark)
        return self.styles(**{"num_format": shown, "align": "end"} | look)
