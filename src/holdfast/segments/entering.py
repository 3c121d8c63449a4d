"""Who is not there yet at an instant and becomes a customer in its period: seen as it enters."""

from __future__ import annotations

from typing import Any

from holdfast.segments.moments import Moments
from holdfast.timelines.layout import Layout


def customers_at(moments: Moments, layout: Layout) -> Any:
    """account_id and bound of the customers just before each instant."""
    held = moments.beside(
        layout.spans, lambda span, at: span.start_at < at.bound, lambda span, at: span.end_at >= at.bound
    )
    return held.select("account_id", "bound")


def entries(moments: Moments, layout: Layout) -> Any:
    """account_id, bound and `enters_at` of accounts that are no customers then and become so by `until`."""
    begun = moments.beside(
        layout.spans, lambda span, at: span.start_at >= at.bound, lambda span, at: span.start_at < at.until
    )
    first = begun.group_by(["account_id", "bound"]).agg(enters_at=begun.start_at.min())
    return first.anti_join(customers_at(moments, layout), ["account_id", "bound"])


def held_or_entered(spans: Any, moments: Moments, layout: Layout) -> Any:
    """Rows of spans (start_at, end_at) in force just before each instant, or as the account enters."""
    held = moments.beside(
        spans, lambda span, at: span.start_at < at.bound, lambda span, at: span.end_at >= at.bound
    )
    begun = entries(moments, layout).rename(who="account_id")
    on = [spans.account_id == begun.who, spans.start_at <= begun.enters_at, spans.end_at > begun.enters_at]
    columns = [*spans.columns, "bound"]
    return held.select(*columns).union(spans.join(begun, on).select(*columns))
