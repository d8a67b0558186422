"""What a file is, told from its first bytes: the name and the type a browser sends are only claims."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    MP3 = "audio/mpeg"
    MP4 = "audio/mp4"
    OGG = "audio/ogg"
    WEBM = "audio/webm"
    WAV = "audio/wav"
    AMR = "audio/amr"
    PDF = "application/pdf"
    XML = "text/xml"
    CSV = "text/csv"


PICTURES = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP})
VOICES = frozenset({Kind.MP3, Kind.MP4, Kind.OGG, Kind.WEBM, Kind.WAV, Kind.AMR})


@dataclass(frozen=True)
class Mark:
    """`start` at `offset`, and, where a container holds several kinds, `more` at `more_at`."""

    kind: Kind
    start: bytes
    offset: int = 0
    more: bytes = b""
    more_at: int = 0

    def stands_in(self, head: bytes) -> bool:
        return head.startswith(self.start, self.offset) and head.startswith(self.more, self.more_at)


MARKS = (
    Mark(Kind.JPEG, b"\xff\xd8\xff"),
    Mark(Kind.PNG, b"\x89PNG\r\n\x1a\n"),
    Mark(Kind.WEBP, b"RIFF", more=b"WEBP", more_at=8),
    Mark(Kind.WAV, b"RIFF", more=b"WAVE", more_at=8),
    Mark(Kind.OGG, b"OggS"),
    Mark(Kind.WEBM, b"\x1a\x45\xdf\xa3"),
    Mark(Kind.AMR, b"#!AMR"),
    Mark(Kind.MP4, b"ftyp", offset=4),
    Mark(Kind.MP3, b"ID3"),
    Mark(Kind.PDF, b"%PDF-"),
)


def kind_of(content: bytes) -> Kind | None:
    """None for what is none of ours. An MP3 without a tag begins with eleven set bits; XML with `<`."""
    head = content[:64]
    for mark in MARKS:
        if mark.stands_in(head):
            return mark.kind
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 0x06 == 0x02:
        return Kind.MP3
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return Kind.XML
    return None
