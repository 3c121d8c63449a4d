"""Pages as text: templates filled with words of one language, under a policy that lets nothing else in."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup

from holdfast.errors import HoldfastError
from holdfast.web.answers.lateness import late_since
from holdfast.web.assets import address_of
from holdfast.web.pages.frame import INSIGHTS, PLACES
from holdfast.words import LANGUAGES, RIGHT_TO_LEFT, say, say_many, spoken
from holdfast.words.amounts import date, number, period_name
from holdfast.words.mistakes import can_tell, told
from holdfast.words.numerals import in_digits
from holdfast.words.order import ordered, ordered_page
from holdfast.words.retold import retold

if TYPE_CHECKING:
    from holdfast.web.pages.view import View

ROOMS = Path(__file__).parents[1]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
NAMES = {"en": "English", "hi": "हिन्दी", "id": "Bahasa Indonesia", "ar": "العربية", "fa": "فارسی"}
THEMES = {"light", "dark"}
APART, TOGETHER = "\u2068", "\u2069"
"""Around what has a direction of its own inside a sentence that runs from the right."""


def show(view: View, template: str, **values: Any) -> HttpResponse:
    """A page of the application: its frame around it, or its inside alone where the drawer or a page asks."""
    inside = "pages/part.html" if view.for_part else "pages/frame.html"
    layout = "pages/drawer.html" if view.for_drawer else inside
    values = {"view": view, "layout": layout, "late_since": late_since(), **values}
    text = rendered(view.request, view.language, template, **values)
    return secured(HttpResponse(text))


def show_bare(
    request: HttpRequest, language: str, template: str, *, status: int = 200, **values: Any
) -> HttpResponse:
    """A page without the application around it: to sign in."""
    return secured(HttpResponse(rendered(request, language, template, **values), status=status))


def show_state(
    request: HttpRequest,
    state: str,
    status: int,
    language: str,
    problem: HoldfastError | None = None,
    request_id: str = "",
) -> HttpResponse:
    """What stands where a page cannot: what happened, what is safe, what to do; in the drawer its inside."""
    layout = (
        "pages/drawer.html" if request.headers.get("HX-Target") == "drawer-content" else "pages/bare.html"
    )
    values = {"state": state, "problem": problem, "request_id": request_id, "layout": layout}
    # htmx shows no answers that are mistakes; the drawer is to show why.
    shown = 200 if layout == "pages/drawer.html" else status
    return show_bare(request, language, "pages/state.html", status=shown, **values)


def rendered(request: HttpRequest, language: str, template: str, **values: Any) -> str:
    """A template's text in a language, as an answer to a request."""
    theme = request.COOKIES.get("theme", "")
    asked = {
        "theme": theme if theme in THEMES else "",
        "languages": NAMES,
        "path": request.path,
        "csrf": partial(_csrf, request),
        "tongue": partial(_in_language, request),
    }
    return written(language, template, **{**asked, **values})


def written(language: str, template: str, **values: Any) -> str:
    """A template's text in a language, or in its tag with how somebody reads."""
    mirrored = spoken(language) in RIGHT_TO_LEFT
    put_in_order = ordered if template.endswith(".txt.j2") else ordered_page
    text = (
        _environment()
        .get_template(template)
        .render(
            {
                "language": spoken(language),
                "direction": "rtl" if mirrored else "ltr",
                "mirrored": mirrored,
                "say": partial(said, language),
                "say_many": partial(_said_many, language),
                "number": partial(_shown, number, language),
                "digits": partial(_shown, in_digits, language),
                "day": partial(_shown, date, language),
                "refusal": partial(_refusal, language),
                "retold": partial(_retold, language),
                "period_name": lambda grain, label: period_name(grain, label, language),
                **values,
            }
        )
    )
    return put_in_order(text, language)


def said(language: str, key: str, /, **values: object) -> str:
    """A sentence; what stands in it keeps its own direction."""
    return say(key, language, **_apart(language, values))


def secured(response: HttpResponse) -> HttpResponse:
    """An answer under the policy of pages, which nobody keeps but the one who asked."""
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "same-origin"
    response["Cross-Origin-Opener-Policy"] = "same-origin"
    response.setdefault("Cache-Control", "private, no-cache")
    return response


def _said_many(language: str, key: str, count: float, /, **values: object) -> str:
    return say_many(key, count, language, **_apart(language, values))


def _refusal(language: str, problem: HoldfastError, role: str = "") -> Markup:
    """What an error says and would have, in the reader's language as far as it is known there."""
    parts = [_told(language, text) for text in (problem.message, problem.hint) if text]
    begin = Markup('<p class="alert" role="{}">').format(role) if role else Markup('<p class="alert">')
    return begin + Markup(" ").join(parts) + Markup("</p>")


def _retold(language: str, kept: str) -> Markup:
    """An error that was kept as text, such as a job's reason, as far as it is known."""
    return Markup("<br>").join(_told(language, each) for each in retold(kept))


def _told(language: str, text: str) -> Markup:
    if not can_tell(text, language):
        return Markup('<span lang="en" dir="ltr">{}</span>').format(text)
    apart = _isolated if spoken(language) in RIGHT_TO_LEFT else str
    return Markup("<span>{}</span>").format(told(text, language, apart))


def _isolated(value: object) -> str:
    return f"{APART}{value}{TOGETHER}"


def _apart(language: str, values: dict[str, object]) -> dict[str, object]:
    if spoken(language) not in RIGHT_TO_LEFT:
        return values
    return {name: _isolated(value) for name, value in values.items()}


def _shown(write: Any, language: str, value: Any) -> str:
    return str(write(value, language))


def _in_language(request: HttpRequest, language: str) -> str:
    """This very address in another language."""
    asked = request.GET.copy()
    asked["lang"] = language
    return f"{request.path}?{asked.urlencode()}"


def _csrf(request: HttpRequest) -> Markup:
    return Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">').format(get_token(request))


@cache
def _environment() -> Environment:
    rooms = {folder.parent.name: FileSystemLoader(folder) for folder in sorted(ROOMS.glob("*/templates"))}
    environment = Environment(
        loader=PrefixLoader(rooms),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = address_of
    environment.globals["LANGUAGES"] = LANGUAGES
    environment.globals["PLACES"] = PLACES
    environment.globals["INSIGHTS"] = INSIGHTS
    return environment
