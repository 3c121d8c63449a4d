"""Twelve figures against ClickHouse and pandas: from records, over derived tables, after a day's news."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping

from benchmarks.by_hand import ByHand
from benchmarks.clickhouse import ClickHouse
from benchmarks.clock import in_turn, say, timed
from benchmarks.company import Company
from benchmarks.figures import TWELVE, Answers, apart, ours
from benchmarks.frames import Frames
from benchmarks.results import Row
from benchmarks.stored import store

MOST_FIRST, MOST_AFTER = 1.0, 0.1
OURS = "Holdfast"
Engine = ClickHouse | Frames


def against_engines(company: Company) -> tuple[list[Row], list[str]]:
    """Ratios to both engines, once all sides give the same figures; each has its tables loaded before."""
    company.grow(company.exports.end)
    scratch = company.folder.parent / "engines"
    hand = ByHand(company.warehouse.con, company.periods, company.exports.currency, company.exports.end)
    hand.lay_small()
    files, as_of = store(company, hand, scratch / "files"), company.exports.end
    loading: dict[str, float] = {}
    loading["ClickHouse"], clickhouse = timed(lambda: ClickHouse(files, as_of, scratch / "clickhouse"))
    loading["pandas"], frames = timed(lambda: Frames(files, as_of))
    engines: Mapping[str, Engine] = {"ClickHouse": clickhouse, "pandas": frames}
    _agree(ours(company.board(TWELVE)), engines)
    rounds = company.size.imports
    first = in_turn({OURS: lambda: _anew(company), **_timed(engines, "from_records")}, rounds)
    again = in_turn(
        {OURS: lambda: timed(lambda: company.board(TWELVE))[0], **_timed(engines, "from_derived")},
        rounds,
    )
    day = company.turns[-1].refresh + company.turns[-1].twelve
    clickhouse.close()
    shutil.rmtree(scratch)
    rows = [
        Row(f"{len(TWELVE)} figures from records", first[OURS], name, first[name], MOST_FIRST)
        for name in engines
    ]
    rows += [
        Row(f"{len(TWELVE)} figures over derived tables", again[OURS], name, again[name], MOST_FIRST)
        for name in engines
    ]
    rows += [
        Row(
            f"{len(TWELVE)} figures after a day",
            day,
            f"{name}, from records",
            first[name],
            MOST_AFTER,
        )
        for name in engines
    ]
    return rows, _notes(first[OURS] - again[OURS], again[OURS], day, loading)


def _notes(built: float, asked: float, day: float, loading: Mapping[str, float]) -> list[str]:
    loaded = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in loading.items())
    return [
        f"Figures of ours: timelines {built:.2f} s, figures {asked:.2f} s; after a day both {day:.2f} s.",
        f"Not counted, loading the same records: {loaded}. Other engines give sums; ours have intervals too.",
    ]


def _agree(mine: Answers, engines: Mapping[str, Engine]) -> None:
    for name, engine in engines.items():
        for found in (engine.from_records(), engine.from_derived()):
            if wrong := apart(mine, found):
                raise SystemExit(f"Holdfast and {name} differ:\n" + "\n".join(wrong[:10]))
    say(f"all sides give the same {len(mine)} figures")


def _anew(company: Company) -> float:
    return company.relay() + timed(lambda: company.board(TWELVE))[0]


def _timed(engines: Mapping[str, Engine], how: str) -> dict[str, Callable[[], float]]:
    return {
        name: lambda engine=engine: timed(getattr(engine, how))[0]  # type: ignore[misc]
        for name, engine in engines.items()
    }
