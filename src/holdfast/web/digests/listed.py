"""The digests that are sent, to whom and when next; a form for another; and the way out of one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from holdfast.errors import HoldfastError
from holdfast.metrics.boards import BOARDS
from holdfast.web.digests.models import Digest
from holdfast.web.digests.sending import refuse_without_mail
from holdfast.web.digests.turns import (
    GRAINS,
    do_send_now,
    do_set_up,
    do_stop,
    do_unsubscribe,
    next_turn,
    recipient_of,
    wanted_by,
)
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import secured, show, show_bare, show_state
from holdfast.web.pages.view import language_of
from holdfast.web.workspaces.models import Member
from holdfast.web.workspaces.roles import May

FORMS = frozenset({"GET", "HEAD", "POST"})


@page(methods=FORMS, changing=May.DEFINE)
def digests(view: View) -> HttpResponse:
    """The list, and where its forms go: to set one up, to send it now, to stop it."""
    problem = None
    if view.request.method == "POST":
        try:
            _change(view)
            return secured(redirect(view.link("/reports/digests/")))
        except HoldfastError as refused:
            problem = refused
    now, calendar = timezone.now(), view.about.calendar
    return show(
        view,
        "digests/digests.html",
        rows=[
            (each, wanted_by(each), next_turn(each.rhythm, now, calendar).replace(tzinfo=None))
            for each in Digest.objects.filter(stopped_at=None)
        ],
        members=list(Member.objects.filter(is_active=True)),
        boards=tuple(BOARDS),
        rhythms=tuple(GRAINS),
        asked=view.request.POST,
        unable=_unable(),
        problem=problem,
        may_set_up=view.member.may(May.DEFINE),
    )


def stop(request: HttpRequest, text: str) -> HttpResponse:
    """The way out of a digest, by the address in the letter: mail programs post to it without being asked."""
    language, recipient = language_of(request), recipient_of(text)
    if recipient is None:
        return show_state(request, "missing", 404, language)
    if request.method == "POST":
        do_unsubscribe(recipient)
        recipient.refresh_from_db()
    return show_bare(request, language, "digests/stop.html", recipient=recipient)


def _change(view: View) -> None:
    asked, by = view.request.POST, view.member
    for act, do in (("stop", do_stop), ("now", do_send_now)):
        if number := asked.get(act, ""):
            do(int(number) if number.isdecimal() else 0, by=by)
            return
    chosen = [int(each) for each in asked.getlist("to") if each.isdecimal()]
    members = Member.objects.filter(pk__in=chosen, is_active=True)
    languages = {each: asked.get(f"language-{each.pk}", "") for each in members}
    do_set_up(asked.get("board", ""), asked.get("rhythm", ""), languages, by=by)


def _unable() -> HoldfastError | None:
    """Why nothing can be sent, where it cannot."""
    try:
        refuse_without_mail()
    except HoldfastError as problem:
        return problem
    return None
