"""The text of our own scripts, and what is in them: for those that a page cannot fetch as they lie there."""

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders


def source(name: str) -> str:
    return _path(name).read_text(encoding="utf-8")


def digest(name: str) -> str:
    """SHA-256 of the file as it is now."""
    path = _path(name)
    return _digest_of(path, path.stat().st_mtime_ns)


@cache
def _digest_of(path: Path, changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _path(name: str) -> Path:
    found = finders.find(name)
    assert isinstance(found, str), f"{name} is not among the static files"
    return Path(found)
