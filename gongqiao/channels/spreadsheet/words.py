"""Words the catalogue does not know, and what they may have meant."""

import difflib
import unicodedata
from collections.abc import Iterable
from functools import cache

from django.utils.translation import gettext as _

from gongqiao.foundation.occupations.trades import Certificate, catalogue


@cache
def _certificates() -> dict[str, Certificate]:
    rows = catalogue().certificates.values()
    return {unicodedata.normalize("NFKC", word): row for row in rows for word in (row.name, row.code)}


def certificate(name: str) -> Certificate | None:
    """By name or code, brackets of either width."""
    return _certificates().get(unicodedata.normalize("NFKC", name))


def unknown(kind: str, word: str, known: Iterable[str]) -> str:
    """不认识的工种“般运工”。是不是：搬运工？"""
    near = difflib.get_close_matches(word, list(known), n=3, cutoff=0.5)
    if near:
        facts = {"kind": kind, "word": word, "near": _("、").join(near)}
        return _("不认识的%(kind)s“%(word)s”。是不是：%(near)s？") % facts
    return _("不认识的%(kind)s“%(word)s”。") % {"kind": kind, "word": word}
