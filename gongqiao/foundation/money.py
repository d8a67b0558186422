"""Money is whole fen (分); pay comes in five units, compared by the hour and owed for the minutes worked."""

import re
import unicodedata
from fractions import Fraction

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST_FEN = 10**10  # a hundred million yuan: more is a slip of the hand
MOST_FIGURES = 20  # of a whole amount, commas in it; Python refuses to read thousands of them
MONTH_MINUTES = 174 * 60  # 月计薪天数 21.75 × 8 h (人社部发〔2025〕2号, formerly 劳社部发〔2008〕3号)

_AMOUNT = re.compile(r"[¥]?(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<part>\d*))?(?:元|块|块钱)?", re.ASCII)


class MoneyError(ValueError):
    """The text is no amount of money that can be used; the text tells the person why."""


class PayUnit(TextChoices):
    """What one pay is for: 时 / 天 / 趟 / 件 / 月."""

    HOUR = "hour", gettext_lazy("时")
    DAY = "day", gettext_lazy("天")
    TRIP = "trip", gettext_lazy("趟")
    PIECE = "piece", gettext_lazy("件")
    MONTH = "month", gettext_lazy("月")


def parse_yuan(text: str) -> int:
    """Fen of an amount as people write it: 180, 180.5, 1,200.00, 180元, ¥180; raises MoneyError."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if not plain:
        raise MoneyError(_("金额空着。"))
    if re.match(r"[¥]?[-−–]", plain):
        raise MoneyError(_("金额不能是负数。"))
    found = _AMOUNT.fullmatch(plain)
    if found is None or found["part"] == "":
        raise MoneyError(_("“%(text)s”不是金额，请写成 180 或 25.50 这样。") % {"text": text.strip()})
    if len(found["whole"]) > MOST_FIGURES:
        raise MoneyError(_("金额超过一亿元，请看看是不是多写了零。"))
    part = found["part"] or ""
    if len(part) > 2:
        raise MoneyError(_("金额最多到分，小数点后两位。"))
    fen = int(found["whole"].replace(",", "")) * 100 + int(part.ljust(2, "0"))
    if fen > MOST_FEN:
        raise MoneyError(_("金额超过一亿元，请看看是不是多写了零。"))
    return fen


def yuan(fen: int) -> str:
    """180 元 or 25.50 元: whole yuan without decimals, else two."""
    whole, part = divmod(abs(fen), 100)
    sign = "-" if fen < 0 else ""
    return _("%(amount)s 元") % {"amount": f"{sign}{whole}.{part:02d}" if part else f"{sign}{whole}"}


def plain_yuan(fen: int) -> str:
    """As `parse_yuan` reads it back, to stand in a field: 180, 25.50."""
    whole, part = divmod(fen, 100)
    return f"{whole}.{part:02d}" if part else str(whole)


def pay_words(fen: int | None, unit: str) -> str:
    """180 元/天; a missing amount is said."""
    return _("工钱没说") if fen is None else f"{yuan(fen)}/{PayUnit(unit).label}"


def fen_per_hour(fen: int, unit: PayUnit, shift_minutes: int) -> int | None:
    """The pay of one hour, half a fen up; None for piece work, whose hour nobody knows beforehand."""
    _check(fen, shift_minutes)
    if unit == PayUnit.PIECE:
        return None
    minutes = {PayUnit.HOUR: 60, PayUnit.MONTH: MONTH_MINUTES}.get(unit, shift_minutes)
    return half_up(Fraction(fen * 60, minutes))


def due_for(pay_fen: int, unit: PayUnit, minutes_worked: int, shift_minutes: int) -> int | None:
    """What is owed for the minutes worked, half a fen up; None for piece work (the count decides).

    By hour and by month: each minute. By day: in proportion, the full day once the shift is worked, and no more.
    By shift (趟): whole, once begun. Nothing worked, nothing owed.
    """
    _check(pay_fen, shift_minutes)
    if minutes_worked < 0:
        raise ValueError(f"minutes worked cannot be {minutes_worked}")
    match PayUnit(unit):
        case PayUnit.PIECE:
            return None
        case PayUnit.TRIP:
            return pay_fen if minutes_worked else 0
        case PayUnit.DAY:
            return half_up(Fraction(pay_fen * min(minutes_worked, shift_minutes), shift_minutes))
        case PayUnit.HOUR:
            return half_up(Fraction(pay_fen * minutes_worked, 60))
        case PayUnit.MONTH:
            return half_up(Fraction(pay_fen * minutes_worked, MONTH_MINUTES))


def half_up(amount: Fraction) -> int:
    """To the nearest whole fen; exactly half goes up (四舍五入), never to even."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def _check(fen: int, shift_minutes: int) -> None:
    if fen < 0:
        raise ValueError(f"pay cannot be {fen} fen")
    if shift_minutes <= 0:
        raise ValueError(f"a shift cannot last {shift_minutes} minutes")
