"""From verified to told: the real worker process, a gateway that records, demand verified one after another.

The market's own backlog (everything it verified for tomorrow) is looked for first; then the clock runs for each of the
postings verified while it is being watched: from the verification's moment to the first attempt that reached a line.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from benchmarks.report import Row, at_least, at_most, exactly, percentile
from benchmarks.web import built_in
from benchmarks.web.server import ROOT

TOLD_SECONDS = 60.0
TEMPLATES = json.dumps({"suggest": {"id": "SMS_1", "fields": {"a": "text1", "b": "text2", "c": "text3"}}})


@dataclass(frozen=True)
class Size:
    name: str
    people: int
    shifts: int  # of tomorrow, verified before the watching begins
    verified: int  # while it is watched


WHOLE = (Size("demo market", 2000, 150, 20), Size("5,000 people", 5000, 150, 20))
QUICK = (Size("small market", 300, 16, 4),)


@dataclass
class Gateway:
    """Takes every text, and keeps to which phone and of which message it was."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


def rows(quick: bool) -> Iterator[Row]:
    for size in QUICK if quick else WHOLE:
        yield from _watched(size)


def _watched(size: Size) -> Iterator[Row]:
    with _gateway() as (gateway, address), built_in("", size.people, size.shifts, 2) as (own, facts):
        texts = {"GONGQIAO_SMS": "aliyun", "GONGQIAO_SMS_API": address, "GONGQIAO_SMS_KEY": "k"}
        texts |= {"GONGQIAO_SMS_SECRET": "s", "GONGQIAO_SMS_SIGN": "工桥", "GONGQIAO_SMS_TEMPLATES": TEMPLATES}
        env = {**os.environ, **own, **texts}
        with _worker(env):
            command = [sys.executable, "-m", "benchmarks.reach.verifying", facts.market, str(size.verified)]
            said = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True)
        seen: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
    sent = {out_id for _phone, out_id in gateway.texts}
    yield from _rows(size.name, seen, sent, len(gateway.texts))


def _rows(name: str, seen: dict[str, Any], sent: set[str], texts: int) -> Iterator[Row]:
    told = seen["seconds"]
    yield exactly(f"{name}: postings verified and looked for", seen["done"], seen["verified"])
    yield at_least(f"{name}: people told of them", len(told), 1)
    if told:
        what = f"{name}: verified → told ({seen['looking']:,} people looking), "
        yield at_most(f"{what}p95", percentile(told, 0.95), TOLD_SECONDS, " s")
        yield at_most(f"{what}the slowest", max(told), TOLD_SECONDS, " s")
    yield at_most(f"{name}: recommendations to one person on one day", seen["most_a_day"], seen["cap"])
    yield exactly(
        f"{name}: {seen['all']:,} people told, of work that the plain engine or the law forbids", seen["wrong"], 0
    )
    yield exactly(f"{name}: told of more people than three a seat", seen["too_many"], 0)
    yield exactly(f"{name}: told twice of one posting", seen["twice"], 0)
    yield exactly(f"{name}: texts at the gateway, each once", (texts, len(sent)), (seen["texts"], seen["texts"]))


@contextmanager
def _worker(env: dict[str, str]) -> Iterator[None]:
    command = [sys.executable, "-m", "gongqiao.config.manage", "work"]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    try:
        yield
        if process.poll() is not None:
            raise RuntimeError(f"the worker process ended with {process.returncode}")
    finally:
        process.terminate()
        process.wait()


@contextmanager
def _gateway() -> Iterator[tuple[Gateway, str]]:
    kept = Gateway()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = dict(parse_qsl(urlsplit(self.path).query))
            with kept.lock:
                kept.texts.append((asked["PhoneNumbers"], asked["OutId"]))
            body = b'{"Code": "OK"}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield kept, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
