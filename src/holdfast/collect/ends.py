"""R3: what an end given as a date alone means is asked, not guessed, where it looks inclusive."""

from __future__ import annotations

import duckdb

from holdfast.collect.quoting import name
from holdfast.errors import BadInput, Sentence


def refuse_to_guess(con: duckdb.DuckDBPyConnection, kept: str, days: list[str]) -> None:
    """Raises BadInput where most dates of an end column are last days of a month.

    `days` names the columns of `kept` that hold the dates of a mapping that does not say `ends`.
    """
    for day in days:
        column = name(day)
        counted = con.execute(
            f"SELECT count({column}), count(*) FILTER ({column} = last_day({column})) FROM {kept}"
        ).fetchone()
        dates, last_days = counted or (0, 0)
        if dates and last_days * 2 > dates:
            raise BadInput(
                Sentence(
                    "{column} is given as a date alone, and {count} of {dates} are the last day of a month: "
                    "is that day still inside the period or not?",
                    column=day.removeprefix("_day_"),
                    count=last_days,
                    dates=dates,
                ),
                hint=Sentence(
                    "Say it in the mapping. ends = 'inclusive': the day is still in, the end is the "
                    "midnight after it. ends = 'exclusive': the end is the midnight that begins the day."
                ),
            )
