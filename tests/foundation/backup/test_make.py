"""Making a backup: whole, checked, sealed, while others write; or refused, and nothing is there."""

import fcntl
import json
import os
import sqlite3
import stat
import threading
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.utils import ConnectionHandler
from django_scopes import scope, scopes_disabled

from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.backup import actions, archive, facts, places, sqlite
from gongqiao.foundation.backup.actions import Made
from gongqiao.foundation.backup.errors import BackupError
from gongqiao.foundation.backup.places import Place
from gongqiao.foundation.crypto import keyring
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.foundation.people.models import Person
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers.actions import Facts, Identity
from tests.foundation.backup.conftest import PASSPHRASE, PEOPLE, contents, quiet


def opened(path: Path, folder: Path) -> tuple[Place, "archive.Manifest"]:
    folder.mkdir()
    there = places.under(folder)
    return there, archive.unpack(path, PASSPHRASE, there, progress=lambda _done: None)


def refused(place: Place, target: Path, passphrase: str = PASSPHRASE) -> str:
    """What the refusal says; nothing is left behind by it."""
    before = contents(place.home)
    with pytest.raises(BackupError) as refusal:
        actions.make(place, target, passphrase=passphrase, say=quiet)
    assert contents(place.home) == before
    assert list(target.parent.iterdir()) == [] if target.parent.exists() else True
    return str(refusal.value)


def run(place: Place, *statements: str) -> None:
    with closing(sqlite3.connect(place.database_file)) as database, database:
        for statement in statements:
            database.execute(statement)


def test_backup_when_made_then_it_holds_everything_under_one_seal(place: Place, made: Made, tmp_path: Path) -> None:
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert [path.name for path in made.path.parent.iterdir()] == ["market.backup"]
    assert all(text.encode() not in made.path.read_bytes() for text in ("SQLite format", "manifest.json", "index_key"))
    there, manifest = opened(made.path, tmp_path / "there")
    assert manifest == made.manifest
    assert sorted(manifest.members) == [
        "database.sqlite3",
        "files/licence/2026/执照.pdf",
        "files/note.txt",
        "keyring.json",
        "secret_key",
    ]
    for mine, theirs in [(place.keyring, there.keyring), (place.secret, there.secret)]:
        assert theirs.read_bytes() == mine.read_bytes()
    assert contents(there.files) == contents(place.files)
    with places.standing_at(there):
        assert [person.phone for person in Person.objects.filter(name__in=PEOPLE).order_by("phone_last4")] == [
            "13800000000",
            "13800000001",
            "13800000002",
        ]


def test_manifest_when_made_then_it_tells_version_rows_migrations_and_the_last_events(place: Place, made: Made) -> None:
    manifest = made.manifest
    assert (manifest.version, manifest.engine) == (facts.product_version(), "sqlite")
    with places.standing_at(place):
        assert set(manifest.migrations) == facts.known()
        last = AuditEvent.objects.filter(chain="yufeng").order_by("-number")[0]
    assert (manifest.chains["yufeng"].number, manifest.chains["yufeng"].digest) == (last.number, last.digest)
    assert manifest.rows["people_person"] == len(PEOPLE) + 5
    assert json.loads(manifest.to_json())["rows"]["audit_auditevent"] == manifest.rows["audit_auditevent"]


def test_backup_when_done_then_it_is_an_event(place: Place, made: Made) -> None:
    with places.standing_at(place):
        last = AuditEvent.objects.filter(chain="system").order_by("-number")[0]
    assert (last.action, last.thing, last.detail) == ("backup.made", "backup:market.backup", {"bytes": made.bytes})


