"""Billing cycles of subscriptions: runs of paying at one interval, when their terms end, what follows.

A line is one subscription billed at one interval. A run of it is a stretch in which it pays
without a gap; its terms end whole intervals after it began, by the workspace's clock, on the
same day of the month or on the month's last.
"""

from __future__ import annotations

from typing import Any

import ibis

from holdfast.periods import Calendar
from holdfast.rulebook import Rulebook
from holdfast.timelines.basis import FAR, INSTANT
from holdfast.timelines.identity import named
from holdfast.timelines.localtime import instant, local
from holdfast.timelines.phases import ended
from holdfast.timelines.spans import bridged

APART = "\x1f"
"""Stands in no id, so that no two lines share a name."""


def billed(paying: Any, told: Any, rules: Rulebook) -> Any:
    """Paying phases with their `line`, the gaps in it shorter than `merge_gap_hours` closed (R7).

    `told` are the phases as recorded: a phase that was run on until another subscription began ends
    where it did.
    """
    ends = told.select(
        who="account_id", told_id=named(told, "phase_id"), told_end=ended(told, rules).cast(INSTANT)
    )
    joined = paying.join(ends, [paying.account_id == ends.who, paying.phase_id == ends.told_id])
    paying = joined.mutate(end_at=ibis.least(joined.end_at, joined.told_end)).select(*paying.columns)
    count = paying.interval_count.cast("string")
    line = paying.account_id + APART + paying.subscription_id + APART + paying["interval"] + APART + count
    by_line = bridged(paying.mutate(who=paying.account_id, account_id=line), rules)
    return by_line.rename(line="account_id").rename(account_id="who")


def billing_runs(phases: Any, calendar: Calendar) -> Any:
    """Runs of the lines of `phases` (billed).

    Columns: account_id, subscription_id, line, begins, ends, refused (it ended because the customer
    said so), opens (nothing of the subscription paid before), last_due (the end of the term in
    which it stopped; null where it has not), and what `terms_ending` reads: anchor, months, days.
    """
    phases = _numbered(phases)
    ends = phases.end_at.max().over(ibis.window(group_by=["line", "run"]))
    refused = (phases.end_reason == "voluntary").fill_null(False) & (phases.end_at == ends)
    phases = phases.mutate(refused=refused, begins=phases.start_at, ends=phases.end_at)
    keys = ["account_id", "subscription_id", "line", "interval", "interval_count", "run"]
    runs = phases.group_by(keys).agg(
        begins=phases.begins.min(), ends=phases.ends.max(), refused=phases.refused.max()
    )
    first = runs.begins.min().over(ibis.window(group_by=["account_id", "subscription_id"]))
    count = runs.interval_count
    runs = _named(runs, opens=runs.begins == first, anchor=local(runs.begins, calendar))
    runs = runs.mutate(
        months=runs["interval"].cases(("month", count), ("year", count * 12), else_=0).cast("int64"),
        days=runs["interval"].cases(("day", count), ("week", count * 7), else_=0).cast("int64"),
    )
    return _with_last_due(runs, calendar).drop("interval", "interval_count", "run")


