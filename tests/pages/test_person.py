"""One person's data by the page: who may, what the worker makes and erases, and that no id stays behind."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from holdfast import flow
from holdfast.errors import UsageError
from holdfast.flow import Workspace, create
from holdfast.report.rows import as_json
from holdfast.web.jobs.models import Job
from holdfast.web.persons import doing
from holdfast.web.persons.asking import ASKED, DATA, DISCLOSE, ERASE, FOUND, KEPT, PLACE, Person
from holdfast.web.worker import Worker
from holdfast.web.workspaces.models import Deed, Member
from tests.pages.test_team import Signed
from tests.pages.test_team import signed as signed  # noqa: PLC0414 - a fixture
from tests.pages.test_team import team as team  # noqa: PLC0414 - a fixture
from tests.web.conftest import site as site  # noqa: PLC0414 - a fixture of the same process

PAGE = "/data/person/?lang=en"
ACCOUNTS = "account_id,name,created_at\nA-77,Amal & Co,2025-01-03\nA-78,Banu,2025-01-04\n"
USERS = """user_id,account_id,email,created_at
U-1042,A-77,amal@a.example,2025-01-03
U-2,A-78,b@b.example,2025-01-04
"""
MAY, MAY_NOT = ("owner", "admin"), ("analyst", "member", "reader")


@pytest.fixture(scope="module")
def two_accounts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two accounts of a user each."""
    found = tmp_path_factory.mktemp("person") / "space"
    with create(found) as space:
        for table, text in (("accounts", ACCOUNTS), ("users", USERS)):
            file = found.with_name(f"{table}.csv")
            file.write_text(text)
            space.import_files(table, [file])
    return found


