"""Recordings for tests: made here, byte for byte, so that their length is known."""

import io
import math
import struct
import wave
from datetime import date
from typing import Any

from gongqiao.services.spoken import actions
from gongqiao.services.spoken.actions import Agreed
from gongqiao.services.spoken.models import Clip
from tests.factories import House

AGREED = Agreed("罗阿姨", date(2026, 1, 5), "当面说的")
_RATE = 8000


def wav(seconds: float = 1.0, pitch: int = 440) -> bytes:
    """A tone."""
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(_RATE)
        many = round(seconds * _RATE)
        sound.writeframes(bytes(128 + round(60 * math.sin(2 * math.pi * pitch * at / _RATE)) for at in range(many)))
    return made.getvalue()


def mp3(frames: int = 100, *, tag: int = 0) -> bytes:
    """Frames of MPEG 1 Layer III, 128 kbit/s, 44,100 Hz: 1,152 samples and 417 bytes each; `tag` bytes before them."""
    head = b"ID3\x04\x00\x00" + bytes([0, 0, tag >> 7 & 0x7F, tag & 0x7F]) + bytes(tag) if tag else b""
    return head + frames * (b"\xff\xfb\x90\x00" + bytes(413))


def box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + name + body


def m4a(seconds: int = 7, *, track: bytes = b"soun") -> bytes:
    """An MP4 whose movie header says so many seconds, with one track."""
    header = box(b"mvhd", bytes(12) + struct.pack(">II", 1000, seconds * 1000) + bytes(80))
    handler = box(b"hdlr", bytes(8) + track + bytes(12))
    movie = box(b"moov", header + box(b"trak", box(b"mdia", handler)))
    return box(b"ftyp", b"M4A " + bytes(4)) + movie + box(b"mdat", bytes(100))


def waiting(house: House, key: str = "jobs", tongue: str = "cmn", **facts: Any) -> Clip:
    content = facts.pop("content", None) or wav(pitch=facts.pop("pitch", 440))
    return actions.record(key, tongue, "话.wav", content, facts.pop("agreed", AGREED), by=facts.pop("by", house.mo))


def live(house: House, key: str = "jobs", tongue: str = "cmn", **facts: Any) -> Clip:
    clip = waiting(house, key, tongue, **facts)
    actions.accept(clip, by=house.zhou)
    return clip
