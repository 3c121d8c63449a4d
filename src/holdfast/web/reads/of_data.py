"""Questions about the data themselves: rows that were not taken, and what a check finds."""

from __future__ import annotations

from holdfast.web.answers import asked as answers
from holdfast.web.reads import shapes
from holdfast.web.reads.read import RECORDS, Answer, Paged, Read


def rejects(_: Paged) -> Answer:
    """The rows that wait to be mended, each with what was wrong and what would be right."""
    return Answer(answers.rejects(), ("reject_id",))


def checks(_: Paged) -> Answer:
    """What is wrong with the records or with what is derived from them, and what to do."""
    return Answer(answers.checks(), ("code", "table", "message"))


READS = (
    Read("rejects", "rejects", RECORDS, Paged, shapes.Reject, rejects),
    Read("checks", "checks", RECORDS, Paged, shapes.Finding, checks),
)
