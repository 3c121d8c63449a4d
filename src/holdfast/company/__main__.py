"""`python -m holdfast.company --accounts 1000 --months 24 --seed 1 --out DIR` writes a company's exports."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from holdfast.company import Sizing, company_of, write_exports
from holdfast.errors import HoldfastError


def main(arguments: list[str] | None = None) -> int:
    """Simulates a company as the arguments say and writes its exports."""
    given = _parser().parse_args(arguments)
    try:
        sizing = Sizing(
            accounts=given.accounts,
            months=given.months,
            seed=given.seed,
            zone=given.zone,
            first_day=given.first_day,
            events_per_account=given.events_per_account,
            faults=given.faults,
        )
        written = write_exports(company_of(sizing), given.out, formats={"events": given.events})
    except HoldfastError as error:
        sys.stderr.write(f"{error.message} {error.hint or ''}\n")
        return error.exit_code
    sys.stdout.write(f"{len(written)} files written to {given.out}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m holdfast.company", description=__doc__)
    parser.add_argument("--accounts", type=int, default=1000, help="how many accounts ever sign up")
    parser.add_argument("--months", type=int, default=24, help="how many months the company exists")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same bytes")
    parser.add_argument("--zone", default="UTC", help="the workspace's IANA time zone")
    parser.add_argument(
        "--first-day", type=date.fromisoformat, default=date(2024, 1, 1), help="a first of a month"
    )
    parser.add_argument("--events-per-account", type=float, default=100.0, help="mean over the whole time")
    parser.add_argument(
        "--events", choices=("parquet", "csv"), default="parquet", help="format of the events"
    )
    parser.add_argument("--faults", action="store_true", help="plant known faults, listed in faults.csv")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write to")
    return parser


if __name__ == "__main__":
    sys.exit(main())
