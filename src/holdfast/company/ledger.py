"""What truly happened to each account's MRR: steps, customer spans and movements with their kind.

Written from the simulated lives, under the default rules of docs/kpis (R4 to R8): one grace of
30 days for what is past due, 90 days of pause, gaps under 24 hours bridged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holdfast.company.columns import DAY, HOUR, NEVER, SECOND, Bools, Ints
from holdfast.company.lives import PAST_DUE, PAUSED, Phases, Rows, batch

GRACE = 30 * DAY
PAUSE_LIMIT = 90 * DAY
BRIDGED = 24 * HOUR
NEW, EXPANSION, CONTRACTION, CHURN, REACTIVATION = range(5)
KINDS = ("new", "expansion", "contraction", "churn", "reactivation")


@dataclass(frozen=True)
class Movements(Rows):
    """Each change of an account's native MRR (10^-9), and each churn, at its instant."""

    who: Ints
    at: Ints
    before: Ints
    after: Ints
    kind: Ints


@dataclass(frozen=True)
class Spans(Rows):
    """When an account was a customer: `[start, end)`, the end `NEVER` where it still is."""

    who: Ints
    start: Ints
    end: Ints


def movements_and_spans(phases: Phases, known_until: int) -> tuple[Movements, Spans]:
    """The ledger of all accounts up to the simulation's end.

    An end announced for later has not come: it is not a movement.
    """
    levels = _bridged(_levels(phases, known_until))
    held = _held(levels, phases)
    moves = _with_lapsed_pauses(_classified(levels, held), levels, held, known_until)
    return moves, _spans(moves)


@dataclass(frozen=True)
class Levels(Rows):
    """From `at` on the account's MRR is `after`; before it was `before`; the next change is at `next`."""

    who: Ints
    at: Ints
    before: Ints
    after: Ints
    next: Ints


def _levels(phases: Phases, known_until: int) -> Levels:
    end = np.where(phases.status == PAST_DUE, np.minimum(phases.end, phases.start + GRACE), phases.end)
    mrr = phases.mrr
    paid = (mrr > 0) & (end > phases.start)
    who, start, end, mrr = phases.who[paid], phases.start[paid], end[paid], mrr[paid]
    comes = end < known_until
    who = np.concatenate([who, who[comes]])
    at = np.concatenate([start, end[comes]])
    delta = np.concatenate([mrr, -mrr[comes]])
    order = np.lexsort((at, who))
    who, at, delta = who[order], at[order], delta[order]
    first = _firsts(who, at)
    return _stepped(who[first], at[first], np.add.reduceat(delta, np.flatnonzero(first)))


def _stepped(who: Ints, at: Ints, delta: Ints) -> Levels:
    """Running levels of sorted deltas; instants at which nothing changes are left out."""
    changes = delta != 0
    who, at, delta = who[changes], at[changes], delta[changes]
    first = _firsts(who)
    total = np.cumsum(delta)  # may wrap around over all accounts; each account's difference does not
    begun = np.flatnonzero(first)
    carried = np.where(begun > 0, total[begun - 1], 0)
    after = total - np.repeat(carried, np.diff(np.append(begun, len(who))))
    following = np.append(at[1:], NEVER)
    following[np.append(first[1:], True)] = NEVER
    return Levels(who, at, after - delta, after, following)


def _bridged(levels: Levels) -> Levels:
    """R7: a fall to 0 made good in under 24 hours moves to the return, and only the net change stays."""
    gap = (levels.after == 0) & (levels.next < NEVER) & (levels.next - levels.at < BRIDGED)
    at = np.where(gap, levels.next, levels.at)
    first = _firsts(levels.who, at)
    delta = np.add.reduceat(levels.after - levels.before, np.flatnonzero(first))
    return _stepped(levels.who[first], at[first], delta)


def _held(levels: Levels, phases: Phases) -> Ints:
    """Per change: until when a pause that begins with it keeps the account a customer (R5).

    Its own instant where no pause does. A pause begins exactly where paying stops.
    """
    pauses = phases.take((phases.status == PAUSED) & (phases.end > phases.start))
    pauses = pauses.take(np.argsort(place(pauses.who, pauses.start)))
    keys, wanted = place(pauses.who, pauses.start), place(levels.who, levels.at)
    found = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    if not len(keys):
        return levels.at.copy()
    paused = (keys[found] == wanted) & (levels.after == 0)
    return np.where(paused, np.minimum(pauses.end[found], levels.at + PAUSE_LIMIT), levels.at)


def _classified(levels: Levels, held: Ints) -> Movements:
    """The kind of every change of MRR (K04)."""
    first = _firsts(levels.who)
    held_before = np.append(NEVER, held[:-1])
    rises, falls = levels.before == 0, levels.after == 0
    resumes = rises & ~first & (held_before >= levels.at)
    kind = np.select(
        [rises & first, rises & ~resumes, falls & (held == levels.at), levels.after < levels.before],
        [NEW, REACTIVATION, CHURN, CONTRACTION],
        EXPANSION,
    )
    return Movements(levels.who, levels.at, levels.before, levels.after, kind)


def _with_lapsed_pauses(moves: Movements, levels: Levels, held: Ints, known_until: int) -> Movements:
    """Adds the churns that carry no MRR: pauses that ended unpaid or lasted too long."""
    lapsed = (moves.kind == CONTRACTION) & (moves.after == 0) & (levels.next > held) & (held < known_until)
    nothing = np.zeros(int(lapsed.sum()), dtype=np.int64)
    late = Movements(moves.who[lapsed], held[lapsed], nothing, nothing, nothing + CHURN)
    both = batch([moves, late])
    return both.take(np.lexsort((both.at, both.who)))


def _spans(moves: Movements) -> Spans:
    """Every beginning with the churn that follows it; `NEVER` where none does."""
    begins = moves.take((moves.kind == NEW) | (moves.kind == REACTIVATION))
    churns = moves.take(moves.kind == CHURN)
    if not churns.count:
        return Spans(begins.who, begins.at, np.full(begins.count, NEVER))
    keys = place(churns.who, churns.at)
    following = np.searchsorted(keys, place(begins.who, begins.at), side="right")
    found = np.minimum(following, len(keys) - 1)
    same = (following < len(keys)) & (churns.who[found] == begins.who)
    return Spans(begins.who, begins.at, np.where(same, churns.at[found], NEVER))


def place(who: Ints, at: Ints | int) -> Ints:
    """A number that sorts by account, then by instant; instants are whole seconds before 2106."""
    return (who << 32) + at // SECOND


def _firsts(who: Ints, at: Ints | None = None) -> Bools:
    """True at the first row of each account (and instant) of sorted rows."""
    first = np.ones(len(who), dtype=bool)
    first[1:] = who[1:] != who[:-1]
    if at is not None:
        first[1:] |= at[1:] != at[:-1]
    return first
