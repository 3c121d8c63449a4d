"""What programs read: as the shell says it, in pages, under tags, by scope, and refused in words."""

from __future__ import annotations

import http.client
import json
import sqlite3
import sys
import urllib.parse
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import anyio
import msgspec
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from holdfast.web.reads import READS
from tests.pages.conftest import OWNER, PERIOD, READER, Pages
from tests.web.conftest import environment, holdfast

FILLED = {"name": "customer_churn_rate", "account_id": "a000000", "kind": "logo"}


@dataclass
class Program:
    """A program that reads with a key."""

    address: str
    key: str

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, Any, Mapping[str, str]]:
        """Status, JSON with exact numbers, and headers."""
        known = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        connection = http.client.HTTPConnection(self.address.removeprefix("http://"))
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, f"/api/v1/{path}", headers=known | told)
        with closing(connection), connection.getresponse() as answer:
            text = answer.read().decode()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, json.loads(text, parse_float=Decimal) if text else None, told


@pytest.fixture(scope="session")
def keys(pages: Pages) -> dict[str, str]:
    """A key of each scope, and one of all."""

    def made(*scopes: str) -> str:
        told = [each for scope in scopes for each in ("--scope", scope)]
        return holdfast("keys", "create", "read", "--quiet", *told, "-w", str(pages.folder)).strip()

    every = ("figures", "accounts", "records")
    return {scope: made(scope) for scope in every} | {"all": made(*every)}


@pytest.fixture
def program(pages: Pages, keys: dict[str, str]) -> Program:
    return Program(pages.address, keys["all"])


def shell(pages: Pages, *told: str) -> Any:
    return json.loads(holdfast(*told, "--format", "json", "-w", str(pages.folder)), parse_float=Decimal)


def test_figures_are_those_of_the_shell_to_the_last_digit(pages: Pages, program: Program) -> None:
    asked = {"metric": ["mrr", "customer_churn_rate"], "from": "2024-10", "to": PERIOD, "by": "plan"}
    status, told, _ = program.ask(f"kpis?{urllib.parse.urlencode(asked, doseq=True)}&limit=1000")
    said = ("kpis", "mrr", "customer_churn_rate", "--from", "2024-10", "--to", PERIOD, "--by", "plan")
    assert status == 200
    assert told["data"] == shell(pages, *said)
    assert told["next"] is None


def test_rows_are_those_of_the_shell_and_add_up_to_the_figure(pages: Pages, program: Program) -> None:
    rows, cursor = [], ""
    while True:
        _, told, _ = program.ask(f"kpis/mrr/rows?period={PERIOD}&limit=7{cursor}")
        assert len(told["data"]) <= 7
        rows += told["data"]
        if told["next"] is None:
            break
        cursor = f"&cursor={told['next']}"
    wanted = shell(pages, "explain", "mrr", "--period", PERIOD)
    assert sorted(rows, key=repr) == sorted(wanted, key=repr)
    counted = [Decimal(row["numerator"]) for row in rows if row["excluded_because"] is None]
    assert sum(counted) == told["figure"]["value"]
    assert counted == sorted(counted, reverse=True)


@pytest.mark.parametrize("judged", ["health", "warnings", "causes", "themes", "actions"])
def test_judgements_are_those_of_the_shell(judged: str, pages: Pages, program: Program) -> None:
    status, told, _ = program.ask(f"{judged}?limit=1000")
    assert status == 200, told
    assert told["data"] == shell(
        pages, judged, *(() if judged in {"causes", "actions", "themes"} else ("--rows", "0"))
    )


def test_the_parts_of_a_bridge_add_up_to_the_difference(pages: Pages, program: Program) -> None:
    _, told, _ = program.ask(f"kpis/mrr/compare?period={PERIOD}&against=2024-11&limit=1000")
    assert told["data"] == shell(pages, "compare", "mrr", "--period", PERIOD, "--against", "2024-11")
    assert sum(row["part"] for row in told["data"]) == told["difference"]
    assert told["difference"] == told["after"]["value"] - told["before"]["value"]


def test_every_account_is_met_once_in_pages(pages: Pages, program: Program) -> None:
    _, first, _ = program.ask("customers?limit=40")
    _, second, _ = program.ask(f"customers?limit=40&cursor={first['next']}")
    ids = [row["account_id"] for row in first["data"] + second["data"]]
    assert ids == sorted(set(ids))
    _, whole, _ = program.ask("customers?limit=1000")
    assert ids == [row["account_id"] for row in whole["data"]]
    _, one, _ = program.ask(f"customers/{ids[0]}")
    assert {name: one["data"][name] for name in whole["data"][0]} == whole["data"][0]


@pytest.mark.parametrize("name", [name for name in READS if name not in {"checks", "report", "since_report"}])
def test_every_answer_is_what_the_description_says(name: str, program: Program) -> None:
    """Each row is taken by the type that describes it, with nothing made to fit."""
    read = READS[name]
    status, told, _ = program.ask(f"{read.path.format(**FILLED)}{asked_of(name)}")
    assert status == 200, told
    rows = told["data"] if read.is_paged else [told["data"]]
    for row in rows:
        msgspec.convert(row, read.row, strict=False)
    assert {"whole_until", "recorded_until", "rulebook"} <= set(told)


def asked_of(name: str) -> str:
    asked = {"kpis": f"?metric=nps&to={PERIOD}", "explain": f"?period={PERIOD}"}
    return {**asked, "compare": f"?period={PERIOD}&against=2024-11"}.get(name, "")


