"""Which files of a folder feed which tables.

A file is for the table that it is named after (`accounts.csv`, `events-2024-01.parquet`,
`subscription_phases.csv.gz`), or for the tables of a mapping: `NAME.toml` beside it, or any
mapping of the folder that lists it in `files`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path

from holdfast.collect.mapping import Mapping, table_names
from holdfast.collect.readers import bare_name, format_of
from holdfast.errors import BadInput, nearest
from holdfast.tables import TABLES, Table


@dataclass(frozen=True)
class Feed:
    """The files that one mapping reads into one table."""

    table: Table
    files: tuple[Path, ...]
    mapping: Mapping


def folder(path: Path, mappings: Path | None = None) -> list[Feed]:
    """The feeds of a folder, in the order of the tables.

    `mappings` is a folder of mapping files, or one of them, by default the same folder. Raises
    BadInput for a file that no table and no mapping names, and for a mapping without a file.
    """
    if not path.is_dir():
        raise BadInput(f"No folder is called {str(path)!r}.", hint="Check the name.")
    files = sorted(file for file in path.iterdir() if file.is_file() and format_of(file) is not None)
    told = [(file.stem, read_mappings(file)) for file in _mapping_files(mappings or path)]
    feeds = [_feed(mapping, stem, files) for stem, several in told for mapping in several]
    taken = {file for feed in feeds for file in feed.files} | _looked_up(feeds, path)
    feeds += _named_after_tables([file for file in files if file not in taken])
    if not feeds:
        raise BadInput(f"{path.name} has no files to import.", hint="Name them after tables: accounts.csv")
    order = list(TABLES)
    return sorted(feeds, key=lambda feed: order.index(feed.table.name))


def table_of(file: Path) -> Table | None:
    """The table that a file is named after, with or without a part such as `-2024-01`."""
    stem = bare_name(file).lower().replace("-", "_")
    fitting = [name for name in TABLES if re.fullmatch(rf"{name}([_. ]?\d.*|_part.*)?", stem)]
    return TABLES[max(fitting, key=len)] if fitting else None


def read_mappings(file: Path) -> tuple[Mapping, ...]:
    """The mappings in a TOML file; the table is the file's name where it says none."""
    if not file.is_file():
        raise BadInput(f"No mapping is called {str(file)!r}.", hint="Check the name and the folder.")
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file.name} cannot be read: {error}.", hint="A mapping is a UTF-8 text.") from None
    return Mapping.all_from_toml(text, file.name)


def mapping_beside(files: Sequence[Path]) -> Path | None:
    """The mapping file that is named like the files and stands beside them; None where there is none.

    Raises BadInput where the files have several: they are not read alike.
    """
    beside = {file.with_name(f"{bare_name(file)}.toml") for file in files}
    found = sorted(mapping for mapping in beside if mapping.is_file())
    if len(found) > 1:
        raise BadInput(
            f"The files have mappings of their own: {', '.join(mapping.name for mapping in found)}.",
            hint="Import them one by one, or name one with --mapping.",
        )
    return found[0] if found else None


def _mapping_files(place: Path) -> list[Path]:
    """The mapping files of a folder, or the one named."""
    if not place.exists():
        raise BadInput(f"No mapping is called {str(place)!r}.", hint="Check the name and the folder.")
    return [place] if place.is_file() else sorted(place.glob("*.toml"))


def _feed(mapping: Mapping, stem: str, files: list[Path]) -> Feed:
    table = TABLES.get(mapping.table or "") or table_of(Path(stem))
    if table is None:
        raise BadInput(
            f"{mapping.name} does not say which table it feeds.",
            hint=f'table = "..." with one of: {", ".join(table_names())}.',
        )
    patterns = mapping.files or (f"{stem}.*",)
    found = tuple(file for file in files if any(fnmatch(file.name, pattern) for pattern in patterns))
    if not found:
        near = nearest(patterns[0], [file.name for file in files])
        hint = f"Did you mean {near!r}?" if near else f"It looks for {', '.join(patterns)}."
        raise BadInput(f"{mapping.name} has no file here.", hint=hint)
    return Feed(table, found, replace(mapping, table=table.name))


def _looked_up(feeds: list[Feed], path: Path) -> set[Path]:
    return {
        path / str(recipe.given["file"])
        for feed in feeds
        for recipe in feed.mapping.columns.values()
        if recipe.verb == "lookup"
    }


def _named_after_tables(files: list[Path]) -> list[Feed]:
    found: dict[str, list[Path]] = {}
    for file in files:
        table = table_of(file)
        if table is None:
            raise _unnamed(file)
        found.setdefault(table.name, []).append(file)
    return [Feed(TABLES[name], tuple(several), Mapping(table=name)) for name, several in found.items()]


def _unnamed(file: Path) -> BadInput:
    near = nearest(bare_name(file), TABLES)
    suffix = file.name.removeprefix(bare_name(file))
    hint = f"Did you mean {near}{suffix}? " if near else ""
    hint += f'Or write {bare_name(file)}.toml beside it: table = "{near or "..."}".'
    return BadInput(f"{file.name} is named after no table.", hint=hint)
