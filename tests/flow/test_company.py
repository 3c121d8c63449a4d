"""A simulated company: what the program counts from its exports is what it did, exactly."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

import holdfast
from holdfast.company import Company, simulate, write_exports
from holdfast.flow import Workspace
from holdfast.metrics import Figure

VALUES = {
    "mrr": "closing_mrr",
    "mrr_new": "new",
    "mrr_expansion": "expansion",
    "mrr_contraction": "contraction",
    "mrr_churn": "churn",
    "mrr_reactivation": "reactivation",
    "mrr_fx": "fx",
    "customers": "closing_customers",
    "paying_customers": "paying_customers",
    "joined_and_left": "joined_and_left",
    "left_and_back": "left_and_back",
    "signups": "sign_ups",
}
"""Metric -> the column of the truth's months that it is."""

RATIOS = {
    ("customer_churn_rate", ""): ("customers_lost", "opening_customers"),
    ("gross_revenue_retention", ""): ("cohort_retained_mrr", "cohort_opening_mrr"),
    ("net_revenue_retention", ""): ("cohort_closing_mrr", "cohort_opening_mrr"),
    ("customer_churn_rate", "trailing"): ("customers_lost_12_months", "opening_customers_12_months"),
    ("net_revenue_retention", "trailing"): ("cohort_closing_mrr_12_months", "cohort_opening_mrr_12_months"),
}
"""Metric, and whether over the trailing year -> the columns of its numerator and denominator."""

READ = ("accounts", "fx_rates", "invoices", "subscription_phases")
COMPANIES = [(1, "America/Sao_Paulo"), (2, "UTC"), (3, "Asia/Tehran"), (4, "Pacific/Auckland")]


def imported(company: Company, folder: Path, tables: Sequence[str] = READ) -> Workspace:
    """A workspace with the tables that MRR stands on, from the company's own files."""
    write_exports(company, folder / "exports")
    (folder / "chosen").mkdir()
    for name in tables:
        shutil.copy(folder / "exports" / f"{name}.csv", folder / "chosen")
    space = holdfast.create(folder / "space", zone=company.sizing.zone, currency=company.currency)
    space.import_folder(folder / "chosen", through=company.end)
    return space


def shown(space: Workspace, company: Company) -> list[Figure]:
    """Every figure that the truth tells, for every month."""
    months = company.truth["months"]["month"].to_pylist()
    asked: dict[str, Any] = {"first": months[0], "last": months[-1]}
    ratios = [name for name, kind in RATIOS if not kind]
    figures = space.kpis([*VALUES, *ratios], **asked)
    yearly = [name for name, kind in RATIOS if kind]
    return figures + space.kpis(yearly, grain="trailing_12_months", **asked)


def told(figure: Figure, months: dict[str, dict[str, Any]]) -> tuple[Any, Any]:
    """The figure's number or pair, and the truth's."""
    month = months[figure.period_label]
    if figure.name in VALUES:
        return figure.value, month[VALUES[figure.name]]
    kind = "trailing" if figure.grain == "trailing_12_months" else ""
    over, under = RATIOS[figure.name, kind]
    return (figure.numerator, figure.denominator), (month[over], month[under])


def wrong(figures: list[Figure], truth: Any) -> list[tuple[Any, ...]]:
    """The figures that are not the truth, which tells nothing of a year before a year is over."""
    months = {row["month"]: row for row in truth.to_pylist()}
    found = []
    for figure in figures:
        ours, theirs = told(figure, months)
        if theirs not in (ours, (None, None)):
            found.append((figure.name, figure.period_label, ours, theirs))
    return found


@pytest.mark.trial
def test_the_board_is_what_the_company_did(
    tmp_path: Path, sized: Callable[[Any, Any], Any], record_property: Callable[[str, object], None]
) -> None:
    compared = 0
    for seed, zone in sized(COMPANIES[:2], COMPANIES):
        company = simulate(sized(300, 2000), 15, seed=seed, zone=zone, events_per_account=1)
        with imported(company, tmp_path / str(seed)) as space:
            figures = shown(space, company)
        assert wrong(figures, company.truth["months"]) == []
        compared += len(figures)
    record_property("figures compared", compared)


def test_faults_in_the_files_change_no_figure_until_they_are_put_right(tmp_path: Path) -> None:
    company = simulate(300, 12, seed=5, events_per_account=1, faults=True)
    with imported(company, tmp_path) as space:
        with (tmp_path / "exports" / "truth" / "faults.csv").open(newline="") as file:
            planted = [fault for fault in csv.DictReader(file) if fault["file"].split(".")[0] in READ]
        rejected = {(fault["file"], int(fault["row"])) for fault in planted if fault["outcome"] == "rejected"}
        kept_aside = {(row["file"], row["row_number"]) for row in space.rejects().to_pylist()}
        assert kept_aside == rejected
        assert rejected
        assert wrong(shown(space, company), company.truth["months_before_correction"]) == []
        for late in sorted((tmp_path / "exports" / "late").iterdir()):
            space.import_files(late.stem, [late], through=company.end)
        assert wrong(shown(space, company), company.truth["months"]) == []
