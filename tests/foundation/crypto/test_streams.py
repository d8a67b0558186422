import io
import os

import pytest

from gongqiao.foundation.crypto import streams
from gongqiao.foundation.crypto.errors import CipherError
from gongqiao.foundation.crypto.streams import CHUNK_BYTES, PassphraseError, decrypt_stream, encrypt_stream

PASSPHRASE = "柳州零工市场的备份口令一二三"
SEALED_CHUNK = CHUNK_BYTES + 16
HEADER = streams._HEADER.size
CLEAR = os.urandom(1000) * 2500  # two chunks and a half


def sealed(clear: bytes) -> bytes:
    out = io.BytesIO()
    assert encrypt_stream(io.BytesIO(clear), out, passphrase=PASSPHRASE) == len(clear)
    return out.getvalue()


def opened(blob: bytes, passphrase: str = PASSPHRASE) -> bytes:
    out = io.BytesIO()
    decrypt_stream(io.BytesIO(blob), out, passphrase=passphrase)
    return out.getvalue()


@pytest.fixture(scope="module")
def blob() -> bytes:
    return sealed(CLEAR)


def chunks(blob: bytes) -> list[bytes]:
    return [blob[at : at + SEALED_CHUNK] for at in range(HEADER, len(blob), SEALED_CHUNK)]


class Trickle(io.RawIOBase):
    """A pipe that gives at most 65,537 bytes at a time."""

    def __init__(self, content: bytes) -> None:
        self.source = io.BytesIO(content)

    def read(self, size: int = -1) -> bytes:
        return self.source.read(min(size, 65537))


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES])
def test_a_file_of_any_size_comes_back(size: int) -> None:
    clear = bytes(size)
    chunk_count = max(1, -(-size // CHUNK_BYTES))
    blob = sealed(clear)
    assert len(blob) == HEADER + size + 16 * chunk_count
    assert opened(blob) == clear


def test_a_pipe_that_gives_little_at_a_time_makes_no_difference() -> None:
    out, back = io.BytesIO(), io.BytesIO()
    encrypt_stream(Trickle(CLEAR), out, passphrase=PASSPHRASE)  # type: ignore[arg-type]
    assert decrypt_stream(Trickle(out.getvalue()), back, passphrase=PASSPHRASE) == len(CLEAR)  # type: ignore[arg-type]
    assert back.getvalue() == CLEAR


def test_a_wrong_passphrase_is_named(blob: bytes) -> None:
    with pytest.raises(PassphraseError, match="passphrase is wrong"):
        opened(blob, "another passphrase")


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(PassphraseError, match="at least 12 characters"):
        encrypt_stream(io.BytesIO(b"x"), io.BytesIO(), passphrase="short")


@pytest.mark.parametrize("cut", [1, 16, len(CLEAR) % CHUNK_BYTES + 16, 2 * SEALED_CHUNK])
def test_a_cut_file_is_refused(blob: bytes, cut: int) -> None:
    with pytest.raises(CipherError, match="cut off"):
        opened(blob[:-cut])


def test_a_file_cut_down_to_its_header_is_refused(blob: bytes) -> None:
    with pytest.raises(CipherError, match="cut off"):
        opened(blob[:HEADER])
    with pytest.raises(CipherError, match="not an encrypted file"):
        opened(blob[: HEADER - 1])


@pytest.mark.parametrize("order", [[1, 0, 2], [0, 0, 1, 2], [0, 2], [0, 1, 2, 2]])
def test_chunks_moved_doubled_or_left_out_are_refused(blob: bytes, order: list[int]) -> None:
    parts = chunks(blob)
    with pytest.raises(CipherError):
        opened(blob[:HEADER] + b"".join(parts[number] for number in order))


def test_a_chunk_of_another_file_is_refused(blob: bytes) -> None:
    ours, theirs = chunks(blob), chunks(sealed(CLEAR))
    with pytest.raises(CipherError, match=f"after {CHUNK_BYTES} bytes"):
        opened(blob[:HEADER] + ours[0] + theirs[1] + ours[2])


@pytest.mark.parametrize("place", [HEADER - 1, HEADER, HEADER + SEALED_CHUNK, -1])
def test_one_changed_bit_is_refused(blob: bytes, place: int) -> None:
    changed = bytearray(blob)
    changed[place] ^= 1
    with pytest.raises(CipherError):
        opened(bytes(changed))


@pytest.mark.parametrize(("offset", "value"), [(0, 0), (0, 63), (1, 255), (2, 9)])
def test_a_header_that_asks_for_huge_work_is_refused_at_once(blob: bytes, offset: int, value: int) -> None:
    changed = bytearray(blob)
    changed[len(streams.MAGIC) + offset] = value
    with pytest.raises(CipherError, match="scrypt cost is out of range"):
        opened(bytes(changed))


def test_something_else_is_refused() -> None:
    with pytest.raises(CipherError, match="not an encrypted file"):
        opened(b"SQLite format 3\0" * 10)