class Writer(threading.Thread):
    """Registers one person after the other through the real action, on a connection of its own."""

    def __init__(self, place: Place) -> None:
        super().__init__(daemon=True)
        self.place, self.ended, self.begun = place, threading.Event(), threading.Event()
        self.written, self.failed = 0, list[BaseException]()

    def run(self) -> None:
        connections[DEFAULT_DB_ALIAS] = ConnectionHandler({"default": dict(self.place.database)})["default"]
        try:
            with scopes_disabled():
                zhou = Membership.objects.select_related("market").get(role=Role.SOCIAL_WORKER)
            with scope(market=zhou.market):
                while not self.ended.is_set():
                    dossiers.register(Identity(f"新{self.written}", phone="13900000000"), Facts(), by=zhou)
                    self.written += 1
                    self.begun.set()
        except BaseException as error:
            self.failed.append(error)
            self.begun.set()
        finally:
            connection.close()


def test_backup_when_others_write_meanwhile_then_it_is_one_moment_and_they_go_on(place: Place, tmp_path: Path) -> None:
    writer = Writer(place)
    writer.start()
    writer.begun.wait(20)
    before = writer.written
    made = actions.make(place, tmp_path / "out" / "busy.backup", passphrase=PASSPHRASE, say=quiet)
    after = writer.written
    writer.ended.set()
    writer.join(20)
    assert writer.failed == []
    assert after > before > 0
    there, manifest = opened(made.path, tmp_path / "there")
    with places.standing_at(there), scopes_disabled():
        facts.check_same(manifest)
        facts.check()
        new = Person.objects.filter(name__startswith="新").count()
        events = AuditEvent.objects.filter(action="dossier.registered").count()
    assert before <= new <= after
    assert events == len(PEOPLE) + new
    with places.standing_at(place), scopes_disabled():
        facts.check()
        assert Person.objects.filter(name__startswith="新").count() == writer.written


def test_copy_when_a_writer_commits_between_its_steps_then_it_is_the_moment_it_began(
    place: Place, tmp_path: Path
) -> None:
    filler = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) "
    run(place, "CREATE TABLE filler (content BLOB)", "CREATE TABLE ticks (n INTEGER)")
    run(place, f"{filler} INSERT INTO filler SELECT randomblob(1000000) FROM n")
    steps: list[int] = []

    def write(done: int, _whole: int) -> None:
        run(place, "INSERT INTO ticks VALUES (1)", "UPDATE filler SET content = randomblob(1000000) WHERE rowid = 1")
        steps.append(done)

    sqlite.copy(place.database_file, tmp_path / "copy.sqlite3", write)
    assert len(steps) > 5
    assert steps == sorted(set(steps))
    with closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as copy:
        assert copy.execute("SELECT count(*) FROM ticks").fetchone() == (0,)
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with closing(sqlite3.connect(place.database_file)) as original:
        assert original.execute("SELECT count(*) FROM ticks").fetchone() == (len(steps),)


def test_backup_when_the_next_migration_is_still_to_come_then_it_is_made(place: Place, tmp_path: Path) -> None:
    with places.standing_at(place):
        call_command("migrate", "otp_totp", "zero", verbosity=0)
    made = actions.make(place, tmp_path / "out" / "old.backup", passphrase=PASSPHRASE, say=quiet)
    assert [name for name in made.manifest.migrations if name.startswith("otp_totp")] == []


def test_backup_when_the_file_is_there_then_refused_and_it_stays(place: Place, tmp_path: Path) -> None:
    target = tmp_path / "mine.backup"
    target.write_text("mine")
    with pytest.raises(BackupError, match="不覆盖"):
        actions.make(place, target, passphrase=PASSPHRASE, say=quiet)
    assert target.read_text() == "mine"


def test_backup_when_the_passphrase_is_short_then_refused(place: Place, tmp_path: Path) -> None:
    assert "至少要 12 个字" in refused(place, tmp_path / "out" / "x.backup", passphrase="太短")


def test_backup_when_an_event_was_changed_then_refused_and_named(place: Place, tmp_path: Path) -> None:
    run(place, "DROP TRIGGER audit_no_update", "UPDATE audit_auditevent SET actor = 'x' WHERE chain = 'yufeng'")
    assert "操作记录链 yufeng 对不上：event 1 was changed" in refused(place, tmp_path / "out" / "x.backup")


