"""Early behaviours of a simulated company, against its truth: the cause is found, the decoy is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO

import pytest
from rich.console import Console, RenderableType

import holdfast
from holdfast.company import Company, simulate, write_exports
from holdfast.errors import UsageError
from holdfast.flow import Workspace
from holdfast.flow.judging.behaviours import Behaviours
from holdfast.insights.behaviours.early import Behaviour
from holdfast.insights.behaviours.ranking import TooFew
from holdfast.report import Look
from holdfast.report.behaviours import (
    accounts_as_rows,
    behaviour_shown,
    behaviours_as_rows,
    behaviours_shown,
)

READ = ("accounts", "users", "subscription_phases", "events")
INVITED, INTEGRATED, THEMED = (
    Behaviour("event", name) for name in ("teammate_invited", "integration_connected", "theme_changed")
)


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(1500, 12, seed=1, events_per_account=8)


@pytest.fixture(scope="module")
def space(company: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("behaviours")
    write_exports(company, folder / "exports")
    for file in (folder / "exports").glob("*"):
        if file.is_file() and file.stem.split("-")[0] not in READ:
            file.unlink()
    with holdfast.create(folder / "space", currency=company.currency) as made:
        made.import_folder(folder / "exports", through=company.end)
        yield made


@pytest.fixture(scope="module")
def found(space: Workspace) -> Behaviours:
    return space.behaviours()


def test_the_planted_cause_stands_and_the_planted_decoy_is_doubtful(found: Behaviours) -> None:
    told = {each.behaviour: each for each in found.findings}
    for cause in (INVITED, INTEGRATED):
        assert (told[cause].verdict, told[cause].count) == ("stands", 1)
        assert told[cause].alike.low > 0
    assert told[THEMED].verdict == "doubtful"
    assert Behaviour("event", "usage_report_generated") not in told  # a server's doing, nobody's behaviour
    assert set(found.found.held) == {"plan", "size_band", "channel"}  # type: ignore[union-attr]


def test_what_accounts_did_and_who_stayed_is_the_simulation_s_truth(
    found: Behaviours, company: Company
) -> None:
    number = 1 + [each.behaviour for each in found.findings].index(INVITED)
    told = {each.account_id: each for each in found.accounts(number)}
    truth = {row["account_id"]: row for row in company.truth["accounts"].to_pylist()}
    created = {row["account_id"]: row["created_at"] for row in company.tables["accounts"].to_pylist()}
    merged = {row["merged_into"] for row in truth.values()} | {a for a in truth if truth[a]["merged_into"]}
    alone = {account for account, row in truth.items() if not row["is_internal"]} - merged
    assert len(told.keys() & alone) > 900
    for account in told.keys() & alone:
        invited = truth[account]["invited_teammates_at"]
        assert told[account].did == (invited is not None and invited < created[account] + timedelta(days=7))
        assert told[account].stayed == _is_customer(company, account, created[account] + timedelta(days=90))
    young = {each for each in alone if created[each] > company.end - timedelta(days=90)}
    assert not told.keys() & young


def _is_customer(company: Company, account: str, at: datetime) -> bool:
    """By the newest movement before an instant: a customer after any but a churn."""
    if not hasattr(_is_customer, "kept"):
        kept: dict[str, list[tuple[datetime, str]]] = {}
        for row in company.truth["movements"].to_pylist():
            kept.setdefault(row["account_id"], []).append((row["at"], row["kind"]))
        _is_customer.kept = kept  # type: ignore[attr-defined]
    before = [each for each in _is_customer.kept.get(account, ()) if each[0] < at]  # type: ignore[attr-defined]
    return bool(before) and max(before)[1] != "churn"


def test_an_adopted_behaviour_is_what_activation_counts(space: Workspace, found: Behaviours) -> None:
    number = 1 + [each.behaviour for each in found.findings].index(INVITED)
    criterion = found.criterion(number)
    assert str(criterion) == "teammate_invited within 7 days"
    space.set("activation", str(criterion), by="ana")
    figures = space.kpis(["activation_rate"], first="2024-02", last="2024-04")
    created = Counter[str]()
    of = {row["account_id"]: row["created_at"] for row in space.records("accounts").to_pyarrow().to_pylist()}
    for each in found.accounts(number):
        created[f"{of[each.account_id]:%Y-%m}"] += each.did
    assert {each.period_label: each.numerator for each in figures} == {
        label: created[label] for label in ("2024-02", "2024-03", "2024-04")
    }


def test_what_is_doubtful_or_not_there_is_not_adopted(found: Behaviours) -> None:
    number = 1 + [each.behaviour for each in found.findings].index(THEMED)
    with pytest.raises(UsageError, match="doubtful"):
        found.criterion(number)
    with pytest.raises(UsageError, match="no behaviour 99"):
        found.criterion(99)


def test_little_evidence_and_days_that_cannot_be(space: Workspace) -> None:
    few = space.behaviours(after=330)
    assert isinstance(few.found, TooFew)
    assert few.findings == ()
    with pytest.raises(UsageError, match="31 days after"):
        space.behaviours(30, 31)
    with pytest.raises(UsageError, match="90 days"):
        space.behaviours(90)


def test_a_segment_keeps_to_its_accounts(space: Workspace, found: Behaviours) -> None:
    some = space.behaviours(segment="channel = organic")
    assert 0 < len(some.early.account_id) < len(found.early.account_id)
    assert set(some.early.like["channel"]) == {"organic"}


def console(thing: RenderableType) -> str:
    text = StringIO()
    Console(file=text, width=160, color_system=None).print(thing)
    return text.getvalue()


def test_a_shell_shows_them_and_the_accounts_behind_one(found: Behaviours) -> None:
    number = 1 + [each.behaviour for each in found.findings].index(INVITED)
    said = console(behaviours_shown(found, Look(160, language="hi")))
    assert "टिकता है" in said
    assert "संदिग्ध" in said
    one = console(behaviour_shown(found, number, Look(100), 3))
    assert "teammate_invited: 1 or more" in one
    assert one.count("a0") == 3
    rows = behaviours_as_rows(found)
    (row,) = [row for row in rows if row["event"] == "teammate_invited"]
    assert (row["number"], row["criterion"]) == (number, "teammate_invited within 7 days")
    judged = [each for each in accounts_as_rows(found, number) if each["judged"]]
    assert sum(each["did"] for each in judged) == row["did"]
    assert sum(each["did"] and each["stayed"] for each in judged) == row["did_stayed"]
