"""The words a person reads, kept apart from the code that chooses them.

Each language is one TOML file of this folder with the keys of `en.toml`; `say` looks a key up
and fills in its values. What a language has not yet is said in English.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

ENGLISH = "en"


def say(key: str, language: str = ENGLISH, **values: object) -> str:
    """The sentence `key` (such as `verdict.same`) in `language`, with `values` in their places."""
    sentence = _sentences(language).get(key) or _sentences(ENGLISH)[key]
    return sentence.format_map(values)


def knows(key: str) -> bool:
    """Whether there is a sentence for `key`."""
    return key in _sentences(ENGLISH)


@cache
def _sentences(language: str) -> dict[str, str]:
    source = files(__name__).joinpath(f"{language}.toml")
    if not source.is_file():
        return {}
    return dict(_flat(tomllib.loads(source.read_text(encoding="utf-8"))))


def _flat(tree: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in tree.items():
        inner = _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else [(f"{prefix}{name}", value)]
        found.extend(inner)
    return found
