"""The public API against its own schema, and object by object, on SQLite and PostgreSQL.

schemathesis sends what the schema allows and what it does not, as a worker and as an employer; every check of its own
is on. Then every operation that names an object is asked with every token that is not its owner's, and a digest of the
whole database says whether anything changed.
"""

import json
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.report import Row, at_least, exactly
from benchmarks.web.server import ROOT, serving
from tools import postgres

UNHURRIED = "benchmarks.reach.unhurried:application"
SCHEMATHESIS = Path(sys.executable).parent / "schemathesis"
CASES = 10_000
NOES = (401, 403, 404)
# As in tests/api/test_contract.py: a part of a form that was made up as words may be no text.
CONFIG = """
[[operations]]
include-path-regex = "/tickets$"
checks.positive_data_acceptance.enabled = false
"""
BODIES: dict[str, Any] = {
    "/me/answers/{pk}": {"go": True},
    "/postings/{pk}/closing": {"reason": "不用了"},
    "/arrivals/{pk}": {"what": "confirmed"},
}
NAMES = {"/shifts/": "shift", "/postings/": "posting", "/me/answers/": "assignment", "/arrivals/": "assignment"}
WORKERS = ("/shifts/", "/me/")  # what a worker asks for; the rest is an employer's


@dataclass(frozen=True)
class Size:
    phases: str
    examples: int  # of one operation at the most, for each caller
    least: int  # cases that must have been sent
    rows: int  # of each kind for each owner


WHOLE = Size("examples,coverage,fuzzing,stateful", 140, CASES, 4)
QUICK = Size("examples,fuzzing", 2, 200, 1)


def rows(quick: bool) -> Iterator[Row]:
    size = QUICK if quick else WHOLE
    yield from _on("SQLite", "", size, quick)
    try:
        with postgres.running() as url:
            yield from _on("PostgreSQL", url, size, quick)
    except postgres.NotHere as absence:
        yield Row("API on PostgreSQL", "measured", f"NOT MEASURED: {absence}", False)


def _on(name: str, url: str, size: Size, quick: bool) -> Iterator[Row]:
    told = f"API on {name}"
    with tempfile.TemporaryDirectory(prefix="gongqiao-bench-papi-") as home:
        env = {"GONGQIAO_HOME": home, "DATABASE_URL": url, "GONGQIAO_KEYRING": ""}
        env["GONGQIAO_LOG"] = "ERROR"  # thousands of requests are refused, as they must be
        env |= dict.fromkeys(("GONGQIAO_API_PER_MINUTE", "GONGQIAO_API_WRITES_BURST"), "1000000")
        with _owners(env, size.rows) as owners, serving(UNHURRIED, env) as port:
            yield from _objects(told, port, owners)
            yield from _contract(told, port, owners, Path(home), size, quick)


class Owners:
    """The process that made the markets, and looks at the database for us."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        told = json.loads(self._read())
        self.callers: dict[str, str] = told["callers"]
        self.rows: dict[str, dict[str, list[Any]]] = told["rows"]

    def state(self) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write("state\n")
        self.process.stdin.flush()
        return self._read()

    def _read(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        if not line:
            raise RuntimeError("benchmarks.reach.owners ended before it answered")
        return line


@contextmanager
def _owners(env: Mapping[str, str], rows: int) -> Iterator[Owners]:
    command, pipe = [sys.executable, "-m", "benchmarks.reach.owners", str(rows)], subprocess.PIPE
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **env}, stdin=pipe, stdout=pipe, text=True)
    try:
        yield Owners(process)
    finally:
        process.kill()
        process.wait()


# --- object by object


@dataclass(frozen=True)
class Asked:
    """One request for somebody's object."""

    caller: str
    method: str
    path: str
    body: Any = None
    code: str = ""


def _objects(told: str, port: int, owners: Owners) -> Iterator[Row]:
    """Asked of by everybody but its owner: no. Asked of by its owner: yes, or the noes would say nothing."""
    operations = _operations(port)
    before = owners.state()
    wrong, asked = [], 0
    for request in _foreign(operations, owners):
        asked += 1
        status = _send(port, owners, request)
        if status not in NOES:
            wrong.append(f"{request.caller}: {request.method} {request.path} answered {status}")
    after = owners.state()
    for each in wrong[:5]:
        print(each, file=sys.stderr)
    own = Counter(_send(port, owners, request) for request in _own(owners))
    yield at_least(f"{told}: requests for what is another's", asked, 500)
    yield exactly(f"{told}: of these not refused as 401, 403 or 404", len(wrong), 0)
    yield exactly(f"{told}: whether anything changed by them", before != after, False)
    yield exactly(f"{told}: what its owner asks for that did not open", sum(own.values()) - own[200], 0)


