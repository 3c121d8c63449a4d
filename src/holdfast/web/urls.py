"""Every address of the server."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

from holdfast.collect.sources import POSTED, SOURCES
from holdfast.web.alerts.listed import alerts
from holdfast.web.api import health, openapi
from holdfast.web.api.hooks import declared_hook, hook
from holdfast.web.api.intake import intake
from holdfast.web.api.reading import reading
from holdfast.web.assets import static
from holdfast.web.causes.lost import areas
from holdfast.web.causes.whole import causes, doing
from holdfast.web.customers.account import account
from holdfast.web.customers.listed import customers, customers_csv
from holdfast.web.customers.standing import standing_page
from holdfast.web.dashboards import compare, downloads, explain, kpis, overview, searching
from holdfast.web.dashboards.attention import attention_page
from holdfast.web.dashboards.cohorts import cohort_page
from holdfast.web.data import incoming, person, rejected, ruling
from holdfast.web.design.shown import design
from holdfast.web.digests.listed import digests, stop
from holdfast.web.entrance import openid, second_factor, signing_in
from holdfast.web.feedback.heard import feedback
from holdfast.web.insights import behaviours, experiments, journeys, planning, returns
from holdfast.web.insights.cards import insights
from holdfast.web.pages.missing import missing
from holdfast.web.reads import READS
from holdfast.web.reports import listed as reports
from holdfast.web.reports import whole
from holdfast.web.reports.shared import shared
from holdfast.web.segments import beside, building, inside, listed
from holdfast.web.targets.listed import targets
from holdfast.web.targets.setting import new_target, proposal
from holdfast.web.targets.whole import target
from holdfast.web.team import keyring, log, people


def _intakes() -> list[URLPattern]:
    """The paths of every source, with and without a slash at the end: who posts follows no redirect."""
    return [
        re_path(rf"^{place.lstrip('/')}/?$", csrf_exempt(view))
        for name, source in POSTED.items()
        for view in [intake(name)]
        for place in source.paths
    ]


def _reads() -> list[URLPattern]:
    """The address of every question that programs may ask."""
    return [
        path(f"api/v1/{read.path.replace('{', '<str:').replace('}', '>')}", csrf_exempt(reading(read)))
        for read in READS.values()
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
    path("segments/", listed.segments),
    path("segments/new/", building.build),
    path("segments/count/", building.counted),
    path("segments/condition/", building.condition),
    path("segments/compare/", beside.beside),
    path("segments/compare/figures/", beside.beside_figures),
    path("segments/of/<str:segment>/", inside.segment),
    path("segments/of/<str:segment>/members.csv", inside.members_csv),
    path("targets/", targets),
    path("targets/new/", new_target),
    path("targets/proposal/", proposal),
    path("targets/<str:target_id>/", target),
    path("reports/", reports.reports),
    path("reports/jobs/", reports.being_made),
    path("reports/digests/", digests),
    path("reports/<str:report_id>/", whole.report),
    path("reports/<str:report_id>/again/", whole.counted_again),
    path("reports/<str:report_id>/since/", whole.moved_since),
    path("reports/<str:report_id>/file.<str:form>", whole.report_file),
    path("shared/<str:text>/", shared),
    path("digests/stop/<str:text>/", csrf_exempt(stop)),
    path("alerts/", alerts),
    path("feedback/", feedback),
    path("customers/<str:account_id>/standing/", standing_page),
    path("attention/", attention_page),
    path("insights/", insights),
    path("insights/causes/", causes),
    path("insights/causes/areas/", areas),
    path("insights/causes/actions/", doing),
    path("insights/behaviours/", behaviours.behaviours),
    path("insights/behaviours/ranked/", behaviours.ranked),
    path("insights/behaviours/all.csv", behaviours.behaviours_csv),
    path("insights/behaviours/returns/", returns.returns),
    path("insights/behaviours/returns.csv", returns.returns_csv),
    path("insights/behaviours/<int:number>/", behaviours.behaviour),
    path("insights/behaviours/<int:number>.csv", behaviours.accounts_csv),
    path("insights/journeys/", journeys.journeys),
    path("insights/journeys/stages/", journeys.stages),
    path("insights/journeys/all.csv", journeys.journeys_csv),
    path("insights/experiments/", experiments.experiments),
    path("insights/experiments/readings/", experiments.readings),
    path("insights/experiments/new/", planning.new_experiment),
    path("insights/experiments/plan/", planning.plan),
    path("insights/experiments/<str:experiment_id>/", experiments.experiment),
    path("insights/experiments/<str:experiment_id>/reading/", experiments.reading),
    path("insights/experiments/<str:experiment_id>/arms.csv", experiments.arms_csv),
    path("data/", incoming.incoming),
    path("data/jobs/", incoming.under_way),
    path("data/checks/", incoming.checks),
    path("data/settings/", ruling.settings_page),
    path("data/settings/preview/", ruling.preview),
    path("data/settings/effect/", ruling.effect),
    path("data/template.csv", incoming.template_csv),
    path("data/rejects/", rejected.rejected),
    path("data/rejects.csv", rejected.rejects_csv),
    path("data/person/", person.person),
    path("data/person/jobs/", person.under_way),
    path("data/person/<str:asked>.json", person.person_json),
    path("team/", people.people),
    path("team/<int:number>/", people.person),
    path("team/keys/", keyring.keyring),
    path("team/log/", log.log),
    path("team/log.csv", log.log_csv),
    path("search/", searching.search),
    path("design/", design),
    path("sign-in/", signing_in.sign_in),
    path("sign-in/code/", second_factor.code),
    path("sign-in/openid/", openid.begin),
    path("sign-in/openid/back/", openid.back),
    path("sign-in/<str:text>/", signing_in.by_link),
    path("sign-out/", signing_in.sign_out),
    path("you/", signing_in.own_account),
    path("you/second-factor/", second_factor.second_factor),
]
"""What people see; each but the ways in is tried by the tests as owner, reader and stranger."""

urlpatterns = [
    *_intakes(),
    *(re_path(rf"^hooks/{name}/?$", csrf_exempt(hook(name))) for name in SOURCES),
    re_path(r"^hooks/(?P<name>[a-z][a-z0-9_-]{0,39})/?$", csrf_exempt(declared_hook)),
    *_reads(),
    re_path(r"^openapi\.json$", openapi.openapi),
    re_path(r"^healthz$", health.healthz),
    re_path(r"^readyz$", health.readyz),
    re_path(r"^metrics$", health.metrics),
    path("static/<str:version>/<path:name>", static),
    *PAGES,
]
handler404 = missing
