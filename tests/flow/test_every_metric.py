"""Every metric of the catalogue, over a simulated company: explained and compared."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import holdfast
from holdfast import Workspace
from holdfast.company import DECLARED
from holdfast.errors import UsageError
from holdfast.metrics import CATALOG, Metric
from tests.demo import demo

__all__ = ["demo"]

MONTH, BEFORE = "2024-06", "2024-05"
BY_HAND = "mrr.seed_customers_x_arpu"


@pytest.fixture(scope="module")
def space(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("every") / "demo"
    shutil.copytree(demo, folder)
    with holdfast.open(folder) as found:
        found.set_all(DECLARED)
        yield found


def lines(space: Workspace, metric: Metric, most: int) -> list[str]:
    """The metric, or where it is counted apart by a dimension of its own, some of its lines."""
    if not metric.of_columns and metric.of == ({},):
        return [metric.full_name]
    figures = space.kpis(metric.full_name, first=MONTH, last=MONTH)
    own = [
        ",".join(f"{name}={value}" for name, value in figure.of.items()) for figure in figures if figure.of
    ]
    return [f"{metric.full_name}[{line}]" for line in own[:most]] or [metric.full_name]


@pytest.mark.trial
@pytest.mark.parametrize("family", sorted({metric.family for metric in CATALOG.values()}))
def test_every_metric_explains_itself_and_is_compared(
    space: Workspace, family: str, sized: Callable[[Any, Any], Any]
) -> None:
    for name in [name for name, each in CATALOG.items() if each.family == family and name != BY_HAND]:
        for line in lines(space, CATALOG[name], sized(1, 5)):
            assert space.explain(line, period=MONTH).agrees, line
            if sized(not CATALOG[name].variant, True):
                is_bridged(space, line)


def is_bridged(space: Workspace, line: str) -> None:
    bridge = space.compare(line, period=MONTH, against=BEFORE)
    if bridge.difference is None:
        assert bridge.reason, line
    else:
        parts = sum((Fraction(row.part or 0) for row in bridge.rows), Fraction())
        assert parts == Fraction(bridge.difference), line


def test_what_is_made_of_numbers_given_has_no_rows(space: Workspace) -> None:
    for asked in (
        lambda: space.explain(BY_HAND, period=MONTH),
        lambda: space.compare(BY_HAND, period=MONTH, against=BEFORE),
    ):
        with pytest.raises(UsageError, match="made of numbers that you give") as refused:
            asked()
        assert refused.value.hint == f"holdfast kpis {BY_HAND} --given customers=1000 --given arpu=1000"
    numbers = {"customers": "1000", "arpu": "750000"}
    assert {figure.value for figure in space.kpis(BY_HAND, given=numbers)} == {750_000_000}
    with pytest.raises(UsageError, match="needs customers"):
        space.kpis(BY_HAND)
