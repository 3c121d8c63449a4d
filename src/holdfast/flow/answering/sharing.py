"""A figure of retention cost with each kind of cost counted otherwise."""

from __future__ import annotations

from dataclasses import replace

from holdfast.flow.answering.figures import Desk, Question, asked_of
from holdfast.metrics import Asked, find
from holdfast.metrics.asked import with_data
from holdfast.metrics.shared_costs import SharedCost, has_shared_costs, shared_costs
from holdfast.warehouse import Warehouse


def costs_shared_otherwise(warehouse: Warehouse, question: Question) -> list[SharedCost]:
    """How the one figure asked for hangs on each kind of cost; nothing for a metric without such costs."""
    metric = find(question.names[0])
    if not has_shared_costs(metric):
        return []

    def answer(desk: Desk) -> list[SharedCost]:
        as_of = desk.as_of(metric)
        figure = desk.figures()[-1]
        layout = replace(desk.layout, as_of=as_of)
        (period,) = (each for each in desk.periods_until(as_of) if each.label == figure.period_label)
        return shared_costs(figure, layout, with_data(Asked([metric], [period], as_of=as_of), layout))

    return asked_of(warehouse, question, answer)
