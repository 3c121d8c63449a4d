"""One workspace of a team: PostgreSQL, two hosts that take in on disks of their own, and their workers."""

from __future__ import annotations

import json
import sqlite3
import urllib.error
import urllib.request
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from segment.analytics import Client

from holdfast import flow
from holdfast.errors import HoldfastError
from holdfast.flow.live import Live
from tests.postgres import Cluster, cluster
from tests.posting import batch, call, post
from tests.web.conftest import Served, holdfast, refused, serving, wait

ASKED = ("mrr", "customers", "daily_active_users", "weekly_active_users")
PHASES = """phase_id,subscription_id,account_id,plan,start_at,status,currency,unit_amount,interval
p1,s1,A,pro,2025-01-10T00:00:00Z,active,USD,100,month
p2,s2,B,pro,2025-03-10T00:00:00Z,active,USD,50,month
"""


@contextmanager
def opened(folder: Path, database: str | None) -> Iterator[flow.Workspace]:
    """A workspace in this process, as an installation of this database has it."""
    with pytest.MonkeyPatch.context() as only_now:
        if database:
            only_now.setenv("HOLDFAST_DATABASE_URL", database)
        with flow.open(folder) as space:
            yield space


def events(folder: Path, database: str | None = None) -> Counter[str]:
    """How often each event is in force."""
    with opened(folder, database) as space:
        return Counter(space.records("events").event_id.execute().tolist())


def figures(folder: Path, database: str | None = None) -> list[tuple[str, Any]]:
    """What is counted of a month that is over."""
    with opened(folder, database) as space:
        found = space.kpis(ASKED, first="2025-05", last="2025-05", as_of=datetime(2025, 6, 15))
    return [(figure.name, figure.value) for figure in found]


@dataclass
class Team:
    """A workspace in a database, served by two hosts."""

    folder: Path
    database: str
    hosts: list[Served] = field(default_factory=list)

    @property
    def settings(self) -> dict[str, str]:
        """What any host is told."""
        return {"HOLDFAST_DATABASE_URL": self.database}

    def ask(self, *arguments: str) -> str:
        """What a command of a third host prints."""
        return holdfast(*arguments, "-w", str(self.folder), settings=self.settings)

    def events(self) -> Counter[str]:
        """How often each event is in force."""
        return events(self.folder, self.database)


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with cluster() as started:
        yield started


