"""The rejects of an import: which faults there are, and the rows that have them.

A rejected row gives one reject: its first fault by the order of our columns, with the
others named in `problem`, so that a person mends a row once and a replay takes it once.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from holdfast.collect.fields import Fault, Field
from holdfast.collect.quoting import literal, literals, name
from holdfast.collect.readers import SourceFault


@dataclass
class FaultBook:
    """Every fault that a staged row can point at by number."""

    columns: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)

    def enter(self, column: str, problem: str, wanted: str) -> int:
        """The number of a new fault; `wanted` is SQL over `value`."""
        self.columns.append(column)
        self.problems.append(problem)
        self.wanted.append(wanted)
        return len(self.columns) - 1


def faults_sql(fields: list[Field], of_file: tuple[SourceFault, ...], book: FaultBook) -> str:
    """SQL for the faults of a broken row, as a list of (number, value)."""
    each = [_first_fault(one, book) for one in fields if one.faults]
    found = f"list_filter([{', '.join(each) or 'NULL'}], lambda f: f IS NOT NULL)"
    cases = [
        f"WHEN {fault.when} THEN [{_entry(number, fault.value)}]"
        for fault in of_file
        for number in [book.enter("", fault.problem, literal(fault.wanted))]
    ]
    return f"CASE {' '.join(cases)} ELSE {found} END" if cases else found


def rejects_sql(kept: str, lines: str, number: str, file: str, book: FaultBook, fixed: dict[str, str]) -> str:
    """SQL for the rejects: rows with faults, and lines that could not be taken apart."""
    texts = [
        f"{column} {problem}".strip() for column, problem in zip(book.columns, book.problems, strict=True)
    ]
    wanted = " ".join(f"WHEN {n} THEN {sql}" for n, sql in enumerate(book.wanted))
    chosen = f"CASE n {wanted} END" if wanted else "CAST(NULL AS VARCHAR)"
    listed = f"[{literals(texts)}]" if texts else "CAST([] AS VARCHAR[])"
    names = f"[{literals(book.columns)}]" if texts else "CAST([] AS VARCHAR[])"
    constants = ", ".join(f"{literal(text)} AS {name(column)}" for column, text in fixed.items())
    return f"""
        SELECT {constants}, file, row_number, nullif({names}[n + 1], '') AS "column", value,
            array_to_string(list_transform(found, lambda f: {listed}[f.n + 1]), '; ') AS problem,
            {chosen} AS wanted, row, 'open' AS state
        FROM (SELECT {file} AS file, {number} AS row_number, _faults AS found, _faults[1].n AS n,
                     _faults[1].v AS value, _row AS row
              FROM {kept} WHERE _fate = 1)
        UNION ALL BY NAME
        SELECT {constants}, file, row_number, CAST(NULL AS VARCHAR) AS "column", value, problem, wanted,
            row, 'open' AS state
        FROM {lines}
        ORDER BY file, row_number"""


def _first_fault(one: Field, book: FaultBook) -> str:
    cases = " ".join(f"WHEN {fault.when} THEN {_numbered(one, fault, book)}" for fault in one.faults)
    return f"CASE WHEN NOT coalesce({one.broken}, false) THEN NULL {cases} END"


def _numbered(one: Field, fault: Fault, book: FaultBook) -> str:
    return _entry(book.enter(one.column.name, fault.problem, fault.wanted), one.shown)


def _entry(number: int, value: str) -> str:
    return f"{{'n': {number}::USMALLINT, 'v': CAST({value} AS VARCHAR)}}"
