"""Stations and their public lists: nobody need sign in to look."""

from typing import Any

from django.http import Http404, HttpRequest
from django_scopes import scope
from ninja import Router

from gongqiao.api.bounds import Code, Community, Cursor, Limit
from gongqiao.api.v1.shapes import MarketOut, MarketWhole, ShiftPage, market_out, market_whole, shift_out
from gongqiao.foundation import clock
from gongqiao.foundation.markets.models import Market
from gongqiao.services.placement import listing

router = Router(tags=["public"])
MOST_PAGES = 100_000


def named(code: str) -> Market:
    market = Market.objects.select_related("region", "city").filter(code=code).first()
    if market is None:
        raise Http404
    return market


@router.get("/markets", response=list[MarketOut], summary="Stations of this installation")
def markets(request: HttpRequest) -> Any:
    return [market_out(row) for row in Market.objects.order_by("code")]


@router.get("/markets/{code}", response=MarketWhole, summary="One station: hours, phone, address, facilities")
def market(request: HttpRequest, code: Code) -> Any:
    place = named(code)
    with scope(market=place):
        return market_whole(place)


@router.get("/markets/{code}/shifts", response=ShiftPage, summary="Verified open shifts, near a community first")
def shifts(request: HttpRequest, code: Code, community: Community = "", limit: Limit = 60, cursor: Cursor = "") -> Any:
    """Only what a named specialist has verified and what is not stale; no personal facts."""
    place, start = named(code), min(int(cursor or 0), MOST_PAGES)
    with scope(market=place):
        found = listing.page_of(place, clock.now(), community, limit, start=start)
        items = [shift_out(line) for line in found.lines]
    return ShiftPage(items=items, next=str(start + limit) if found.more else "")
