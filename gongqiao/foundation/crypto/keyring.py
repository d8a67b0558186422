"""The key ring: a JSON file outside the database, mode 600, with the data keys (one active) and the index key."""

import base64
import binascii
import fcntl
import json
import os
import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.conf import settings

from gongqiao.foundation.crypto.errors import KeyRingError, KeyRingExists
from gongqiao.foundation.crypto.sm4 import KEY_BYTES

VERSION = 1
INDEX_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Data keys by id, the id that seals new values, and the blind-index key (which has a life of its own)."""

    active: str
    keys: dict[str, bytes] = field(repr=False)
    index_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if self.active not in self.keys:
            raise KeyRingError(f"the active key {self.active!r} is not among the keys of the ring")
        for key_id, key in self.keys.items():
            if not (key_id.isascii() and key_id.isalnum()):
                raise KeyRingError(f"key id {key_id!r} must be ASCII letters and digits")
            if len(key) != KEY_BYTES:
                raise KeyRingError(f"key {key_id!r} must have {KEY_BYTES} bytes, not {len(key)}")
        if len(self.index_key) != INDEX_KEY_BYTES:
            raise KeyRingError(f"the index key must have {INDEX_KEY_BYTES} bytes, not {len(self.index_key)}")

    def key(self, key_id: str) -> bytes:
        """The data key of that id; raises KeyRingError when the ring has lost it."""
        try:
            return self.keys[key_id]
        except KeyError:
            known = ", ".join(sorted(self.keys))
            raise KeyRingError(
                f"the key ring has no key {key_id!r} (it has {known}): "
                "restore the key ring that belongs to this database"
            ) from None

    def with_new_key(self) -> "KeyRing":
        """A fresh random key, made active; the older ones stay for reading."""
        key_id = new_id()
        while key_id in self.keys:
            key_id = new_id()
        return replace(self, active=key_id, keys={**self.keys, key_id: secrets.token_bytes(KEY_BYTES)})

    def without(self, key_id: str) -> "KeyRing":
        """The ring less one key; the active key stays."""
        self.key(key_id)
        if key_id == self.active:
            raise KeyRingError(f"key {key_id!r} is active; make another one active first")
        return replace(self, keys={other: key for other, key in self.keys.items() if other != key_id})


def new_id() -> str:
    return secrets.token_hex(4)


def new_ring() -> KeyRing:
    key_id = new_id()
    keys = {key_id: secrets.token_bytes(KEY_BYTES)}
    return KeyRing(active=key_id, keys=keys, index_key=secrets.token_bytes(INDEX_KEY_BYTES))


def create(path: Path) -> KeyRing:
    """A new ring in a file that did not exist; two processes at once: one makes it, the other is refused."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ring = new_ring()
    written = _write_beside(path, ring)
    try:
        os.link(written, path)  # appears whole or not at all, and never over an older ring
    except FileExistsError:
        raise KeyRingExists(f"there is a key ring at {path} already; it was left as it is") from None
    finally:
        written.unlink()
    return ring


def change(path: Path, to: Callable[[KeyRing], KeyRing]) -> KeyRing:
    """Replace an existing ring in one step by `to(ring)`; two changes at once follow each other and lose no key."""
    load(path)
    lock = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ring = to(load(path))
        os.replace(_write_beside(path, ring), path)
        _sync_folder(path.parent)
    finally:
        os.close(lock)
    return ring


def load(path: Path) -> KeyRing:
    """Read the ring; raises KeyRingError when it is missing, readable by others, or damaged."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        raise KeyRingError(
            f"there is no key ring at {path}: restore it from its backup, or, for an empty database, "
            "let `./run manage migrate` make a new one"
        ) from None
    except PermissionError:
        raise KeyRingError(f"{path} may not be read by this user: run as its owner") from None
    with os.fdopen(handle, encoding="utf-8") as file:
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        if mode & 0o077:
            raise KeyRingError(f"{path} can be read by others (mode {mode:03o}): run `chmod 600 {path}`")
        text = file.read()
    return _parse(text, path)


_seen: dict[Path, tuple[tuple[int, int, int], KeyRing]] = {}


def current() -> KeyRing:
    """The ring that settings.GONGQIAO_KEYRING names; read again only when the file was replaced."""
    path = Path(settings.GONGQIAO_KEYRING)
    try:
        facts = path.stat()
    except OSError:
        return load(path)
    mark = (facts.st_ino, facts.st_mtime_ns, facts.st_mode)
    known = _seen.get(path)
    if known is None or known[0] != mark:
        known = _seen[path] = (mark, load(path))
    return known[1]


def _write_beside(path: Path, ring: KeyRing) -> Path:
    """A synced file of mode 600 in the same folder, ready to take the place of `path`."""
    beside = path.with_name(f"{path.name}.{secrets.token_hex(6)}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(_as_json(ring), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return beside


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _as_json(ring: KeyRing) -> dict[str, Any]:
    return {
        "version": VERSION,
        "active": ring.active,
        "keys": {key_id: base64.b64encode(key).decode() for key_id, key in ring.keys.items()},
        "index_key": base64.b64encode(ring.index_key).decode(),
    }


def _parse(text: str, path: Path) -> KeyRing:
    try:
        data = json.loads(text)
        if data["version"] != VERSION:
            raise KeyRingError(f"version {data['version']!r} is not known")
        keys = {str(key_id): base64.b64decode(key, validate=True) for key_id, key in data["keys"].items()}
        return KeyRing(str(data["active"]), keys, base64.b64decode(data["index_key"], validate=True))
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error, KeyRingError) as why:
        raise KeyRingError(f"{path} is damaged ({why}): restore it from its backup") from None
