"""Where the passphrase comes from: a file only its owner may read, the environment, or the keyboard."""

import os
import stat
import sys
from collections.abc import Callable
from getpass import getpass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.backup.errors import BackupError, Words
from gongqiao.foundation.backup.places import from_here
from gongqiao.foundation.crypto.streams import SHORTEST_PASSPHRASE

VARIABLE = "GONGQIAO_BACKUP_PASSPHRASE"
Ask = Callable[[str], str]  # getpass: shows the question, not the answer


def at_the_keyboard() -> Ask | None:
    """Only where somebody sits at one."""
    return getpass if sys.stdin.isatty() else None


def given(file: Path | None, ask: Ask | None, *, twice: bool) -> str:
    """The passphrase; typed `twice` when a backup is made, for nobody can open a file under a slip of the finger."""
    if file is not None:
        return long_enough(_of_file(from_here(file)))
    if VARIABLE in os.environ:
        return long_enough(os.environ[VARIABLE])
    if ask is None:
        raise BackupError(_("没有口令：请用 --passphrase-file，或设 %(variable)s。"), variable=VARIABLE)
    typed = long_enough(ask(Words(_("备份口令：")).both() + " "))
    if twice and ask(Words(_("再输一遍：")).both() + " ") != typed:
        raise BackupError(_("两遍输的口令不一样。"))
    return typed


def _of_file(file: Path) -> str:
    """Its first line."""
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as why:
        raise BackupError(_("口令文件读不了：%(why)s"), why=why) from None
    if mode & 0o077:
        raise BackupError(_("口令文件 %(path)s 别人也能读，请先 chmod 600。"), path=file)
    return text.split("\n", 1)[0].rstrip("\r")


def long_enough(text: str) -> str:
    if len(text) < SHORTEST_PASSPHRASE:
        raise BackupError(_("口令太短：至少要 %(least)d 个字。"), least=SHORTEST_PASSPHRASE)
    return text
