"""The engine of ODK Web Forms (@getodk/xforms-engine, TypeScript), a second opinion on ours beside JavaRosa's.

Needs node 20 and npm on the PATH; nothing of the product does. Its packages are fetched once, into .venv/webforms.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
HOME = HERE.parents[1] / ".venv" / "webforms"
FETCHED_WITHIN = 180.0  # seconds


class NotHere(Exception):
    """It cannot run on this machine; the text says what is missing."""


class Refused(Exception):
    """The engine raised."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of an instance: as it would be handed in, and what it finds wrong (path, constraint or required)."""

    xml: str
    violations: tuple[tuple[str, str], ...]


class WebForms:
    """One running driver."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def ask(self, **asked: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return self.said()

    def said(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise NotHere("the driver of Web Forms ended")
        found: dict[str, Any] = json.loads(line)
        if "error" in found:
            raise Refused(found["error"])
        return found

    def load(self, xform: str, files: Mapping[str, str]) -> None:
        self.ask(do="load", form=xform, files=dict(files))

    def restore(self, instance: bytes) -> Restored:
        """Answers as they came in: everything is worked out again."""
        found = self.ask(do="restore", instance=instance.decode())
        return Restored(found["xml"], tuple((path, condition) for path, condition in found["violations"]))

    def restore_time(self, instance: bytes, times: int) -> float:
        """Milliseconds from an instance to what is handed in, the best of so many."""
        return float(self.ask(do="time", instance=instance.decode(), times=times)["ms"])

    def load_time(self, xform: str, files: Mapping[str, str], times: int) -> float:
        return float(self.ask(do="load-time", form=xform, files=dict(files), times=times)["ms"])


@contextmanager
def running(zone: str = "Asia/Shanghai") -> Iterator[WebForms]:
    """The driver, started; ended at the end, whatever happens."""
    node = shutil.which("node")
    if node is None:
        raise NotHere("no node on the PATH (Debian: apt-get install nodejs npm)")
    _fetch()
    shutil.copy(HERE / "driver.mjs", HOME / "driver.mjs")
    process = subprocess.Popen(
        [node, "driver.mjs"],
        cwd=HOME,
        env={**os.environ, "TZ": zone},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    try:
        forms = WebForms(process)
        forms.said()  # that it is ready
        yield forms
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.terminate()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def _fetch() -> None:
    wanted = (HERE / "package.json").read_bytes()
    told = HOME / "fetched.json"
    if told.exists() and told.read_bytes() == wanted:
        return
    npm = shutil.which("npm")
    if npm is None:
        raise NotHere("no npm on the PATH (Debian: apt-get install npm)")
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    (HOME / "package.json").write_bytes(wanted)
    command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"]
    try:
        ended = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=False, timeout=FETCHED_WITHIN)
    except subprocess.TimeoutExpired:
        raise NotHere(f"npm brought nothing within {FETCHED_WITHIN:.0f} s") from None
    if ended.returncode:
        raise NotHere(f"npm could not bring the packages: {ended.stderr.strip()[-300:]}")
    told.write_bytes(wanted)


def version() -> str:
    """As its package says it."""
    found: dict[str, str] = json.loads((HOME / "node_modules/@getodk/xforms-engine/package.json").read_text())
    return found["version"]
