"""The worker's paper card: what its QR says, and how it is read back, whoever or whatever types it.

`GQ1:YUFENG:1001:45` — the market, the file number, two check figures. No name, no phone, no identity number: a card
that is found says nothing about anybody. Capitals, because a scanner is a keyboard and a Chinese input method turns
small letters into syllables.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _

from gongqiao.foundation.errors import Refused
from gongqiao.needs.dossiers.models import Dossier

MARK = "GQ1"
MOST_ISSUES, STEP = 30, 7  # cards of one person
_CARD = re.compile(rf"{MARK}:([A-Z0-9_-]{{1,30}}):(\d{{1,9}}):(\d\d)")
_TYPED = re.compile(r"[Y]?-?(\d{1,9}?)[ -]?(\d\d)")
_VALUES = {sign: str(value) for value, sign in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_")}


@dataclass(frozen=True)
class Card:
    """What a card says; `market` in capitals, whatever its code is. `issue`: the first card of a file, or the one that
    took the place of a lost one; whether it still holds, the file knows (`queries.of_card`)."""

    market: str
    file_no: int
    issue: int = 1


def card_code(dossier: Dossier) -> str:
    """The text of the QR on the card of this file."""
    code = dossier.market.code.upper()
    return f"{MARK}:{code}:{dossier.file_no}:{check_figures(code, dossier.file_no, dossier.card_issue)}"


def card_number(dossier: Dossier) -> str:
    """What stands below the QR, to be typed by hand: 1001 45."""
    check = check_figures(dossier.market.code, dossier.file_no, dossier.card_issue)
    return f"{dossier.file_no} {check}"


def check_figures(market_code: str, file_no: int, issue: int = 1) -> str:
    """Two figures that a number mistyped in one place, or with two neighbours changed round, does not have.

    ISO/IEC 7064 MOD 97-10, as bank account numbers have it, over the market and the number; each further issue of a
    card has others, a step of seven on, so that nothing more must be typed.
    """
    whole = "".join(_VALUES[sign] for sign in f"{market_code.upper()}{file_no}")
    return f"{98 - (int(whole) * 100 + STEP * (issue - 1)) % 97:02d}"


def is_card(text: str) -> bool:
    """Whether this was read from a card at all, right or not."""
    return _plain(text).startswith(f"{MARK}:")


def read_card(text: str) -> Card:
    """What a scanner typed; Refused, in words, when it is no whole card or its check figures do not fit."""
    said = _CARD.fullmatch(_plain(text))
    if said is None:
        raise Refused(_("这不是零工卡上的码，请再扫一次。"))
    return _checked(said[1], said[2], said[3])


def read_typed(market_code: str, text: str) -> Card:
    """The number below the QR, typed by hand in its own market: the file number, then the two check figures."""
    said = _TYPED.fullmatch(_plain(text))
    if said is None:
        raise Refused(_("请输入卡上的号码，连最后两位一起输。"))
    return _checked(market_code.upper(), said[1], said[2])


def _checked(market: str, number: str, check: str) -> Card:
    for issue in range(1, MOST_ISSUES + 1):
        if check_figures(market, int(number), issue) == check:
            return Card(market, int(number), issue)
    raise wrong_number()


def wrong_number() -> Refused:
    return Refused(_("号码对不上，可能有一位输错了。请照着卡再来一次。"))


def _plain(text: str) -> str:
    """Full-width signs are signs, small letters capitals."""
    return unicodedata.normalize("NFKC", text).strip().upper()
