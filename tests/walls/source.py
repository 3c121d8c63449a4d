"""Reads the project's own source for the tests of its walls."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("src", "tests", "benchmarks")
ONE_WORD_FOR_NOTHING = {
    "core", "common", "utils", "util", "helpers", "helper", "base", "manager", "managers",
    "service", "services", "misc",
}  # fmt: skip


@dataclass(frozen=True)
class Function:
    """One function with its place and its number of lines that hold code."""

    place: str
    lines: int


def python_files(*folders: str) -> list[Path]:
    """Every Python file under `folders` (by default all code), as paths in the project."""
    return sorted(
        path.relative_to(ROOT)
        for folder in folders or CODE
        for path in (ROOT / folder).rglob("*.py")
        if "__pycache__" not in path.parts
    )


def written_files() -> list[Path]:
    """Every file a person wrote: code, documents, settings and locks."""
    folders = [*CODE, "docs", "requirements", ".ci"]
    inside = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    beside = [path for path in ROOT.iterdir() if path.is_file() and not path.name.startswith(".cov")]
    kept = [path for path in inside + beside if "__pycache__" not in path.parts]
    return sorted(path.relative_to(ROOT) for path in kept)


def functions(path: Path) -> Iterator[Function]:
    """The functions of a file, longest reach first left to the caller."""
    text = (ROOT / path).read_text()
    counted = _lines_of_code(text)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            end = node.end_lineno or node.lineno
            inside = {line for line in counted if node.lineno <= line <= end} - _docstring(node)
            yield Function(f"{path}::{node.name}", len(inside))


def inner_imports(path: Path) -> Iterator[str]:
    """The functions of a file that import something."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(
            isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(node)
        ):
            yield f"{path}:{node.lineno} {node.name}"


def _docstring(node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[int]:
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and ast.get_docstring(node):
        return set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return set()


def _lines_of_code(text: str) -> set[int]:
    silent = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in silent and token.type != tokenize.ENDMARKER:
            lines.update(range(token.start[0], token.end[0] + 1))
    return lines