@pytest.fixture(scope="module")
def team(server: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    place = tmp_path_factory.mktemp("team")
    made = Team(place / "shared", server.new_database())
    (place / "phases.csv").write_text(PHASES)
    holdfast("init", str(made.folder), settings=made.settings)
    made.ask("import", "subscription_phases", str(place / "phases.csv"), "--through", "2025-06-10")
    with (
        serving(made.folder, None, **made.settings, HOLDFAST_LOCAL=str(place / "one")) as one,
        serving(made.folder, None, **made.settings, HOLDFAST_LOCAL=str(place / "two")) as other,
    ):
        made.hosts = [one, other]
        yield made


def calls(name: str) -> list[dict[str, Any]]:
    """Some days of two users of accounts that pay."""
    stamps = [f"2025-05-{day:02}T12:00:00.000Z" for day in (2, 3, 20)]
    made = [call("group", userId=f"{name}-u", groupId="A", timestamp=stamps[0])]
    return [*made, *(call("track", "Report Created", userId=f"{name}-u", timestamp=each) for each in stamps)]


def test_what_both_hosts_acknowledged_is_there_once_and_counts_as_on_one_machine(
    team: Team, tmp_path: Path
) -> None:
    """Each host is asked by Segment's library; the same calls go into a workspace of one machine."""
    sent = {host.address: calls(f"h{number}") for number, host in enumerate(team.hosts)}
    for host in team.hosts:
        client = Client(team.hosts[0].key, host=host.address, sync_mode=True)
        for each in sent[host.address]:
            told = {"timestamp": datetime.fromisoformat(each["timestamp"]), "message_id": each["messageId"]}
            if each["type"] == "group":
                client.group(each["userId"], each["groupId"], **told)
            else:
                client.track(each["userId"], each["event"], **told)
    everything = [each for of_host in sent.values() for each in of_host]
    wanted = {each["messageId"] for each in everything if each["type"] == "track"}
    wait(lambda: set(team.events()) >= wanted, "both spools to be loaded")
    assert set(team.events().values()) == {1}

    alone, phases = tmp_path / "alone", tmp_path / "phases.csv"
    phases.write_text(PHASES)
    with flow.create(alone) as space:
        space.import_files("subscription_phases", [phases], through=datetime(2025, 6, 10))
    post(alone, batch(*everything))
    with Live(alone) as live:
        live.load()
        live.catch_up()
    counted = figures(team.folder, team.database)
    assert counted == figures(alone)
    assert [value for name, value in counted if name in {"mrr", "customers"}] == [150, 2]


def test_every_command_works_on_it(team: Team, server: Cluster) -> None:
    assert "hfw_" in team.ask("keys", "create", "intake", "--label", "third", "--quiet")
    assert "refresh" in team.ask("jobs", "--all", "--format", "csv")
    assert "paying" in team.ask("sql", "select state from priced_phases", "--format", "csv")
    team.ask("compact")
    for log in team.folder.parent.glob("*.log"):
        assert server.password not in log.read_text()


def status(host: Served, key: str, name: str, weight: int = 0) -> tuple[int, str | None]:
    """What a host answers to one event of some weight, and when it says to come again."""
    event = call("track", name, userId="u", messageId=name, properties={"weight": "x" * weight})
    body = json.dumps({"batch": [event]}).encode()
    basic = {"Authorization": f"Basic {b64encode(f'{key}:'.encode()).decode()}"}
    request = urllib.request.Request(f"{host.address}/v1/batch", body, basic)  # noqa: S310 - of this machine
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return answer.status, None
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers["Retry-After"]


def test_while_the_database_is_away_known_keys_are_let_in_and_nothing_is_lost(
    team: Team, server: Cluster
) -> None:
    host, fresh = team.hosts[0], team.ask("keys", "create", "intake", "--quiet").strip()
    assert status(host, host.key, "before")[0] == 200
    server.stop()
    try:
        assert status(host, host.key, "meanwhile") == (200, None)
        assert status(host, fresh, "unknown") == (503, "5")
        with pytest.raises(urllib.error.HTTPError, match="503"):
            urllib.request.urlopen(f"{host.address}/readyz")  # noqa: S310 - of this machine
    finally:
        server.start()
    wait(lambda: status(host, fresh, "after")[0] == 200, "the fresh key to be looked up")
    wait(lambda: {"before", "meanwhile", "after"} <= set(team.events()), "the events after the restart")


def test_a_team_is_backed_up_and_put_back_on_one_machine_and_in_another_database(
    team: Team, server: Cluster, tmp_path: Path
) -> None:
    """The backup waits for both spools; keys, records and figures are what they were."""
    assert status(team.hosts[1], team.hosts[1].key, "last")[0] == 200
    with psycopg.connect(team.database) as con:
        con.execute(A_MEMBER)
        con.execute("insert into web.django_session values ('a-session', 'x', now() + interval '1 day')")
    team.ask("backup", str(tmp_path / "kept"))
    before = team.events()
    assert before["last"] == 1
    alone, again = tmp_path / "alone", Team(tmp_path / "again", server.new_database())
    holdfast("restore", str(tmp_path / "kept"), "-w", str(alone))
    again.ask("restore", str(tmp_path / "kept"))
    assert events(alone) == again.events() == before
    counted = figures(team.folder, team.database)
    assert figures(alone) == counted
    assert figures(again.folder, again.database) == counted
    with closing(sqlite3.connect(alone / "web.sqlite")) as con:
        kept = con.execute("select digest from workspaces_key order by id").fetchall()
        members = con.execute("select email, is_active from workspaces_member").fetchall()
        deeds = con.execute("select did, facts from workspaces_deed").fetchall()
    assert ("a@example.com", 1) in members
    assert ("saw", '{"board": 1}') in deeds
    assert not any(
        b"a-session" in file.read_bytes() for file in (tmp_path / "kept").glob("*") if file.is_file()
    )
    with psycopg.connect(again.database) as con:
        done = con.execute("select did, facts, member_id from web.workspaces_deed").fetchall()
    assert ("saw", {"board": 1}, 7) in done
    assert keys(again) == keys(team) == kept
    assert "hfw_" in again.ask("keys", "create", "intake", "--quiet")
    third = refused("restore", str(tmp_path / "kept"), "-w", str(tmp_path / "third"), **team.settings)
    assert "already holds a workspace" in third


A_MEMBER = """
insert into web.workspaces_member
(id, password, email, name, role, language, digits, calendar, toman, is_active, created_at)
values (7, 'x', 'a@example.com', 'A', 'owner', 'en', '', 'jalali', true, true, now());
insert into web.workspaces_deed (at, member_id, did, about, facts, request)
values (now(), 7, 'saw', 'the board', '{"board": 1}', '')
"""


def keys(team: Team) -> list[tuple[str]]:
    """What is kept of the keys."""
    with psycopg.connect(team.database) as con:
        return con.execute("select digest from web.workspaces_key order by id").fetchall()


def test_folder_and_database_must_belong_together(team: Team, server: Cluster, tmp_path: Path) -> None:
    flow.create(tmp_path / "alone").close()
    wrong = team.database.replace("postgresql://holdfast:", "postgresql://holdfast:wrong")
    for folder, database, told in (
        (team.folder, server.new_database(), "does not hold the workspace"),
        (team.folder, None, "is in PostgreSQL"),
        (tmp_path / "alone", team.database, "keeps its catalog itself"),
        (team.folder, wrong, "does not answer"),
    ):
        with pytest.raises(HoldfastError, match=told) as refusal, opened(folder, database):
            pass
        assert server.password not in str(refusal.value)


def test_the_database_is_copied_before_it_is_changed(team: Team) -> None:
    with psycopg.connect(team.database, autocommit=True) as con:
        con.execute("delete from web.django_migrations where app = 'jobs' and name <> '0001_initial'")
        con.execute("alter table web.jobs_progress drop column spool, drop column empty_at")
        team.ask("keys", "list")
        found = con.execute("select count(*) from web_before_0002_progress_of_each_spool.workspaces_key")
        assert (found.fetchone() or (0,))[0] > 0
