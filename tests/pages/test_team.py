"""The team: roles changed with care, an owner always there, links and keys shown once, the log of it all."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.errors import UsageError
from holdfast.web.workspaces import audit
from holdfast.web.workspaces.audit import Asked, do_note, lines
from holdfast.web.workspaces.keys import Doorkeeper, do_create
from holdfast.web.workspaces.members import do_add, find_member
from holdfast.web.workspaces.models import Deed, Key, Member
from holdfast.web.workspaces.roles import Role
from holdfast.web.workspaces.team import (
    NotAllowed,
    OnlyOwner,
    do_change_role,
    do_give_link,
    do_invite,
    do_remove,
    do_take_back,
)
from holdfast.words import knows
from tests.walls.source import ROOT, python_files
from tests.web.conftest import site as site  # noqa: PLC0414 - a fixture of the same process

ROLES = [role.value for role in Role]
Signed = Callable[[str], Client]


@pytest.fixture
def team(site: Path) -> Iterator[dict[str, Member]]:
    """One member of each role, by the role."""
    Deed.objects.all().delete()
    Member.objects.all().delete()
    Key.objects.all().delete()
    yield {role: do_add(f"{role}@acme.example", role.title(), role) for role in ROLES}
    for each in (Deed, Key, Member):
        each.objects.all().delete()


@pytest.fixture
def signed(team: dict[str, Member]) -> Signed:
    """A client signed in as the member of a role."""

    def made(role: str) -> Client:
        client = Client()
        client.force_login(team[role])
        return client

    return made


def state() -> dict[str, tuple[str, bool]]:
    return {each.email: (each.role, each.is_active) for each in Member.objects.all()}


def test_whom_each_role_may_change(team: dict[str, Member]) -> None:
    """Written out by hand: owners everyone, admins all but owners and nobody to owner, others nobody."""
    do_add("spare@acme.example", "Spare", "owner")
    with transaction.atomic():
        for who, whom, role in product(ROLES, repeat=3):
            Member.objects.filter(pk=team[whom].pk).update(role=whom)
            if who == "owner" or (who == "admin" and "owner" not in {whom, role}):
                do_change_role(team[whom], role, by=team[who])
                assert find_member(team[whom].email).role == role
            else:
                with pytest.raises(NotAllowed):
                    do_change_role(team[whom], role, by=team[who])


def test_an_admin_does_not_come_in_as_an_owner(team: dict[str, Member]) -> None:
    admin = team["admin"]
    for act in (
        lambda: do_give_link(team["owner"], by=admin),
        lambda: do_invite("me@evil.example", "Me", "owner", by=admin),
        lambda: do_remove(team["owner"], by=admin),
        lambda: do_take_back(team["owner"], by=admin),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert do_give_link(team["reader"], by=admin)


@pytest.mark.usefixtures("site")
@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from([*ROLES, "out", "in"])), max_size=12)
)
def test_whatever_is_done_an_owner_stays(acts: list[tuple[str, str]]) -> None:
    with transaction.atomic():
        Deed.objects.all().delete()
        Member.objects.all().delete()
        for name in ("a", "b", "c"):
            do_add(f"{name}@acme.example", name, "owner")
        for name, act in acts:
            member, refused = find_member(f"{name}@acme.example"), False
            try:
                if act in ROLES:
                    do_change_role(member, act)
                else:
                    (do_remove if act == "out" else do_take_back)(member)
            except OnlyOwner:
                refused = True
            owners = [email for email, (role, there) in state().items() if role == "owner" and there]
            assert owners
            assert not refused or owners == [member.email]


def test_nobody_below_an_admin_changes_the_team_by_the_pages(team: dict[str, Member], signed: Signed) -> None:
    before = state()
    for role in ("analyst", "member", "reader"):
        client = signed(role)
        assert client.get("/team/").status_code == 200
        posts = [
            client.post("/team/", {"email": "x@acme.example", "role": "reader"}),
            client.post(f"/team/{team['reader'].pk}/", {"act": "role", "role": "admin"}),
            client.post("/team/keys/", {"label": "x", "kind": "intake"}),
        ]
        assert [each.status_code for each in posts] == [403] * 3
        assert [client.get(path).status_code for path in ("/team/keys/", "/team/log/", "/team/log.csv")] == [
            403
        ] * 3
    assert (state(), Key.objects.count()) == (before, 0)


def test_an_invitation_is_a_link_shown_once_that_lets_in(team: dict[str, Member], signed: Signed) -> None:
    told = {"email": "New@acme.example", "name": "Nina", "role": "analyst"}
    answer = signed("admin").post("/team/", told)
    text = answer.content.decode()
    (link,) = re.findall(r"http://testserver(/sign-in/[\w-]+/)</code>", text)
    assert answer["cache-control"] == "no-store"
    invited = Client()
    assert invited.post(link)["location"] == "/"
    assert invited.post(link).status_code == 403
    assert find_member("new@acme.example").role == "analyst"
    assert link.split("/")[2] not in str(list(Deed.objects.values()))
    again = signed("admin").post("/team/", told).content.decode()
    assert "is a member already" in again
    assert "/sign-in/" not in again


def test_one_who_is_removed_sees_nothing_from_the_next_page_on(
    team: dict[str, Member], signed: Signed
) -> None:
    analyst, owner = signed("analyst"), signed("owner")
    place = f"/team/{team['analyst'].pk}/"
    assert analyst.get("/team/").status_code == 200
    assert owner.post(place, {"act": "remove"})["location"] == "/team/"
    assert analyst.get("/team/").status_code == 302
    assert owner.post(place, {"act": "link"}).status_code == 200
    assert "let in no longer" in owner.post(place, {"act": "link"}).content.decode()
    owner.post(place, {"act": "take_back"})
    assert analyst.get("/team/").status_code == 200
    last = owner.post(f"/team/{team['owner'].pk}/?lang=en", {"act": "role", "role": "reader"})
    assert "An owner must stay" in last.content.decode()
    assert owner.get("/team/99999/").status_code == 404
    assert "No act is called" in owner.post(place, {"act": "promote"}).content.decode()


def test_a_key_is_shown_once_and_revoked(team: dict[str, Member], signed: Signed) -> None:
    admin = signed("admin")
    made = admin.post("/team/keys/", {"label": "notebook", "kind": "read", "scope": ["figures", "accounts"]})
    (text,) = re.findall(r">(hfr_[\w-]+)</code>", made.content.decode())
    assert made["cache-control"] == "no-store"
    found = Doorkeeper().let_in(text, "read", "accounts")
    assert found is not None
    listed = admin.get("/team/keys/").content.decode()
    assert text not in listed
    assert text[:10] in listed
    assert admin.post("/team/keys/", {"revoke": str(found.id)}).status_code == 302
    assert Doorkeeper().let_in(text, "read") is None
    for told, said in (
        ({"revoke": str(found.id)}, "not in use any more"),
        ({"revoke": "x"}, "no number"),
        ({"label": "y", "kind": "read"}, "what it may read"),
        ({"label": "y", "kind": "write"}, "No kind of key"),
        ({"label": " ", "kind": "intake"}, "has a name"),
    ):
        assert said in admin.post("/team/keys/", told).content.decode()
    assert Key.objects.count() == 1
    did = list(
        Deed.objects.exclude(did__in=("saw", "added")).order_by("id").values_list("member", "did", "about")
    )
    assert did == [(team["admin"].pk, did, f"key {text[:10]}") for did in ("made", "revoked")]
    assert text not in str(list(Deed.objects.values()))


def test_the_log_is_asked_by_part_member_text_day_and_place(team: dict[str, Member]) -> None:
    Deed.objects.all().delete()
    begin = datetime(2025, 3, 1, tzinfo=UTC)
    kinds = ["saw", "changed", "signed in", "added"]
    for n in range(40):
        do_note(team["owner" if n % 3 else "reader"], kinds[n % 4], f"/kpis/{n}/")
        Deed.objects.filter(about=f"/kpis/{n}/").update(at=begin + timedelta(hours=n))

    def seen(**asked: object) -> list[int]:
        return [int(deed.about.split("/")[2]) for deed in lines(Asked(**asked), 100)]  # type: ignore[arg-type]

    every = list(range(39, -1, -1))
    assert seen(part="everything") == every
    assert seen() == [n for n in every if n % 4 in {1, 3}]
    assert seen(part="looks") == [n for n in every if n % 4 == 0]
    assert seen(part="door", member=team["reader"].pk) == [n for n in every if n % 4 == 2 and n % 3 == 0]
    day = {"since": begin + timedelta(hours=10), "before": begin + timedelta(hours=20)}
    assert seen(part="everything", **day) == [n for n in every if 10 <= n < 20]
    assert seen(part="everything", text="/KPIS/7") == [7]
    first = list(lines(Asked(part="everything"), 25))
    rest = list(lines(Asked(part="everything", below=first[-1].pk), 25))
    assert [each.about for each in (*first, *rest)] == [f"/kpis/{n}/" for n in every]


def test_the_page_of_the_log_leads_to_what_is_older(signed: Signed, team: dict[str, Member]) -> None:
    owner = signed("owner")
    for n in range(audit.LINES + 7):
        do_note(None, "changed", f"thing {n:03}.")
    page, found = owner.get("/team/log/?lang=en").content.decode(), set()
    found |= set(re.findall(r"thing (\d+)\.", page))
    (older,) = re.findall(r'rel="next" href="([^"]+)"', page)
    found |= set(re.findall(r"thing (\d+)\.", owner.get(older.replace("&amp;", "&")).content.decode()))
    assert found == {f"{n:03}" for n in range(audit.LINES + 7)}
    for wrong in ("part=chnages", "member=x", "below=-1", "since=2025-13-01"):
        assert owner.get(f"/team/log/?{wrong}").status_code == 400


def test_no_line_of_the_file_of_the_log_is_a_formula(signed: Signed, team: dict[str, Member]) -> None:
    Client().post("/sign-in/", {"email": '=HYPERLINK("http://evil.example")', "password": "x"})
    text = signed("owner").get("/team/log.csv?part=door").content.decode()
    (row,) = [row for row in csv.DictReader(io.StringIO(text)) if "HYPERLINK" in row["about"]]
    assert row["about"].startswith("'=")


def test_everything_that_the_log_keeps_has_words() -> None:
    """What `do_note` is called with stands in the sources; each is said in the languages of the pages."""
    sources = [(ROOT / path).read_text() for path in python_files("src/holdfast/web")]
    did = {each for text in sources for each in re.findall(r'do_note\(\s*[^,]+,\s*"([^"]+)"', text)}
    assert len(did) > 10
    assert {each for each in did if not knows(f"web.did.{each.replace(' ', '_')}")} == set()


def test_who_makes_and_revokes_a_key_at_the_shell_is_in_the_log(team: dict[str, Member]) -> None:
    begins = do_create("intake", "site")[:10]
    (deed,) = Deed.objects.filter(about=f"key {begins}")
    assert (deed.member, deed.did) == (None, "made")
    with pytest.raises(UsageError):
        do_change_role(team["reader"], "king")
