"""Numbers that say who somebody is: identity numbers (GB 11643-1999) and phone numbers, checked and normalised."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused

MAINLAND = frozenset(
    {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54}
    | {61, 62, 63, 64, 65}
)  # GB/T 2260
RESIDENCE_CARDS = frozenset({81, 82, 83})  # 港澳台居民居住证 (国办发〔2018〕81号): Hong Kong, Macau, Taiwan
PERMANENT_RESIDENT = "9"  # 外国人永久居留身份证, form of 2023: 9, province, nationality, then as GB 11643
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # ISO 7064 MOD 11-2: 2**(17-i) mod 11
CHECK_CHARACTERS = "10X98765432"
CHINA = ZoneInfo("Asia/Shanghai")

_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d+|\d+\.0*", re.IGNORECASE)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0(10|2\d)\d{8}|0[3-9]\d{2}\d{7,8}")


class IdentityError(Refused, ValueError):
    """The number cannot be what it is said to be; the text tells the person why."""


@dataclass(frozen=True, slots=True)
class IdentityFacts:
    """What an identity number says; `region_code` is its first six digits."""

    number: str
    birth: date
    region_code: str
    sex_is_male: bool


def check_identity_number(text: str | float) -> IdentityFacts:
    """The facts of an 18-character number (resident, 港澳台居住证 or new permanent-resident card), else IdentityError.

    Numbers as float or int are refused: a sheet keeps 15 digits of them only, the rest is lost.
    """
    if not isinstance(text, str):
        raise IdentityError(_numeric())
    number = _plain(text).replace("×", "X").upper()
    _check_form(number)
    _check_prefix(number)
    birth = _birth(number)
    if check_character(number[:17]) != number[17]:
        if number.endswith("000"):
            raise IdentityError(_("身份证号最后几位是 000，多半是表格丢了位数，请按证件重新填。"))
        raise IdentityError(_("身份证号对不上校验码，请对照证件再看一遍，多半有一位写错了。"))
    return IdentityFacts(number, birth, number[:6], int(number[16]) % 2 == 1)


def check_character(first: str) -> str:
    """The 18th character for the first 17 digits."""
    return CHECK_CHARACTERS[sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True)) % 11]


def identity_birth(number: str) -> date:
    """The birth date of a number that was checked before."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def mask_identity(number: str) -> str:
    """450***********1234: how a number is shown unless somebody has a reason to see it."""
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}" if len(number) > 7 else "*" * len(number)


def mask_phone(number: str) -> str:
    """154****1234."""
    return f"{number[:3]}****{number[-4:]}" if number else ""


def check_phone(text: str | float) -> str:
    """Digits of a mainland mobile (11) or of a landline with area code (10 to 12), else IdentityError."""
    if isinstance(text, float):
        raise IdentityError(_("电话被表格存成了小数，请把这一列设成文本再填。"))
    plain = _plain(str(text)).replace("(", "").replace(")", "")
    if not plain:
        raise IdentityError(_("电话空着。"))
    number = re.sub(r"^(\+86|0086|86(?=1\d{10}$))", "", plain)
    if not number.isascii() or not number.isdigit():
        raise IdentityError(_("电话只能是数字：手机 11 位，座机要带区号，不带分机。"))
    if _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number):
        return number
    if number.startswith("1"):
        if len(number) != 11:
            raise IdentityError(_("手机号要 11 位，这里有 %(count)s 位。") % {"count": len(number)})
        raise IdentityError(_("没有 %(start)s 开头的手机号。") % {"start": number[:2]})
    if number.startswith("0"):
        raise IdentityError(_("座机号位数不对：区号 3 到 4 位，号码 7 到 8 位，不带分机。"))
    raise IdentityError(_("座机要带区号，例如 0772 开头。"))


def turns(birth: date, years: int) -> date:
    """The first day on which somebody is `years` old; born on 29 February, that is 1 March in common years."""
    try:
        return birth.replace(year=birth.year + years)
    except ValueError:
        return date(birth.year + years, 3, 1)


def age_on(birth: date, day: date) -> int:
    """Full years (周岁) on `day`; raises ValueError for a day before birth."""
    if day < birth:
        raise ValueError(f"{day} is before the birth on {birth}")
    years = day.year - birth.year
    return years if turns(birth, years) <= day else years - 1


def _plain(text: str) -> str:
    """Full-width forms narrowed; spaces, hyphens, quotes and invisible characters gone."""
    narrow = unicodedata.normalize("NFKC", text)
    kept = (sign for sign in narrow if not sign.isspace() and unicodedata.category(sign) not in {"Cf", "Cc", "Pd"})
    return "".join(kept).strip("'`‘’")


def _numeric() -> str:
    return _("身份证号被表格存成了数字，后面几位已经丢了。请把这一列设成文本，按证件重新填。")


def _check_form(number: str) -> None:
    if not number:
        raise IdentityError(_("身份证号空着。"))
    if _SCIENTIFIC.fullmatch(number):
        raise IdentityError(_numeric())
    if re.fullmatch(r"\d{15}", number):
        raise IdentityError(_("这是 15 位的老身份证号，2013 年起已停用，请填 18 位的号码。"))
    if re.fullmatch(r"[A-Z]{3}\d{12}", number):
        raise IdentityError(_("这是旧版外国人永久居留证的号码，请填新版五星卡上 9 开头的 18 位号码。"))
    if len(number) != 18:
        raise IdentityError(_("身份证号要 18 位，这里有 %(count)s 位。") % {"count": len(number)})
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise IdentityError(_("身份证号前 17 位只能是数字，最后一位是数字或 X。"))


def _check_prefix(number: str) -> None:
    """The first two digits name a province (GB/T 2260) or a residence card; after a 9 digits 2-3 name the province."""
    province = int(number[1:3] if number[0] == PERMANENT_RESIDENT else number[:2])
    known = MAINLAND if number[0] == PERMANENT_RESIDENT else MAINLAND | RESIDENCE_CARDS
    if province not in known:
        raise IdentityError(_("身份证号开头 %(start)s 不是任何一个省份的代码。") % {"start": number[:3]})


def _birth(number: str) -> date:
    try:
        birth = identity_birth(number)
    except ValueError:
        birth = None
    if birth is None or birth.year < 1900:
        raise IdentityError(_("身份证号里的出生日期 %(digits)s 不存在。") % {"digits": number[6:14]})
    if birth > clock.now().astimezone(CHINA).date():
        raise IdentityError(_("身份证号里的出生日期 %(digits)s 还没有到。") % {"digits": number[6:14]})
    return birth
