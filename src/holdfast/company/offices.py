"""Files as other people's tools write them, with the mapping that says how to read each.

Finance keeps costs in a sheet with decimal commas and last days; the survey tool gives local
times of the zone that its owner once chose. Everything else already has the canonical names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

SURVEY_ZONE = "Asia/Kolkata"
SURVEY_ZONE_AHEAD_MINUTES = 330
CATEGORIES = {
    "cs_wages": "CS wages",
    "adoption": "Adoption",
    "services_training": "Services and training",
    "customer_marketing": "Customer marketing",
    "sales_marketing": "Sales & marketing",
    "cogs": "COGS",
}
COSTS_MAPPING = """\
# Finance writes last days, decimal commas and names of its own.
table = "costs"
delimiter = ";"
decimal = ","
dates = ["%d.%m.%Y"]
ends = "inclusive"

[columns]
cost_id = "Number"
period_start = "From"
period_end = "To"
category = "Kind of cost"
amount = "Amount"
currency = "Currency"

[values.category]
{categories}
"""
RESPONSES_MAPPING = f"""\
# The survey tool writes local times of the zone in its settings.
table = "survey_responses"
zone = "{SURVEY_ZONE}"

[columns]
response_id = "Response ID"
answered_at = "Submitted at"
"""


@dataclass(frozen=True)
class Sheet:
    """A file's content, what stands between its fields, and its mapping."""

    table: pa.Table
    mapping: str
    delimiter: str = ","


def costs(table: pa.Table) -> Sheet:
    """The costs as finance keeps them; in and out of the mapping nothing is lost."""
    day_before = pc.subtract(table["period_end"].cast(pa.int32()), pa.scalar(1, pa.int32())).cast(pa.date32())
    names = pa.array([CATEGORIES[name] for name in table["category"].to_pylist()])
    amounts = table["amount"].cast(pa.decimal128(38, 2)).cast(pa.string())
    rows = {
        "Number": table["cost_id"],
        "From": pc.strftime(table["period_start"], "%d.%m.%Y"),
        "To": pc.strftime(day_before, "%d.%m.%Y"),
        "Kind of cost": names,
        "Amount": pc.replace_substring(amounts, ".", ","),
        "Currency": table["currency"],
    }
    pairs = "\n".join(f'"{theirs}" = "{ours}"' for ours, theirs in CATEGORIES.items())
    return Sheet(pa.table(rows), COSTS_MAPPING.format(categories=pairs), ";")


def survey_responses(table: pa.Table) -> Sheet:
    """The answers as the survey tool gives them."""
    moments = table["answered_at"].cast(pa.int64())
    local = pc.add(moments, SURVEY_ZONE_AHEAD_MINUTES * 60_000_000).cast(pa.timestamp("us"))
    shown = pc.strftime(local.cast(pa.timestamp("s")), "%Y-%m-%d %H:%M:%S")
    place = table.column_names.index("answered_at")
    renamed = {"response_id": "Response ID", "answered_at": "Submitted at"}
    rows = table.set_column(place, "answered_at", shown)
    return Sheet(
        rows.rename_columns([renamed.get(name, name) for name in table.column_names]), RESPONSES_MAPPING
    )


OFFICES: dict[str, Callable[[pa.Table], Sheet]] = {"costs": costs, "survey_responses": survey_responses}
