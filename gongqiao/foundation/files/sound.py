"""How long a sound lasts, told from its own bytes: a name or a browser's word about it is only a claim."""

import struct
from collections.abc import Iterator

from gongqiao.foundation.files.kinds import Kind

# Layer III of MPEG 1 and of MPEG 2/2.5: kbit/s by the four bits of a frame's head; 0 and 15 say nothing (ISO 11172-3).
_RATES = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
}
_HERTZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_LEAST_FRAMES = 4  # of an MP3: fewer are chance
_CONTAINERS = {b"moov", b"trak", b"mdia"}
_LONGEST_BOX = 1 << 40


class SoundError(ValueError):
    """The bytes are no sound that can be played to its end."""


def seconds_of(content: bytes, kind: Kind) -> float:
    """Seconds of an MP3, M4A or WAV; SoundError for what is damaged, has no sound in it, or is of another kind."""
    reader = {Kind.WAV: _wav, Kind.MP3: _mp3, Kind.MP4: _mp4}.get(kind)
    if reader is None:
        raise SoundError(f"{kind} is not read")
    try:
        seconds = reader(content)
    except (struct.error, IndexError, ZeroDivisionError) as error:
        raise SoundError(str(error)) from None
    if not 0 < seconds < 86_400:
        raise SoundError(f"{seconds} seconds")
    return seconds


def _wav(content: bytes) -> float:
    """RIFF: bytes of the data chunk by the byte rate of the format chunk."""
    at, rate = 12, 0
    while at + 8 <= len(content):
        name, size = content[at : at + 4], struct.unpack_from("<I", content, at + 4)[0]
        if name == b"fmt ":
            rate = struct.unpack_from("<I", content, at + 16)[0]
        elif name == b"data":
            there = len(content) - at - 8
            if there < size:
                raise SoundError("cut off")
            return float(size / rate)
        at += 8 + size + size % 2
    raise SoundError("no data")


def _mp3(content: bytes) -> float:
    """The lengths of its frames added up, so that a variable rate is counted as it is."""
    at, seconds, frames = _after_tag(content), 0.0, 0
    while at + 4 <= len(content):
        length, lasts = _frame(content[at : at + 4])
        if not length:
            break  # a tag at the end
        at, seconds, frames = at + length, seconds + lasts, frames + 1
    if frames < _LEAST_FRAMES:
        raise SoundError("no frames")
    return seconds


def _after_tag(content: bytes) -> int:
    """Where the first frame begins: behind an ID3v2 tag, whose size is written in seven bits of each of four bytes."""
    if not content.startswith(b"ID3"):
        return 0
    size = 0
    for byte in content[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


def _frame(head: bytes) -> tuple[int, float]:
    """Bytes and seconds of a Layer III frame; (0, 0) for what is none."""
    if head[0] != 0xFF or head[1] & 0xE0 != 0xE0 or head[1] & 0x06 != 0x02:
        return 0, 0.0
    version, first = head[1] >> 3 & 3, head[1] >> 3 & 3 == 3
    rate, hertz = _RATES[first][head[2] >> 4], head[2] >> 2 & 3
    if version == 1 or not rate or hertz == 3:
        return 0, 0.0
    samples, a_second = (1152 if first else 576), _HERTZ[version][hertz]
    return samples // 8 * rate * 1000 // a_second + (head[2] >> 1 & 1), samples / a_second


def _mp4(content: bytes) -> float:
    """The movie header's duration by its time scale, where one of the tracks is sound."""
    seconds, sounds = 0.0, False
    for name, body in _boxes(content, 0, len(content)):
        if name == b"mvhd":
            scale, lasts = struct.unpack_from(">IQ" if body[0] == 1 else ">II", body, 20 if body[0] == 1 else 12)
            seconds = lasts / scale
        elif name == b"hdlr":
            sounds = sounds or body[8:12] == b"soun"
    if not sounds:
        raise SoundError("no track of sound")
    return seconds


def _boxes(content: bytes, at: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    """The boxes of an MP4 (ISO 14496-12), those inside the containers on the way too."""
    while at + 8 <= end:
        size, name, head = struct.unpack_from(">I", content, at)[0], content[at + 4 : at + 8], 8
        if size == 1:
            size, head = struct.unpack_from(">Q", content, at + 8)[0], 16
        size = size or end - at  # 0: to the end
        if not head <= size <= min(_LONGEST_BOX, end - at):
            raise SoundError("cut off")
        if name in _CONTAINERS:
            yield from _boxes(content, at + head, at + size)
        else:
            yield name, content[at + head : at + min(size, head + 64)]
        at += size
