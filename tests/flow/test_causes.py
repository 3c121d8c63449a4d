"""Causes of loss: one account for each sign, and a simulated company held against its truth."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

import holdfast
from holdfast.company import DECLARED, Company, simulate, write_exports
from holdfast.errors import UsageError
from holdfast.flow import Workspace
from holdfast.flow.judging.causes import Causes
from holdfast.insights.causes.taxonomy import read_causes

START, LEFT, END = datetime(2025, 1, 1), datetime(2025, 7, 1), datetime(2025, 7, 10)
WHO = (
    "said",
    "own",
    "odd",
    "failed",
    "late",
    "theme",
    "praise",
    "severe",
    "again",
    "low",
    "dear",
    "idle",
    "fading",
    "nothing",
)
PHASE = (
    "phase_id subscription_id account_id plan start_at end_at status currency unit_amount interval "
    "discount_amount discount_kind end_reason end_cause"
)


def written(folder: Path, table: str, columns: str, rows: Sequence[Sequence[object]]) -> None:
    with (folder / f"{table}.csv").open("w", newline="") as opened:
        csv.writer(opened).writerows([columns.split(), *rows])


def day(at: datetime) -> str:
    return f"{at.isoformat()}Z"


def phases() -> list[list[object]]:
    reasons: Mapping[str, tuple[str, str]] = {
        "said": ("voluntary", "too_expensive: they said so"),
        "own": ("voluntary", "Never  got Started"),
        "odd": ("voluntary", "we moved to the moon"),
        "failed": ("payment_failure", ""),
    }
    rows: list[list[object]] = []
    for who in WHO:
        turn = {"late": datetime(2025, 6, 20), "dear": datetime(2025, 5, 15)}.get(who)
        reason, cause = reasons.get(who, ("voluntary", ""))
        fixed = [who, who, "pro"]
        if turn:
            cheap = ["5", "forever"] if who == "dear" else ["", ""]
            rows.append(
                [
                    f"{who}-1",
                    *fixed,
                    day(START),
                    day(turn),
                    "active",
                    "USD",
                    100,
                    "month",
                    *cheap,
                    "plan_change",
                    "",
                ]
            )
        status = "past_due" if who == "late" else "active"
        began = turn or START
        rows.append([who, *fixed, day(began), day(LEFT), status, "USD", 100, "month", "", "", reason, cause])
    rows.append(["here", "here", "here", "pro", day(START), "", "active", "USD", 70, "month", "", "", "", ""])
    return rows


def acts() -> list[list[object]]:
    """Every third day something, but `idle` and `here` hardly ever, and `fading` less and less."""
    rows: list[list[object]] = []
    for who in (*WHO, "here"):
        for number in range(181):
            at = START + timedelta(days=number, hours=9)
            done = number % 60 == 0 if who in {"idle", "here"} else number % 3 == 0
            if who == "fading" and at > datetime(2025, 5, 20):
                done = number % 20 == 0
            if done:
                rows.append([f"{who}{number}", f"u-{who}", who, "worked", day(at), "client"])
    return rows


def voices(folder: Path) -> None:
    may = day(datetime(2025, 5, 20))
    written(
        folder,
        "tickets",
        "ticket_id account_id created_at solved_at reopened_at severity text",
        [
            ["t1", "severe", may, day(LEFT + timedelta(days=2)), "", "Urgent", "down"],
            ["t2", "again", day(datetime(2025, 4, 20)), may, day(datetime(2025, 5, 22)), "low", "again"],
            ["t3", "theme", may, may, "", "low", "too dear"],
            ["t4", "praise", may, may, "", "low", "the price is good"],
            [
                "t5",
                "nothing",
                day(datetime(2025, 2, 1)),
                day(datetime(2025, 2, 2)),
                day(datetime(2025, 2, 3)),
                "low",
                "old",
            ],
        ],
    )
    written(
        folder,
        "feedback_tags",
        "tag_id source_ref theme sentiment coded_at",
        [["g1", "tickets/t3", "Pricing", "negative", may], ["g2", "tickets/t4", "pricing", "positive", may]],
    )
    written(
        folder,
        "survey_responses",
        "response_id survey_id kind account_id answered_at score scale_min scale_max",
        [["r1", "s", "csat", "low", may, 2, 1, 5], ["r2", "s", "csat", "nothing", may, 3, 1, 5]],
    )


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Causes]:
    folder = tmp_path_factory.mktemp("causes")
    everyone = (*WHO, "here")
    written(folder, "accounts", "account_id created_at", [[who, day(START)] for who in everyone])
    written(
        folder, "users", "user_id account_id created_at", [[f"u-{who}", who, day(START)] for who in everyone]
    )
    written(folder, "subscription_phases", PHASE, phases())
    written(folder, "events", "event_id user_id account_id name occurred_at origin", acts())
    voices(folder)
    with holdfast.create(folder / "space") as made:
        made.import_folder(folder, through=END)
        made.set("loss_causes", "never got started = poor_adoption")
        yield made.causes(grain="month", period="2025-07")


def test_each_account_has_the_cause_of_its_first_sign(told: Causes) -> None:
    assert {
        each.account_id: (each.cause, each.signs[0].sign if each.signs else "") for each in told.losses
    } == {
        "said": ("price", "said"),
        "own": ("poor_adoption", "said"),
        "odd": ("other", "said"),
        "failed": ("payment", "said"),
        "late": ("payment", "past_due"),
        "theme": ("price", "theme"),
        "praise": ("unexplained", ""),
        "severe": ("service", "severe_ticket"),
        "again": ("service", "reopened_ticket"),
        "low": ("service", "low_answer"),
        "dear": ("price", "discount_end"),
        "idle": ("poor_adoption", "hardly_used"),
        "fading": ("fading_value", "used_less"),
        "nothing": ("unexplained", ""),
    }
    records = {each.account_id: each.signs[0].record for each in told.losses if each.signs}
    assert (records["severe"], records["low"]) == ("tickets/t1", "survey_responses/r1")
    assert (records["theme"], records["failed"]) == ("tickets/t3", "subscription_phases/failed")
    assert told.unnamed == (("we moved to the moon", 1),)


def test_areas_add_up_and_name_what_is_at_stake(told: Causes) -> None:
    assert told.total == Decimal(1400)
    assert sum(each.mrr for each in told.areas) == told.total
    assert told.unexplained == Decimal(200) / Decimal(1400)
    assert [each.cause for each in told.areas][-1] == "unexplained"
    assert {each.cause: (each.at_stake, each.mrr_at_stake) for each in told.areas if each.at_stake} == {
        "poor_adoption": (1, Decimal(70))
    }


@pytest.fixture(scope="module")
def company() -> Company:
    return simulate(500, 12, seed=3, events_per_account=30)


@pytest.fixture(scope="module")
def space(company: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("causes_of_a_company")
    write_exports(company, folder / "exports")
    read = ("accounts", "users", "subscription_phases", "events", "tickets", "survey_responses", "fx_rates")
    for file in (folder / "exports").glob("*"):
        if file.is_file() and file.stem.split("-")[0] not in read:
            file.unlink()
    with holdfast.create(folder / "space", currency=company.currency) as made:
        made.import_folder(folder / "exports", through=company.end)
        made.set_all(DECLARED)
        yield made


def test_the_causes_of_a_month_are_its_churned_mrr_in_the_simulation(
    space: Workspace, company: Company
) -> None:
    for month in company.truth["months"].to_pylist()[-3:]:
        found = space.causes(grain="month", period=month["month"])
        assert found.total == month["churn"] == sum(each.mrr for each in found.areas)
        assert found.total == sum(each.mrr for each in found.losses)


def test_what_was_said_is_what_happened(space: Workspace, company: Company) -> None:
    found = space.causes()
    (figure,) = space.kpis(["mrr_churn"], grain="trailing_12_months", last=found.period)
    assert found.total == figure.value
    truth = {row["account_id"]: row["cause"] for row in company.truth["churns"].to_pylist()}
    ours = {"poor_adoption": "poor_adoption", "lacking_value": "fading_value", "price": "price",
            "payment_failure": "payment", "business_closed": "other"}  # fmt: skip
    said = [each for each in found.losses if each.signs and each.signs[0].sign == "said"]
    assert len(said) > 15
    assert all(each.cause == ours[truth[each.account_id]] for each in said if truth[each.account_id])
    late = [each for each in found.losses if each.signs and each.signs[0].sign == "past_due"]
    assert all(truth[each.account_id] in {"payment_failure", None} for each in late)
    assert found.unnamed == ()


def test_reasons_are_read_or_refused_with_what_would_be_right() -> None:
    assert read_causes("Too dear = price; a = b =product") == {"too dear": "price", "a = b": "product"}
    with pytest.raises(UsageError, match="names no cause"):
        read_causes("too dear")
    with pytest.raises(UsageError, match="cause"):
        read_causes("too dear = prise")
