"""A receiver that checks what is signed, as the specification tells a receiver to; and lines to it."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from gongqiao.channels.webhook import actions
from gongqiao.channels.webhook.actions import Made
from gongqiao.channels.webhook.enums import WANTED
from tests.factories import House

TOLERANCE = 300  # seconds that a timestamp may be off


def line(house: House, url: str = "https://receiver.example/hook", *events: str) -> Made:
    return actions.subscribe(label="排班系统", url=url, events=events or list(WANTED), by=house.liang)


@dataclass
class Receiver:
    """`answers`: statuses to give, one after the other, then 204; `seen`: what was verified, by its id."""

    url: str = ""
    secrets: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    slow: float = 0.0
    seen: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    location: str = ""

    def take(self, headers: Any, body: bytes) -> int:
        time.sleep(self.slow)
        wrong = self._wrong(headers, body)
        if wrong:
            self.refused.append(wrong)
            return 401
        status = self.answers.pop(0) if self.answers else 204
        if status < 300:
            self.seen.append((headers["webhook-id"], json.loads(body)))
        return status

    def _wrong(self, headers: Any, body: bytes) -> str:
        stamp = headers["webhook-timestamp"]
        if abs(time.time() - int(stamp)) > TOLERANCE:
            return "old"
        said = f"{headers['webhook-id']}.{stamp}.".encode() + body
        wanted = [
            "v1," + base64.b64encode(hmac.new(base64.b64decode(key[6:]), said, hashlib.sha256).digest()).decode()
            for key in self.secrets
        ]
        given = headers["webhook-signature"].split(" ")
        return "" if any(hmac.compare_digest(one, other) for one in wanted for other in given) else "signature"


@contextmanager
def receiving() -> Iterator[Receiver]:
    """On 127.0.0.1: only a test that has allowed it reaches it."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = receiver.take(self.headers, body)
            self.send_response(status)
            if receiver.location:
                self.send_header("Location", receiver.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
