"""Keeping a file and forgetting it; who may, and what it belongs to, is for the capability that owns it."""

import hashlib
import os
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock
from gongqiao.foundation.crypto import sm4
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.files.kinds import Kind, kind_of
from gongqiao.foundation.files.models import Piece, StoredFile
from gongqiao.foundation.files.seals import PIECE_BYTES, aad
from gongqiao.foundation.markets.models import Market

MOST_BYTES = 10_000_000


@transaction.atomic
def keep(
    market: Market, name: str, content: bytes, *, allowed: Collection[Kind], most_bytes: int = MOST_BYTES
) -> StoredFile:
    """Refused when it is empty, too large, or none of the kinds allowed. CSV has no mark: it is one when its name says
    so and it reads as text."""
    kind = _kind(name, content)
    if not content:
        raise Refused(_("“%(name)s”是空的。") % {"name": name})
    if len(content) > most_bytes:
        raise Refused(_("“%(name)s”太大，最多 %(most)d MB。") % {"name": name, "most": most_bytes // 1_000_000})
    if kind is None or kind not in allowed:
        raise Refused(_("“%(name)s”不是能收的文件。") % {"name": name})
    key = os.urandom(sm4.KEY_BYTES)
    row = StoredFile.objects.create(
        market=market,
        secret=key.hex(),
        name=name[-200:],
        kind=kind.value,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        at=clock.now(),
    )
    starts = range(0, len(content), PIECE_BYTES)
    Piece.objects.bulk_create(
        Piece(
            market=market,
            file=row,
            number=number,
            body=sm4.encrypt(key, content[at : at + PIECE_BYTES], aad(row, number, last=number == len(starts) - 1)),
        )
        for number, at in enumerate(starts)
    )
    return row


@transaction.atomic
def forget(row: StoredFile) -> None:
    """Key, name and content go; that there was a file, its size and digest stay as evidence."""
    row.secret = row.name = ""
    row.forgotten_at = clock.now()
    row.save(update_fields=["secret", "name", "forgotten_at"])
    row.pieces.all().delete()


def _kind(name: str, content: bytes) -> Kind | None:
    found = kind_of(content)
    if found is None and name.lower().endswith(".csv"):
        try:
            content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return None
        return Kind.CSV if b"\0" not in content else None
    return found
