"""Clients that post over and over on open connections: a few lines of sockets, cheap beside the server."""

from __future__ import annotations

import json
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

PLACE = b"@@@@@@@@"
"""Stands in a request for what makes its messages' ids its own."""

LAST_CHUNK = b"\r\n0\r\n\r\n"
CONNECTIONS = 32
USERS = 500


@dataclass
class Answered:
    """What came of posting: seconds of each request that was answered with 200, and how many were not."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.latencies) / self.seconds

    def quantile(self, share: float) -> float:
        """The seconds within which this share of the requests was answered."""
        return sorted(self.latencies)[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


def request(key: str, events: int) -> bytes:
    """One request of so many events, with PLACE where its ids are to differ."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    batch = [
        {
            "type": "track",
            "messageId": f"{PLACE.decode()}-{number:04}",
            "userId": f"user-{number % USERS}",
            "event": ("Report Created", "Report Shared", "Member Invited")[number % 3],
            "timestamp": stamp,
            "context": {"groupId": f"account-{number % 50}", "library": {"name": "bench", "version": "1"}},
            "properties": {
                "plan": "pro",
                "seats": number,
                "title": "A report of the quarter",
                "shared": True,
            },
        }
        for number in range(events)
    ]
    body = json.dumps({"batch": batch}).encode()
    basic = b64encode(f"{key}:".encode()).decode()
    head = (
        "POST /v1/batch HTTP/1.1",
        "Host: x",
        f"Authorization: Basic {basic}",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*head, "", "")).encode() + body


def post(
    port: int, template: bytes, seconds: float, *, connections: int = CONNECTIONS, rate: float | None = None
) -> Answered:
    """Post for so many seconds, as fast as answers come, or at `rate` requests a second in all."""
    done, gate, numbers = Answered(), threading.Lock(), count(time.time_ns() // 1_000_000 % 2**20 << 12)
    begun = time.perf_counter()
    until = begun + seconds

    def own(place: int) -> None:
        pause = connections / rate if rate else 0.0
        due = begun + pause * place / connections
        with socket.create_connection(("127.0.0.1", port)) as to:
            to.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while (now := time.perf_counter()) < until:
                if now < due:
                    time.sleep(due - now)
                due += pause
                body = template.replace(PLACE, b"%08x" % (next(numbers) % 2**32))
                sent = time.perf_counter()
                kept = _asked(to, body)
                with gate:
                    if kept:
                        done.latencies.append(time.perf_counter() - sent)
                    else:
                        done.refused += 1

    _together(own, connections)
    done.seconds = time.perf_counter() - begun
    return done


def _asked(to: socket.socket, body: bytes) -> bool:
    """Whether a request is answered with 200; the server's answers come in chunks."""
    to.sendall(body)
    answer = b""
    while not answer.endswith(LAST_CHUNK):
        piece = to.recv(65536)
        if not piece:
            raise ConnectionError("The server closed the connection.")
        answer += piece
    return answer.startswith(b"HTTP/1.1 200")


def _together(work: Callable[[int], None], times: int) -> None:
    threads = [threading.Thread(target=work, args=(place,)) for place in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
