"""Reading a file that was kept; the caller has checked who asks."""

import hashlib

from gongqiao.foundation.crypto import sm4
from gongqiao.foundation.crypto.errors import CipherError
from gongqiao.foundation.files.models import StoredFile
from gongqiao.foundation.files.seals import aad


def content(row: StoredFile) -> bytes:
    """Its bytes; LookupError once forgotten, CipherError when a piece was changed, moved or is missing."""
    if row.forgotten_at is not None:
        raise LookupError(f"file {row.pk} was forgotten")
    key = bytes.fromhex(row.secret)
    pieces = [bytes(body) for body in row.pieces.order_by("number").values_list("body", flat=True)]
    last = len(pieces) - 1
    found = b"".join(
        sm4.decrypt(key, body, aad(row, number, last=number == last)) for number, body in enumerate(pieces)
    )
    if hashlib.sha256(found).hexdigest() != row.sha256:
        raise CipherError(f"file {row.pk}: the content is not the one that was kept")
    return found
