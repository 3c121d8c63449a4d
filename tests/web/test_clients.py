"""The libraries that users have, unmodified, pointed at a server; and what of them becomes records."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from base64 import b64encode
from pathlib import Path

import pytest

from tests.web.conftest import Served, environment, holdfast

SEGMENT = """
import sys
import segment.analytics as client
client.write_key, client.host, client.gzip = sys.argv[1], sys.argv[2], True
client.identify('sg-u', {'email': 'a@sg.example', 'plan': 'pro'}, anonymous_id='sg-v')
client.group('sg-u', 'sg-acme', {'name': 'Acme', 'employees': 100})
client.track('sg-u', 'Report Exported', {'rows': 3}, context={'groupId': 'sg-acme'})
client.page('sg-u', 'Docs', 'Pricing', {'url': 'x'})
client.screen('sg-u', 'Home')
client.alias('sg-old', 'sg-u')
client.track('sg-old', 'Signed In')
client.flush()
client.shutdown()
"""
RUDDER = """
import sys
import rudderstack.analytics as client
client.write_key, client.dataPlaneUrl = sys.argv[1], sys.argv[2]
client.identify('rs-u', {'email': 'b@rs.example'})
client.group('rs-u', 'rs-acme', {'name': 'Bcme'})
client.track('rs-u', 'Exported', {'rows': 3})
client.flush()
client.shutdown()
"""
POSTHOG = """
import sys
from posthog import Posthog
client = Posthog(sys.argv[1], host=sys.argv[2], disable_geoip=True, gzip=True)
told = {'$set': {'email': 'c@ph.example'}}
client.capture('exported', distinct_id='ph-u', properties=told, groups={'company': 'ph-acme'})
client.group_identify('company', 'ph-acme', {'name': 'Ccme'})
client.set(distinct_id='ph-u', properties={'role': 'admin'})
client.alias('ph-old', 'ph-u')
client.capture('viewed', properties={})
client.flush()
client.shutdown()
"""
LOCKED = Path(__file__).parent / "node"
NODE = """
import {Analytics} from '@segment/analytics-node';
const client = new Analytics({writeKey: process.argv[2], host: process.argv[3]});
client.identify({userId: 'nd-u', traits: {email: 'd@nd.example'}});
client.group({userId: 'nd-u', groupId: 'nd-acme', traits: {name: 'Dcme'}});
client.track({userId: 'nd-u', event: 'Exported', properties: {rows: 3}});
await client.closeAndFlush();
"""


def run(code: str, server: Served) -> None:
    """Run a client in a process of its own, as its users do."""
    command = [sys.executable, "-W", "ignore", "-c", code, server.key, server.address]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=environment())
    assert ran.returncode == 0, ran.stderr


@pytest.fixture(scope="module")
def sent(server: Served) -> Served:
    """The server after every client of Python has sent to it."""
    for code in (SEGMENT, RUDDER, POSTHOG):
        run(code, server)
    server.loaded()
    return server


def test_segment_s_library(sent: Served) -> None:
    events = {row["name"]: row for row in sent.rows("events") if row["user_id"] == "sg-u"}
    assert set(events) == {"Report Exported", "page", "screen", "Signed In"}
    assert events["Report Exported"]["account_id"] == "sg-acme"
    (user,) = [row for row in sent.rows("users") if row["user_id"] == "sg-u"]
    assert (user["account_id"], user["email"]) == ("sg-acme", "a@sg.example")
    (account,) = [row for row in sent.rows("accounts") if row["account_id"] == "sg-acme"]
    assert (account["name"], account["employees"]) == ("Acme", 100)


def test_rudderstack_s_library(sent: Served) -> None:
    (event,) = [row for row in sent.rows("events") if row["user_id"] == "rs-u"]
    assert event["name"] == "Exported"
    (user,) = [row for row in sent.rows("users") if row["user_id"] == "rs-u"]
    assert (user["account_id"], user["email"]) == ("rs-acme", "b@rs.example")


def test_posthog_s_library(sent: Served) -> None:
    (event,) = [row for row in sent.rows("events") if row["user_id"] == "ph-u"]
    assert (event["name"], event["account_id"]) == ("exported", "ph-acme")
    assert [row for row in sent.rows("events") if row["name"] == "viewed" and row["anonymous_id"]]
    (user,) = [row for row in sent.rows("users") if row["user_id"] == "ph-u"]
    assert (user["account_id"], user["email"], user["role"]) == ("ph-acme", "c@ph.example", "admin")
    (account,) = [row for row in sent.rows("accounts") if row["account_id"] == "ph-acme"]
    assert account["name"] == "Ccme"


def test_nothing_of_the_libraries_is_set_aside_and_the_board_tells_of_them(sent: Served) -> None:
    assert json.loads(holdfast("rejects", "--format", "json", "-w", str(sent.folder))) == []
    board = json.loads(
        holdfast("kpis", "daily_active_users", "--grain", "day", "--format", "json", "-w", str(sent.folder))
    )
    assert float(board[-1]["value"]) >= 3


@pytest.fixture(scope="module")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Segment's library as npm installs it by the hashes of our lock, or where HOLDFAST_NODE has it.

    Without Node the test is left out; with it, and no registry to be reached, too, but not where CI runs it.
    """
    if told := os.environ.get("HOLDFAST_NODE"):
        return Path(told)
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("there is no node and npm here")
    place = tmp_path_factory.mktemp("node")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(LOCKED / name, place)
    quietly = ("--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=20000")
    ran = subprocess.run([npm, "ci", *quietly], cwd=place, capture_output=True, text=True, check=False)
    if ran.returncode and os.environ.get("CI") != "true":
        pytest.skip(f"npm could not install it: {ran.stderr[-300:]}")
    assert ran.returncode == 0, ran.stderr
    return place / "node_modules"


