"""The rows of every view, as Ibis expressions over one state of a workspace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Any

import ibis

from holdfast.flow.keeping.refresh import is_current, kept_layout, whole_months
from holdfast.flow.knowing.held import Held
from holdfast.flow.knowing.known import Knowledge
from holdfast.flow.published.publishing import PUBLISHED
from holdfast.metrics import CATALOG
from holdfast.periods import Period
from holdfast.tables.views import BROUGHT_VIEWS, COUNTED_VIEWS
from holdfast.timelines.account_periods import RATES
from holdfast.timelines.accounts import BEFORE_ALL
from holdfast.timelines.basis import FAR
from holdfast.timelines.identity import resolved
from holdfast.timelines.layout import Layout, lay_out
from holdfast.timelines.money import MONEY, zero
from holdfast.timelines.subjects import accounts_by_period, one_off_lines, with_reason
from holdfast.warehouse import Warehouse

EMPTY = datetime(1970, 1, 1)
"""An instant in a month that stands for none, so that a view without months has its columns."""


class Views:
    """What each view shows, as known now or at an instant; only what is asked for is laid out."""

    def __init__(self, warehouse: Warehouse, known_at: datetime | None = None) -> None:
        self._warehouse = warehouse
        self._known = Knowledge(warehouse, known_at)
        self._held = Held(warehouse)
        self._made: dict[str, Callable[[], Any]] = {
            "accounts_seen": lambda: self._layout.accounts,
            "account_history": self._account_history,
            "account_ids": self._account_ids,
            "account_months": self._account_months,
            "mrr_movements": self._mrr_movements,
            "mrr_changes": lambda: self._layout.changes.rename(changed_at="at"),
            "priced_phases": lambda: _open_ended(self._layout.priced, "end_at"),
            "customer_spans": self._customer_spans,
            "paid_spans": lambda: _open_ended(self._layout.paid, "end_at"),
            "repeat_sales": self._repeat_sales,
            "activity_days": lambda: resolved(self._layout.activity, self._known.names),
            "figures": self._figures,
            "metrics": _metrics,
        }

    def rows(self, name: str) -> Any:
        """The rows of the view called `name`, with its columns and perhaps more."""
        made = self._made.get(name)
        return made() if made else self._known_rows(name)

    def _known_rows(self, name: str) -> Any:
        if name in BROUGHT_VIEWS:
            return self._known.records[name]
        return self._warehouse.records(name, self._known.known_at)

    @cached_property
    def _layout(self) -> Layout:
        known = self._known
        if known.known_at is None and is_current(self._warehouse, known):
            return kept_layout(self._warehouse, known)
        sources = known.settings["sources"]
        return lay_out(known.records, known.basis, names=known.names, sources=sources, keep=self._held)

    def _account_history(self) -> Any:
        rows = _open_ended(self._layout.history, "valid_to")
        return rows.mutate(valid_from=rows.valid_from.nullif(ibis.literal(BEFORE_ALL)))

    def _account_ids(self) -> Any:
        seen = resolved(self._known.records["accounts"], self._known.names)
        return seen.select("source", "source_id", "account_id").distinct()

    def _account_months(self) -> Any:
        months = whole_months(self._known)
        if not months:
            return self._months([self._known.basis.calendar.containing("month", EMPTY)])
        return self._months(months)

    def _months(self, months: list[Period]) -> Any:
        labels = ibis.memtable(
            [{"month_start": month.start, "month": month.label} for month in months],
            schema={"month_start": "timestamp(6)", "month": "string"},
        )
        rows = accounts_by_period(self._layout, months)
        rows = rows.rename(month_start="period_start", month_end="period_end")
        rows = rows.join(labels, "month_start")
        return rows.mutate(no_rate=ibis.least(*[rows[name] for name in RATES]))

    def _mrr_movements(self) -> Any:
        rows = self._account_months()
        signed = {
            "new": rows.new_mrr,
            "expansion": rows.expansion_mrr,
            "contraction": -rows.contraction_mrr,
            "churn": -rows.churned_mrr,
            "reactivation": rows.reactivation_mrr,
        }
        moved = {**signed, "fx": rows.closing_mrr - rows.opening_mrr - sum(signed.values())}
        keys = ("account_id", "month", "month_start", "left_out")
        parts = [
            rows.select(*keys, movement=ibis.literal(movement), amount=amount)
            for movement, amount in moved.items()
        ]
        movements = ibis.union(*parts)
        return movements.filter(movements.amount != zero())

    def _repeat_sales(self) -> Any:
        months = whole_months(self._known) or [self._known.basis.calendar.containing("month", EMPTY)]
        bought = one_off_lines(self._layout, months)
        bought = bought.group_by("account_id").agg(
            purchases=bought.count(),
            one_off_revenue=bought["value"].sum(),
            first_purchase_at=bought.issued_at.min(),
            last_purchase_at=bought.issued_at.max(),
        )
        moved = self._mrr_movements()
        moved = moved.filter(moved.movement == "expansion").group_by("account_id")
        grown = moved.agg(expansions=lambda t: t.count(), expansion_mrr=lambda t: t.amount.sum())
        both = grown.outer_join(bought, "account_id")
        counts = {name: both[name].fill_null(0) for name in ("expansions", "purchases")}
        money = {
            name: both[name].fill_null(zero()).cast(MONEY) for name in ("expansion_mrr", "one_off_revenue")
        }
        rows = both.select(
            "first_purchase_at",
            "last_purchase_at",
            account_id=ibis.coalesce(both.account_id, both.account_id_right),
            bought_again=(counts["expansions"] > 1) | (counts["purchases"] > 1),
            **counts,
            **money,
        )
        # A filter between the two joins: Ibis takes the key of a chain of joins from the wrong side.
        return with_reason(rows.filter(rows.account_id.notnull()), self._layout)

    def _customer_spans(self) -> Any:
        rows = _open_ended(self._layout.spans, "end_at")
        return _open_ended(rows, "paid_until").rename(is_new="fresh")

    def _figures(self) -> Any:
        figures, reports = self._known_rows("published_figures"), self._known_rows("reports")
        made = reports.select("report_id", report_kind="kind", published_at="recorded_at")
        rows = figures.join(made, "report_id")
        publishes = rows.report_kind.isin(PUBLISHED)
        period = ibis.window(group_by=["grain", "period_label"])
        newest = ibis.ifelse(publishes, rows.published_at, ibis.null()).max().over(period)
        return rows.mutate(
            in_force=publishes & (rows.published_at == newest).fill_null(False),
            exact_value=rows["value"],
        )


def _open_ended(rows: Any, end: str) -> Any:
    """`rows` with an empty end in place of the one that stands for none."""
    return rows.mutate(**{end: rows[end].nullif(ibis.literal(FAR))})


def _metrics() -> Any:
    names = COUNTED_VIEWS["metrics"].column_names
    rows = [{name: getattr(metric, name) for name in names} for metric in CATALOG.values()]
    return ibis.memtable(rows, schema=dict.fromkeys(names, "string"))
