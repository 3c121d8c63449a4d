"""Two weeks without a word: told apart by use, as quiet and well or quiet and at risk."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.insights.warning.rules import Rules
from holdfast.insights.warning.signs import FAR_MICROS, micros, signs_from, stretches_of
from holdfast.insights.warning.stretches import Ints, Stretches, both, pairs, without

DAY = 86_400_000_000


def quiet_ones(
    names: pa.Array, told: pa.Table, customers: Stretches, poor: pa.Table, rules: Rules
) -> list[pa.Table]:
    """Signs of quiet at risk, where `poor` has use fallen or missing, and of healthy quiet, where it has not.

    `told` are the contacts; quiet begins so many days after the last one, or after becoming a customer.
    """
    who = pc.index_in(told["account_id"], value_set=names)
    told, who = told.filter(who.is_valid()), who.filter(who.is_valid())
    began = int(micros(told["at"]).min()) if len(told) else 0
    whose = np.concatenate((who.to_numpy().astype(np.int64), customers.who))
    at = np.concatenate((micros(told["at"]), np.maximum(customers.start, began)))
    order = np.lexsort((at, whose))
    silent, last = _silent(whose[order], at[order], rules.quiet_days * DAY)
    tables = pa.concat_arrays([told["table"].combine_chunks(), pa.array([""] * len(customers), pa.string())])
    records = pa.concat_arrays(
        [told["record"].combine_chunks(), pa.array([""] * len(customers), pa.string())]
    )
    first = pa.array(order[last])
    bad = stretches_of(poor, names)
    found = []
    for kind, those in (("at_risk_quiet", both(silent, bad)), ("healthy_quiet", without(silent, bad))):
        of, place = pairs(those, silent)
        since = np.zeros(len(those), dtype=np.int64)
        since[of] = place
        signs = signs_from(names, those, kind, "", records.take(first.take(pa.array(since))))
        table = tables.take(first.take(pa.array(since)))
        found.append(signs.set_column(2, signs.schema.field(2), table))
    return found


def _silent(who: Ints, at: Ints, least: int) -> tuple[Stretches, Ints]:
    """Gaps of at least so long after each contact, in order, each with the place of the contact before it."""
    same = who[1:] == who[:-1]
    until = np.append(np.where(same, at[1:], FAR_MICROS), [FAR_MICROS] * min(len(who), 1))
    quiet = np.flatnonzero(at + least < until)
    return Stretches(who[quiet], at[quiet] + least, until[quiet]), quiet