def _operations(port: int) -> list[tuple[str, str]]:
    """Every operation that names an object, as the schema has it."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/openapi.json", timeout=60) as answer:
        paths = json.load(answer)["paths"]
    found = [(method.upper(), path.removeprefix("/api/v1")) for path, each in paths.items() for method in each]
    return [(method, path) for method, path in found if "{pk}" in path and (method, path) != ("GET", "/shifts/{pk}")]


def _foreign(operations: list[tuple[str, str]], owners: Owners) -> Iterator[Asked]:
    for side, rows in owners.rows.items():
        for method, path in operations:
            kind = next(kind for start, kind in NAMES.items() if path.startswith(start))
            for pk in rows[kind]:
                way = path.replace("{pk}", str(pk))
                for caller in [*owners.callers, ""]:
                    if not _may(caller, side, method, path):
                        yield Asked(caller, method, way, BODIES.get(path))
        codes = [code for other, theirs in owners.rows.items() if other != side for _number, code in theirs["ticket"]]
        for number, _code in rows["ticket"]:
            yield from (Asked("", "GET", f"/tickets/{number}", code=code) for code in [*codes, "000000000000"])


def _may(caller: str, side: str, method: str, path: str) -> bool:
    """Its owner; and whoever works in the same market may put his name down for a published shift."""
    worker = path.startswith(WORKERS)
    owner = f"{side} {'worker' if worker else 'employer'} good"
    neighbours = {"mine": "neighbours worker good", "neighbours": "mine worker good"}
    applies = (method, path) == ("POST", "/shifts/{pk}/applications")
    return caller == owner or (applies and caller == neighbours.get(side))


def _own(owners: Owners) -> Iterator[Asked]:
    for side, rows in owners.rows.items():
        for pk in rows["posting"]:
            yield Asked(f"{side} employer good", "GET", f"/postings/{pk}")
            yield Asked(f"{side} employer good", "GET", f"/postings/{pk}/arrivals")
        for pk in rows["shift"]:
            yield Asked(f"{side} worker good", "POST", f"/shifts/{pk}/applications")
        for number, code in rows["ticket"]:
            yield Asked("", "GET", f"/tickets/{number}", code=code)


def _send(port: int, owners: Owners, asked: Asked) -> int:
    headers = {"Ticket-Code": asked.code} if asked.code else {}
    if asked.caller:
        headers["Authorization"] = f"Bearer {owners.callers[asked.caller]}"
    content = None if asked.body is None else json.dumps(asked.body).encode()
    if content is not None:
        headers["Content-Type"] = "application/json"
    address = f"http://127.0.0.1:{port}/api/v1{asked.path}"
    request = urllib.request.Request(address, content, headers, method=asked.method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return int(error.code)


# --- the schema


def _contract(told: str, port: int, owners: Owners, home: Path, size: Size, quick: bool) -> Iterator[Row]:
    """As a worker and as an employer, at the same time: two processes, two cores, two gunicorn workers."""
    (home / "schemathesis.toml").write_text(CONFIG)
    tokens = {kind: owners.callers[f"mine {kind} good"] for kind in ("worker", "employer")}
    with ThreadPoolExecutor(2) as both:
        found = list(both.map(lambda each: _schemathesis(port, home, size, *each), tokens.items()))
    cases = sum(each.cases for each in found)
    fewer = f" (quick: of {CASES:,} in the whole run)" if quick else ""
    yield at_least(f"{told}: cases that schemathesis sent{fewer}", cases, size.least)
    failures = sum(each.failures for each in found)
    yield exactly(f"{told}: 5xx, answers against the schema, wrong requests taken: its failures", failures, 0)
    yield exactly(f"{told}: errors of its own", sum(each.errors for each in found), 0)


@dataclass(frozen=True)
class Told:
    cases: int
    failures: int
    errors: int


def _schemathesis(port: int, home: Path, size: Size, kind: str, token: str) -> Told:
    report = home / f"{kind}.json"
    command = [str(SCHEMATHESIS), "run", f"http://127.0.0.1:{port}/api/v1/openapi.json", "--seed", "7", "--no-color"]
    command += ["--max-examples", str(size.examples), "--phases", size.phases, "--continue-on-failure"]
    command += ["--report", "json", "--report-json-path", str(report), "--no-shrink"]
    command += ["--suppress-health-check", "all", "--request-timeout", "60", "-H", f"Authorization: Bearer {token}"]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False)
    if not report.exists():
        raise RuntimeError(f"schemathesis as {kind}: {done.stdout[-3000:]}{done.stderr[-2000:]}")
    told = json.loads(report.read_text())
    if told["failures"] or told["errors"]:
        print(done.stdout[-6000:], file=sys.stderr)
    unfinished = 0 if told["complete"] else 1
    return Told(told["test_cases"]["generated"], len(told["failures"]), len(told["errors"]) + unfinished)