def terms_ending(runs: Any, bounds: Any, calendar: Calendar) -> Any:
    """Each term of `runs` that ends in `[due_from, period_end)` of `bounds`, with its `term_end`.

    `from_clock` and `to_clock` of `bounds` are what local clocks show at both.
    """
    span = bounds.agg(
        from_clock=bounds.from_clock.min(),
        to_clock=bounds.to_clock.max(),
        opens=bounds.due_from.min(),
        closes=bounds.period_end.max(),
    )
    near = runs.join(span, [runs.begins < span.closes, runs.last_due.fill_null(FAR) >= span.opens])
    # One more either way: clocks that turn may move a term over the bound.
    step = ibis.greatest(near.months, near.days)
    first = ibis.greatest((_apart(near, near.from_clock) - 1) // step, 1)
    last = (_apart(near, near.to_clock) + 1) // step + 1
    each = near.mutate(number=ibis.range(first, last + 1).unnest())
    each = _named(each, clock=_due(each, each.number))
    each = _named(each, term_end=instant(each.clock, calendar).cast(INSTANT))
    each = each.filter(each.term_end <= each.last_due.fill_null(FAR))
    each = each.drop("number", "clock", "from_clock", "to_clock", "opens", "closes")
    bounds = bounds.drop("from_clock", "to_clock")
    return each.join(bounds, [each.term_end >= bounds.due_from, each.term_end < bounds.period_end])


def followed(lapsed: Any, begun: Any, rules: Rulebook) -> Any:
    """What follows each run that ended, within the renewal grace: line, begins, next_line, next_begins.

    The same subscription, paying again; else a new one of the account, which follows the run that
    ended last before it began. Where several begin at once, the second follows the run before, and so
    on. A run is followed once, by the first to begin; each overlaps it by `merge_gap_hours` at most.
    """
    pairs = _in_time(lapsed, begun, rules)
    again = _once(pairs.filter(pairs.same))
    taken = again.select(taken_line="line", taken_begins="begins")
    left = pairs.filter(~pairs.same & pairs.next_opens).anti_join(
        taken, [pairs.line == taken.taken_line, pairs.begins == taken.taken_begins]
    )
    latest = ibis.window(
        group_by=["next_line", "next_begins"], order_by=[ibis.desc("ends"), "line", "begins"]
    )
    at_once = ibis.window(group_by=["account_id", "next_begins"], order_by="next_line")
    left = left.mutate(turn=ibis.row_number().over(latest), place=ibis.dense_rank().over(at_once))
    anew = _once(left.filter(left.turn == left.place).drop("turn", "place"))
    return ibis.union(again, anew)


def _in_time(lapsed: Any, begun: Any, rules: Rulebook) -> Any:
    """Pairs of a run that ended and one of its account that begins soon enough to follow it."""
    later = begun.select(
        who="account_id",
        next_subscription="subscription_id",
        next_line="line",
        next_begins="begins",
        next_ends="ends",
        next_opens="opens",
    )
    lapsed = lapsed.select("account_id", "subscription_id", "line", "begins", "ends", "last_due")
    overlap = ibis.interval(hours=rules.merge_gap_hours)
    grace = ibis.interval(days=rules.renewal_grace_days)
    pairs = lapsed.join(
        later,
        [
            lapsed.account_id == later.who,
            later.next_begins > lapsed.begins,
            later.next_begins >= lapsed.ends - overlap,
            later.next_begins < lapsed.last_due + grace,
            later.next_ends > lapsed.ends,
        ],
    )
    return pairs.mutate(same=pairs.subscription_id == pairs.next_subscription)


def _once(pairs: Any) -> Any:
    """Of the runs that may follow one, the first to begin; of those that it may follow, the last to end."""
    latest = ibis.window(
        group_by=["next_line", "next_begins"], order_by=[ibis.desc("ends"), "line", "begins"]
    )
    pairs = pairs.mutate(turn=ibis.row_number().over(latest))
    first = ibis.window(group_by=["line", "begins"], order_by=["next_begins", "next_line"])
    pairs = pairs.filter(pairs.turn == 0)
    pairs = pairs.mutate(place=ibis.row_number().over(first))
    return pairs.filter(pairs.place == 0).select("line", "begins", "next_line", "next_begins")


def _numbered(phases: Any) -> Any:
    """`phases` with the number of the `run` that each is in."""
    order = ["start_at", "end_at"]
    before = ibis.window(group_by="line", order_by=order, preceding=(None, 1))
    starts = phases.mutate(starts=(phases.start_at > phases.end_at.max().over(before)).fill_null(True))
    so_far = ibis.cumulative_window(group_by="line", order_by=order)
    return starts.mutate(run=starts.starts.cast("int64").sum().over(so_far)).drop("starts")


def _with_last_due(runs: Any, calendar: Calendar) -> Any:
    """`last_due`: the first whole number of intervals after the beginning that is not before the end."""
    runs = _named(runs, stopped=local(runs.ends, calendar))
    number = ibis.greatest(_apart(runs, runs.stopped) // ibis.greatest(runs.months, runs.days), 1)
    runs = _named(runs, number=ibis.ifelse(runs.ends < FAR, number, 1))
    runs = _named(runs, clock=_due(runs, runs.number), next_clock=_due(runs, runs.number + 1))
    runs = _named(runs, at=instant(runs.clock, calendar), after=instant(runs.next_clock, calendar))
    last = ibis.ifelse(runs["at"] >= runs.ends, runs["at"], runs.after)
    never = ibis.null().cast(INSTANT)
    runs = runs.mutate(last_due=ibis.ifelse(runs.ends < FAR, last, never).cast(INSTANT))
    return runs.drop("stopped", "number", "clock", "next_clock", "at", "after")


def _named(rows: Any, **columns: Any) -> Any:
    """`rows` with columns that later ones read by name: a clock is hundreds of comparisons, written once.

    The filter leaves every row; it keeps the engine from writing the columns into their readers.
    """
    rows = rows.mutate(**columns)
    return rows.filter(*[rows[name].notnull() for name in columns])


def _apart(runs: Any, clock: Any) -> Any:
    """Calendar months, or days where the line is billed by days, from the anchor to `clock`."""
    months = (clock.year() - runs.anchor.year()) * 12 + clock.month() - runs.anchor.month()
    days = clock.date().delta(runs.anchor.date(), unit="day")
    return ibis.ifelse(runs.months > 0, months, days)


def _due(runs: Any, number: Any) -> Any:
    """What the clock shows so many intervals after the anchor."""
    months, days = (number * runs.months).as_interval("M"), (number * runs.days).as_interval("D")
    return runs.anchor + months + days
