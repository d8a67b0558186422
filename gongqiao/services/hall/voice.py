"""How a number is said aloud: as words for a browser's voice, and as the clips that recorded voices are made of."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from gongqiao.foundation.markets.models import Market
from gongqiao.services.hall.models import Number

# The keys of the clips a market may record: `letter.A`, `digit.0` … and these.
PLEASE, NUMBER_TO, WINDOW = "hall.please", "hall.number_to", "hall.window"
Finder = Callable[[Market, Sequence[str]], list[str]]


def _nothing_recorded(market: Market, keys: Sequence[str]) -> list[str]:
    return []


_finders: list[Finder] = [_nothing_recorded]


def finds_clips(finder: Finder) -> None:
    """Whoever keeps recorded voices says how to find them: the addresses of all these clips in order, or [] when one
    is missing — half a sentence helps nobody."""
    _finders[:] = [finder]


def keys(number: Number) -> list[str]:
    """请 A 零 一 二 号，到 二 号窗口, piece by piece."""
    assert number.window is not None, "only what is called is said"
    figures = [f"digit.{figure}" for figure in f"{number.number:03d}"]
    return [PLEASE, f"letter.{number.letter}", *figures, NUMBER_TO, *_figures(number.window.number), WINDOW]


def _figures(count: int) -> list[str]:
    return [f"digit.{figure}" for figure in str(count)]


def clips(number: Number) -> list[str]:
    return _finders[0](number.market, keys(number))


def words(number: Number) -> str:
    """Figures stand apart, so that a voice reads each of them."""
    assert number.window is not None, "only what is called is said"
    said = {"letter": number.letter, "figures": " ".join(f"{number.number:03d}"), "window": number.window.number}
    return _("请 %(letter)s %(figures)s 号，到 %(window)s 号窗口。") % said
