"""Groups of texts that are alike on average (agglomerative clustering, average linkage)."""

from __future__ import annotations

from collections import defaultdict
from importlib import import_module
from typing import Any

import numpy as np

from holdfast.insights.hearing.alike import Likeness

APART = 0.85
"""Groups whose texts are farther apart than this, on average, stay two."""


def groups(alike: Likeness) -> list[list[int]]:
    """Every text in just one group, by its place; in the order of the first text of each."""
    if len(alike) < 2:
        return [[place] for place in range(len(alike))]
    clusters, distances = _scipy()
    apart = np.clip(1 - alike, 0, None)
    np.fill_diagonal(apart, 0)
    tree = clusters.linkage(distances.squareform(apart, checks=False), "average")
    found: dict[int, list[int]] = defaultdict(list)
    for place, group in enumerate(clusters.fcluster(tree, APART, "distance").tolist()):
        found[group].append(place)
    return sorted(found.values())


def _scipy() -> tuple[Any, Any]:
    """What of SciPy only proposals need, loaded when first needed."""
    return import_module("scipy.cluster.hierarchy"), import_module("scipy.spatial.distance")
