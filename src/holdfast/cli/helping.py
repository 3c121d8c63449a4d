"""Help in the reader's language: what commands say of themselves is looked up when it is shown (ADR 0105)."""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import typer

from holdfast.cli.options import terminal_language

OTHERS = ("hi", "id", "ar", "fa")
"""The languages besides English; written here, for English help is to load no catalogue."""

ASKED = "holdfast.language"
SENTENCE = re.compile(r".*?[.।](?=\s|$)", re.DOTALL)
GAP = re.compile(r"(^ +| {3,}| {2}(?!\[)|\n)", re.MULTILINE)
"""What parts help: lines, columns, an example from what it shows; no option from its default."""

FROM_RIGHT = re.compile(r"[\u0590-\u08ff]")
BESIDE = re.compile(r"(^|  )\[(.*)\]$", re.DOTALL)
LABELS = ("default", "env var", "required")


class Formatter(typer.Context.formatter_class):  # type: ignore[misc, valid-type]
    """Typer's formatter with its own words translated by `tell`."""

    tell: Callable[[str], str] = str

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """How the command is called; the word for it a column of its own."""
        told = self.tell("Usage")
        super().write_usage(prog, args, prefix if told == "Usage" else f"{told}:  ")

    def write_heading(self, heading: str) -> None:
        """What is listed below."""
        super().write_heading(self.tell(heading))

    def write_dl(self, rows: Sequence[tuple[str, str]], *columns: int) -> None:
        """The rows of a list, with the labels of what stands beside an option."""
        beside = partial(_labelled, self.tell)
        super().write_dl([(first, BESIDE.sub(beside, second)) for first, second in rows], *columns)


class Reading(typer.Context):
    """The context of a command, whose help is told in the reader's language."""

    formatter_class = Formatter
    tell: Callable[[str], str] = str

    def make_formatter(self) -> Any:
        """The formatter, which tells as this help does."""
        made: Any = super().make_formatter()
        made.tell = self.tell
        return made

    def get_help(self) -> str:
        """The help of the command, as Typer writes it of texts that are translated."""
        language = language_of_help(self.meta.get(ASKED))
        if language not in OTHERS:
            return super().get_help()
        from holdfast.words.helps import helped

        self.tell = partial(helped, language=language)
        return _placed(_told(self.command, self, self.tell).get_help(self), language)


def language_of_help(asked: str | None) -> str:
    """The language to help in: of `--lang`, HOLDFAST_LANG or the terminal, English where it is none of ours.

    A terminal that shows ASCII alone is helped in a language that it can show.
    """
    from holdfast.cli.terminal import IN_ASCII, is_plain

    told = asked or os.environ.get("HOLDFAST_LANG") or terminal_language()
    found = re.split(r"[-_.@]", told.lower())[0]
    return "en" if is_plain() and found not in IN_ASCII else found


def asked_of(arguments: Sequence[str]) -> str | None:
    """The value of `--lang` where it is given: `--help` is answered before options are read."""
    for one, following in pairwise([*arguments, ""]):
        if one == "--lang":
            return following
        if one.startswith("--lang="):
            return one.partition("=")[2]
    return None


def read_by(command: Any) -> None:
    """Have a command and those below it tell their help in the reader's language."""
    command.context_class = Reading
    for below in getattr(command, "commands", {}).values():
        read_by(below)


def _told(command: Any, context: typer.Context, tell: Callable[[str], str]) -> Any:
    """A copy of a command, and of what its help lists, with their texts translated."""
    told = copy.copy(command)
    told.help, told.epilog = tell(command.help or ""), _example(command.epilog or "", tell)
    told.params = [_with_help(each, tell) for each in command.get_params(context)]
    told.add_help_option = False  # It is among the parameters now.
    if hasattr(command, "commands"):
        told.commands = {name: _listed(each, tell) for name, each in command.commands.items()}
    return told


def _with_help(parameter: Any, tell: Callable[[str], str]) -> Any:
    told = copy.copy(parameter)
    if getattr(parameter, "help", None):
        told.help = tell(parameter.help)
    return told


def _listed(command: Any, tell: Callable[[str], str]) -> Any:
    """A command as a list has it: with its first sentence, whole."""
    told = copy.copy(command)
    text = tell(command.help or "")
    first = SENTENCE.match(text)
    told.short_help = first[0] if first else text
    return told


def _example(epilog: str, tell: Callable[[str], str]) -> str:
    """The examples as they are, with their heading and what is said beside them."""
    parts = (part.partition(":") if part.endswith(":") else (part, "", "") for part in GAP.split(epilog))
    return "".join(tell(part) + colon for part, colon, _ in parts)


def _labelled(tell: Callable[[str], str], found: re.Match[str]) -> str:
    """What stands beside an option, such as its default, with its label translated."""
    return f"{found[1]}[{'; '.join(_label(tell, part) for part in found[2].split('; '))}]"


def _label(tell: Callable[[str], str], part: str) -> str:
    label, colon, value = part.partition(": ")
    return f"{tell(label)}{colon}{value}" if label in LABELS else part


def _placed(text: str, language: str) -> str:
    """The text with what is read from the right isolated, each line of each column by itself."""
    from holdfast.words import RIGHT_TO_LEFT
    from holdfast.words.order import line_from_right

    if language not in RIGHT_TO_LEFT:
        return text
    return "".join(line_from_right(part) if FROM_RIGHT.search(part) else part for part in GAP.split(text))
