"""What is simulated: how many accounts, for how long, where, from which seed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from holdfast.errors import UsageError

INTERNAL_ACCOUNT = 3
"""The place of an account that is internal in every company; planted faults go there."""


@dataclass(frozen=True)
class Sizing:
    """The parameters of one company; equal ones give equal bytes.

    `events_per_account` is the mean number of product events per account over the whole time.
    """

    accounts: int
    months: int
    seed: int = 1
    zone: str = "UTC"
    first_day: date = date(2024, 1, 1)
    events_per_account: float = 100.0
    faults: bool = False

    def __post_init__(self) -> None:
        if self.accounts < 1 or self.months < 1:
            raise UsageError("A company needs at least one account and one month.")
        if self.seed < 0 or self.events_per_account < 0:
            raise UsageError("The seed and the events per account cannot be negative.")
        if self.faults and self.accounts <= INTERNAL_ACCOUNT:
            raise UsageError("Faults need a company of more accounts.", hint="Ask for 100 or more.")
        if self.first_day.day != 1:
            raise UsageError(
                f"The simulation cannot begin on {self.first_day}.", hint="Give the first day of a month."
            )
