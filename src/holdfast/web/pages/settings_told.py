"""Settings that an address speaks of, so that a preview and its bridges have an address too."""

from __future__ import annotations

from holdfast.errors import Sentence, UsageError
from holdfast.web.answers.ruling import Wanted, wanted_of
from holdfast.web.pages.view import View


def settings_told(view: View) -> Wanted:
    """Those told as `set=NAME=JSON` that would change something; raises UsageError for what cannot be."""
    told = [text.partition("=") for text in view.request.GET.getlist("set")]
    for name, sign, _ in told:
        if not sign:
            raise UsageError(Sentence("{name!r} sets nothing.", name=name), hint="set=NAME=VALUE")
    return wanted_of(tuple((name, value) for name, _, value in told)) if told else ()


def as_told(wanted: Wanted) -> list[str]:
    """Settings as an address tells them."""
    return [f"{name}={value}" for name, value in wanted]
