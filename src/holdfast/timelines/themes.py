"""What people said, and the themes it was found to be about (K31).

An item is a comment on a survey, a note of what a customer said, or a ticket. A tag names its item
as table and id, such as tickets/T-1: one of the tag's own source, or of another by its qualified id.
A theme is called what `theme_names` calls it, and is none of an item that `theme_corrections` takes it from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ibis

from holdfast.periods import Period
from holdfast.timelines.answers import responses
from holdfast.timelines.identity import OWN, named
from holdfast.timelines.layout import Layout
from holdfast.timelines.money import zero
from holdfast.timelines.subjects import accounts_by_period, in_period, with_period, with_reason
from holdfast.timelines.tickets import known_tickets

WORTH = {"positive": 1, "neutral": 0, "mixed": 0, "negative": -1}
"""What a sentiment adds; another word says nothing."""

OWN_NOTES = ("crm",)
"""Notes of what the team thought, not of what a customer said."""

HERE = "holdfast"
"""The source of tags that people gave within Holdfast, which name items as they are seen."""

ITEM = ("account_id", "subject_id", "left_out", "said_at", "words")
COLUMNS = ("period_start", "account_id", "subject_id", "left_out")


def feedback_items(layout: Layout, periods: Sequence[Period]) -> Any:
    """Items by the period they were said in, with `coded` 1 where a theme was found in them."""
    rows = said_items(layout)
    rows = in_period(rows, rows.said_at, periods)
    return with_period(rows.select(*COLUMNS, "coded"), periods)


def themed_items(layout: Layout, periods: Sequence[Period]) -> Any:
    """One row per item and theme: `carries` is 1 where the item is about it, `worth` how it sounds.

    Themes are all that were ever found; what is not coded is left out.
    """
    items, tags = said_items(layout), tags_of_items(layout)
    known = tags.semi_join(items, tags.ref == items.subject_id).select("theme").distinct()
    rows = in_period(items, items.said_at, periods).cross_join(known)
    found = tags.select("ref", "worth", tagged="theme")
    rows = rows.left_join(found, [rows.subject_id == found.ref, rows.theme == found.tagged])
    uncoded = ibis.ifelse(rows.coded == 0, "uncoded", ibis.null().cast("string"))
    rows = rows.mutate(
        carries=rows.ref.notnull().cast("int64"), left_out=ibis.coalesce(rows.left_out, uncoded)
    )
    return with_period(rows.select(*COLUMNS, "theme", "carries", "worth"), periods)


def themed_accounts(layout: Layout, periods: Sequence[Period]) -> Any:
    """One row per account with a coded item and theme: `carries`, and the MRR it opened the period with."""
    rows = themed_items(layout, periods).drop("period_end", "days", "worth")
    nobody = ibis.ifelse(rows.account_id.isnull(), "no_account", ibis.null().cast("string"))
    rows = rows.mutate(left_out=ibis.coalesce(rows.left_out, nobody))
    counted = rows.filter(rows.left_out.isnull())
    each = counted.group_by(["period_start", "account_id", "theme"]).agg(carries=counted.carries.max())
    each = each.mutate(subject_id=each.account_id, left_out=ibis.null().cast("string"))
    out = rows.filter(rows.left_out.notnull())
    both = ibis.union(*[part.select(*COLUMNS, "theme", "carries") for part in (each, out)])
    paid = accounts_by_period(layout, periods).select(
        "opening_mrr", "no_opening_rate", paid_by="account_id", paid_start="period_start"
    )
    on = [both.account_id == paid.paid_by, both.period_start == paid.paid_start]
    both = both.left_join(paid, on).drop("paid_by", "paid_start")
    return with_period(both.mutate(opening_mrr=both.opening_mrr.fill_null(zero())), periods)


def twice_coded(layout: Layout, periods: Sequence[Period]) -> Any:
    """One row per theme and item that two have coded: whether the `first` and the `second` found it.

    The two are the first by name of those who coded the item; themes are all that were found in
    items coded twice.
    """
    items, tags = said_items(layout), _found(layout)
    tags = tags.filter(tags.coder.notnull()).semi_join(items, tags.ref == items.subject_id)
    coders = tags.group_by("ref").agg(one=tags.coder.min(), many=tags.coder.nunique())
    coders = coders.filter(coders.many > 1)
    others = tags.join(coders, "ref").filter(lambda row: row.coder != row.one)
    other = others.group_by("ref").agg(two=others.coder.min())
    pairs = coders.join(other, "ref").select(pair_of="ref", one="one", two="two")
    said = in_period(items, items.said_at, periods)
    rows = said.join(pairs, said.subject_id == pairs.pair_of)
    counted = items.filter(items.left_out.isnull()).join(pairs, items.subject_id == pairs.pair_of)
    themes = tags.semi_join(counted, tags.ref == counted.pair_of).select("theme").distinct()
    rows = rows.select(*COLUMNS, "one", "two").cross_join(themes)
    for coder, says in (("one", "first"), ("two", "second")):
        found = tags.select(said_of="ref", said_by="coder", said="theme").distinct()
        on = [rows.subject_id == found.said_of, rows[coder] == found.said_by, rows.theme == found.said]
        rows = rows.left_join(found, on).mutate(**{says: lambda row: row.said.notnull().cast("int64")})
        rows = rows.drop("said_of", "said_by", "said")
    return with_period(rows.drop("one", "two"), periods)


def said_items(layout: Layout) -> Any:
    """Everything that was said by `as_of` in words, or tagged without any."""
    rows = ibis.union(*[part.select(*ITEM) for part in (_comments(layout), _notes(layout), _asked(layout))])
    tagged = tags_of_items(layout).select(tagged_id="ref").distinct()
    rows = rows.left_join(tagged, rows.subject_id == tagged.tagged_id)
    rows = rows.mutate(coded=rows.tagged_id.notnull().cast("int64")).drop("tagged_id")
    return rows.filter((rows.coded > 0) | (rows.words.strip() != "").fill_null(False))


def _comments(layout: Layout) -> Any:
    rows = responses(layout)
    return rows.mutate(
        subject_id="survey_responses/" + rows.subject_id, said_at=rows.answered_at, words=rows.comment
    )


def _notes(layout: Layout) -> Any:
    rows = layout.records["notes"]
    rows = with_reason(rows.filter(rows["at"] < ibis.literal(layout.as_of)), layout)
    ours = ibis.ifelse(rows.kind.isin(OWN_NOTES), "own_note", ibis.null().cast("string"))
    return rows.mutate(
        subject_id="notes/" + named(rows, "note_id"),
        left_out=ibis.coalesce(rows.left_out, ours),
        said_at=rows["at"],
        words=rows.text,
    )


def _asked(layout: Layout) -> Any:
    rows = known_tickets(layout)
    reason = ibis.cases((rows.spam, "spam"), (rows.merged, "merged"), else_=ibis.null().cast("string"))
    return rows.mutate(
        subject_id="tickets/" + rows.subject_id,
        left_out=ibis.coalesce(rows.left_out, reason),
        said_at=rows.created_at,
        words=ibis.coalesce(rows.text, rows.subject, rows.topic),
    )


def tags_of_items(layout: Layout) -> Any:
    """One row per item and theme, with the newest sentiment that says something."""
    rows = _corrected(_found(layout), layout)
    turns = ibis.window(order_by=["coded_at", "source", "tag_id"])
    rows = rows.mutate(
        worth=rows.sentiment.strip().lower().cases(*WORTH.items()).cast("int64"),
        turn=ibis.row_number().over(turns),
    )
    return rows.group_by(["ref", "theme"]).agg(worth=rows.worth.argmax(rows.turn, where=rows.worth.notnull()))


def themes_of_items(layout: Layout) -> Any:
    """One row per item and theme that was found in it, or that is the topic of a ticket: `ref`, `theme`."""
    tickets = known_tickets(layout)
    topics = tickets.select(ref="tickets/" + tickets.subject_id, theme="topic")
    topics = topics.filter(topics.theme.strip() != "")
    tags = tags_of_items(layout).select("ref", "theme")
    return ibis.union(tags, _corrected(_called(topics, layout), layout), distinct=True)


def taken_out(layout: Layout) -> Any:
    """One row per item and theme that a person said it is not about: `ref`, `theme` in small letters."""
    rows = layout.records["theme_corrections"]
    rows = _called(rows.filter(~rows.about).select("theme", ref="source_ref"), layout)
    return rows.select("ref", theme=_same(rows.theme)).distinct()


def _found(layout: Layout) -> Any:
    """The tags by the data end, with `ref`: their item as items are named."""
    rows = layout.records["feedback_tags"]
    rows = rows.filter(rows.coded_at < ibis.literal(layout.as_of))
    start = rows.source_ref.find("/") + 1
    elsewhere = rows.source_ref.substr(0, start) + rows.source + ":" + rows.source_ref.substr(start)
    as_seen = rows.source.isin([OWN, HERE])
    return _called(rows.mutate(ref=ibis.ifelse(as_seen, rows.source_ref, elsewhere)), layout)


def _called(rows: Any, layout: Layout) -> Any:
    """Rows with their `theme` as it is called now."""
    names = layout.records["theme_names"].select(called_before="theme", called="called")
    rows = rows.left_join(names, _same(rows.theme) == names.called_before)
    return rows.mutate(theme=ibis.coalesce(rows.called, rows.theme)).drop("called_before", "called")


def _corrected(rows: Any, layout: Layout) -> Any:
    """Rows of `ref` and `theme` without those that a person said are wrong."""
    wrong = taken_out(layout)
    return rows.anti_join(wrong, [rows.ref == wrong.ref, _same(rows.theme) == wrong.theme])


def _same(theme: Any) -> Any:
    """A theme as it is compared: `Price` and `price` are one."""
    return theme.strip().lower()


TIMELINES: dict[str, Callable[..., Any]] = {
    "feedback_items": feedback_items,
    "themed_items": themed_items,
    "themed_accounts": themed_accounts,
    "twice_coded": twice_coded,
}
"""Timelines by the name that metrics call them; each takes a layout and periods."""
