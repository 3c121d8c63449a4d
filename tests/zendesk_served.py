"""The Zendesk of the tests over HTTP: incremental exports in pages, a key, and refusals on demand."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.zendesk_service import KEY, Body, Desk, iso


def signed(body: bytes, secret: str, at: datetime) -> dict[str, str]:
    """The headers of a webhook's request."""
    stamp = iso(at)
    made = hmac.new(secret.encode(), stamp.encode() + body, hashlib.sha256).digest()
    return {
        "X-Zendesk-Webhook-Signature": base64.b64encode(made).decode(),
        "X-Zendesk-Webhook-Signature-Timestamp": stamp,
    }


@dataclass
class Served:
    """A desk that answers at `url`: at most `most` objects a page, after `refusals` by status code."""

    desk: Desk
    url: str = ""
    most: int = 1000
    refusals: list[int] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def answer(self, path: str) -> tuple[int, Body]:
        self.asked.append(path)
        if self.refusals:
            return self.refusals.pop(0), {"error": "TooManyRequests"}
        place = urlsplit(path)
        asked = {name: values[-1] for name, values in parse_qs(place.query).items()}
        kind = place.path.removeprefix("/api/v2/").removeprefix("incremental/").removesuffix(".json")
        if kind == "satisfaction_ratings":
            return 200, self._ratings(asked)
        name = kind.removesuffix("/cursor")
        by_time = name in ("organizations", "ticket_events")
        objects = (
            self.desk.updates
            if name == "ticket_events"
            else self.desk.objects[name.removesuffix("s")].values()
        )
        found = sorted(objects, key=lambda each: (_changed(each), each["id"]))
        return 200, self._by_time(name, found, asked) if by_time else self._by_cursor(name, found, asked)

    def _by_time(self, name: str, found: list[Body], asked: Body) -> Body:
        """A page holds all of the second that it ends with, as Zendesk promises."""
        rest = [each for each in found if _changed(each) >= int(asked["start_time"])]
        shown = rest[: self.most]
        shown += [each for each in rest[self.most :] if shown and _changed(each) == _changed(shown[-1])]
        end = _changed(shown[-1]) + 1 if shown else int(asked["start_time"])
        return {name: shown, "count": len(shown), "end_time": end, "end_of_stream": len(shown) == len(rest)}

    def _by_cursor(self, name: str, found: list[Body], asked: Body) -> Body:
        since = [int(part) for part in asked["cursor"].split("-")] if "cursor" in asked else [0, 0]
        rest = [each for each in found if [_changed(each), each["id"]] > since]
        shown = rest[: self.most]
        last = shown[-1] if shown else None
        after = f"{_changed(last)}-{last['id']}" if last else asked.get("cursor")
        return {name: shown, "after_cursor": after, "end_of_stream": len(shown) == len(rest)}

    def _ratings(self, asked: Body) -> Body:
        found = [
            each for each in self.desk.ratings.values() if _changed(each) >= int(asked.get("start_time", 0))
        ]
        start = int(asked.get("page[after]", 0))
        shown = found[start : start + self.most]
        more = start + len(shown) < len(found)
        meta = {"has_more": more, "after_cursor": str(start + len(shown)) if more else None}
        return {"satisfaction_ratings": shown, "meta": meta}


def _changed(body: Body) -> int:
    told = body.get("updated_at") or body["created_at"]
    return int(datetime.fromisoformat(told).timestamp())


@contextmanager
def served(desk: Desk) -> Iterator[Served]:
    """The desk over HTTP."""
    found = Served(desk)
    wanted = "Basic " + base64.b64encode(KEY.encode()).decode()

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            code, body = found.answer(self.path)
            if self.headers.get("Authorization") != wanted:
                code, body = 401, {"error": "Couldn't authenticate you"}
            text = json.dumps(body).encode()
            self.send_response_only(code)
            self.send_header("Date", format_datetime(desk.now.replace(tzinfo=UTC), usegmt=True))
            self.send_header("Retry-After", "3")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
