"""`./run day` on sheets: held against a second reading of the same sheets, and against itself."""

import json
import os
import re
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from tests.config.day.checker import MAP_ERROR, ROOT, Papers, rows_of, unmet
from tools.make_examples import DAY, make

EXAMPLES = ROOT / "examples"


def run_day(folder: Path, out: Path, *more: str, day: date = DAY) -> subprocess.CompletedProcess[str]:
    sheets = ["--workers", str(folder / "workers.xlsx"), "--postings", str(folder / "postings.xlsx")]
    env = {**os.environ, "GONGQIAO_CWD": str(out.parent)}
    command = [sys.executable, "-m", "gongqiao.config.manage", "day", *sheets, "--date", day.isoformat()]
    return subprocess.run(
        [*command, "--out", str(out), *more], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sheets")
    make(folder, people_count=260, shifts=24)
    return folder


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    """The example sheets of the repository, 2,000 people and 150 shifts."""
    out = tmp_path_factory.mktemp("day") / "out"
    done = run_day(EXAMPLES, out, "--verified-by", "莫专员")
    assert done.returncode == 0, done.stderr
    return Papers(EXAMPLES / "workers.xlsx", EXAMPLES / "postings.xlsx", out)


def test_no_assignment_breaks_a_hard_constraint(whole: Papers) -> None:
    assert len(whole.pairs) > 300
    assert whole.broken() == []
    assert len(whole.assigned) == len(whole.pairs) == whole.facts["counts"]["placed"]


def test_the_checker_finds_a_broken_constraint(whole: Papers) -> None:
    """The second opinion can disagree: a worker put where he may not go is found."""
    worker = next(row for row in whole.workers if len(whole.may(row)[1]) < len(whole.shifts))
    wrong = next(row for row, shift in whole.shifts.items() if unmet(whole.workers[worker], shift, MAP_ERROR))
    kept, whole.pairs = whole.pairs, [*whole.pairs, (worker, wrong)]
    try:
        assert whole.broken() != []
    finally:
        whole.pairs = kept


def test_everybody_is_placed_or_left_out_with_a_true_reason(whole: Papers) -> None:
    placed = {worker for worker, _shift in whole.pairs}
    assert len(placed) + len(whole.left_out) == len(whole.workers)
    idle = sorted(set(whole.workers) - placed)
    said = {row: line for row, line in zip(idle, whole.left_out.values(), strict=True)}
    assert [line["姓名"] for line in said.values()] == [whole.workers[row].name for row in idle]
    reasons = {row: str(line["为什么没派上"]) for row, line in said.items()}
    false = {row: (says, why) for row, says in reasons.items() if (why := whole.false_reason(row, says))}
    assert false == {}
    assert len({says[:4] for says in reasons.values()}) >= 3, "full, missed and unknown are all there"


def test_the_checker_finds_an_untrue_reason(whole: Papers) -> None:
    placed = {worker for worker, _shift in whole.pairs}
    free = next(row for row in sorted(set(whole.workers) - placed) if whole.may(row)[0])
    for lie in ("能去的 1999 个班都满了，最合适的是“搬货”。", "最近的是“搬货”：远了 1.0 公里。", "先问清楚：会什么。"):
        assert whole.false_reason(free, lie) != ""


def test_every_open_shift_says_truly_where_people_stop(whole: Papers) -> None:
    taken = {row: sum(shift == row for _worker, shift in whole.pairs) for row in whole.shifts}
    short = {row for row, shift in whole.shifts.items() if taken[row] < shift.headcount}
    assert len(whole.open) == len(short)
    assert sum(int(line["还缺"]) for line in whole.open.values()) == sum(
        whole.shifts[row].headcount - taken[row] for row in short
    )
    qualified = {
        row: sum(
            not {"skill", "certificate"} & set(unmet(person, whole.shifts[row])) for person in whole.workers.values()
        )
        for row in short
    }
    said = sorted(
        0 if "没有一个人" in line["为什么"] else int(re.search(r"会的有 (\d+) 人", line["为什么"])[1])  # type: ignore[index]
        for line in whole.open.values()
    )
    assert said == sorted(qualified.values())
    assert all("，能来 0 人" in line["为什么"] or "没有一个人" in line["为什么"] for line in whole.open.values())


@pytest.mark.parametrize("policy", ["queue", "lottery", "score"])
def test_the_same_order_gives_the_same_bytes(small: Path, tmp_path: Path, policy: str) -> None:
    more = ("--verified-by", "莫专员", "--policy", policy, "--seed", "2026-12-01 开奖号 0417")
    for name in ("one", "two"):
        done = run_day(small, tmp_path / name, *more)
        assert done.returncode == 0, done.stderr
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two
    assert sorted(one) == sorted(
        [
            "电话单.xlsx",
            "派工表.xlsx",
            "还缺的班次.xlsx",
            "没派上的人.xlsx",
            "表格里要改的.xlsx",
            "日报.docx",
            "run.json",
        ]
    )
    papers = Papers(small / "workers.xlsx", small / "postings.xlsx", tmp_path / "one")
    assert papers.broken() == []
    assert (papers.facts["replayed"], papers.facts["audit_chain"]) == (True, "whole")


def test_without_a_verifier_nothing_is_matched_and_every_posting_says_so(small: Path, tmp_path: Path) -> None:
    done = run_day(small, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    facts = json.loads((tmp_path / "out/run.json").read_text(encoding="utf-8"))
    assert (facts["assignments"], facts["counts"]["shifts"]) == ([], 0)
    lines = rows_of(tmp_path / "out/表格里要改的.xlsx").values()
    assert sum("没核实的不派" in line["说明"] for line in lines) > 10


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--workers", "nobody.xlsx"], "no such file"),
        (["--date", "明天"], "2026-11-25"),
        (["--policy", "best"], "policy"),
        (["--date", "0001-01-01"], "2026-11-25"),
        (["--date", "9999-12-31"], "2026-11-25"),
        (["--region", "999999999999"], "所在地"),
    ],
)
def test_a_wrong_order_is_refused_in_one_sentence(small: Path, tmp_path: Path, more: list[str], says: str) -> None:
    done = run_day(small, tmp_path / "out", *more)
    assert done.returncode != 0
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_made_is_said_in_one_sentence(small: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    done = run_day(small, tmp_path / "file" / "out")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "cannot read or write" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_day_broken_off_leaves_nobodys_file_behind(small: Path, tmp_path: Path, number: signal.Signals) -> None:
    sheets = ["--workers", str(small / "workers.xlsx"), "--postings", str(small / "postings.xlsx")]
    command = [sys.executable, "-m", "gongqiao.config.manage", "day", *sheets, "--date", DAY.isoformat()]
    env = {**os.environ, "GONGQIAO_CWD": str(tmp_path), "TMPDIR": str(tmp_path)}
    day = subprocess.Popen([*command, "--out", "out"], cwd=ROOT, env=env, stderr=subprocess.PIPE)
    assert day.stderr is not None
    read = b""
    while "登记".encode() not in read:
        read += os.read(day.stderr.fileno(), 4096)
    day.send_signal(number)
    day.communicate(timeout=30)
    assert day.returncode != 0
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_other_files_is_left_alone(small: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = run_day(small, tmp_path)
    assert done.returncode == 1
    assert "other files" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_sheet_that_is_none_leaves_no_papers(small: Path, tmp_path: Path) -> None:
    broken = tmp_path / "workers.xlsx"
    broken.write_bytes(b"PK\x03\x04 not really")
    done = run_day(small, tmp_path / "out", "--workers", str(broken))
    assert done.returncode == 1
    assert "不完整或坏了" in done.stderr
    assert not (tmp_path / "out").exists()
