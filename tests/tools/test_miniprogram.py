"""The mini program's tests are run where they can be, and said aloud where they cannot."""

from pathlib import Path

import pytest

from tools import check, miniprogram
from tools.check import Check


def test_where_there_is_no_node_it_is_said_and_is_no_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    run = Check()
    assert check.mini_program(run)
    assert run.aloud == [
        "the mini program was NOT tested: no node on the PATH (Debian: apt-get install nodejs npm)",
    ]
    assert run.counts.total() == 0


def test_where_there_is_node_and_no_npm_it_is_said_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "node").write_text("#!/bin/sh\n")
    (tmp_path / "node").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(miniprogram, "HOME", tmp_path / "packages")
    run = Check()
    assert (check.mini_program(run), "no npm on the PATH" in run.aloud[0]) == (True, True)


@pytest.mark.parametrize(("passed", "failed", "good"), [(96, 0, True), (95, 1, False), (0, 0, False)])
def test_what_came_of_them_is_counted(monkeypatch: pytest.MonkeyPatch, passed: int, failed: int, good: bool) -> None:
    monkeypatch.setattr(miniprogram, "run", lambda: miniprogram.Ran(passed, failed, "words"))
    run = Check()
    assert check.mini_program(run) is good
    assert (run.counts["passed"], run.counts["failed"]) == (passed, failed)


def test_the_lock_names_no_address_and_pins_all_it_brings() -> None:
    import json

    lock = json.loads((miniprogram.SOURCE / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: facts for name, facts in lock["packages"].items() if name}
    assert [name for name, facts in packages.items() if "resolved" in facts] == []
    assert [name for name, facts in packages.items() if not facts.get("integrity", "").startswith("sha512-")] == []
