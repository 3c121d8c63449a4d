"""The page of the mapping names every key, recipe and change there is."""

from __future__ import annotations

from pathlib import Path

from holdfast.collect.mapping import KEYS
from holdfast.collect.recipes import CHANGES, MAKES

PAGE = (Path(__file__).parents[2] / "docs" / "mapping.md").read_text()


def test_every_word_is_on_the_page() -> None:
    assert [
        word for word in {*KEYS, *MAKES, *CHANGES} if f"`{word}" not in PAGE and f"{word} = " not in PAGE
    ] == []