@pytest.fixture
def folder(two_accounts: Path, tmp_path: Path, site: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of it as the one that pages speak of; jobs stand where Django keeps them."""
    found = tmp_path / "space"
    shutil.copytree(two_accounts, found)
    monkeypatch.setattr(settings, "WORKSPACE", found)
    Job.objects.all().delete()
    yield found
    Job.objects.all().delete()


def ask(client: Client, act: str, kind: str, person: str, **more: str) -> Any:
    return client.post(PAGE, {"act": act, "kind": kind, "id": person, **more})


def make(client: Client, folder: Path, kind: str, person: str) -> Path:
    """Ask for a file and have a worker make it; its folder."""
    assert ask(client, "disclose", kind, person).status_code == 302
    assert Worker(folder).do_next()
    return folder / PLACE / str(Job.objects.latest("id").facts["place"])


def kept_of(folder: Path, kind: str, person: str) -> str:
    with flow.open(folder) as space:
        return as_json(space.disclose(kind, person))


def everything_kept(folder: Path) -> str:
    """All that the server keeps besides the records: jobs, the audit log, what was asked and made."""
    files = [each.read_text() for each in (folder / PLACE).rglob("*") if each.is_file()]
    return str([list(Job.objects.values()), list(Deed.objects.values()), files])


def did() -> list[tuple[str, str]]:
    return list(Deed.objects.exclude(did__in=("saw", "added")).order_by("id").values_list("did", "about"))


def test_administrators_alone_ask_look_and_take(signed: Signed, folder: Path) -> None:
    made = make(signed("owner"), folder, "user", "U-2").name
    forms = [{"act": "disclose"}, {"act": "look"}, {"act": "erase", "again": "U-1042"}]
    for role in (*MAY, *MAY_NOT, None):
        client = signed(role) if role else Client()
        answers = [client.get(f"/data/person/{each}") for each in ("", "jobs/", f"{made}.json")]
        answers += [client.post(PAGE, {"kind": "user", "id": "U-1042", **each}) for each in forms]
        statuses = [each.status_code for each in answers]
        asked = Job.objects.exclude(done_at__isnull=False)
        if role in MAY:
            assert statuses == [200, 200, 200, 302, 200, 302]
            assert {each["cache-control"] for each in answers if each.status_code == 200} == {"no-store"}
            assert [each.kind for each in asked] == [DISCLOSE, ERASE]
            asked.delete()
        else:
            assert statuses == [403 if role else 302] * 6
            assert not asked.exists()
            assert not any("U-2" in each.content.decode() for each in answers)
        assert ('href="/data/person/"' in client.get("/data/").content.decode()) == (role in MAY)


def test_the_file_is_what_disclose_writes_and_who_took_it_is_kept(
    signed: Signed, team: dict[str, Member], folder: Path
) -> None:
    admin = signed("admin")
    assert "Nothing was asked for in the last 3 days" in admin.get(PAGE).content.decode()
    ask(admin, "disclose", "user", " U-1042 ")
    waiting = admin.get(PAGE).content.decode()
    assert "waits for its turn" in waiting
    assert 'hx-trigger="every 1s"' in waiting
    assert "under way already" in ask(admin, "disclose", "user", "U-1042").content.decode()
    assert Worker(folder).do_next()
    place = folder / PLACE / Job.objects.get().facts["place"]
    listed = admin.get("/data/person/jobs/?lang=en").content.decode()
    assert f'href="/data/person/{place.name}.json"' in listed
    assert "hx-trigger" not in listed
    answer = admin.get(f"/data/person/{place.name}.json")
    mark = Person("user", "U-1042").mark
    assert answer["content-disposition"] == f'attachment; filename="user-{mark}.json"'
    assert answer.content.decode() == kept_of(folder, "user", "U-1042")
    assert f"{len(json.loads(answer.content))} row" in listed
    assert did() == [("asked for the data of", f"user {mark}"), ("took the data of", f"user {mark}")]
    assert set(Deed.objects.exclude(did="added").values_list("member", flat=True)) == {team["admin"].pk}
    assert "U-1042" not in str([list(Job.objects.values()), list(Deed.objects.values())])
    assert place.stat().st_mode & 0o077 == 0


def test_a_file_is_taken_for_days_only_and_then_removed(signed: Signed, folder: Path) -> None:
    owner = signed("owner")
    place = make(owner, folder, "user", "U-2")
    ask(owner, "disclose", "user", "U-1042")
    waiting = folder / PLACE / Job.objects.latest("id").facts["place"]
    assert doing.do_let_files_go(folder) == 0
    long_ago = timezone.now() - KEPT - timedelta(minutes=1)
    Job.objects.filter(done_at__isnull=False).update(done_at=long_ago)
    for each in (place, waiting):
        os.utime(each, (long_ago.timestamp(), long_ago.timestamp()))
    assert owner.get(f"/data/person/{place.name}.json").status_code == 404
    assert place.name not in owner.get(PAGE).content.decode()
    assert doing.do_let_files_go(folder) == 1
    assert (place.exists(), waiting.exists()) == (False, True)
    for wrong in ("x", "..", waiting.name):
        assert owner.get(f"/data/person/{wrong}.json").status_code == 404


def test_who_is_erased_was_typed_twice_and_leaves_no_id_behind(
    signed: Signed, team: dict[str, Member], folder: Path
) -> None:
    owner = signed("owner")
    assert "was not looked up" in ask(owner, "look", "user", "U-1042").content.decode()
    of_user, of_account = make(owner, folder, "user", "U-1042"), make(owner, folder, "account", "A-77")
    of_other = make(owner, folder, "user", "U-2")
    rows = json.loads((of_user / FOUND).read_text())["rows"]
    sure = ask(owner, "look", "user", "U-1042").content.decode()
    assert f"has {rows} row" in sure
    for wrong in ("", "u-1042", "U-2"):
        answer = ask(owner, "erase", "user", "U-1042", again=wrong).content.decode()
        assert "is not this id" in answer
    assert not Job.objects.filter(kind=ERASE).exists()
    assert ask(owner, "erase", "user", "U-1042", again="U-1042 ").status_code == 302
    assert Worker(folder).do_next()
    with pytest.raises(UsageError, match="Nothing is kept"):
        kept_of(folder, "user", "U-1042")
    assert [each.exists() for each in (of_user, of_account, of_other)] == [False, False, True]
    assert "U-1042" not in everything_kept(folder)
    mark = Person("user", "U-1042").mark
    deed = Deed.objects.get(did="erased")
    assert (deed.member, deed.about, deed.facts) == (team["owner"], f"user {mark}", {"rows": rows})
    listed = owner.get(PAGE).content.decode()
    assert "U-1042" not in listed
    assert f"Erased: {rows} row" in listed
    assert "deleted by now" in listed
    log = owner.get(f"/team/log/?lang=en&part=everything&q={mark}").content.decode()
    assert "asked to erase" in log


def test_an_erasure_that_was_broken_off_is_done_by_the_next_attempt(signed: Signed, folder: Path) -> None:
    ask(signed("owner"), "erase", "account", "A-77", again="A-77")
    facts = Job.objects.get().facts
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(doing, "do_note", _killed)
        with pytest.raises(KeyboardInterrupt):
            doing.erase_person(folder, facts)
    doing.erase_person(folder, facts)
    doing.erase_person(folder, facts)
    deed = Deed.objects.get(did="erased")
    assert deed.facts["rows"] > 0, "as many as there were before the first attempt"
    assert "A-77" not in everything_kept(folder)


def _killed(*_given: object) -> None:
    raise KeyboardInterrupt


def test_an_id_that_nobody_has_says_so(signed: Signed, folder: Path) -> None:
    owner = signed("owner")
    place = make(owner, folder, "user", "U-9")
    assert sorted(each.name for each in place.iterdir()) == [ASKED, FOUND]
    assert "Nothing is kept under this id" in owner.get(PAGE).content.decode()
    assert "found nothing under this id" in ask(owner, "look", "user", "U-9").content.decode()
    ask(owner, "erase", "user", "U-9", again="U-9")
    assert Worker(folder).do_next()
    assert owner.get(PAGE).content.decode().count("Nothing is kept under this id") == 1
    assert "deleted by now" in owner.get(PAGE).content.decode()
    assert "U-9" not in everything_kept(folder)
    assert not Deed.objects.filter(did="erased").exists()
    for kind, person, said in (
        ("member", "x", "No kind of person"),
        ("user", " ", "missing"),
        ("user", "x" * 501, "too long"),
    ):
        assert said in ask(owner, "disclose", kind, person).content.decode()
    assert "No act is called" in ask(owner, "sell", "user", "x").content.decode()


def test_why_it_failed_is_shown(signed: Signed, folder: Path) -> None:
    owner = signed("owner")
    ask(owner, "disclose", "user", "U-2")
    (folder / PLACE / Job.objects.get().facts["place"] / ASKED).unlink()
    assert Worker(folder).do_next()
    text = owner.get(PAGE).content.decode()
    assert "failed" in text
    assert "Who it is about is kept here no longer" in text
    assert DATA not in [each.name for each in (folder / PLACE).rglob("*")]


def test_no_erasure_is_told_of_while_anything_is_left(
    signed: Signed, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = signed("owner")
    monkeypatch.setattr(Workspace, "erase", lambda *_given: None)
    ask(owner, "erase", "user", "U-2", again="U-2")
    assert Worker(folder).do_next()
    text = owner.get(PAGE).content.decode()
    assert "rows still tell of them" in text
    assert "Erased" not in text
    assert not Deed.objects.filter(did="erased").exists()


def test_a_mark_is_of_the_kind_and_the_id(site: Path) -> None:
    first = Person("user", "A").mark
    assert Person("user", "A").mark == first
    assert len({first, Person("account", "A").mark, Person("user", "B").mark}) == 3
