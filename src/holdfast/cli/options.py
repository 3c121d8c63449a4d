"""The options that several commands share, said once."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from holdfast.errors import Sentence, UsageError, unknown

if TYPE_CHECKING:
    from holdfast.flow import Workspace
    from holdfast.periods import Calendar
    from holdfast.rulebook import Rulebook

YEARS = range(1000, 9000)
"""What an instant may speak of: no zone, day or month around it leaves the calendar."""


class Format(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def languages(incomplete: str) -> list[str]:
    """For shell completion: the languages that begin so."""
    from holdfast.words import LANGUAGES

    return [language for language in LANGUAGES if language.startswith(incomplete)]


InWorkspace = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        "-w",
        envvar="HOLDFAST_WORKSPACE",
        help="The workspace's folder; the current folder where none is named.",
        show_default=False,
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing besides the answer.")]
As = Annotated[Format, typer.Option("--format", "-f", help="How to write the answer.")]
Grain = Annotated[
    str | None,
    typer.Option(
        help="day, week, month, quarter, year, trailing_28_days, trailing_12_months; by default what "
        "the period named says, else month.",
        show_default=False,
    ),
]
By = Annotated[
    list[str] | None,
    typer.Option(
        "--by",
        help="Split by an account attribute, plan, segment.NAME or a trait such as topic; again for more.",
        show_default=False,
    ),
]
Within = Annotated[
    list[str] | None,
    typer.Option(
        "--segment",
        metavar="SEGMENT",
        help="Keep to the accounts of a segment, by its name or a rule; say it again to keep to both.",
        show_default=False,
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help="Count only what happened until then: a day (taken whole) or an instant.",
        show_default=False,
    ),
]
KnownAt = Annotated[
    str | None,
    typer.Option(
        "--known-at",
        help="Answer as it was known then: a day (taken whole) or an instant, UTC unless it says otherwise.",
        show_default=False,
    ),
]
Lang = Annotated[
    str | None,
    typer.Option(
        "--lang",
        envvar="HOLDFAST_LANG",
        metavar="LANGUAGE",
        help="The language of names and sentences: en, hi, id, ar, fa; by default that of the terminal. "
        "JSON and CSV have none.",
        autocompletion=languages,
        show_default=False,
    ),
]
Account = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's id.")]
Horizon = Annotated[int, typer.Option("--days", help="Within how many days: 30, 60 or 90.")]
Who = Annotated[str | None, typer.Option("--by", help="Who does it.", show_default=False)]
Rules = Annotated[
    str | None,
    typer.Option(
        "--rulebook",
        help="Count by other rules: a TOML file, or @DAY for those that were in force then.",
        show_default=False,
    ),
]


def rules_of(text: str | None, space: Workspace) -> Rulebook | None:
    """The rulebook named: a TOML file of rules, those not named as in force; or `@DAY`, as it was then."""
    if text is None:
        return None
    if text.startswith("@"):
        return space.rulebook(instant(text[1:], "--rulebook", space.calendar))
    file = Path(text)
    if not file.is_file():
        raise UsageError(f"There is no rulebook {text}.", hint="A TOML file, or @2025-04-30.")
    return space.rulebook().with_toml(file.read_text(encoding="utf-8"))


def opened(workspace: Path | None) -> Workspace:
    """The workspace named, or the one in the current folder; for reading alone where it cannot be written.

    Also a question may write: it brings kept timelines up to date where that is due.
    """
    from holdfast import flow

    folder = workspace or Path()
    return flow.open(folder, read_only=folder.exists() and not os.access(folder, os.W_OK))


def instant(text: str | None, option: str, calendar: Calendar) -> datetime | None:
    """A day or an instant as a naive UTC instant; a day alone ends at its local midnight."""
    if text is None:
        return None
    moment = _read(text)
    if moment is None:
        raise UsageError(
            Sentence("{option} cannot be {text!r}.", option=option, text=text),
            hint=Sentence("A day such as 2025-04-30, or 2025-04-30T18:00:00Z."),
        )
    if len(text) == len("2025-04-30"):
        return calendar.midnight(moment.date() + timedelta(days=1))
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _read(text: str) -> datetime | None:
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        return moment if moment.year in YEARS else None
    return None


def grain_of(grain: str | None, label: str | None) -> str:
    """The grain asked for; without a word, what the period's label says, else month."""
    if grain is not None:
        return grain
    text = label or ""
    if "-Q" in text:
        return "quarter"
    if "-W" in text:
        return "week"
    return {4: "year", 6: "year", 10: "day"}.get(len(text), "month")


def terminal_language() -> str:
    """The terminal's language: the first that is set of LC_ALL, LC_MESSAGES and LANG, as POSIX has it."""
    set_ones = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next(filter(None, set_ones), "en").split(".")[0]


def language_of(told: str | None) -> str:
    """The language to answer in: the one `told`, else the terminal's, English where that is none of ours.

    Raises UsageError for a language that was asked for and is not there.
    """
    from holdfast.words import ENGLISH, LANGUAGES, spoken

    if not told:
        return spoken(terminal_language())
    found = spoken(told.split(".")[0])
    if found == ENGLISH and not told.lower().startswith(ENGLISH):
        raise unknown("language", told, LANGUAGES)
    return found


def names_of_metrics(incomplete: str) -> list[str]:
    """For shell completion: the metrics that begin so."""
    from holdfast.metrics import CATALOG

    return sorted(name for name in CATALOG if name.startswith(incomplete))


def names_of_boards(incomplete: str) -> list[str]:
    """For shell completion: the boards of roles that begin so."""
    from holdfast.metrics.boards import BOARDS

    return [name for name in BOARDS if name.startswith(incomplete)]


def names_of_tables(incomplete: str) -> list[str]:
    """For shell completion: the tables that begin so."""
    from holdfast.tables import TABLES

    return sorted(name for name in TABLES if name.startswith(incomplete))