def test_reports_are_read_and_run_again(pages: Pages, program: Program) -> None:
    holdfast("report", "mrr", "--to", PERIOD, "--title", "for programs", "-w", str(pages.folder))
    _, told, _ = program.ask("reports")
    report = next(each for each in told["data"] if each["title"] == "for programs")
    _, again, _ = program.ask(f"reports/{report['report_id'][:12]}")
    assert again["report"] == report
    assert [row["metric"] for row in again["data"]] == ["mrr"]
    _, moved, _ = program.ask(f"reports/{report['report_id']}/since")
    assert moved["data"] == []


def test_nothing_is_sent_again_while_nothing_is_recorded(program: Program) -> None:
    path = f"kpis?metric=mrr&to={PERIOD}"
    _, _, headers = program.ask(path)
    status, told, again = program.ask(path, If_None_Match=headers["etag"])
    assert (status, told, again["etag"]) == (304, None, headers["etag"])
    _, _, other = program.ask(f"kpis?metric=arpa&to={PERIOD}")
    assert other["etag"] != headers["etag"]
    assert program.ask(path, If_None_Match=other["etag"])[0] == 200


@pytest.mark.parametrize("name", [name for name in READS if name != "checks"])
def test_a_key_reads_what_its_scopes_name_alone(name: str, pages: Pages, keys: dict[str, str]) -> None:
    read = READS[name]
    path = f"{read.path.format(**FILLED, report_id='none')}{asked_of(name)}"
    for scope in ("figures", "accounts", "records"):
        status, told, _ = Program(pages.address, keys[scope]).ask(path)
        assert (status == 403) == (scope != read.scope), told
    assert Program(pages.address, "hfr_wrong").ask(path)[0] == 401
    status, told, headers = Program(pages.address, "").ask(path)
    assert (status, headers["www-authenticate"]) == (401, 'Bearer realm="holdfast"')
    assert "data" not in told


def test_members_read_by_their_session_and_it_stands_in_the_audit_log(pages: Pages, program: Program) -> None:
    for who in (OWNER, READER):
        status, text, _ = pages.get(f"/api/v1/kpis?metric=mrr&to={PERIOD}", who)
        assert status == 200, text
    program.ask(f"kpis?metric=mrr&to={PERIOD}")
    with closing(sqlite3.connect(pages.folder / "web.sqlite")) as kept:
        told = kept.execute(
            "select member_id is null, facts from workspaces_deed where about = '/api/v1/kpis'"
        )
        rows = told.fetchall()
    assert {by_key for by_key, _ in rows} == {0, 1}
    assert all(("hfr_" in facts) == bool(by_key) for by_key, facts in rows)
    assert not any(program.key in facts for _, facts in rows)


@pytest.mark.parametrize(
    ("path", "code", "hint"),
    [
        ("kpis?metric=customer_chrun_rate", 400, "customer_churn_rate"),
        ("kpis?metrics=mrr", 400, "metric"),
        ("kpis?limit=5000", 400, "openapi"),
        ("kpis?to=2024-13", 400, ""),
        ("kpis?rulebook=/etc/passwd", 400, "@2025"),
        ("cohorts/logos", 400, "logo"),
        ("kpis/mrr/rows", 400, "openapi"),
        ("customers?status=payng", 400, "paying"),
        ("customers/nobody", 404, "customers"),
        ("kpi", 404, "openapi"),
        ("customers?cursor=x", 400, "first page"),
        ("customers?cursor=WyIwIiwibm9ib2R5Il0", 410, "first page"),
    ],
)
def test_what_cannot_be_is_refused_with_what_would_be_right(
    path: str, code: int, hint: str, program: Program
) -> None:
    status, told, _ = program.ask(path)
    assert status == code, told
    assert hint in (told["error"]["hint"] or "")
    assert told["error"]["request"]


def test_nothing_is_changed_here(program: Program) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        status, _, headers = program.ask("kpis", method)
        assert (status, headers["allow"]) == (405, "GET, HEAD")


def test_an_assistant_is_told_where_each_figure_is_from(pages: Pages, program: Program) -> None:
    """Over the pipes of `holdfast mcp`, with the client of the official library."""
    command = [sys.executable, "-m", "holdfast", "mcp", "-w", str(pages.folder), "--address", pages.address]
    process = StdioServerParameters(
        command=command[0], args=command[1:], env=environment(HOLDFAST_READ_KEY=program.key)
    )

    async def ask() -> tuple[Any, Any]:
        async with Client(process) as client:
            board = await client.call_tool("kpis", {"metric": ["mrr"], "from": PERIOD, "to": PERIOD})
            (figure,) = board.structured_content["data"]
            rows = figure["rows"]
            return figure, await client.call_tool(rows["tool"], rows["arguments"])

    figure, explained = anyio.run(ask)
    _, told, _ = program.ask(f"kpis?metric=mrr&from={PERIOD}&to={PERIOD}")
    (plain,) = told["data"]
    assert figure["value"] == float(plain["value"])
    assert figure["definition"]["rulebook"] == told["rulebook"]
    assert figure["as_of"] == told["whole_until"]
    assert explained.structured_content["figure"]["value"] == figure["value"]
    assert explained.structured_content["agrees"]
    assert pages.get(figure["rows"]["page"].removeprefix(pages.address), OWNER)[0] == 200
