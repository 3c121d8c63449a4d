"""Every address of the server."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

from holdfast.collect.sources import POSTED, SOURCES
from holdfast.web.api import health, openapi
from holdfast.web.api.hooks import declared_hook, hook
from holdfast.web.api.intake import intake
from holdfast.web.assets import static
from holdfast.web.customers.account import account
from holdfast.web.customers.listed import customers, customers_csv
from holdfast.web.dashboards import compare, downloads, explain, kpis, overview, searching
from holdfast.web.dashboards.cohorts import cohort_page
from holdfast.web.data import incoming, rejected
from holdfast.web.entrance import signing_in
from holdfast.web.pages.missing import missing


def _intakes() -> list[URLPattern]:
    """The paths of every source, with and without a slash at the end: who posts follows no redirect."""
    return [
        re_path(rf"^{place.lstrip('/')}/?$", csrf_exempt(view))
        for name, source in POSTED.items()
        for view in [intake(name)]
        for place in source.paths
    ]


PAGES = [
    path("", overview.overview),
    path("kpis/", kpis.catalogue),
    path("kpis/<str:name>/", kpis.kpi),
    path("kpis/<str:name>/explain/", explain.explain),
    path("kpis/<str:name>/compare/", compare.compare),
    path("kpis/<str:name>/figures.csv", downloads.figures_csv),
    path("kpis/<str:name>/figures.xlsx", downloads.figures_xlsx),
    path("kpis/<str:name>/rows.csv", downloads.rows_csv),
    path("kpis/<str:name>/chart.png", downloads.chart_png),
    path("cohorts/", cohort_page),
    path("customers/", customers),
    path("customers/all.csv", customers_csv),
    path("customers/<str:account_id>/", account),
    path("data/", incoming.incoming),
    path("data/jobs/", incoming.under_way),
    path("data/checks/", incoming.checks),
    path("data/template.csv", incoming.template_csv),
    path("data/rejects/", rejected.rejected),
    path("data/rejects.csv", rejected.rejects_csv),
    path("search/", searching.search),
    path("sign-in/", signing_in.sign_in),
    path("sign-in/<str:text>/", signing_in.by_link),
    path("sign-out/", signing_in.sign_out),
    path("you/", signing_in.own_account),
]
"""What people see; each but the ways in is tried by the tests as owner, reader and stranger."""

urlpatterns = [
    *_intakes(),
    *(re_path(rf"^hooks/{name}/?$", csrf_exempt(hook(name))) for name in SOURCES),
    re_path(r"^hooks/(?P<name>[a-z][a-z0-9_-]{0,39})/?$", csrf_exempt(declared_hook)),
    re_path(r"^openapi\.json$", openapi.openapi),
    re_path(r"^healthz$", health.healthz),
    re_path(r"^readyz$", health.readyz),
    re_path(r"^metrics$", health.metrics),
    path("static/<str:version>/<path:name>", static),
    *PAGES,
]
handler404 = missing
