"""Every account with its facts: kept to segments, and refused in words where there is nobody yet."""

from __future__ import annotations

import pytest

from holdfast.errors import UsageError
from holdfast.flow import Workspace
from tests.flow.telling import Told
from tests.flow.test_segments import members
from tests.flow.test_segments import whole as whole  # noqa: PLC0414 - a fixture of that module


def test_who_is_in_a_segment_is_told_with_the_facts_of_everybody(whole: Told) -> None:
    everybody = {row["account_id"]: row for row in whole.space.roster().rows.to_pylist()}
    in_iran = whole.space.roster(segment="iran").rows.to_pylist()
    assert [row["account_id"] for row in in_iran] == members(whole, "iran")
    assert all(row == everybody[row["account_id"]] and row["country"] == "IR" for row in in_iran)
    assert len(everybody) > len(in_iran) > 0


def test_an_empty_workspace_says_what_to_do(space: Workspace) -> None:
    with pytest.raises(UsageError, match="nobody yet") as caught:
        space.roster()
    assert "holdfast import" in str(caught.value.hint)
