"""Which theme that has a name a new text is like, by what people put into it and took out of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from holdfast.insights.hearing.alike import Likeness

NEAREST, BAR = 2, 0.25
"""A text is like a theme where those two of the theme that are most like it are so alike on average."""


def recalled(
    alike: Likeness, open_ones: int, inside: Mapping[str, Collection[int]], out: Mapping[str, Collection[int]]
) -> dict[int, str]:
    """The theme that each of the first `open_ones` texts is most like, for those that are like one.

    `inside` are the places of the texts of each theme, `out` those that a person took out of it: neither
    they nor what is no less like one of them than like the theme is taken for it.
    """
    scores = {
        theme: _scores(alike[:open_ones, sorted(places)], alike[:open_ones, sorted(out.get(theme, ()))])
        for theme, places in sorted(inside.items())
        if len(places) >= NEAREST
    }
    if not scores:
        return {}
    themes, table = list(scores), np.stack(list(scores.values()))
    best = table.argmax(axis=0)
    return {place: themes[best[place]] for place in range(open_ones) if table[best[place], place] >= BAR}


def _scores(inside: Likeness, out: Likeness) -> Likeness:
    score: Likeness = np.sort(inside, axis=1)[:, -NEAREST:].mean(axis=1)
    if out.shape[1]:
        score = np.where(out.max(axis=1) >= score, 0, score)
    return score
