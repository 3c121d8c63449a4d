"""What programs ask: the questions of the shell, with its own options, answered as its own rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from holdfast.cli.boards import answers, targets_of
from holdfast.cli.options import grain_of, instant
from holdfast.cli.questions import Typed
from holdfast.errors import UsageError
from holdfast.flow import Workspace
from holdfast.flow.answering.dossier import Dossier
from holdfast.flow.answering.roster import Roster
from holdfast.flow.published.reporting import Report
from holdfast.metrics import Explanation
from holdfast.metrics.bridge import Bridge
from holdfast.report.bridged import as_rows as bridge_as_rows
from holdfast.report.rows import figures_as_rows
from holdfast.report.targets import beside_targets, standings_as_rows
from holdfast.web.answers.readers import answer

Row = Mapping[str, Any]
TOLD_OF_REPORTS = ("report_id", "kind", "title", "made_at", "known_at", "by", "reason")


@answer
def kpis(space: Workspace, asked: Typed) -> Sequence[Row]:
    """Figures beside their targets, as `holdfast kpis --format json` has them."""
    _refuse_files(asked.rulebook)
    question = asked.question(space)
    return beside_targets(answers(space, question), targets_of(space, question))


@answer
def evidence(space: Workspace, asked: Typed) -> Explanation:
    """One figure with every row behind it and every row left out."""
    _refuse_files(asked.rulebook)
    (name,) = asked.names or ()
    grain = grain_of(asked.grain, asked.last)
    return space.explain(
        name, grain, asked.last, by=asked.by or (), segment=asked.segment or (), **asked.seen(space)
    )


@answer
def bridge(space: Workspace, asked: Typed, variant: str | None, against: str | None) -> Bridge:
    """One figure counted two ways; what `asked` says of knowledge and rules is the other way."""
    _refuse_files(asked.rulebook)
    (name,) = asked.names or ()
    seen = asked.seen(space)
    return space.compare(
        name,
        grain_of(asked.grain, asked.last),
        asked.last,
        segment=asked.segment or (),
        variant=variant,
        rulebook=seen.get("rulebook"),
        known_at=seen.get("known_at"),
        against=against,
    )


@answer
def accounts_at(space: Workspace, at: str | None, segment: tuple[str, ...], known_at: str | None) -> Roster:
    """Every account, or those in some segments, at the end of a day or just before an instant."""
    moment, known = (
        instant(text, name, space.calendar) for text, name in ((at, "at"), (known_at, "known_at"))
    )
    return space.roster(at=moment, segment=segment, known_at=known)


@answer
def dossier(space: Workspace, account_id: str, known_at: str | None) -> Dossier:
    """What happened to one account, its users, and the days on which it was used."""
    return space.dossier(account_id, known_at=instant(known_at, "known_at", space.calendar))


@answer
def segments(space: Workspace) -> Sequence[Row]:
    """The segments with their rules and how many accounts are in each now."""
    return [
        {
            "segment": each.name,
            "rule": str(each.rule),
            "accounts": space.segments.members(each.name).rows.num_rows,
            "by": each.by,
            "defined_at": each.defined_at,
        }
        for each in space.segments.all()
    ]


@answer
def targets(space: Workspace, known_at: str | None) -> Sequence[Row]:
    """The targets and how each stands."""
    moment = instant(known_at, "known_at", space.calendar)
    return standings_as_rows(space.targets.standings(known_at=moment))


@answer
def reports(space: Workspace) -> Sequence[Row]:
    """The reports that were kept, the newest first."""
    return [_of_report(each) for each in space.reports.all()]


@answer
def report_again(space: Workspace, report_id: str) -> tuple[Row, Sequence[Row]]:
    """A report, and its figures counted again from what it saw; refused where a digit is another."""
    report, figures = space.reports.again(report_id)
    return _of_report(report), figures_as_rows(figures)


@answer
def report_bridge(space: Workspace, report_id: str) -> tuple[Row, Sequence[Row]]:
    """A report, and the accounts that lead from its figures to those of now."""
    report, bridges = space.reports.bridge(report_id)
    rows = [
        {"metric": each.after.name, "period": each.after.period_label, **row}
        for each in bridges
        for row in bridge_as_rows(each)
    ]
    return _of_report(report), rows


@answer
def rejects(space: Workspace) -> Sequence[Row]:
    """The rows that wait to be mended."""
    found: Sequence[Row] = space.rejects().to_pylist()
    return found


@answer
def checks(space: Workspace) -> Sequence[Row]:
    """What is wrong with the records or with what is derived from them."""
    return [asdict(finding) for finding in space.check()]


def _of_report(report: Report) -> Row:
    return {name: getattr(report, name) for name in TOLD_OF_REPORTS} | {"rulebook": report.rulebook.version}


def _refuse_files(rulebook: str | None) -> None:
    """Who asks from elsewhere names no file of this machine."""
    if rulebook is not None and not rulebook.startswith("@"):
        raise UsageError(f"rulebook cannot be {rulebook!r}.", hint="The rules of a day: @2025-04-30.")
