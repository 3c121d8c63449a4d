"""What programs may ask: each question once, with its parameters, its scope and what it answers."""

from __future__ import annotations

from holdfast.web.reads import of_accounts, of_data, of_figures, of_judgements, of_plans, of_reports
from holdfast.web.reads.read import Read

__all__ = ["READS", "Read"]

READS: dict[str, Read] = {
    read.name: read
    for room in (of_figures, of_accounts, of_plans, of_judgements, of_reports, of_data)
    for read in room.READS
}
"""Every question by its name, in the order of the documentation."""
