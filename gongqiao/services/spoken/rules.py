"""What a recording must be to be used."""

from math import ceil

from django.utils.translation import gettext as _

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.files.kinds import Kind, kind_of
from gongqiao.foundation.files.sound import SoundError, seconds_of

KINDS = frozenset(
    {Kind.MP3, Kind.MP4, Kind.WAV}
)  # what every phone's browser plays; OGG and WebM an old iPhone does not
MOST_BYTES = 3_000_000
MOST_SECONDS = 90
LEAST_SECONDS = 0.5


def check_sound(content: bytes) -> int:
    """Its length in whole seconds, up; Refused for what is too long, too large, damaged or not such a sound."""
    kind = kind_of(content)
    if kind not in KINDS:
        raise Refused(_("录音请存成 mp3、m4a 或 wav，别的格式有的手机放不出来。"))
    if len(content) > MOST_BYTES:
        raise Refused(_("录音太大，最多 %(most)d MB；存成 mp3 会小很多。") % {"most": MOST_BYTES // 1_000_000})
    try:
        seconds = seconds_of(content, kind)
    except SoundError:
        raise Refused(_("这个录音坏了，或者里面没有声音，请重新录。")) from None
    if not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        raise Refused(
            _("一段录音要在半秒到 %(most)d 秒之间，这段有 %(has)d 秒。") % {"most": MOST_SECONDS, "has": seconds}
        )
    return ceil(seconds)
