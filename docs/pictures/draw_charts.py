"""Draws the charts of docs/charts.md from a simulated company: part of `make picture`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from typer.testing import CliRunner

import holdfast
from holdfast.cli import app
from holdfast.company import simulate, write_exports

HERE = Path(__file__).parent
CHARTS = {
    "retention.svg": ("net_revenue_retention", "--to", "2025-12"),
    "movements.svg": ("mrr_movements", "--to", "2025-12"),
    "survival.svg": ("survival", "--to", "2025-12", "--by", "plan"),
    "cohorts.svg": ("cohort_retention", "--from", "2025-01", "--to", "2025-12", "--lang", "fa"),
}


def main() -> None:
    """Write each picture beside this file."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "demo-workspace"
        company = simulate(400, 24, seed=1)
        write_exports(company, folder.with_name("exports"))
        with holdfast.create(folder, currency=company.currency, zone=company.sizing.zone) as space:
            space.import_folder(folder.with_name("exports"), through=company.end)
        for file, asked in CHARTS.items():
            drawn = CliRunner().invoke(app, ["chart", *asked, "-w", str(folder), "-o", str(HERE / file)])
            if drawn.exception:
                raise drawn.exception


if __name__ == "__main__":
    main()
