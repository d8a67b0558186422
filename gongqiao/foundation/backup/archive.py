"""The inside of a backup file: a gzipped tar, sealed with the passphrase; the manifest is its last member."""

import gzip
import io
import os
import tarfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import IO, BinaryIO, cast

from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.backup import frame
from gongqiao.foundation.backup.errors import BackupError
from gongqiao.foundation.backup.frame import Hashing
from gongqiao.foundation.backup.manifest import NAME, Manifest, Member
from gongqiao.foundation.backup.pipe import BLOCK, flowing
from gongqiao.foundation.backup.places import DATABASE_NAMES, FILES, Place
from gongqiao.foundation.crypto.errors import CipherError
from gongqiao.foundation.crypto.streams import PassphraseError, decrypt_stream, encrypt_stream

Progress = Callable[[int], None]  # clear bytes so far
SQUEEZE = 1  # gzip's quickest: SM4 after it costs more than it does


def pack(parts: Iterable[tuple[str, Path]], facts: Manifest, sink: BinaryIO, passphrase: str) -> Manifest:
    """Write the whole file to `sink`: the parts by their member names, then the manifest, which is returned."""
    made: list[Manifest] = []

    def produce(pipe: BinaryIO) -> None:
        with (
            gzip.GzipFile(fileobj=pipe, mode="wb", compresslevel=SQUEEZE, mtime=0) as squeezed,
            tarfile.open(fileobj=cast(IO[bytes], squeezed), mode="w|", format=tarfile.PAX_FORMAT) as tar,
        ):
            members = {name: _add(tar, name, path) for name, path in parts}
            whole = replace(facts, members=members)
            info, text = tarfile.TarInfo(NAME), whole.to_json()
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text))
            made.append(whole)

    body = frame.begin(sink)
    with flowing(produce) as clear:
        encrypt_stream(clear, cast(BinaryIO, body), passphrase=passphrase)
    frame.end(sink, body)
    return made[0]


def _add(tar: tarfile.TarFile, name: str, path: Path) -> Member:
    try:
        with path.open("rb") as file:
            facts = os.fstat(file.fileno())
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = facts.st_size, int(facts.st_mtime), facts.st_mode & 0o777
            reading = Hashing(file)
            tar.addfile(info, cast(IO[bytes], reading))
    except BrokenPipeError:
        raise
    except OSError as why:
        raise BackupError(_("%(path)s 读不完整（%(why)s），请再备份一次。"), path=path, why=why) from None
    return Member(reading.bytes, reading.hexdigest())


def unpack(path: Path, passphrase: str, place: Place, *, progress: Progress, with_files: bool = True) -> Manifest:
    """Take the file apart into `place`, every part synced and its hash held against the manifest.

    Without `with_files`, uploaded files are hashed and not written. Raises BackupError for a cut or changed file, a
    wrong passphrase, a later format; what was written until then is worthless.
    """
    with path.open("rb") as file:
        frame.check(file, path)
        try:
            with flowing(lambda sink: decrypt_stream(file, sink, passphrase=passphrase)) as clear:
                found, manifest = _take_apart(clear, place, progress, with_files)
        except PassphraseError:
            raise BackupError(_("口令不对：打不开 %(path)s。"), path=path) from None
        except CipherError as why:
            raise BackupError(_("%(path)s 被改过：%(why)s"), path=path, why=why) from None
        except (tarfile.TarError, zlib.error, EOFError) as why:
            raise BackupError(_("%(path)s 里面的格式不认得：%(why)s"), path=path, why=why) from None
    for name in sorted({*found, *manifest.members}):
        if found.get(name) != manifest.members.get(name):
            raise BackupError(_("备份里的 %(name)s 和清单对不上。"), name=name)
    return manifest


def _take_apart(
    clear: BinaryIO, place: Place, progress: Progress, with_files: bool
) -> tuple[dict[str, Member], Manifest]:
    found: dict[str, Member] = {}
    done = 0
    with tarfile.open(fileobj=clear, mode="r|gz") as tar:
        for info in tar:
            content = tar.extractfile(info) if info.isreg() else None
            if content is not None and info.name == NAME:
                return found, Manifest.from_json(content.read())
            target = _target(info.name, place)
            if content is None or target is None or info.name in found:
                raise BackupError(_("备份里有不认得的东西：%(name)s"), name=info.name)
            reading = Hashing(cast(BinaryIO, content))
            if with_files or not info.name.startswith(f"{FILES}/"):
                _write(target, reading, info)
            while reading.read(BLOCK):
                pass
            found[info.name] = Member(reading.bytes, reading.hexdigest())
            done += info.size
            progress(done)
    raise BackupError(_("备份里没有清单。"))


def _target(name: str, place: Place) -> Path | None:
    engines = {member: engine for engine, member in DATABASE_NAMES.items()}
    if engines.get(name, place.engine) != place.engine:
        facts = {"theirs": engines[name], "ours": place.engine}
        raise BackupError(_("备份里是 %(theirs)s 的数据库，这里设的是 %(ours)s：请先改 DATABASE_URL。"), **facts)
    return place.path_of(name)


def _write(target: Path, content: Hashing, info: tarfile.TarInfo) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        while block := content.read(BLOCK):
            file.write(block)
        file.flush()
        if info.name.startswith(f"{FILES}/"):
            os.fchmod(file.fileno(), info.mode & 0o777)
        os.fsync(file.fileno())
    os.utime(target, (info.mtime, info.mtime))
