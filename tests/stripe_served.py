"""The Stripe of the tests over HTTP: lists in pages, a key, and refusals on demand."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.stripe_service import Body, Service

KEY = "rk_test_served"
KINDS = {
    "products": "product",
    "prices": "price",
    "coupons": "coupon",
    "customers": "customer",
    "subscriptions": "subscription",
    "invoices": "invoice",
    "invoice_payments": "invoice_payment",
    "charges": "charge",
    "refunds": "refund",
    "disputes": "dispute",
}


@dataclass
class Served:
    """A service that answers at `url`: at most `most` objects a page, after `refusals` by status code."""

    service: Service
    url: str = ""
    most: int = 100
    refusals: list[int] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def answer(self, path: str) -> tuple[int, Body]:
        self.asked.append(path)
        if self.refusals:
            code = self.refusals.pop(0)
            return code, {"error": {"type": "x", "message": "no"}}
        place = urlsplit(path)
        asked = {name: values[-1] for name, values in parse_qs(place.query).items()}
        name = place.path.removeprefix("/v1/")
        if name.startswith("invoices/"):
            return 200, self._page(self._lines[name.split("/")[1]], asked)
        if name == "events":
            found = [
                each for each in self.service.events if each["created"] >= int(asked.get("created[gte]", 0))
            ]
        elif name in KINDS:
            found = list(self.service.objects[KINDS[name]].values())
        else:
            return 404, {"error": {"type": "invalid_request_error", "message": "Unrecognized request URL"}}
        return 200, self._page(list(reversed(found)), asked)

    @property
    def _lines(self) -> dict[str, list[Body]]:
        return {each["id"]: each["all_lines"] for each in self.service.objects["invoice"].values()}

    def _page(self, found: list[Body], asked: dict[str, str]) -> Body:
        if after := asked.get("starting_after"):
            found = found[[each["id"] for each in found].index(after) + 1 :]
        shown = found[: min(self.most, int(asked.get("limit", 10)))]
        return {"object": "list", "data": shown, "has_more": len(shown) < len(found)}


@contextmanager
def served(service: Service) -> Iterator[Served]:
    """The service on a port of this machine."""
    found = Served(service)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.headers.get("Authorization") == f"Bearer {KEY}"
            code, body = found.answer(self.path) if known else (401, {"error": {"message": "no"}})
            text = json.dumps(body).encode()
            self.send_response_only(code)
            self.send_header("Date", format_datetime(service.now.replace(tzinfo=UTC), usegmt=True))
            self.send_header("Retry-After", "3")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *said: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
