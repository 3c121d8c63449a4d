"""The provider's addresses: its own, a form to say who one is, and what the tests tell it."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth import get_user_model, login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path
from oauth2_provider.models import get_application_model

from tests.openid_service.signing import PEOPLE

PERSON: Any = get_user_model()
"""Django's own user here, whatever the program has."""

FORM = """<!doctype html><html lang="en"><head><title>Acme ID</title>
<link rel="icon" href="data:,"></head><body><main><h1>Acme ID</h1>
<form method="post"><label>Name <input name="name"></label> <button>Go on</button></form>
</main></body></html>"""


def who(request: HttpRequest) -> HttpResponse:
    """A form that believes everybody."""
    if request.method != "POST":
        return HttpResponse(FORM)
    user = PERSON.objects.get(username=request.POST["name"])
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponseRedirect(request.GET["next"])


def person(request: HttpRequest, name: str) -> HttpResponse:
    """Keep what is said of a person from now on."""
    PEOPLE[name] = json.loads(request.body)
    PERSON.objects.get_or_create(username=name)
    return HttpResponse()


def client(request: HttpRequest, name: str) -> HttpResponse:
    """Keep who may ask, with what secret, and where people are sent back to."""
    told, applications = json.loads(request.body), get_application_model()
    applications.objects.filter(client_id=name).delete()
    applications.objects.create(
        client_id=name,
        client_secret=told["secret"],
        client_type=applications.CLIENT_CONFIDENTIAL if told["secret"] else applications.CLIENT_PUBLIC,
        authorization_grant_type=applications.GRANT_AUTHORIZATION_CODE,
        redirect_uris=told["back"],
        algorithm=applications.RS256_ALGORITHM,
        skip_authorization=True,
    )
    return HttpResponse()


urlpatterns = [
    path("who/", who),
    path("people/<str:name>/", person),
    path("clients/<str:name>/", client),
    path("o/", include("oauth2_provider.urls")),
]
