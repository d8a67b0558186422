"""Version 1. Public reading needs no account; every number in a request is bounded."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django_scopes import scope
from ninja import NinjaAPI, Path, Query, Router, Schema, Status
from pydantic import Field

from gongqiao.foundation import clock
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.services.placement import listing
from gongqiao.services.placement.queries import ShiftLine

api = NinjaAPI(title="Gongqiao 工桥", version="1", docs_url=None)
router = Router(tags=["public"])


class MarketOut(Schema):
    code: str
    name: str
    phone: str
    opens_at: str
    closes_at: str
    dispatch_policy: str


class ShiftOut(Schema):
    id: int
    title: str
    trade: str
    trade_name: str
    employer: str
    starts_at: datetime
    ends_at: datetime
    headcount: int
    at_least: int
    open: int
    pay_fen: int | None
    pay_unit: str
    pay_when: str
    place: str
    meeting_point: str
    verified_at: datetime | None
    verified_by: str


class Problem(Schema):
    detail: str


class Invalid(Schema):
    """Which part of the request is not as the schema says."""

    detail: list[dict[str, Any]]


Code = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,30}$")]


@router.get("/markets", response=list[MarketOut], summary="Markets of this installation")
def markets(request: HttpRequest) -> list[dict[str, Any]]:
    return [_market(row) for row in Market.objects.order_by("code")]


@router.get(
    "/markets/{code}/shifts", response={200: list[ShiftOut], 404: Problem, 422: Invalid}, summary="Verified open shifts"
)
def shifts(
    request: HttpRequest,
    code: Code,
    community: Annotated[str, Query(pattern=r"^([0-9]{12})?$", description="12-digit code of a community")] = "",
    limit: Annotated[int, Field(ge=1, le=100)] = 60,
) -> Any:
    """Only what a named specialist has verified and what is not stale; no personal facts."""
    market = Market.objects.filter(code=code).first()
    if market is None:
        return Status(404, {"detail": "no such market"})
    with scope(market=market):
        return [_shift(line) for line in listing.page_of(market, clock.now(), community, limit).lines]


def _market(row: Market) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "phone": row.phone,
        "opens_at": f"{row.opens_at:%H:%M}",
        "closes_at": f"{row.closes_at:%H:%M}",
        "dispatch_policy": row.dispatch_policy,
    }


def _shift(line: ShiftLine) -> dict[str, Any]:
    shift, posting, verified = line.shift, line.shift.posting, line.verification
    return {
        "id": shift.pk,
        "title": posting.title,
        "trade": posting.trade,
        "trade_name": catalogue().trades[posting.trade].name,
        "employer": posting.employer.short_name,
        "starts_at": shift.starts_at,
        "ends_at": shift.ends_at,
        "headcount": shift.headcount,
        "at_least": shift.at_least,
        "open": line.open,
        "pay_fen": posting.pay_fen,
        "pay_unit": posting.pay_unit,
        "pay_when": posting.pay_when,
        "place": posting.place,
        "meeting_point": posting.meeting_point,
        "verified_at": verified.at if verified else None,
        "verified_by": verified.by.title if verified else "",
    }


api.add_router("", router)
