"""The colours of what is drawn: one accent, neutrals, and the same colour for the same thing everywhere.

Categories begin from Okabe and Ito's palette, which people with any colour vision can tell apart.
A judgement has its colour and a word or sign besides.
"""

from __future__ import annotations

ACCENT = "#14606F"
INK = "#17252F"
MUTED = "#5C6B75"
FAINT = "#8C99A2"
HAIRLINE = "#DCE3E7"
SURFACE = "#F3F7F8"
WHITE = "#FFFFFF"
GOOD = "#1B7F4B"
BAD = "#B3261E"
TARGET = "#8A5A00"

MOVEMENTS = {
    "mrr_new": "#0072B2",
    "mrr_expansion": "#009E73",
    "mrr_reactivation": "#56B4E9",
    "mrr_contraction": "#E69F00",
    "mrr_churn": "#D55E00",
    "mrr_fx": "#A5AEB4",
}
"""What moves MRR, by the metric that says how much."""

SERIES = ("#14606F", "#CC79A7", "#0072B2", "#E69F00")
"""Lines that are drawn together, in this order."""

SERIES_ON_DARK = ("#5CC2D1", "#E19BC2", "#6CA9E6", "#E69F00")
"""The same on a dark ground, light enough to be seen there."""

SHARES = ("#FBFDFD", "#BFDFE0", "#7FBFC2")
"""From nothing to all of it, in even steps of lightness; ink is legible on each."""

AROUND_ONE = ("#EBB27A", "#FFFFFF", "#7FBFC2")
"""Below, at and above what there was at first."""
