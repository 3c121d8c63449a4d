"""What accounts do early that goes with staying, for a terminal and as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from holdfast.insights.behaviours.ranking import TooFew
from holdfast.report.layout import Column, fitted, table
from holdfast.words import say, say_many
from holdfast.words.amounts import bare, number, percent, signed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from holdfast.flow.judging.behaviours import Account, Behaviours
    from holdfast.insights.behaviours.early import Behaviour
    from holdfast.insights.behaviours.effect import Gap
    from holdfast.insights.behaviours.ranking import Finding, Ranking
    from holdfast.insights.links import Side
    from holdfast.report.look import Look

COLUMNS = (
    "number", "kind", "event", "count", "days", "after", "did", "did_stayed", "others", "others_stayed",
    "difference", "low", "high", "alike", "alike_low", "alike_high", "p", "beside", "beside_low",
    "beside_high", "verdict", "because", "criterion", "also",
)  # fmt: skip
ACCOUNTS = ("account_id", "times", "did", "stayed", "judged")
EVIDENCE = ("evidence", "accounts", "stayed", "left", "needed")


def behaviours_as_rows(found: Behaviours) -> list[dict[str, Any]]:
    """One row per behaviour with the columns of `COLUMNS`; where nothing is told, one with `EVIDENCE`."""
    if isinstance(found.found, TooFew):
        few = found.found
        return [{"evidence": "too_few", **{name: getattr(few, name) for name in EVIDENCE[1:]}}]
    return [_row(found, number, each) for number, each in enumerate(found.findings, 1)]


def accounts_as_rows(found: Behaviours, number_: int) -> list[dict[str, Any]]:
    """One row per account behind a behaviour with the columns of `ACCOUNTS`."""
    return [each._asdict() for each in found.accounts(number_)]


def behaviours_shown(found: Behaviours, look: Look) -> RenderableType:
    """The behaviours, what stands first; or how much evidence there is."""
    language = look.language
    if isinstance(found.found, TooFew):
        return Text(look.shown(too_few(found.found, language)))
    head = heading(found, language)
    notes = [say("behaviours.observed", language), chosen(found.found, language)]
    cells = {
        "number": [number(place, language) for place in range(1, len(found.findings) + 1)],
        "behaviour": [named(each.behaviour, each.count, language) for each in found.findings],
        "did": [side_text(each.did, language) for each in found.findings],
        "others": [side_text(each.others, language) for each in found.findings],
        "difference": [gap_text(each.counted, language) for each in found.findings],
        "alike": [gap_text(each.alike, language) for each in found.findings],
        "verdict": [verdict_of(each, language) for each in found.findings],
    }
    lines = [Text(look.shown(note), style="dim") for note in notes]
    shown = _table(cells, look, {"behaviour": 20, "verdict": 16}, {"did": 2, "others": 3, "difference": 1})
    return Group(Text(look.shown(head), style="bold"), Text(""), shown, *lines)


def behaviour_shown(found: Behaviours, number_: int, look: Look, most: int) -> RenderableType:
    """One behaviour with the accounts that it is judged by."""
    language, finding = look.language, found.numbered(number_)
    rows = [each for each in found.accounts(number_) if each.judged]
    lines = [
        say(
            "behaviours.sides",
            language,
            did=side_text(finding.did, language),
            others=side_text(finding.others, language),
        ),
        say(
            "behaviours.gaps",
            language,
            counted=gap_text(finding.counted, language),
            alike=gap_text(finding.alike, language),
        ),
        verdict_of(finding, language),
    ]
    if finding.also:
        also = "; ".join(named(each, count, language) for each, count in finding.also)
        lines.append(say("behaviours.also", language, also=also))
    shown = sorted(rows, key=lambda each: (-each.times, each.account_id))[: most or None]
    parts: list[RenderableType] = [
        Text(look.shown(named(finding.behaviour, finding.count, language)), style="bold"),
        *(Text(look.shown(line)) for line in lines),
        Text(""),
        _table(_of_accounts(shown, language), look),
    ]
    if more := len(rows) - len(shown):
        told = say_many("explain.more", more, language, count=bare(more, "", language))
        parts.append(Text(look.shown(told), style="dim"))
    return Group(*parts)


def heading(found: Behaviours, language: str) -> str:
    """In how many days behaviours were looked at, and after how many who stayed."""
    told = {"days": number(found.days, language), "after": number(found.after, language)}
    return say("behaviours.heading", language, **told)


def chosen(ranking: Ranking, language: str) -> str:
    """In how many accounts they were sought and judged, and what these are alike in."""
    seen = {name: number(getattr(ranking, name), language) for name in ("tried", "sought", "judged")}
    return say("behaviours.chosen", language, **seen)


def named(behaviour: Behaviour, count: int, language: str) -> str:
    """What was done, and at least how often."""
    told = {"what": what_of(behaviour, language), "count": number(count, language)}
    return say("behaviours.at_least", language, **told)


def what_of(behaviour: Behaviour, language: str) -> str:
    """What was done: an event by its name, or what is counted over events."""
    return behaviour.event or say(f"behaviours.{behaviour.kind}", language)


def verdict_of(finding: Finding, language: str) -> str:
    """Whether it stands, or why it is doubtful."""
    return say(f"behaviours.{finding.because or 'stands'}", language)


def too_few(few: TooFew, language: str) -> str:
    """How much evidence there is, and how much is needed."""
    told = {name: number(getattr(few, name), language) for name in EVIDENCE[1:]}
    return say("behaviours.too_few", language, **told)


def _row(found: Behaviours, place: int, each: Finding) -> dict[str, Any]:
    beside = each.beside
    event = each.behaviour.kind == "event"
    stands = event and each.verdict == "stands" and each.counted.value > 0
    return {
        "number": place,
        "kind": each.behaviour.kind,
        "event": each.behaviour.event or None,
        "count": each.count,
        "days": found.days,
        "after": found.after,
        "did": each.did.accounts,
        "did_stayed": each.did.stayed,
        "others": each.others.accounts,
        "others_stayed": each.others.stayed,
        **_bounds("difference", "", each.counted),
        **_bounds("alike", "alike_", each.alike),
        "p": float(each.p),
        **(
            _bounds("beside", "beside_", beside)
            if beside
            else dict.fromkeys(("beside", "beside_low", "beside_high"))
        ),
        "verdict": each.verdict,
        "because": each.because or None,
        "criterion": str(found.criterion(place)) if stands else None,
        "also": [
            {"kind": other.kind, "event": other.event or None, "count": count} for other, count in each.also
        ],
    }


def _bounds(name: str, prefix: str, gap: Gap) -> dict[str, float]:
    return {name: gap.value, f"{prefix}low": gap.low, f"{prefix}high": gap.high}


def side_text(side: Side, language: str) -> str:
    """How many of a side stayed: `96.2% (145 of 153)`."""
    return say(
        "experiment.share",
        language,
        share=percent(side.share, language),
        stayed=number(side.stayed, language),
        accounts=number(side.accounts, language),
    )


def gap_text(gap: Gap, language: str) -> str:
    """A difference with its interval, in points."""
    return points(gap.value, (gap.low, gap.high), language)


def points(value: float, bounds: tuple[float, float], language: str) -> str:
    """A difference of shares in points, with its interval: `+4.0 points (+1.5 to +6.5)`."""
    low, high = (_signed(100 * each, language) for each in bounds)
    interval = say("board.bounds", language, low=low, high=high)
    return say("risk.measured", language, value=signed(value, "share", language), bounds=interval)


def _signed(value: float, language: str) -> str:
    told = number(abs(value), language, decimals=1)
    return f"+{told}" if value > 0 else f"-{told}" if value < 0 else told


def _of_accounts(rows: Sequence[Account], language: str) -> dict[str, list[str]]:
    return {
        "account": [each.account_id for each in rows],
        "times": [number(each.times, language) for each in rows],
        "stayed": [say("risk.yes" if each.stayed else "risk.no", language) for each in rows],
    }


def _table(
    cells: Mapping[str, Sequence[str]],
    look: Look,
    least: Mapping[str, int] | None = None,
    ranks: Mapping[str, int] | None = None,
) -> RenderableType:
    words = {"behaviour", "verdict", "account", "stayed"}
    columns = [
        Column(
            name,
            say(f"behaviours.column.{name}", look.language),
            [Text(look.shown(cell)) for cell in each],
            rank=(ranks or {}).get(name, 0),
            right=name not in words,
            least=(least or {}).get(name),
        )
        for name, each in cells.items()
    ]
    return table(fitted(columns, look.width), look)
