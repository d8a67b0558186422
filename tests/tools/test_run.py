"""`./run` on a machine that lacks something: one clear sentence with the cure, from any folder."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("sh", "dirname", "cksum", "cat", "rm", "mkdir", "flock")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A clone without .venv, and a PATH that holds no Python and no uv."""
    (tmp_path / "clone/requirements").mkdir(parents=True)
    shutil.copy(ROOT / "run", tmp_path / "clone/run")
    for name in ("base.txt", "dev.txt"):
        shutil.copy(ROOT / "requirements" / name, tmp_path / "clone/requirements" / name)
    (tmp_path / "bin").mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        if found:
            (tmp_path / "bin" / tool).symlink_to(found)
    return tmp_path


def run(machine: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    env = {"PATH": str(machine / "bin"), "HOME": str(machine)}
    return subprocess.run(
        [str(machine / "clone/run"), *command], cwd="/", env=env, capture_output=True, text=True, check=False
    )


def program(machine: Path, name: str, text: str) -> None:
    path = machine / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_when_there_is_no_python_then_it_says_what_to_install(machine: Path) -> None:
    done = run(machine, "demo")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "./run: 没有 Python 3.11 或更新的版本，请先装 / no Python 3.11 or newer here, install it first: "
        "apt-get install python3 python3-venv\n"
    )


def test_when_python_lacks_venv_then_it_says_what_to_install(machine: Path) -> None:
    program(machine, "bin/python3", f'case "$1 $2" in "-m venv") exit 1;; esac; exec {sys.executable} "$@"')
    done = run(machine, "manage", "check")
    assert done.returncode == 1
    assert done.stderr.splitlines()[1:] == [
        "./run: 这个 Python 缺 venv 模块，请先装 / this Python lacks its venv module, install it first: "
        "apt-get install python3-venv"
    ]


def test_when_all_is_there_then_it_costs_next_to_nothing(machine: Path) -> None:
    program(machine, "clone/.venv/bin/python", 'echo "$@"')
    stamp = subprocess.run(["cksum"], stdin=(ROOT / "requirements/base.txt").open(), capture_output=True, check=True)
    (machine / "clone/.venv/base.stamp").write_bytes(stamp.stdout)
    took = []
    for _run in range(5):
        begun = time.perf_counter()
        done = run(machine, "manage", "check", "--deploy")
        took.append(time.perf_counter() - begun)
        assert (done.stdout, done.stderr) == ("-m gongqiao.config.manage check --deploy\n", "")
    assert min(took) <= 0.3, took
