"""`./run manage backup` and `restore`, as an operator calls them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gongqiao.foundation.backup import passphrase, places
from gongqiao.foundation.backup.actions import Made
from gongqiao.foundation.backup.errors import BackupError, Words
from gongqiao.foundation.backup.places import Place
from tests.foundation.backup.conftest import PASSPHRASE, contents


def manage(place: Place, *arguments: str, **env: str) -> "subprocess.CompletedProcess[str]":
    given = {name: value for name, value in os.environ.items() if name != passphrase.VARIABLE}
    given |= {"GONGQIAO_HOME": str(place.home), "DATABASE_URL": "", "GONGQIAO_CWD": str(place.home.parent), **env}
    command = [sys.executable, "-m", "gongqiao.config.manage", *arguments]
    return subprocess.run(command, env=given, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


def words_of(file: Path, text: str, mode: int = 0o600) -> Path:
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


def test_backup_when_called_twice_then_two_files_by_date_and_the_older_is_pruned(place: Place) -> None:
    secret = words_of(place.home / "words", f"{PASSPHRASE}\n")
    seen = []
    for _time in range(2):
        done = manage(place, "backup", "--passphrase-file", str(secret), "--keep", "1")
        assert (done.returncode, done.stderr) == (0, "")
        (path,) = (place.home / "backups").iterdir()
        assert f"备份好了，读回来核对过：{path}" in done.stdout
        seen.append(path.name)
    assert seen[0] != seen[1]


def test_backup_and_restore_when_called_then_the_market_stands_elsewhere(place: Place, tmp_path: Path) -> None:
    made = manage(place, "backup", "--to", "moved.backup", **{passphrase.VARIABLE: PASSPHRASE})
    assert made.returncode == 0, made.stderr
    there = manage(place, "restore", "moved.backup", "--into", "there", **{passphrase.VARIABLE: PASSPHRASE})
    assert there.returncode == 0, there.stderr
    new = places.under(tmp_path / "there")
    assert contents(new.files) == contents(place.files)
    assert manage(new, "verify_audit").returncode == 0
    assert manage(new, "migrate", "--check").returncode == 0
    assert manage(new, "rotate_keys", "--verify").stdout.endswith("verified: 6 values open\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["backup"], "没有口令"),
        (["backup", "--passphrase-file", "none"], "口令文件读不了"),
        (["backup", "--passphrase-file", "open"], "别人也能读"),
        (["backup", "--passphrase-file", "short"], "口令太短"),
        (["backup", "--keep", "0", "--passphrase-file", "words"], "--keep 至少是 1"),
        (["backup", "--to", "/proc/x.backup", "--passphrase-file", "words"], "没有备份成"),
        (["restore"], "请写要恢复的备份文件"),
        (["restore", "none.backup", "--passphrase-file", "words"], "已经有了，没有动它"),
        (["restore", "none.backup", "--into", "new", "--passphrase-file", "words"], "没有"),
        (["restore", "--finish"], "没有没做完的恢复"),
    ],
)
def test_command_when_it_cannot_then_one_sentence_and_nothing_changed(
    place: Place, arguments: list[str], told: str
) -> None:
    words_of(place.home.parent / "words", PASSPHRASE)
    words_of(place.home.parent / "open", PASSPHRASE, 0o644)
    words_of(place.home.parent / "short", "短")
    before = contents(place.home)
    done = manage(place, *arguments)
    assert done.returncode == 1
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert {name: text for name, text in contents(place.home).items() if name in before} == before


def test_passphrase_when_typed_then_asked_twice_for_a_backup_and_once_for_a_restore(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(passphrase.VARIABLE, raising=False)
    asked: list[str] = []

    def typing(*answers: str) -> passphrase.Ask:
        left = list(answers)
        return lambda question: asked.append(question) or left.pop(0)  # type: ignore[func-returns-value]

    assert passphrase.given(None, typing(PASSPHRASE, PASSPHRASE), twice=True) == PASSPHRASE
    assert passphrase.given(None, typing(PASSPHRASE), twice=False) == PASSPHRASE
    assert len(asked) == 3
    with pytest.raises(BackupError, match="两遍输的口令不一样"):
        passphrase.given(None, typing(PASSPHRASE, f"{PASSPHRASE}!"), twice=True)


def test_words_when_both_then_chinese_first_and_each_language_once() -> None:
    assert Words("abc %(n)d", n=1).both() == "abc 1"


def test_made_when_listed_then_nobody_else_may_read_it(made: Made) -> None:
    assert made.path.stat().st_mode & 0o077 == 0
