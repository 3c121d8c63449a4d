"""Charts: figures become Altair specifications, drawn as SVG or PNG or shown in a page.

One file a chart, each a function from figures to a chart; `theme` is how all of them look and
`drawing` turns one into a picture.
"""

from __future__ import annotations

from holdfast.report.charts.frame import Frame, framed
from holdfast.report.charts.heatmap import heatmap
from holdfast.report.charts.movements import MOVEMENTS, NET, movements
from holdfast.report.charts.survival import survival, told_apart
from holdfast.report.charts.time_series import TargetLine, time_series

__all__ = [
    "MOVEMENTS",
    "NET",
    "Frame",
    "TargetLine",
    "framed",
    "heatmap",
    "movements",
    "survival",
    "time_series",
    "told_apart",
]
