"""The tables that Holdfast itself writes, append-only like the others."""

from __future__ import annotations

from holdfast.tables.owned.actions import ACTIONS
from holdfast.tables.owned.declared_sources import DECLARED_SOURCES
from holdfast.tables.owned.erasures import ERASURES
from holdfast.tables.owned.experiments import EXPERIMENTS
from holdfast.tables.owned.health import HEALTH_OVERRIDES, HEALTH_PROFILES, HEALTH_SCORES
from holdfast.tables.owned.imports import IMPORTS
from holdfast.tables.owned.links import LINKS
from holdfast.tables.owned.published_figures import PUBLISHED_FIGURES
from holdfast.tables.owned.rejects import REJECTS
from holdfast.tables.owned.reports import REPORTS
from holdfast.tables.owned.rulebooks import RULEBOOKS
from holdfast.tables.owned.segments import SEGMENTS
from holdfast.tables.owned.settings import SETTINGS
from holdfast.tables.owned.source_cursors import SOURCE_CURSORS
from holdfast.tables.owned.source_messages import SOURCE_MESSAGES
from holdfast.tables.owned.spool_offsets import SPOOL_OFFSETS
from holdfast.tables.owned.targets import TARGETS
from holdfast.tables.owned.theming import THEME_CORRECTIONS, THEME_NAMES
from holdfast.tables.owned.traits import ACCOUNT_TRAITS, USER_TRAITS
from holdfast.tables.owned.visitors import VISITORS
from holdfast.tables.schema import Table

OWNED: dict[str, Table] = {
    table.name: table
    for table in (
        SETTINGS,
        RULEBOOKS,
        SEGMENTS,
        LINKS,
        IMPORTS,
        REJECTS,
        ERASURES,
        REPORTS,
        PUBLISHED_FIGURES,
        TARGETS,
        ACTIONS,
        HEALTH_PROFILES,
        HEALTH_OVERRIDES,
        HEALTH_SCORES,
        EXPERIMENTS,
        THEME_NAMES,
        THEME_CORRECTIONS,
        VISITORS,
        USER_TRAITS,
        ACCOUNT_TRAITS,
        SPOOL_OFFSETS,
        DECLARED_SOURCES,
        SOURCE_MESSAGES,
        SOURCE_CURSORS,
    )
}
