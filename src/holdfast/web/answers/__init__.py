"""The one door for reading: what pages show, as frozen values, kept while nothing new is recorded."""

from __future__ import annotations

from holdfast.web.answers.about import About, about, rulebook_of
from holdfast.web.answers.arriving import Arriving, Waiting, arriving, findings, waiting
from holdfast.web.answers.boards import board, cohorts, curve
from holdfast.web.answers.comparing import bridge_of
from holdfast.web.answers.explaining import Explained, explained, rows_of
from holdfast.web.answers.finding import Found, find_accounts
from holdfast.web.answers.losing import losses
from holdfast.web.answers.readers import kept, state_of_data
from holdfast.web.answers.standpoint import Standpoint
from holdfast.web.answers.variants import variants

__all__ = [
    "About",
    "Arriving",
    "Explained",
    "Found",
    "Standpoint",
    "Waiting",
    "about",
    "arriving",
    "board",
    "bridge_of",
    "cohorts",
    "curve",
    "explained",
    "find_accounts",
    "findings",
    "kept",
    "losses",
    "rows_of",
    "rulebook_of",
    "state_of_data",
    "variants",
    "waiting",
]
