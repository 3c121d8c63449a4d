"""Episodes: the signs of one kind and account, joined; each fires once, stays, and ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.insights.warning.kinds import Told
from holdfast.insights.warning.rules import KINDS, Rules
from holdfast.insights.warning.signs import FAR_MICROS, SIGN, stretches_of
from holdfast.insights.warning.stretches import Ints, Stretches, both, joined, pairs

BEGIN = datetime(1970, 1, 1)
MICRO = timedelta(microseconds=1)


@dataclass(frozen=True)
class Episodes:
    """Episodes in order of kind, account and time, and under each the signs that it is made of.

    `kind` and `who` are places in `KINDS` and in the names of accounts; `left` says of each when the account,
    a customer all through it, was one no longer, `FAR_MICROS` where it still is. `sign` are places among
    `signs`, in `of` the place of the episode.
    """

    names: pa.Array
    kind: Ints
    stretches: Stretches
    left: Ints
    signs: pa.Table
    of: Ints
    sign: Ints

    def __len__(self) -> int:
        return len(self.kind)

    def rows(self, chosen: Ints) -> list[dict[str, Any]]:
        """The chosen episodes: account_id, kind, opened_at, closed_at (None while open), signs."""
        first, last = np.searchsorted(self.of, chosen), np.searchsorted(self.of, chosen, side="right")
        needed = np.concatenate([self.sign[a:b] for a, b in zip(first, last, strict=True)] or [self.sign[:0]])
        signs = iter(self.signs.take(pa.array(needed)).to_pylist())
        return [
            {
                "account_id": self.names[int(self.stretches.who[place])].as_py(),
                "kind": KINDS[self.kind[place]],
                "opened_at": _instant(self.stretches.start[place]),
                "closed_at": _instant(self.stretches.end[place]),
                "signs": [next(signs) for _ in range(many)],
            }
            for place, many in zip(chosen, last - first, strict=True)
        ]


def episodes(told: Told, rules: Rules) -> Episodes:
    """The episodes of customers, each kind up to where it is known; later signs are not looked at."""
    parts = [_of_kind(place, kind, told, rules) for place, kind in enumerate(KINDS) if kind in told.until]
    stretches = _together([each.stretches for each in parts])
    sizes = np.cumsum([0, *(len(each) for each in parts)])
    counts = np.cumsum([0, *(each.signs.num_rows for each in parts)])
    return Episodes(
        told.names,
        np.concatenate([each.kind for each in parts] or [_NONE]),
        stretches,
        np.concatenate([each.left for each in parts] or [_NONE]),
        pa.concat_tables([SIGN.empty_table(), *(each.signs for each in parts)]).combine_chunks(),
        np.concatenate([each.of + size for each, size in zip(parts, sizes, strict=False)] or [_NONE]),
        np.concatenate([each.sign + count for each, count in zip(parts, counts, strict=False)] or [_NONE]),
    )


_NONE: Ints = np.empty(0, dtype=np.int64)


def _of_kind(place: int, kind: str, told: Told, rules: Rules) -> Episodes:
    horizon = int((told.until[kind] - BEGIN) / MICRO)
    signs = told.signs.filter(pc.equal(told.signs["kind"], kind))
    known = pc.is_in(signs["account_id"], value_set=told.names)
    begun = pc.less(signs["start_at"], pa.scalar(told.until[kind], pa.timestamp("us")))
    signs = signs.filter(pc.and_(known, begun)).sort_by([("start_at", "ascending"), ("record", "ascending")])
    seen = _as_seen(stretches_of(signs, told.names), horizon)
    customers = _as_seen(told.customers.where(told.customers.start < horizon), horizon)
    inside = both(seen, customers)
    found = joined(inside, gap=rules.again_days * 86_400_000_000)
    of, sign = pairs(found, seen)
    order = np.lexsort((sign, of))
    spans = joined(told.customers)
    held, span = pairs(spans, found)
    left = np.full(len(found), FAR_MICROS, dtype=np.int64)
    left[span[::-1]] = spans.end[held[::-1]]
    return Episodes(told.names, np.full(len(found), place), found, left, signs, of[order], sign[order])


def _as_seen(those: Stretches, horizon: int) -> Stretches:
    """Ends that lie at or after the horizon have not come yet."""
    return Stretches(those.who, those.start, np.where(those.end >= horizon, FAR_MICROS, those.end))


def _together(parts: Sequence[Stretches]) -> Stretches:
    columns = [[getattr(each, name) for each in parts] or [_NONE] for name in ("who", "start", "end")]
    return Stretches(*(np.concatenate(each) for each in columns))


def _instant(micros: int) -> datetime | None:
    return None if micros >= FAR_MICROS else BEGIN + timedelta(microseconds=int(micros))