def test_backup_when_a_row_points_nowhere_then_refused(place: Place, tmp_path: Path) -> None:
    run(place, "PRAGMA foreign_keys=OFF", "UPDATE dossiers_dossier SET person_id = 'nobody' WHERE file_no = 1001")
    assert "指向不存在的行" in refused(place, tmp_path / "out" / "x.backup")


def test_backup_when_the_key_ring_is_another_one_then_refused(place: Place, tmp_path: Path) -> None:
    place.keyring.unlink()
    keyring.create(place.keyring)
    assert "个打不开" in refused(place, tmp_path / "out" / "x.backup")


def test_backup_when_there_is_no_key_ring_then_refused(place: Place, tmp_path: Path) -> None:
    place.keyring.unlink()
    assert "密钥环用不了" in refused(place, tmp_path / "out" / "x.backup")


def test_backup_when_a_page_is_damaged_then_refused(place: Place, tmp_path: Path) -> None:
    with closing(sqlite3.connect(place.database_file)) as database:
        (root,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'people_person'").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    with place.database_file.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(os.urandom(size))
    assert "数据库" in refused(place, tmp_path / "out" / "x.backup")


def test_backup_when_there_is_no_database_then_refused(place: Place, tmp_path: Path) -> None:
    for path in places.family(place.database_file):
        path.unlink(missing_ok=True)
    assert "还没有，没有东西可备份" in refused(place, tmp_path / "out" / "x.backup")


def test_backup_when_an_upload_is_a_link_then_refused_and_named(place: Place, tmp_path: Path) -> None:
    (place.files / "link").symlink_to(place.files / "note.txt")
    assert "link 不是普通文件" in refused(place, tmp_path / "out" / "x.backup")


def test_backup_when_another_runs_then_refused(place: Place, tmp_path: Path) -> None:
    with (place.home / ".backup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "正在进行" in refused(place, tmp_path / "out" / "x.backup")


def test_backup_when_an_earlier_one_was_killed_then_its_leavings_go(place: Place, tmp_path: Path) -> None:
    room = place.home / "backups" / ".making"
    room.mkdir(parents=True)
    (room / "copy").write_text("left behind")
    (tmp_path / ".x.backup.part").write_text("left behind")
    actions.make(place, tmp_path / "x.backup", passphrase=PASSPHRASE, say=quiet)
    assert not room.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "x.backup"]


def test_default_path_when_one_is_there_then_the_next_is_numbered(place: Place) -> None:
    moment = datetime(2026, 11, 24, 7, 5)  # noqa: DTZ001 -- the wall clock of the market
    folder = place.home / "backups"
    folder.mkdir()
    names = []
    for _time in range(3):
        path = actions.default_path(place, moment)
        path.touch()
        names.append(path.name)
    assert names == [
        "gongqiao-20261124-0705.backup",
        "gongqiao-20261124-0705-2.backup",
        "gongqiao-20261124-0705-3.backup",
    ]


def test_prune_when_more_than_kept_then_the_oldest_go_and_others_stay(tmp_path: Path) -> None:
    names = [f"gongqiao-20261124-070{minute}.backup" for minute in range(4)]
    names += ["gongqiao-20261124-0703-2.backup", "gongqiao-20261124-0703-10.backup"]
    for name in [*names, "before-the-move.backup", "gongqiao-20261124-0700.backup.old"]:
        (tmp_path / name).touch()
    gone = actions.prune(tmp_path, 2)
    assert [path.name for path in gone] == names[:4]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "before-the-move.backup",
        "gongqiao-20261124-0700.backup.old",
        "gongqiao-20261124-0703-10.backup",
        "gongqiao-20261124-0703-2.backup",
    ]


def test_prune_when_told_to_keep_none_then_refused(tmp_path: Path) -> None:
    (tmp_path / "gongqiao-20261124-0700.backup").touch()
    with pytest.raises(BackupError, match="最新的一份总要留着"):
        actions.prune(tmp_path, 0)
    assert len(list(tmp_path.iterdir())) == 1
