"""Restoring: the market is there again, or nothing was changed; the old data is kept; cut short, it can be finished."""

import fcntl
import hashlib
import random
import shutil
import sqlite3
import struct
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.migrations.executor import MigrationExecutor
from django_scopes import scopes_disabled

from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.backup import actions, archive, facts, frame, places, swap
from gongqiao.foundation.backup.actions import Made
from gongqiao.foundation.backup.errors import BackupError
from gongqiao.foundation.backup.manifest import Manifest
from gongqiao.foundation.backup.places import Place
from gongqiao.foundation.people.models import Person
from tests.foundation.backup.conftest import PASSPHRASE, PEOPLE, contents, quiet

HEADER = frame.HEADER_BYTES


def restored(path: Path, place: Place, *, force: bool = False) -> actions.Restored:
    return actions.restore(path, place, passphrase=PASSPHRASE, force=force, say=quiet)


def refused(path: Path, place: Place, passphrase: str = PASSPHRASE, *, force: bool = True) -> str:
    """What the refusal says; the home is as it was, to the byte."""
    before = contents(place.home) if place.home.exists() else {}
    with pytest.raises(BackupError) as refusal:
        actions.restore(path, place, passphrase=passphrase, force=force, say=quiet)
    assert contents(place.home) == before
    return str(refusal.value)


def forge(path: Path, change: Callable[[bytearray], object]) -> None:
    """Change the sealed bytes and make the checksum right again, as somebody with bad intent would."""
    blob = bytearray(path.read_bytes())
    body = blob[HEADER:]
    change(body)
    blob[HEADER:] = body
    blob[len(frame.MAGIC) + 1 : HEADER] = struct.pack(">Q32s", len(body), hashlib.sha256(body).digest())
    path.write_bytes(blob)


def packed(path: Path, parts: list[tuple[str, Path]], manifest: Manifest) -> Path:
    with path.open("wb") as file:
        archive.pack(parts, manifest, file, PASSPHRASE)
    return path


def names(place: Place) -> list[str]:
    with places.standing_at(place):
        return sorted(Person.objects.filter(name__in=PEOPLE).values_list("name", flat=True))


def test_restore_when_the_home_is_new_then_everything_is_there_and_opens(
    place: Place, made: Made, tmp_path: Path
) -> None:
    new = places.under(tmp_path / "new" / "home")
    done = restored(made.path, new)
    assert (done.migrated, done.kept, done.manifest) == (False, [], made.manifest)
    assert contents(new.files) == contents(place.files)
    assert new.keyring.read_bytes() == place.keyring.read_bytes()
    assert new.secret.read_bytes() == place.secret.read_bytes()
    assert sorted(contents(new.home)) == [
        "files/licence/2026/执照.pdf",
        "files/note.txt",
        "gongqiao.sqlite3",
        "keyring.json",
        "secret_key",
    ]
    with places.standing_at(new):
        assert facts.check() == replace(done.checked, events=done.checked.events + 1)  # the restore itself
        assert done.checked.cells == 3 * 2
        phones = Person.objects.filter(name__in=PEOPLE).order_by("phone_last4")
        assert [person.phone[-1] for person in phones] == ["0", "1", "2"]
        last = AuditEvent.objects.filter(chain="system").order_by("-number")[0]
        assert (last.action, last.detail) == ("backup.restored", {"created": made.manifest.created})
        with scopes_disabled():
            here = facts.rows()
    assert {table: count for table, count in here.items() if count != made.manifest.rows[table]} == {
        "audit_auditevent": made.manifest.rows["audit_auditevent"] + 1,
        **({} if made.manifest.rows["audit_chainhead"] == here["audit_chainhead"] else {"audit_chainhead": 2}),
    }


def test_restore_when_there_is_data_then_refused_and_it_stays(place: Place, made: Made) -> None:
    assert "已经有了，没有动它" in refused(made.path, place, force=False)


def test_restore_when_there_is_only_a_key_ring_then_refused(place: Place, made: Made, tmp_path: Path) -> None:
    other = places.under(tmp_path / "other")
    other.home.mkdir()
    shutil.copy(place.keyring, other.keyring)
    assert str(other.keyring) in refused(made.path, other, force=False)


def test_restore_when_forced_then_the_old_data_is_kept_whole(place: Place, made: Made) -> None:
    with places.standing_at(place):
        Person.objects.filter(name="韦一").update(name="后来的")
    (place.files / "later.txt").write_text("later")
    before = contents(place.home)
    done = restored(made.path, place, force=True)
    assert names(place) == sorted(PEOPLE)
    assert not (place.files / "later.txt").exists()
    kept = {Path(path).name.split(".before-")[0]: Path(path) for path in done.kept}
    assert set(kept) == {"gongqiao.sqlite3", "keyring.json", "secret_key", "files"}
    assert (kept["files"] / "later.txt").read_text() == "later"
    assert kept["keyring.json"].read_bytes() == before["keyring.json"]
    with closing(sqlite3.connect(kept["gongqiao.sqlite3"])) as old:
        assert old.execute("SELECT count(*) FROM people_person WHERE name = '后来的'").fetchone() == (1,)


