"""The repository itself: what it may hold, how long its files may be, where its data comes from."""

import hashlib
import json
import os
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tools.check import long_files
from tools.import_data import MOST_BYTES

ROOT = Path(__file__).resolve().parents[1]
# In two parts each, so that this file is not a finding of its own.
INDEX_HOSTS = ["pypi" + ".org", "python" + "hosted.org", "npmjs" + ".org", "npmmirror" + ".com", "deb.debian" + ".org"]
INDEX_HOSTS += ["mirrors." + "aliyun", "tuna." + "tsinghua", "--index" + "-url ", "--find" + "-links"]
MACHINE_PATHS = ["/ro" + "ot/", "/wo" + "rk/", "/ho" + "me/", "/opt/py" + "pi"]
IN_A_PATH = r"(?<![\w*}])"  # a path of a machine begins there; an address of ours may go on so
FONTS = {".woff", ".woff2", ".ttf", ".otf", ".eot", ".ttc"}
FACTS = {"source", "licence", "date"}


@cache
def repository() -> tuple[Path, ...]:
    """Every file that is, or would be, committed."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return tuple(path for name in names if name and (path := ROOT / name).is_file())


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def any_of(words: list[str], before: str = "") -> str:
    return "|".join(f"{before}{re.escape(word)}" for word in words)


def lines_with(pattern: str) -> list[str]:
    found, wanted = [], re.compile(pattern)
    for path in repository():
        text = path.read_bytes().decode("utf-8", errors="replace")
        if wanted.search(text):
            lines = enumerate(text.splitlines(), 1)
            found += [f"{named(path)}:{number}" for number, line in lines if wanted.search(line)]
    return found


def data_files() -> list[Path]:
    """What is carried as data: everything in a folder called data, but for the notes beside it."""
    return [
        path for path in repository() if path.parent.name == "data" and path.name not in {"sources.json", "__init__.py"}
    ]


def origin(path: Path) -> dict[str, object]:
    """What is said of a data file: in sources.json beside it, or under `about` in itself."""
    notes = path.with_name("sources.json")
    if notes.exists() and path.name in (facts := json.loads(notes.read_text(encoding="utf-8"))):
        return dict(facts[path.name])
    if path.suffix == ".json":
        about = json.loads(path.read_text(encoding="utf-8")).get("about", {})
        return dict(about) if isinstance(about, dict) else {"source": about}
    return {}


def test_files_when_python_are_short_enough() -> None:
    assert long_files(ROOT) == []


def test_files_when_committed_name_no_package_index() -> None:
    assert lines_with(any_of(INDEX_HOSTS)) == []


def test_files_when_committed_name_no_path_of_a_machine() -> None:
    assert lines_with(any_of(MACHINE_PATHS, IN_A_PATH) + "|" + "file:" + "//") == []


def test_files_when_committed_hold_no_fonts() -> None:
    assert [named(path) for path in repository() if path.suffix.lower() in FONTS] == []


def test_files_when_committed_hold_no_lock_with_addresses() -> None:
    assert [named(path) for path in repository() if path.name == "uv.lock"] == []


def test_files_when_product_hold_no_unfinished_marks() -> None:
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
    found = [
        named(path)
        for path in repository()
        if path.is_relative_to(ROOT / "gongqiao")
        and path.suffix in {".py", ".html", ".css", ".js"}
        and marks.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_launcher_then_short_posix_and_executable() -> None:
    lines = (ROOT / "run").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "#!/bin/sh"
    assert len(lines) <= 80
    for name in ("run", ".ci/run", "tools/lock"):
        assert os.access(ROOT / name, os.X_OK), name
    assert subprocess.run(["sh", "-n", str(ROOT / "run")], check=False).returncode == 0


def test_check_when_run_by_ci_then_is_the_one_a_person_runs() -> None:
    lines = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    assert lines[-1] == "exec ./run test"


def test_licence_then_whole_apache_2() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.split("\n", 2)[:2] == [" " * 33 + "Apache License", " " * 27 + "Version 2.0, January 2004"] or (
        "Apache License" in text.splitlines()[0]
    )
    assert "9. Accepting Warranty or Additional Liability." in text
    assert "END OF TERMS AND CONDITIONS" in text


@pytest.mark.parametrize("name", ["base", "fast", "dev", "bench", "ray"])
def test_requirement_then_says_what_it_is_for(name: str) -> None:
    lines = (ROOT / f"requirements/{name}.in").read_text(encoding="utf-8").splitlines()
    asked = [line for line in lines if line.strip() and not line.startswith(("#", "-"))]
    assert [line for line in asked if "  #" not in line and " # " not in line] == []


@pytest.mark.parametrize("name", ["base", "fast", "dev", "bench", "ray"])
def test_requirement_when_compiled_then_pinned_with_hashes(name: str) -> None:
    text = (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")
    pins = re.findall(r"^[A-Za-z0-9].*", text, re.M)
    assert [pin for pin in pins if "==" not in pin or not pin.endswith("\\")] == []


def test_data_then_small_enough() -> None:
    assert sum(path.stat().st_size for path in data_files()) <= MOST_BYTES


@pytest.mark.parametrize("path", data_files(), ids=named)
def test_data_file_then_source_licence_and_date_are_beside_it(path: Path) -> None:
    assert FACTS - set(origin(path)) == set()


@pytest.mark.parametrize("path", [path for path in data_files() if "sha256" in origin(path)], ids=named)
def test_data_file_when_imported_then_is_what_was_written(path: Path) -> None:
    assert hashlib.sha256(path.read_bytes()).hexdigest() == origin(path)["sha256"]
