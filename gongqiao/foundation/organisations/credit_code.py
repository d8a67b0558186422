"""统一社会信用代码: 18 characters, the last one a check of the others (GB 32100-2015)."""

import re
import unicodedata

from django.utils.translation import gettext as _

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)  # 3**i mod 31
REGISTRARS = frozenset("123456789ANY")  # first character: who registers (9: market regulation, 5: civil affairs …)


class CreditCodeError(ValueError):
    """The text is no credit code; the text tells the person why."""


def check_credit_code(text: str) -> str:
    """The code in capitals without spaces; raises CreditCodeError."""
    code = "".join(re.split(r"[\s\-]+", unicodedata.normalize("NFKC", text))).upper()
    _check_form(code)
    if check_character(code[:17]) != code[17]:
        raise CreditCodeError(_("信用代码对不上校验码，请对照执照再看一遍，多半有一位写错了。"))
    return code


def check_character(first: str) -> str:
    """The 18th character for the first 17: (31 - sum of value × weight mod 31) mod 31."""
    total = sum(ALPHABET.index(sign) * weight for sign, weight in zip(first, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def _check_form(code: str) -> None:
    if not code:
        raise CreditCodeError(_("信用代码空着。"))
    if re.fullmatch(r"[0-9]{15}", code):
        raise CreditCodeError(_("这是 15 位的老注册号，2018 年起已停用，请填执照上 18 位的统一社会信用代码。"))
    if len(code) != 18:
        raise CreditCodeError(_("信用代码要 18 位，这里有 %(count)s 位。") % {"count": len(code)})
    strange = sorted(set(code) - set(ALPHABET))
    if strange:
        signs = "、".join(strange)
        raise CreditCodeError(
            _("信用代码里不会有 %(signs)s（不用字母 I、O、S、V、Z，多半是数字 1、0、5、2）。") % {"signs": signs}
        )
    if code[0] not in REGISTRARS:
        raise CreditCodeError(_("信用代码第一位 %(sign)s 不是任何登记机关的代码。") % {"sign": code[0]})
    if not code[2:8].isdigit():
        raise CreditCodeError(_("信用代码第 3 到 8 位是地区，只能是数字。"))