def test_restore_when_the_old_database_is_rubbish_then_it_is_replaced_and_kept(place: Place, made: Made) -> None:
    place.database_file.write_bytes(b"not a database" * 1000)
    done = restored(made.path, place, force=True)
    assert names(place) == sorted(PEOPLE)
    assert Path(done.kept[0]).read_bytes() == b"not a database" * 1000


def test_restore_when_the_server_was_killed_before_then_the_log_of_the_old_database_stays_with_it(
    place: Place, made: Made
) -> None:
    script = (
        "import os, sqlite3, sys; database = sqlite3.connect(sys.argv[1]); "
        "database.execute(\"UPDATE people_person SET name = '后来的' WHERE name = '韦一'\"); "
        "database.commit(); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script, str(place.database_file)], check=False)
    assert places.family(place.database_file)[1].stat().st_size > 0
    done = restored(made.path, place, force=True)
    assert names(place) == sorted(PEOPLE)
    assert not places.family(place.database_file)[1].exists()
    with closing(sqlite3.connect(done.kept[0])) as old:
        assert old.execute("SELECT count(*) FROM people_person WHERE name = '后来的'").fetchone() == (1,)


def test_restore_when_a_server_has_the_database_open_then_refused(place: Place, made: Made) -> None:
    script = (
        "import sqlite3, sys; database = sqlite3.connect(sys.argv[1]); "
        "database.execute('SELECT count(*) FROM people_person').fetchone(); print(flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(place.database_file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        server.stdout.readline()
        with pytest.raises(BackupError, match="正在用，请先停下网页和后台进程"):
            restored(made.path, place, force=True)
        server.communicate()
    assert restored(made.path, place, force=True).kept != []


def test_restore_when_the_passphrase_is_wrong_then_refused(place: Place, made: Made) -> None:
    assert refused(made.path, place, "另一个足够长的口令一二三四") == f"口令不对：打不开 {made.path}。"


def test_restore_when_there_is_no_such_file_then_refused(place: Place, tmp_path: Path) -> None:
    assert "这个文件" in refused(tmp_path / "none.backup", place)


def test_restore_when_it_is_some_other_file_then_refused(place: Place, tmp_path: Path) -> None:
    other = tmp_path / "other.backup"
    for content in (b"", b"SQLite format 3\0" * 10, frame.MAGIC):
        other.write_bytes(content)
        assert "不是工桥的备份文件" in refused(other, place)


@pytest.mark.parametrize("left", [HEADER, HEADER + 1, HEADER + 100, 20_000, -1])
def test_restore_when_the_file_is_cut_off_then_refused(place: Place, made: Made, left: int) -> None:
    blob = made.path.read_bytes()
    made.path.write_bytes(blob[:left])
    told = refused(made.path, place)
    assert told == f"{made.path} 没有传完：应有 {len(blob)} 字节，只有 {len(blob[:left])} 字节。"


def test_restore_when_something_was_added_then_refused(place: Place, made: Made) -> None:
    made.path.write_bytes(made.path.read_bytes() + b"x")
    assert "和校验和对不上" in refused(made.path, place)


def test_restore_when_any_byte_is_flipped_then_refused(place: Place, made: Made) -> None:
    blob = made.path.read_bytes()
    dice = random.Random(7)
    spots = [*range(HEADER), HEADER, *(dice.randrange(HEADER, len(blob)) for _time in range(60)), len(blob) - 1]
    for spot in spots:
        changed = bytearray(blob)
        changed[spot] ^= 1 << dice.randrange(8)
        made.path.write_bytes(changed)
        told = refused(made.path, place)
        assert any(words in told for words in ("坏了", "没有传完", "更新版本")), (spot, told)


def test_restore_when_a_byte_is_flipped_and_the_checksum_forged_then_the_seal_refuses(place: Place, made: Made) -> None:
    blob = made.path.read_bytes()
    dice = random.Random(8)
    size = len(blob) - HEADER
    for spot in [0, 15, 16, 20, 33, *(dice.randrange(34, size) for _time in range(6)), size - 1]:
        made.path.write_bytes(blob)
        forge(made.path, lambda body, spot=spot: body.__setitem__(spot, body[spot] ^ 0x10))  # type: ignore[misc]
        told = refused(made.path, place)
        assert told.startswith(("口令不对", f"{made.path} 被改过")), (spot, told)


def test_restore_when_cut_and_the_checksum_forged_then_the_seal_refuses(place: Place, made: Made) -> None:
    forge(made.path, lambda body: body.__delitem__(slice(-100, None)))
    assert refused(made.path, place).startswith("口令不对")


def test_restore_when_the_format_is_newer_then_refused(place: Place, made: Made) -> None:
    blob = bytearray(made.path.read_bytes())
    blob[len(frame.MAGIC)] = frame.FORMAT + 1
    made.path.write_bytes(blob)
    assert refused(made.path, place) == f"{made.path} 是更新版本的工桥做的备份，请先升级再恢复。"


@pytest.mark.parametrize(
    "change",
    [
        {"version": "99.0"},
        {"migrations": ("dossiers.0001_initial", "dossiers.0999_of_the_future")},
    ],
)
def test_restore_when_the_version_is_newer_then_refused(
    place: Place, made: Made, tmp_path: Path, change: dict[str, Any]
) -> None:
    parts = [("database.sqlite3", place.database_file), ("keyring.json", place.keyring)]
    path = packed(tmp_path / "newer.backup", parts, replace(made.manifest, **change))
    assert "是更新版本的工桥做的" in refused(path, place)


def test_restore_when_the_version_is_earlier_then_its_tables_are_brought_up(place: Place, tmp_path: Path) -> None:
    with places.standing_at(place):
        call_command("migrate", "otp_totp", "zero", verbosity=0)
    old = actions.make(place, tmp_path / "old.backup", passphrase=PASSPHRASE, say=quiet)
    new = places.under(tmp_path / "new")
    assert restored(old.path, new).migrated
    with places.standing_at(new):
        from django.db import connection

        executor = MigrationExecutor(connection)
        assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


@pytest.mark.parametrize("name", ["files/../../outside", "files//outside", "outside", "files/", "database.sqlite3/x"])
def test_restore_when_a_member_would_land_elsewhere_then_refused(
    place: Place, made: Made, tmp_path: Path, name: str
) -> None:
    path = packed(tmp_path / "odd.backup", [(name, place.keyring)], made.manifest)
    assert "不认得的东西" in refused(path, place)


def test_restore_when_the_database_is_of_another_engine_then_refused(place: Place, made: Made, tmp_path: Path) -> None:
    path = packed(tmp_path / "pg.backup", [("database.pgdump", place.keyring)], made.manifest)
    assert "postgresql 的数据库，这里设的是 sqlite" in refused(path, place)


def test_restore_when_the_rows_are_not_those_of_the_manifest_then_refused(
    place: Place, made: Made, tmp_path: Path
) -> None:
    parts = [("database.sqlite3", place.database_file), ("keyring.json", place.keyring)]
    fewer = replace(made.manifest, rows={**made.manifest.rows, "people_person": 1})
    assert "表的行数不一样" in refused(packed(tmp_path / "x.backup", parts, fewer), place)


def test_restore_when_another_runs_then_refused(place: Place, made: Made) -> None:
    with (place.home / ".backup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "正在进行" in refused(made.path, place)


class Cut(Exception):
    """The power went."""


def cut_after(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine stops after so many steps of a swap."""
    made, make = [0], swap.make

    def counted(move: swap.Move, rename: swap.Rename) -> None:
        if made[0] == steps:
            raise Cut
        made[0] += 1
        make(move, rename)

    monkeypatch.setattr(swap, "make", counted)


@pytest.mark.parametrize("steps", range(8))
def test_restore_when_cut_short_in_the_swap_then_no_half_market_and_finish_ends_it(
    place: Place, made: Made, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    with places.standing_at(place):
        Person.objects.filter(name="韦一").update(name="后来的")
    with monkeypatch.context() as patch:
        cut_after(steps, patch)
        with pytest.raises(Cut):
            restored(made.path, place, force=True)
    assert place.plan.exists()
    if steps:
        assert not place.database_file.exists()
    with pytest.raises(BackupError, match="restore --finish"):
        restored(made.path, place, force=True)
    with pytest.raises(BackupError, match="restore --finish"):
        actions.make(place, place.home / "x.backup", passphrase=PASSPHRASE, say=quiet)
    if steps:
        with closing(sqlite3.connect(place.database_file)) as junk:  # a server that was started meanwhile
            junk.execute("PRAGMA journal_mode=WAL")
            junk.execute("CREATE TABLE junk (n)")
    actions.finish(place)
    assert not place.plan.exists()
    assert names(place) == sorted(PEOPLE)
    with places.standing_at(place):
        facts.check()
    (old,) = place.home.glob("gongqiao.sqlite3.before-*")
    with closing(sqlite3.connect(old)) as database:
        assert database.execute("SELECT count(*) FROM people_person WHERE name = '后来的'").fetchone() == (1,)
    assert sorted(path.name.split(".before-")[0] for path in place.home.iterdir() if ".before-" in path.name) == [
        "files",
        "gongqiao.sqlite3",
        "keyring.json",
        "secret_key",
    ]
    assert list(place.home.glob(f"{places.STAGED}*")) == []


def test_finish_when_there_is_nothing_to_finish_then_refused(place: Place) -> None:
    with pytest.raises(BackupError, match="没有没做完的恢复"):
        actions.finish(place)
