"""Passwords, links that work once, guessers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from holdfast.errors import UsageError
from holdfast.web.workspaces.members import (
    NotLetIn,
    TooManyAttempts,
    do_add,
    do_check,
    do_make_link,
    do_set_password,
    do_use_link,
    first_link,
    members,
)
from holdfast.web.workspaces.models import Attempt, Deed, Member, SignInLink
from holdfast.web.workspaces.roles import ALLOWED, May, Role
from holdfast.web.workspaces.team import do_remove
from tests.web.conftest import site as site  # noqa: PLC0414 - a fixture of the same process

GOOD = "four words to keep"


@pytest.fixture
def ana(site: Path) -> Iterator[Member]:
    """A member with a password; nobody is left of them afterwards."""
    _nobody()
    member = do_add("Ana@Acme.example ", "Ana", "analyst")
    do_set_password(member, GOOD)
    yield member
    _nobody()


def _nobody() -> None:
    for each in (Deed, SignInLink, Attempt, Member):
        each.objects.all().delete()


def test_a_password_is_kept_by_argon2_and_lets_in(ana: Member) -> None:
    assert ana.password.startswith("argon2$argon2id$")
    assert do_check("ana@acme.example", GOOD, "10.0.0.1") == ana
    for email, password in (("ana@acme.example", "four words to lose"), ("ben@acme.example", GOOD)):
        with pytest.raises(NotLetIn, match="No member has this e-mail address and password"):
            do_check(email, password, "10.0.0.1")


def test_one_who_is_removed_is_let_in_no_longer(ana: Member) -> None:
    link = do_make_link(ana)
    do_remove(ana)
    with pytest.raises(NotLetIn):
        do_check("ana@acme.example", GOOD, "10.0.0.1")
    with pytest.raises(NotLetIn):
        do_use_link(link)


def test_a_guesser_must_wait_and_others_need_not(ana: Member) -> None:
    for _ in range(5):
        with pytest.raises(NotLetIn):
            do_check("ana@acme.example", "guess", "10.0.0.9")
    with pytest.raises(TooManyAttempts):
        do_check("ana@acme.example", GOOD, "10.0.0.1")
    Attempt.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert do_check("ana@acme.example", GOOD, "10.0.0.1") == ana


def test_an_address_that_tries_many_mailboxes_must_wait(ana: Member) -> None:
    for n in range(30):
        with pytest.raises(NotLetIn):
            do_check(f"m{n}@acme.example", "guess", "10.0.0.9")
    with pytest.raises(TooManyAttempts):
        do_check("ana@acme.example", GOOD, "10.0.0.9")
    assert do_check("ana@acme.example", GOOD, "10.0.0.1") == ana


@pytest.mark.parametrize("password", ["short", "1234567890123"])
def test_a_poor_password_is_refused(ana: Member, password: str) -> None:
    with pytest.raises(UsageError):
        do_set_password(ana, password)


def test_a_link_works_once_and_not_for_long(ana: Member) -> None:
    link = do_make_link(ana)
    assert do_use_link(link) == ana
    with pytest.raises(NotLetIn):
        do_use_link(link)
    earlier, later = do_make_link(ana), do_make_link(ana)
    with pytest.raises(NotLetIn):
        do_use_link(earlier)
    SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(NotLetIn):
        do_use_link(later)
    assert link not in str(list(SignInLink.objects.values()))


def test_looking_at_a_link_uses_nothing_up_and_its_button_signs_in(ana: Member) -> None:
    client, link = Client(), f"/sign-in/{do_make_link(ana)}/"
    assert "Ana" in client.get(link).content.decode()
    answer = client.post(link)
    assert (answer.status_code, answer["location"]) == (302, "/")
    assert client.get("/you/").status_code == 200
    used = Client().post(link)
    assert used.status_code == 403
    assert 'action="/sign-in/"' in used.content.decode()  # The link's own address takes no password.
    client.post("/sign-out/")
    assert client.get("/you/").status_code == 302
    did = list(Deed.objects.order_by("id").values_list("did", flat=True))
    assert did == ["added", "changed", "signed in", "saw", "was not let in", "signed out"]


def test_signing_in_goes_back_to_the_page_and_never_to_another_site(ana: Member) -> None:
    told = {"email": "ana@acme.example", "password": GOOD}
    assert Client().post("/sign-in/?next=/kpis/mrr/", told)["location"] == "/kpis/mrr/"
    assert Client().post("/sign-in/?next=https://evil.example/", told)["location"] == "/"


def test_a_file_of_pages_that_is_not_there_is_not_found(site: Path) -> None:
    assert Client().get("/static/any/none.css").status_code == 404


def test_the_first_link_is_the_owners_until_someone_has_a_password(site: Path) -> None:
    _nobody()
    first = first_link()
    assert first is not None
    assert [member.role for member in members()] == ["owner"]
    owner = do_use_link(first)
    with pytest.raises(UsageError, match="only owner"):
        do_remove(owner)
    do_set_password(owner, GOOD)
    assert first_link() is None
    _nobody()


def test_each_role_may_what_the_one_below_may_and_something_more() -> None:
    order = [Role.READER, Role.MEMBER, Role.ANALYST, Role.ADMIN, Role.OWNER]
    for lower, higher in pairwise(order):
        assert ALLOWED[lower] < ALLOWED[higher]
    assert ALLOWED[Role.READER] == {May.READ}
