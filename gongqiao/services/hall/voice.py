"""How a number is said aloud: as words for a browser's voice, and as the recorded pieces it is put together from."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from gongqiao.services.hall.models import Number
from gongqiao.services.spoken import queries as spoken
from gongqiao.services.spoken.places import CALLS_IN


def pieces(number: Number) -> list[str]:
    """请 A 零 一 二 号，到 二 号窗口: the keys of what the market may record."""
    assert number.window is not None, "only what is called is said"
    figures, window = (
        [f"digit-{figure}" for figure in text] for text in (f"{number.number:03d}", str(number.window.number))
    )
    return ["hall-please", f"letter-{number.letter}", *figures, "hall-number-to", *window, "hall-window"]


def recorded(numbers: Iterable[Number]) -> dict[str, list[str]]:
    """Of each number, by its key, the digests of its pieces in 普通话, in order; none where one is missing, for half a
    sentence helps nobody. One query for all."""
    wanted = {str(number.pk): pieces(number) for number in numbers}
    found = spoken.digests({key for keys in wanted.values() for key in keys}, CALLS_IN)
    return {pk: [found[key] for key in keys] if found.keys() >= set(keys) else [] for pk, keys in wanted.items()}


def words(number: Number) -> str:
    """Figures stand apart, so that a voice reads each of them."""
    assert number.window is not None, "only what is called is said"
    said = {"letter": number.letter, "figures": " ".join(f"{number.number:03d}"), "window": number.window.number}
    return _("请 %(letter)s %(figures)s 号，到 %(window)s 号窗口。") % said