def test_segment_s_library_for_node(server: Served, node_modules: Path, tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(node_modules)
    (tmp_path / "send.mjs").write_text(NODE)
    node = shutil.which("node")
    assert node
    subprocess.run([node, tmp_path / "send.mjs", server.key, server.address], check=True, cwd=tmp_path)
    server.loaded()
    (user,) = [row for row in server.rows("users") if row["user_id"] == "nd-u"]
    assert (user["account_id"], user["email"]) == ("nd-acme", "d@nd.example")


@pytest.mark.skipif(not os.environ.get("HOLDFAST_DATA"), reason="HOLDFAST_DATA names no folder")
def test_every_payload_of_segment_s_specification_goes_in(server: Served) -> None:
    """The payloads as printed, some of them with the one id that all of Segment's examples share."""
    file = Path(os.environ["HOLDFAST_DATA"]) / "connectors/segment/spec_payloads.jsonl"
    payloads = [json.loads(line)["payload"] for line in file.read_text().splitlines()]
    assert len(payloads) == 75
    before = server.metrics()
    for payload in payloads:
        body = json.dumps({"batch": [payload]}).encode()
        basic = b64encode(f"{server.key}:".encode()).decode()
        request = urllib.request.Request(  # noqa: S310 - of this machine
            f"{server.address}/v1/batch", body, {"Authorization": f"Basic {basic}"}
        )
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            assert answer.status == 200
    server.loaded()
    kinds = [payload.get("type", payload.get("action")) for payload in payloads]
    acts = [p for p, kind in zip(payloads, kinds, strict=True) if kind in {"track", "page", "screen"}]
    named = {(p["messageId"], p["timestamp"][:10]) for p in acts if "messageId" in p}
    distinct = len(named) + sum("messageId" not in p for p in acts)
    after = server.metrics()
    assert after["holdfast_events_loaded_total"] - before["holdfast_events_loaded_total"] == distinct
    assert after["holdfast_rejects_total"] == before["holdfast_rejects_total"]
    names = {row["name"] for row in server.rows("events")}
    assert {p["event"] for p in acts if p.get("event")} <= names
