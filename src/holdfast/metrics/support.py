"""How well tickets are solved (K30)."""

from __future__ import annotations

from typing import Any

from holdfast.metrics.catalog import Evidence, metric

TICKETS: dict[str, Any] = {
    "family": "support",
    "timeline": "tickets",
    "reads": ("tickets",),
    "also_reads": ("ticket_replies",),
    "cluster": "subject_id",
}
CONTACT: dict[str, Any] = {**TICKETS, "unit": "share", "better": "higher", "interval": "wilson"}
WAIT: dict[str, Any] = {
    **TICKETS,
    "unit": "hours",
    "better": "lower",
    "interval": "curve",
    "statistic": "median",
    "empty": "not_reached",
}
REPEATED = "https://www.callcentrehelper.com/first-call-contact-resolution-fcr-208926.htm"
FRESHSERVICE = (
    "https://support.freshservice.com/en/support/solutions/articles/50000004904-how-do-you-calculate-fcr-"
)
METRICNET = "http://customerthink.com/first_call_resolution_metrics_gross_vs_net_fcr/"
MEDALLIA = "https://docs.medallia.com/agent-connect/faqs/how-is-first-contact-resolution-fcr-calculated"
EFFORT = "Seed 003, metric 9: waiting and being passed on"
KAPLAN_MEIER = "https://github.com/CamDavidsonPilon/lifelines"


@metric("first_contact_resolution", source=REPEATED, **CONTACT)
def first_contact_resolution(row: Any) -> Evidence:
    """First-contact resolution
    Tickets solved in time with a single reply of an agent or by a bot alone, neither reopened nor raised
    again within the window / tickets created, without spam and merged duplicates."""
    return Evidence(row.first_contact, _one(row), _outside(row), matures=row.settles_at)


@metric(
    "first_contact_resolution",
    "seed_closed_first",
    source="Seed 003, 'closed after the first interaction'",
    **CONTACT,
)
def first_contact_resolution_seed_closed_first(row: Any) -> Evidence:
    """First-contact resolution, closed after the first interaction
    Tickets solved in time with a single reply of an agent or by a bot alone / all tickets created, spam
    and duplicates too; whether the matter came back is not looked at."""
    return Evidence(row.closed_first, _one(row), [_not_told(row)], matures=row.closes_at)


@metric("first_contact_resolution", "of_resolved", source=FRESHSERVICE, **CONTACT)
def first_contact_resolution_of_resolved(row: Any) -> Evidence:
    """First-contact resolution, of resolved
    Tickets resolved at first contact / tickets created that were resolved, without spam and merged
    duplicates."""
    excluded = [*_outside(row), ("unsolved", row.unsolved)]
    return Evidence(row.first_contact, _one(row), excluded, matures=row.settles_at)


@metric("first_contact_resolution", "net", source=METRICNET, **CONTACT)
def first_contact_resolution_net(row: Any) -> Evidence:
    """First-contact resolution, net
    Tickets resolved at first contact / tickets created that first-level support could have solved,
    without spam and merged duplicates."""
    excluded = [*_outside(row), ("not_level1", ~row.level1)]
    return Evidence(row.first_contact, _one(row), excluded, matures=row.settles_at)


@metric(
    "first_contact_resolution",
    "survey",
    source=MEDALLIA,
    **{
        **CONTACT,
        "timeline": "resolution_answers",
        "reads": ("survey_responses", "tickets"),
        "also_reads": ("survey_invitations",),
        "of_columns": ("survey", "wave"),
    },
)
def first_contact_resolution_survey(row: Any) -> Evidence:
    """First-contact resolution, as told
    Answers of yes / valid answers to a yes-or-no question that followed a ticket; the latest answer about
    each."""
    return Evidence(row.yes, _one(row))


@metric("first_reply_time", source=KAPLAN_MEIER, **{**WAIT, "timeline": "first_replies"})
def first_reply_time(row: Any) -> Evidence:
    """First reply time
    Kaplan-Meier median of the hours from a ticket's creation to an agent's first reply; a ticket without
    one waits until it is solved, or still."""
    return Evidence(row.ended.cast("int64"), _one(row))


@metric("resolution_time", source=KAPLAN_MEIER, **{**WAIT, "timeline": "resolutions", "also_reads": ()})
def resolution_time(row: Any) -> Evidence:
    """Resolution time
    Kaplan-Meier median of the hours from a ticket's creation to its last solving; an open ticket lasts
    still."""
    return Evidence(row.ended.cast("int64"), _one(row))


@metric(
    "transfers_per_ticket",
    unit="transfers",
    better="lower",
    interval="ratio",
    source=EFFORT,
    **{**TICKETS, "also_reads": ()},
)
def transfers_per_ticket(row: Any) -> Evidence:
    """Transfers per ticket
    Times that tickets changed hands / tickets created of which this is told, without spam and merged
    duplicates."""
    excluded = [("spam", row.spam), ("merged", row.merged), ("not_told", row.transfers.isnull())]
    return Evidence(row.transfers, _one(row), excluded)


def _one(row: Any) -> Any:
    return row.subject_id.notnull().cast("int64")


def _outside(row: Any) -> list[tuple[str, Any]]:
    return [("spam", row.spam), ("merged", row.merged), _not_told(row)]


def _not_told(row: Any) -> tuple[str, Any]:
    return ("not_told", ~row.replies_told)
