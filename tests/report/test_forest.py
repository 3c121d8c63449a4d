"""Bars of differences: they reach as far as the widest interval, and nothing lies in the middle."""

from __future__ import annotations

import re

from holdfast.insights.behaviours.effect import Gap
from holdfast.report.page.forest import bar, reach_of


def test_bars_reach_to_a_whole_multiple_beyond_every_interval() -> None:
    assert reach_of([]) == 0.05
    assert reach_of([Gap(0.1, 0.02, 0.18), Gap(-0.1, -0.31, 0.0)]) == 0.35
    assert reach_of([Gap(0.1, 0.05, 0.15)]) == 0.15
    assert reach_of([Gap(0.9, 0.7, 1.1)]) == 1.0


def test_a_bar_draws_both_intervals_around_the_line_where_there_is_none() -> None:
    drawn = str(bar(Gap(0.1, 0.0, 0.2), Gap(-0.1, -0.2, 0.4), 0.2))
    spans = re.findall(r"M([\d.]+) [\d.]+H([\d.]+)", drawn)
    assert spans == [("50.00", "100.00"), ("0.00", "100.00")]
    assert re.findall(r'class="point" d="M([\d.]+)', drawn) == ["75.00", "25.00"]
    assert 'd="M50.0 0V24"' in drawn
