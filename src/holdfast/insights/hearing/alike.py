"""How alike texts are: pieces of their words, rare ones weighing more, compared by cosine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import log

import numpy as np
import numpy.typing as npt
from scipy import sparse

from holdfast.insights.hearing.plain import telling_words

SHORTEST, LONGEST = 3, 5
"""Letters of a piece, the ends of the word counting as one: so endings and prefixes do not part words."""

Likeness = npt.NDArray[np.float32]


def likeness(texts: Sequence[str]) -> Likeness:
    """How alike each two texts are, from 0 to 1; a text without any piece that another has is like none."""
    weights = _weights([Counter(_pieces(text)) for text in texts])
    found: Likeness = np.asarray((weights @ weights.T).todense(), dtype=np.float32)
    return found


def _pieces(text: str) -> Iterable[str]:
    for word in telling_words(text):
        whole = f" {word.plain} "
        for size in range(SHORTEST, LONGEST + 1):
            yield from (whole[start : start + size] for start in range(len(whole) - size + 1))


def _weights(counts: Sequence[Counter[str]]) -> sparse.csr_array:
    """One row of length 1 for each text, with a weight for each piece that two texts or more have."""
    texts_with = Counter(piece for count in counts for piece in count)
    places = {
        piece: place for place, piece in enumerate(sorted(p for p, many in texts_with.items() if many > 1))
    }
    rows = [sorted((places[piece], piece) for piece in count if piece in places) for count in counts]
    values = [
        (1 + log(count[piece])) * (1 + log((1 + len(counts)) / (1 + texts_with[piece])))
        for count, row in zip(counts, rows, strict=True)
        for _, piece in row
    ]
    ends = np.cumsum([0, *map(len, rows)])
    lengths = [float(np.linalg.norm(values[start:end])) for start, end in pairwise(ends)]
    scaled = np.asarray(values) / np.repeat(lengths, np.diff(ends))
    columns = [place for row in rows for place, _ in row]
    return sparse.csr_array((scaled, columns, ends), shape=(len(counts), len(places)))
