"""What customers answer when asked (K27 to K29, K32)."""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.metrics.catalog import Evidence, metric

ANSWERS: dict[str, Any] = {
    "family": "feedback",
    "reads": ("survey_responses",),
    "also_reads": ("survey_invitations",),
    "better": "higher",
    "cluster": "subject_id",
}
WAVES, SCALES = ("survey", "wave"), ("survey", "wave", "scale")
MEASURING = "https://netpromotersystem.com/about/measuring-your-net-promoter-score.aspx"
DELIGHTED = "https://help.delighted.com/article/240-how-is-csat-calculated"
GARTNER = "https://blogs.gartner.com/smarterwithgartner/unveiling-the-new-and-improved-customer-effort-score/"
HBR = "https://cx.report/2019/05/21/lowered-effort-is-more-important-than-heightened-delight/"
NPS: dict[str, Any] = {**ANSWERS, "unit": "points", "interval": "ratio", "of_columns": WAVES}
CSAT: dict[str, Any] = {**ANSWERS, "timeline": "csat_answers", "of_columns": SCALES}
CES: dict[str, Any] = {**ANSWERS, "timeline": "ces2_answers", "of_columns": WAVES}


@metric("nps", timeline="nps_answers", source=MEASURING, **NPS)
def nps(row: Any) -> Evidence:
    """Net Promoter Score
    100 x (answers of 9-10 - answers of 0-6) / valid answers on the scale from 0 to 10; the latest answer
    of each person and wave."""
    return Evidence(_points(row), _one(row))


@metric("nps", "account_weighted", timeline="nps_of_accounts", source=MEASURING, **NPS)
def nps_account_weighted(row: Any) -> Evidence:
    """Net Promoter Score, each account alike
    Mean over accounts of the account's own score."""
    return Evidence(row.score, _one(row))


@metric(
    "nps",
    "seed_1_10",
    timeline="nps_answers_1_10",
    source="Seed 003, metric 2: 'on a scale of 1 to 10'",
    **NPS,
)
def nps_seed_1_10(row: Any) -> Evidence:
    """Net Promoter Score, 1 to 10
    100 x (answers of 9-10 - answers of 1-6) / valid answers on the scale from 1 to 10: a series of its
    own."""
    return Evidence(_points(row), _one(row))


@metric("csat", unit="share", interval="wilson", source=DELIGHTED, **CSAT)
def csat(row: Any) -> Evidence:
    """Customer satisfaction
    Answers of the two best points of the scale / valid answers about one interaction, each scale apart;
    the latest answer about each interaction."""
    return Evidence((row.score >= row.scale_max - 1).cast("int64"), _one(row))


@metric(
    "csat",
    "seed_6_10",
    unit="share",
    interval="wilson",
    source="Seed 003, metric 1: 'scores six to 10'",
    **CSAT,
)
def csat_seed_6_10(row: Any) -> Evidence:
    """Customer satisfaction, 6 to 10
    Answers of 6 to 10 / valid answers on the scale from 1 to 10; it runs far above the two best
    points."""
    return Evidence(
        (row.score >= 6).cast("int64"), _one(row), excluded=[("other_scale", row.scale != "1-10")]
    )


@metric("csat", "mean", unit="points", interval="ratio", source=DELIGHTED, **CSAT)
def csat_mean(row: Any) -> Evidence:
    """Satisfaction, mean score
    Sum of the scores / valid answers about one interaction, each scale apart."""
    return Evidence(row.score, _one(row))


@metric("ces", unit="share", interval="wilson", source=GARTNER, **CES)
def ces(row: Any) -> Evidence:
    """Customer effort score
    Answers of 5, 6 or 7 to 'the company made it easy for me' / valid answers from 1 to 7, given once the
    issue was solved."""
    return Evidence((row.score >= 5).cast("int64"), _one(row))


@metric("ces", "mean", unit="points", interval="ratio", source=GARTNER, **CES)
def ces_mean(row: Any) -> Evidence:
    """Customer effort score, mean
    Sum of the scores from 1 to 7 / valid answers, given once the issue was solved."""
    return Evidence(row.score, _one(row))


@metric(
    "ces",
    "ces1",
    unit="points",
    interval="ratio",
    source=HBR,
    **{**CES, "timeline": "ces1_answers", "better": "lower"},
)
def ces_ces1(row: Any) -> Evidence:
    """Customer effort score of 2010
    Sum of the efforts told, from 1 very low to 5 very high / valid answers, given once the issue was
    solved."""
    return Evidence(row.score, _one(row))


@metric(
    "survey_response_rate",
    unit="share",
    interval="wilson",
    timeline="invitations",
    of_columns=WAVES,
    source="Seeds 000-002, incentives 'to maximise responses'",
    **{**ANSWERS, "reads": ("survey_invitations", "survey_responses"), "also_reads": ()},
)
def survey_response_rate(row: Any) -> Evidence:
    """Survey response rate
    Invited people with a valid answer while the survey was open to them / people to whom an invitation
    was delivered, once that time is over."""
    return Evidence(row.answered, _one(row), matures=row.closes_at)


def _points(row: Any) -> Any:
    return ibis.cases((row.score >= 9, 100), (row.score >= 7, 0), else_=-100).cast("int64")


def _one(row: Any) -> Any:
    return row.subject_id.notnull().cast("int64")
