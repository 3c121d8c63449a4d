"""Members: who they are, one by one with what can be done about them, and a form to invite someone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from holdfast.errors import HoldfastError, unknown
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import secured, show
from holdfast.web.workspaces.identities import do_unlink, is_linked
from holdfast.web.workspaces.members import link_holds_until
from holdfast.web.workspaces.models import Member
from holdfast.web.workspaces.roles import May, Role
from holdfast.web.workspaces.second_factor import do_reset
from holdfast.web.workspaces.team import (
    do_change_role,
    do_give_link,
    do_invite,
    do_remove,
    do_take_back,
    may_act_on,
)

FORMS = frozenset({"GET", "HEAD", "POST"})
ACTS: dict[str, Callable[[Member, Member], None]] = {
    "remove": lambda member, by: do_remove(member, by=by),
    "reset": lambda member, by: do_reset(member, by=by),
    "unlink": lambda member, by: do_unlink(member, by=by),
    "take_back": lambda member, by: do_take_back(member, by=by),
}


@page(without_data=True, methods=FORMS, changing=May.ADMINISTER)
def people(view: View) -> HttpResponse:
    """Everyone who works here, and where an invitation is posted to."""
    asked, problem = view.request.POST, None
    if view.request.method == "POST":
        try:
            member, text = do_invite(
                asked.get("email", ""), asked.get("name", ""), asked.get("role", ""), by=view.member
            )
            return _link_shown(view, member, text)
        except HoldfastError as refused:
            problem = refused
    everyone = list(Member.objects.all())
    return show(
        view,
        "team/people.html",
        there=[each for each in everyone if each.is_active],
        gone=[each for each in everyone if not each.is_active],
        seen=_seen,
        roles=_roles(view),
        asked=asked,
        problem=problem,
        may_invite=view.member.may(May.ADMINISTER),
    )


@page(without_data=True, methods=FORMS, changing=May.ADMINISTER)
def person(view: View, number: int) -> HttpResponse:
    """One member, what each change would do, and where it is posted to."""
    member = Member.objects.filter(pk=number).first()
    if member is None:
        raise Http404
    problem = None
    if view.request.method == "POST":
        try:
            return _done(view, member)
        except HoldfastError as refused:
            problem = refused
    return show(
        view,
        "team/person.html",
        member=member,
        seen=_seen,
        roles=_roles(view),
        problem=problem,
        provider=settings.INSTALLATION["OIDC_NAME"] if is_linked(member) else "",
        may_change=may_act_on(view.member, member.role),
    )


def _done(view: View, member: Member) -> HttpResponse:
    act = view.request.POST.get("act", "")
    if act == "link":
        return _link_shown(view, member, do_give_link(member, by=view.member))
    if act == "role":
        do_change_role(member, view.request.POST.get("role", ""), by=view.member)
    elif act in ACTS:
        ACTS[act](member, view.member)
    else:
        raise unknown("act", act, ["link", "role", *ACTS])
    return secured(redirect(view.link("/team/")))


def _link_shown(view: View, member: Member, text: str) -> HttpResponse:
    """The link, which is shown this once."""
    link = view.request.build_absolute_uri(f"/sign-in/{text}/")
    until = link_holds_until(text).astimezone(UTC).replace(tzinfo=None)
    response = show(view, "team/link.html", member=member, link=link, until=until)
    response["Cache-Control"] = "no-store"
    return response


def _roles(view: View) -> list[str]:
    """The roles that the one who looks may give."""
    return [role.value for role in Role if may_act_on(view.member, role)]


def _seen(member: Member) -> datetime | None:
    """When a member signed in last, as the calendar takes instants."""
    return member.last_login.astimezone(UTC).replace(tzinfo=None) if member.last_login else None
