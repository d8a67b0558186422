"""Making a backup, keeping the newest few, restoring one: the operator's acts, by the right to the machine."""

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.core.management import call_command
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation import clock
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.backup import archive, facts, postgres, sqlite, swap
from gongqiao.foundation.backup.errors import BackupError, Words
from gongqiao.foundation.backup.facts import Checked
from gongqiao.foundation.backup.manifest import Manifest
from gongqiao.foundation.backup.passphrase import long_enough
from gongqiao.foundation.backup.places import (
    DATABASE_NAMES,
    FILES,
    KEYRING,
    SECRET,
    Place,
    standing_at,
    sync,
    under,
)
from gongqiao.foundation.backup.swap import Move
from gongqiao.foundation.crypto import keyring
from gongqiao.foundation.crypto.errors import KeyRingError

FOLDER = "backups"
NAME = re.compile(r"gongqiao-(\d{8}-\d{4})(?:-(\d+))?\.backup")

Say = Callable[[Words], None]


@dataclass(frozen=True)
class Made:
    """A backup that was read back whole."""

    path: Path
    bytes: int
    manifest: Manifest


@dataclass(frozen=True)
class Restored:
    """`kept` are the old parts under their new names; `migrated` when the backup was of an earlier version."""

    manifest: Manifest
    checked: Checked
    migrated: bool
    kept: list[str]


def default_path(place: Place, moment: datetime) -> Path:
    """gongqiao-YYYYMMDD-HHMM.backup of the market's wall clock; a second one in the same minute is numbered."""
    stem = f"gongqiao-{moment:%Y%m%d-%H%M}"
    folder, number = place.home / FOLDER, 1
    path = folder / f"{stem}.backup"
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}.backup"
    return path


def make(place: Place, target: Path, *, passphrase: str, say: Say) -> Made:
    """All of `place` in one encrypted file at `target`, there only once it was written, read back and checked.

    Raises BackupError or OSError; then there is no file at `target`.
    """
    long_enough(passphrase)
    if target.exists():
        raise BackupError(_("%(path)s 已经有了，不覆盖：请换个名字。"), path=target)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with alone(place), _workroom(place) as room:
        copy, manifest = _copied(place, room / "copy", say)
        parts = [*_parts(copy), *_uploads(place.files)]
        part = target.with_name(f".{target.name}.part")
        try:
            manifest = _write(part, parts, manifest, passphrase, say)
            _read_back(part, room / "back", manifest, passphrase, say)
            os.replace(part, target)
            sync(target.parent)
        finally:
            part.unlink(missing_ok=True)
    size = target.stat().st_size
    with standing_at(place):
        audit.record_system("backup.made", "backup", target.name, bytes=size)
    return Made(target, size, manifest)


def prune(folder: Path, keep: int) -> list[Path]:
    """Remove all but the newest `keep` backups that carry the default name; what was removed."""
    check_keep(keep)
    found = [(match, path) for path in folder.iterdir() if (match := NAME.fullmatch(path.name))]
    found.sort(key=lambda each: (each[0][1], int(each[0][2] or 1)))
    gone = [path for _match, path in found[:-keep]]
    for path in gone:
        path.unlink()
    return gone


def check_keep(keep: int) -> None:
    if keep < 1:
        raise BackupError(_("--keep 至少是 1：最新的一份总要留着。"))


def restore(path: Path, place: Place, *, passphrase: str, force: bool, say: Say) -> Restored:
    """`place` becomes what the backup holds: put together beside, checked, then swapped; the old parts are kept.

    Raises BackupError or OSError; until the swap begins nothing of `place` was changed, and a swap that was cut short
    is finished by `finish`.
    """
    place.home.mkdir(parents=True, exist_ok=True)
    with alone(place):
        check_no_plan(place)
        _check_free(place, force)
        _check_unused(place)
        staged = place.staged()
        try:
            restored = _staged(path, staged, passphrase, say)
            _check_unused(place)
            mark = f".before-{clock.now():%Y%m%d-%H%M%S}"
            swap.write(place.plan, swap.planned(staged, place, mark))
        except BaseException:
            _forget(staged)
            raise
        say(Words(_("换上去")))
        moves = _carry_out(place)
    kept = [move.target for move in moves if move.step == swap.ASIDE]
    return Restored(restored.manifest, restored.checked, restored.migrated, kept)


