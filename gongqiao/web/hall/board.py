"""What stands on the wall at one moment: jobs, numbers, whom to call out. Nobody is named."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import segno
from django.urls import reverse
from django.utils import timezone

from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.occupations.trades import Trade, catalogue
from gongqiao.services.hall import queries, rules, tokens, voice
from gongqiao.services.hall.models import Number, Window
from gongqiao.services.hall.queries import Shout
from gongqiao.services.placement import listing
from gongqiao.services.placement.queries import ShiftLine
from gongqiao.web.http import Request

PER_PAGE, MOST_JOBS = 8, 48


@dataclass(frozen=True)
class Job:
    line: ShiftLine
    trade: str


@dataclass(frozen=True)
class Called:
    """A called number; `key` changes with every call, so that a page knows which it has said already."""

    number: Number
    key: str
    words: str
    clips: list[str]


@dataclass(frozen=True)
class Waits:
    letter: str
    name: str
    waiting: int


def trades() -> Mapping[str, Trade]:
    return catalogue().trades


def jobs(market: Market, moment: datetime) -> list[Job]:
    """Verified, not full, soonest first."""
    known = trades()
    found = listing.page_of(market, moment, limit=MOST_JOBS).lines
    return [Job(line, known[line.shift.posting.trade].name) for line in found]


def pages(rows: list[Job]) -> list[list[Job]]:
    return [rows[start : start + PER_PAGE] for start in range(0, len(rows), PER_PAGE)]


def called(market: Market, moment: datetime, *, aloud: bool = False) -> list[Called]:
    """The last called; `aloud`: with the addresses of their recorded pieces."""
    rows = queries.called(timezone.localdate(moment))
    clips = voice.recorded(rows) if aloud and rows else {}
    return [Called(row, f"{row.pk}:{row.calls}", voice.words(row), _addresses(market, clips, row)) for row in rows]


def _addresses(market: Market, clips: dict[str, list[str]], row: Number) -> list[str]:
    return [reverse("worker:clip", args=[market.code, digest]) for digest in clips.get(str(row.pk), [])]


def waits(moment: datetime) -> list[Waits]:
    waiting = queries.waiting_by_letter(timezone.localdate(moment))
    offered = queries.services(offered=True)
    return [Waits(service.letter, service.name, waiting.get(service.letter, 0)) for service in offered]


def shouts(market: Market, moment: datetime) -> list[Shout]:
    return queries.shouts(market, timezone.localdate(moment), moment)


def open_windows(moment: datetime) -> list[Window]:
    return [window for window in queries.windows(in_use=True) if rules.is_open(window, moment)]


def square(request: Request, market: Market) -> str:
    """The QR that leads a phone to the page where it checks in, as the picture's address."""
    path = f"{reverse('hall:here', args=[market.code])}?t={tokens.token(market, request.now)}"
    return picture(request.build_absolute_uri(path))


def picture(address: str) -> str:
    return str(segno.make(address, error="m").svg_data_uri(scale=8, border=2))
