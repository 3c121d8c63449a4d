"""Rows that were not taken: what is wrong with them, out as a file to mend, and back in."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect

from holdfast.errors import HoldfastError
from holdfast.web.answers import waiting
from holdfast.web.answers.arriving import to_mend
from holdfast.web.data.incoming import FORMS, sent_file
from holdfast.web.pages import View, page
from holdfast.web.pages.showing import secured, show
from holdfast.web.uploads import do_take_mended
from holdfast.web.workspaces.roles import May


@page(without_data=True, methods=FORMS, changing=May.DEFINE)
def rejected(view: View) -> HttpResponse:
    """The rows that wait, and where a mended file of them is sent to."""
    problem = None
    if view.request.method == "POST":
        try:
            do_take_mended(sent_file(view.request.FILES, "file"), by=view.member)
            return secured(redirect(view.link("/data/")))
        except HoldfastError as refused:
            problem = refused
    return show(
        view,
        "data/rejected.html",
        told=waiting(),
        problem=problem,
        may_send=view.member.may(May.DEFINE),
    )


@page(without_data=True)
def rejects_csv(view: View) -> HttpResponse:  # noqa: ARG001 - every page takes its view
    """The rows that wait, under their own headers, as `holdfast rejects --format csv` writes them."""
    response = HttpResponse(to_mend(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="rejects.csv"'
    return secured(response)
