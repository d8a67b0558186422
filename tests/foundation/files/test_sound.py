"""How long a sound lasts, by its own bytes; what is damaged has no length."""

import pytest

from gongqiao.foundation.files.kinds import Kind, kind_of
from gongqiao.foundation.files.sound import SoundError, seconds_of
from tests.services.spoken.given import box, m4a, mp3, wav


@pytest.mark.parametrize(
    ("content", "kind", "seconds"),
    [
        (wav(2.5), Kind.WAV, 2.5),
        (mp3(100), Kind.MP3, 100 * 1152 / 44100),
        (mp3(100, tag=300), Kind.MP3, 100 * 1152 / 44100),
        (mp3(100) + b"TAG" + bytes(125), Kind.MP3, 100 * 1152 / 44100),
        (b"".join(b"\xff\xf3\x40\xc0" + bytes(100) for _ in range(40)), Kind.MP3, 40 * 576 / 22050),
        (m4a(7), Kind.MP4, 7.0),
    ],
    ids=["wav", "mp3", "with a tag", "with a tag at the end", "mpeg 2, mono", "m4a"],
)
def test_a_sound_says_itself_how_long_it_lasts(content: bytes, kind: Kind, seconds: float) -> None:
    if kind_of(content) is not None:
        assert kind_of(content) == kind
    assert seconds_of(content, kind) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (wav(1)[:-100], Kind.WAV),
        (wav(1)[:30], Kind.WAV),
        (mp3(2), Kind.MP3),
        (b"ID3" + bytes(50), Kind.MP3),
        (m4a(7, track=b"vide"), Kind.MP4),
        (m4a(0), Kind.MP4),
        (m4a(7)[:60], Kind.MP4),
        (box(b"ftyp", b"M4A ") + box(b"mdat", b""), Kind.MP4),
        (b"\x00\x00\x00\x01moov", Kind.MP4),
        (b"OggS" + bytes(99), Kind.OGG),
        (b"", Kind.WAV),
    ],
    ids=[
        "cut",
        "cut in the head",
        "two frames",
        "a tag alone",
        "a film",
        "nothing",
        "cut movie",
        "no movie",
        "8 of 16",
        "ogg",
        "empty",
    ],
)
def test_what_cannot_be_played_to_its_end_is_no_sound(content: bytes, kind: Kind) -> None:
    with pytest.raises(SoundError):
        seconds_of(content, kind)
