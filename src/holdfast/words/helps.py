"""What `--help` says, in the reader's language: a text found by its English (ADR 0105)."""

from __future__ import annotations

from functools import cache

from holdfast.words.sentences import messages, spoken

OF_HELP = "help."


def helped(text: str, language: str) -> str:
    """A text of the shell's help in a language; as it stands where it is not known."""
    return _texts(spoken(language)).get(text, text)


@cache
def _texts(language: str) -> dict[str, str]:
    """The translations of the texts by their English; one file is read, not the English beside it."""
    found = [told for key, *told in messages(f"{language}.po") if key.startswith(OF_HELP)]
    return {english: translated for english, translated in found if translated}
