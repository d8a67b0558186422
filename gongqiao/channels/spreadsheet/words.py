"""Words the catalogue does not know, and what they may have meant."""

import difflib
import unicodedata
from collections.abc import Iterable
from functools import cache

from django.utils.translation import gettext as _

from gongqiao.foundation.occupations.coding import trades_meant
from gongqiao.foundation.occupations.trades import Certificate, catalogue
from gongqiao.foundation.occupations.words import all_words


@cache
def _certificates() -> dict[str, Certificate]:
    rows = catalogue().certificates.values()
    return {unicodedata.normalize("NFKC", word): row for row in rows for word in (row.name, row.code)}


def certificate(name: str) -> Certificate | None:
    """By name or code, brackets of either width."""
    return _certificates().get(unicodedata.normalize("NFKC", name))


def unknown(kind: str, word: str, known: Iterable[str]) -> str:
    """不认识的证书“低压电工正”。是不是：低压电工证？"""
    return _ask(kind, word, difflib.get_close_matches(word, list(known), n=3, cutoff=0.5))


def unknown_trade(word: str) -> str:
    """A word of the window (“扛大米”: 搬运工), else a slip of the pen (“般运工”), else what work it is likely to be."""
    said = all_words().get(word.lower())
    near = [catalogue().trades[said].name] if said else difflib.get_close_matches(word, catalogue().words, 3, 0.5)
    return _ask(_("工种"), word, near or [trade.name for trade in trades_meant(word)])


def _ask(kind: str, word: str, near: list[str]) -> str:
    if near:
        facts = {"kind": kind, "word": word, "near": _("、").join(near)}
        return _("不认识的%(kind)s“%(word)s”。是不是：%(near)s？") % facts
    return _("不认识的%(kind)s“%(word)s”。") % {"kind": kind, "word": word}