def finish(place: Place) -> list[Move]:
    """The rest of a restore that was cut short while it changed places."""
    if not place.plan.exists():
        raise BackupError(_("没有没做完的恢复。"))
    with alone(place):
        return _carry_out(place)


def check_no_plan(place: Place) -> None:
    if place.plan.exists():
        raise BackupError(_("上一次恢复换到一半停了：请先运行 ./run manage restore --finish。"))


def _carry_out(place: Place) -> list[Move]:
    try:
        return swap.carry_out(place.plan, postgres.rename(place))
    except OSError as why:
        raise BackupError(
            _("换到一半停了（%(why)s）：改好以后请运行 ./run manage restore --finish。"), why=why
        ) from None


@contextmanager
def alone(place: Place) -> Iterator[None]:
    """One backup or restore at a time for this home."""
    handle = os.open(place.home / ".backup.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BackupError(_("另一个备份或恢复正在进行，请等它做完。")) from None
    finally:
        os.close(handle)


@contextmanager
def _workroom(place: Place) -> Iterator[Path]:
    """A folder of mode 700 in the home, gone afterwards; what a killed backup left there goes first."""
    check_no_plan(place)
    room = place.home / FOLDER / ".making"
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir(parents=True, mode=0o700)
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _copied(place: Place, folder: Path, say: Say) -> tuple[Place, Manifest]:
    """Database, key ring and secret as they are now, in `folder`; checked, with the facts of the database."""
    folder.mkdir(mode=0o700)
    copy = under(folder)
    if place.engine == "sqlite":
        say(Words(_("抄数据库 %(path)s"), path=place.database_file))
        sqlite.copy(place.database_file, copy.database_file, _every_quarter(say))
        _copy_keys(place, copy)
        with standing_at(copy):
            return copy, _facts(say)
    copy = Place(folder, place.database, copy.keyring, copy.secret, copy.files)
    _copy_keys(place, copy)
    with standing_at(copy), postgres.snapshot() as name:
        say(Words(_("用 pg_dump 抄数据库 %(name)s"), name=place.database["NAME"]))
        postgres.dump(place, copy.dump_file, name)
        return copy, _facts(say)


def _copy_keys(place: Place, copy: Place) -> None:
    """The ring that goes with the copy; it is this one that must open its values."""
    try:
        keyring.load(place.keyring)
    except KeyRingError as why:
        raise BackupError(_("密钥环用不了：%(why)s"), why=why) from None
    shutil.copy(place.keyring, copy.keyring)
    if place.secret.exists():
        shutil.copy(place.secret, copy.secret)


def _facts(say: Say) -> Manifest:
    manifest, checked = facts.manifest(), facts.check()
    _say_checked(say, manifest, checked)
    return manifest


def _say_checked(say: Say, manifest: Manifest, checked: Checked) -> None:
    told = {"rows": sum(manifest.rows.values()), "events": checked.events, "cells": checked.cells}
    say(Words(_("查过：%(rows)d 行，操作记录 %(events)d 条，加密的值 %(cells)d 个，都对"), **told))


def _every_quarter(say: Say) -> sqlite.Progress:
    """A line for each quarter of a copy that takes more than one step."""
    told = [0]

    def progress(done: int, whole: int) -> None:
        quarter = 4 * done // max(whole, 1)
        if told[0] < quarter < 4:
            told[0] = quarter
            say(Words(_("  抄了 %(percent)d%%"), percent=quarter * 25))

    return progress


def _parts(copy: Place) -> list[tuple[str, Path]]:
    database = copy.database_file if copy.engine == "sqlite" else copy.dump_file
    parts = [(DATABASE_NAMES[copy.engine], database), (KEYRING, copy.keyring)]
    return [*parts, (SECRET, copy.secret)] if copy.secret.exists() else parts


def _uploads(folder: Path) -> list[tuple[str, Path]]:
    """Listed after the database was copied: what its rows name is there already."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            continue
        if path.is_symlink() or not path.is_file():
            raise BackupError(_("%(path)s 不是普通文件，备份不了。"), path=path)
        found.append((f"{FILES}/{path.relative_to(folder).as_posix()}", path))
    return found


def _write(part: Path, parts: list[tuple[str, Path]], manifest: Manifest, passphrase: str, say: Say) -> Manifest:
    clear = sum(path.stat().st_size for _name, path in parts)
    say(Words(_("加密写入 %(path)s（%(files)d 个文件，%(size).1f MB）"), path=part, files=len(parts), size=clear / 1e6))
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        manifest = archive.pack(parts, manifest, file, passphrase)
        file.flush()
        os.fsync(file.fileno())
    return manifest


def _read_back(part: Path, folder: Path, manifest: Manifest, passphrase: str, say: Say) -> None:
    say(Words(_("读回来，解密，核对")))
    folder.mkdir(mode=0o700)
    back = under(folder)
    if manifest.engine != "sqlite":
        back = Place(folder, {"ENGINE": "django.db.backends.postgresql"}, back.keyring, back.secret, back.files)
    read = archive.unpack(part, passphrase, back, progress=lambda _done: None, with_files=False)
    if read != manifest:
        raise BackupError(_("读回来的清单和写下去的不一样，这份备份不能用。"))
    if back.engine == "sqlite":
        with standing_at(back):
            facts.check_same(read)
    else:
        postgres.read(back, back.dump_file)


def _check_free(place: Place, force: bool) -> None:
    """There is nothing to lose here, or the operator said so."""
    if force:
        return
    if place.engine == "sqlite":
        file = place.database_file
        there = str(file) if file.exists() and file.stat().st_size > 0 else ""
    else:
        there = str(place.database["NAME"]) if postgres.holds_tables(place) else ""
    if not there and place.keyring.exists():
        there = str(place.keyring)
    if there:
        raise BackupError(
            _("%(path)s 已经有了，没有动它。真要换成备份里的，请加 --force；旧的会改名留着。"), path=there
        )


def _staged(path: Path, staged: Place, passphrase: str, say: Say) -> Restored:
    """The backup put together at `staged`, checked, brought to this version's tables."""
    staged.forget()
    say(Words(_("解密，核对 %(path)s"), path=path))
    try:
        manifest = archive.unpack(path, passphrase, staged, progress=lambda _done: None)
    except FileNotFoundError:
        raise BackupError(_("没有 %(path)s 这个文件。"), path=path) from None
    facts.check_not_newer(manifest)
    if staged.engine == "postgresql":
        postgres.load(staged, staged.dump_file)
        staged.dump_file.unlink()  # it is in the database now; nothing would ever remove it later
    with standing_at(staged):
        facts.check_same(manifest)
        migrated = _migrate(manifest, say)
        checked = facts.check()
        _say_checked(say, manifest, checked)
        audit.record_system("backup.restored", "backup", path.name, created=manifest.created)
    return Restored(manifest, checked, migrated, [])


def _migrate(manifest: Manifest, say: Say) -> bool:
    """A backup of an earlier version is brought up to this one."""
    missing = facts.known() - set(manifest.migrations)
    if missing:
        say(
            Words(
                _("备份是早些版本的（%(version)s），补上 %(count)d 步迁移"),
                version=manifest.version,
                count=len(missing),
            )
        )
        call_command("migrate", verbosity=0, interactive=False)
    return bool(missing)


def _check_unused(place: Place) -> None:
    if place.engine == "postgresql":
        postgres.check_unused(place)
    elif place.database_file.exists():
        sqlite.check_unused(place.database_file)


def _forget(staged: Place) -> None:
    staged.forget()
    if staged.engine == "postgresql":
        postgres.drop(staged)
