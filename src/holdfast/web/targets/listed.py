"""Every target, how far it is on its way and what is expected of it."""

from __future__ import annotations

from collections import Counter

from django.http import HttpResponse

from holdfast.web.answers.targets import targets_of
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import show
from holdfast.web.targets.told import told
from holdfast.web.workspaces.roles import May


@page()
def targets(view: View) -> HttpResponse:
    """The list of targets, the nearest date first; with `all` those that were dropped too."""
    every = "all" in view.request.GET
    found = [told(each, view) for each in targets_of(view.known_at, dropped=every)]
    return show(
        view,
        "targets/targets.html",
        rows=found,
        counts=Counter(each.state for each in found).most_common(),
        every=every,
        may_define=view.member.may(May.DEFINE),
    )
