"""The outside of a backup file: it tells a cut or changed file from a wrong passphrase, and a later format.

File: magic, format, number and SHA-256 of the sealed bytes, then the sealed bytes (crypto.streams). The checksum guards
against accidents; against people it is the passphrase that guards.
"""

import hashlib
import struct
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.backup.errors import BackupError

MAGIC = b"GONGQIAO-BACKUP\n"
FORMAT = 1
BLOCK = 1024 * 1024
_HEADER = struct.Struct(f">{len(MAGIC)}sBQ32s")
HEADER_BYTES = _HEADER.size


class Hashing:
    """A file that is hashed as it is read or written."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.bytes, self._hash = file, 0, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        return self._seen(self.file.read(size))

    def write(self, block: Any) -> int:
        self._seen(block)
        return self.file.write(block)

    def _seen(self, block: bytes) -> bytes:
        self._hash.update(block)
        self.bytes += len(block)
        return block

    def digest(self) -> bytes:
        return self._hash.digest()

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def begin(file: BinaryIO) -> Hashing:
    """Room for the header; write the sealed bytes to what this returns, then `end`."""
    file.write(bytes(HEADER_BYTES))
    return Hashing(file)


def end(file: BinaryIO, body: Hashing) -> None:
    file.seek(0)
    file.write(_HEADER.pack(MAGIC, FORMAT, body.bytes, body.digest()))
    file.seek(0, 2)


def check(file: BinaryIO, path: Path) -> None:
    """Read the whole file against its header and stand at its first sealed byte; raises BackupError."""
    header = file.read(HEADER_BYTES)
    if len(header) < HEADER_BYTES or not header.startswith(MAGIC):
        raise BackupError(_("%(path)s 不是工桥的备份文件，或者文件开头坏了。"), path=path)
    _magic, version, size, digest = _HEADER.unpack(header)
    if version > FORMAT:
        raise BackupError(_("%(path)s 是更新版本的工桥做的备份，请先升级再恢复。"), path=path)
    body = Hashing(file)
    while body.read(BLOCK):
        pass
    if body.bytes < size:
        facts = {"path": path, "here": body.bytes + HEADER_BYTES, "whole": size + HEADER_BYTES}
        raise BackupError(_("%(path)s 没有传完：应有 %(whole)d 字节，只有 %(here)d 字节。"), **facts)
    if version < 1 or body.bytes != size or body.digest() != digest:
        raise BackupError(_("%(path)s 坏了：内容和校验和对不上，请换一份备份。"), path=path)
    file.seek(HEADER_BYTES)
