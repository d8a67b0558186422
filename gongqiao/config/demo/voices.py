"""The demo's recordings: nobody's voice but two tones of a bell, and said so, handed in and heard as real ones are."""

import io
import math
import wave
from datetime import date, timedelta

from gongqiao.foundation import clock
from gongqiao.foundation.organisations.models import Membership
from gongqiao.services.spoken import actions
from gongqiao.services.spoken.actions import Agreed
from gongqiao.services.spoken.enums import BuiltIn

RATE, SECONDS = 8000, 2.0
NOTES = {BuiltIn.CMN: (523, 659), BuiltIn.GUILIU: (440, 587), BuiltIn.ZA: (392, 494)}  # hertz, one after the other
RECORDED = {BuiltIn.CMN: ("jobs", "job", "pay", "say", "kiosk"), BuiltIn.GUILIU: ("jobs", "pay"), BuiltIn.ZA: ("jobs",)}


def bell(first: int, second: int, key: str) -> bytes:
    """Two notes that fade; `key` makes each a file of its own."""
    made, many = io.BytesIO(), int(RATE * SECONDS)
    fade = 3 + len(key) / 10
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(RATE)
        sound.writeframes(bytes(_sample(at, first if at < many // 2 else second, fade) for at in range(many)))
    return made.getvalue()


def _sample(at: int, pitch: int, fade: float) -> int:
    since = at / RATE % (SECONDS / 2)
    return 128 + round(90 * math.exp(-fade * since) * math.sin(2 * math.pi * pitch * since))


def record(staff: dict[str, Membership], today: date) -> None:
    """Some pages in three tongues, one that waits to be heard, a sentence of the market's own."""
    agreed = Agreed("演示：铃声，不是人声", today - timedelta(days=9), "演示数据")
    with clock.held_at(clock.now() - timedelta(days=8)):
        for tongue, keys in RECORDED.items():
            for key in keys:
                sound = bell(*NOTES[tongue], key)
                clip = actions.record(key, tongue, f"{key}.wav", sound, agreed, by=staff["mo"])
                actions.accept(clip, by=staff["zhou"])
        actions.write_prompt("say", "星期三下午有律师在驿站，免费问。", by=staff["liang"])
        waits = bell(*NOTES[BuiltIn.ZA], "waits")
        actions.record("pay", BuiltIn.ZA, "pay.wav", waits, agreed, by=staff["zhou"])
