"""Every source has the drawers that the page names, and is registered once."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from holdfast.collect import sources
from holdfast.collect.sources import POSTED, SOURCES

FOLDERS = sorted(
    path.name for path in Path(sources.__file__).parent.iterdir() if (path / "__init__.py").exists()
)
DECLARED = {"webhook": {"receive", "translate"}, "database": {"pull"}}
"""What a business declares itself: a webhook is asked for nothing, and a database posts nothing."""
PAGE = Path(__file__).parents[3] / "docs" / "sources.md"


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_has_its_drawers(folder: str) -> None:
    wanted = DECLARED.get(folder, {"receive", "translate"})
    drawers = {name: import_module(f"holdfast.collect.sources.{folder}.{name}") for name in wanted}
    source = SOURCES.get(folder)
    if source is not None:
        assert (source.authentic, source.messages) == (
            drawers["receive"].authentic,
            drawers["receive"].messages,
        )
        assert source.of_accounts is drawers["translate"].of_accounts
        assert source.pull is None or source.pull.__module__.startswith(
            f"holdfast.collect.sources.{folder}.pull"
        )
        assert source.parted
    elif folder in POSTED:
        assert POSTED[folder].posted is drawers["receive"].posted
        assert POSTED[folder].translate is drawers["translate"].translate


def test_every_folder_is_registered_and_nothing_else_is() -> None:
    assert set(FOLDERS) - set(DECLARED) == {*SOURCES, *POSTED}


def test_the_page_names_the_drawers_and_every_service_that_can_be_pulled() -> None:
    page = PAGE.read_text()
    assert {"receive", "translate", "pull"} <= set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    for name, source in SOURCES.items():
        assert f"{name}.md" in page
        assert (source.pull is None) or f"holdfast pull {name}" in page
