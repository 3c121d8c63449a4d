"""Every address of the server."""

from __future__ import annotations

from django.urls import URLPattern, re_path

from holdfast.collect.sources import POSTED, SOURCES
from holdfast.web.api import health
from holdfast.web.api.hooks import declared_hook, hook
from holdfast.web.api.intake import intake


def _intakes() -> list[URLPattern]:
    """The paths of every source, with and without a slash at the end: who posts follows no redirect."""
    return [
        re_path(rf"^{path.lstrip('/')}/?$", view)
        for name, source in POSTED.items()
        for view in [intake(name)]
        for path in source.paths
    ]


urlpatterns = [
    *_intakes(),
    *(re_path(rf"^hooks/{name}/?$", hook(name)) for name in SOURCES),
    re_path(r"^hooks/(?P<name>[a-z][a-z0-9_-]{0,39})/?$", declared_hook),
    re_path(r"^healthz$", health.healthz),
    re_path(r"^readyz$", health.readyz),
    re_path(r"^metrics$", health.metrics),
]
