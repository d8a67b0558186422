"""How the pieces of a file are bound to it."""

from gongqiao.foundation.files.models import StoredFile

PIECE_BYTES = 1 << 20


def aad(row: StoredFile, number: int, *, last: bool) -> bytes:
    return f"file:{row.pk}:{number}:{'last' if last else 'more'}".encode()
