"""Files that people hand in: kept sealed, read whole, forgotten for good."""

from pathlib import Path

import pytest

from gongqiao.foundation.crypto import rotation
from gongqiao.foundation.crypto.errors import CipherError
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.files import actions, queries
from gongqiao.foundation.files.kinds import PICTURES, VOICES, Kind, kind_of
from gongqiao.foundation.files.models import Piece, StoredFile
from gongqiao.foundation.files.seals import PIECE_BYTES
from tests.factories import House

pytestmark = pytest.mark.data
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256))


def _kept(house: House, content: bytes = JPEG, name: str = "工牌.jpg") -> StoredFile:
    return actions.keep(house.market, name, content, allowed=PICTURES)


def test_what_was_kept_is_read_back_and_stands_sealed(house: House) -> None:
    long = JPEG + b"\x07" * (2 * PIECE_BYTES)
    row = StoredFile.objects.get(pk=_kept(house, long).pk)
    assert (row.name, row.kind, row.size, row.pieces.count()) == ("工牌.jpg", "image/jpeg", len(long), 3)
    assert queries.content(row) == long
    assert all(b"\x07" * 64 not in bytes(piece.body) for piece in row.pieces.all())


def test_another_key_of_the_ring_leaves_the_content_alone(ring_file: Path, house: House) -> None:
    row = _kept(house)
    bodies = list(Piece.objects.values_list("body", flat=True))
    rotation.add_key()
    assert rotation.reencrypt() > 0
    assert [bytes(body) for body in Piece.objects.values_list("body", flat=True)] == [bytes(b) for b in bodies]
    assert queries.content(StoredFile.objects.get(pk=row.pk)) == JPEG


def test_a_piece_changed_moved_or_lost_is_told(house: House) -> None:
    row = _kept(house, JPEG + b"\x07" * (2 * PIECE_BYTES))
    first, second, last = row.pieces.order_by("number")
    last.delete()
    with pytest.raises(CipherError):
        queries.content(row)
    Piece.objects.filter(pk=first.pk).update(body=bytes(second.body))
    with pytest.raises(CipherError):
        queries.content(row)


def test_forgotten_is_gone_and_the_evidence_stays(house: House) -> None:
    row = _kept(house)
    actions.forget(row)
    row = StoredFile.objects.get(pk=row.pk)
    assert (row.secret, row.name, row.pieces.count(), row.size) == ("", "", 0, len(JPEG))
    with pytest.raises(LookupError):
        queries.content(row)


@pytest.mark.parametrize(
    ("name", "content", "most", "says"),
    [
        ("空.jpg", b"", 10, "空"),
        ("大.jpg", JPEG, 100, "太大"),
        pytest.param("程序.jpg", b"MZ\x90\x00" * 20, 10_000, "不是能收的文件", id="program"),
        pytest.param("话.ogg", b"OggS" + b"\0" * 40, 10_000, "不是能收的文件", id="voice"),
    ],
)
def test_what_is_not_taken(house: House, name: str, content: bytes, most: int, says: str) -> None:
    with pytest.raises(Refused, match=says):
        actions.keep(house.market, name, content, allowed=PICTURES, most_bytes=most)
    assert StoredFile.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (JPEG, Kind.JPEG),
        (b"\x89PNG\r\n\x1a\n....", Kind.PNG),
        (b"RIFF\0\0\0\0WEBPVP8 ", Kind.WEBP),
        (b"RIFF\0\0\0\0WAVEfmt ", Kind.WAV),
        (b"RIFF\0\0\0\0AVI LIST", None),
        (b"\0\0\0\x20ftypM4A ", Kind.MP4),
        (b"ID3\x04", Kind.MP3),
        (b"\xff\xfb\x90\x64", Kind.MP3),
        (b"\x1a\x45\xdf\xa3", Kind.WEBM),
        (b"#!AMR\n", Kind.AMR),
        (b"%PDF-1.7", Kind.PDF),
        (b"\xef\xbb\xbf <a/>", Kind.XML),
        (b"plain words", None),
        (b"", None),
    ],
)
def test_kinds_are_told_from_the_first_bytes(content: bytes, kind: Kind | None) -> None:
    assert kind_of(content) is kind
    assert not PICTURES & VOICES


def test_a_table_is_text_with_the_name_of_one(house: House) -> None:
    row = actions.keep(house.market, "社区.CSV", "代号,名字\n1,五里亭".encode(), allowed={Kind.CSV})
    assert row.kind == "text/csv"
    with pytest.raises(Refused):
        actions.keep(house.market, "社区.csv", b"a\0b", allowed={Kind.CSV})
