"""What an answer looks like, and how it is made of our rows. Money is whole fen 分; times are UTC with an offset."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from gongqiao.foundation.markets.enums import DispatchPolicy
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.needs.postings.enums import PayUnit, PayWhen
from gongqiao.services.lending import queries as lending
from gongqiao.services.lending.enums import FacilityKind
from gongqiao.services.placement.enums import State, WageState
from gongqiao.services.placement.models import Assignment, WageRecord
from gongqiao.services.placement.queries import ShiftLine

Fen = Annotated[int, Field(ge=0, le=10**12, examples=[18000], description="fen 分: 18000 is 180 yuan")]
Key = Annotated[int, Field(ge=1, le=2**63 - 1)]
Count = Annotated[int, Field(ge=0, le=10_000)]
Next = Annotated[str, Field(description="`cursor` of the page after; empty when this is the last", examples=["60"])]
PayUnits = Annotated[str, Field(json_schema_extra={"enum": PayUnit.values}, examples=["day"])]
PayWhens = Annotated[str, Field(json_schema_extra={"enum": ["", *PayWhen.values]}, examples=["same_day"])]
States = Annotated[str, Field(json_schema_extra={"enum": State.values}, examples=["offered"])]


class MarketOut(Schema):
    """One station 零工驿站."""

    code: Annotated[str, Field(examples=["yufeng"])]
    name: Annotated[str, Field(examples=["鱼峰零工驿站"])]
    phone: str
    address: str
    zone: Annotated[str, Field(examples=["Asia/Shanghai"])]
    opens_at: Annotated[str, Field(pattern=r"^[0-2][0-9]:[0-5][0-9]$", examples=["04:00"])]
    closes_at: Annotated[str, Field(pattern=r"^[0-2][0-9]:[0-5][0-9]$", examples=["20:00"])]
    dispatch_policy: Annotated[str, Field(json_schema_extra={"enum": DispatchPolicy.values})]


class FacilityOut(Schema):
    """One thing that the station has for everybody."""

    kind: Annotated[str, Field(json_schema_extra={"enum": FacilityKind.values}, examples=["water"])]
    kind_words: Annotated[str, Field(examples=["开水"])]
    where: Annotated[str, Field(examples=["东门进来左手"])]
    hours: Annotated[str, Field(examples=["04:00–20:00"])]
    note: Annotated[str, Field(examples=["自己带杯子"])]


class ToolOut(Schema):
    """One kind of tool that is lent, and how many are here now."""

    name: Annotated[str, Field(examples=["手套"])]
    fit: Count
    here: Count


class MarketWhole(MarketOut):
    """One station with what it has and lends."""

    facilities: list[FacilityOut]
    tools: list[ToolOut]


class ShiftOut(Schema):
    """One stretch of work that a named specialist has verified; nothing personal."""

    id: Key
    title: Annotated[str, Field(examples=["家电卸车"])]
    trade: Annotated[str, Field(examples=["loader"])]
    trade_name: Annotated[str, Field(examples=["装卸工"])]
    employer: str
    starts_at: datetime
    ends_at: datetime
    headcount: Count
    at_least: Count
    open: Annotated[int, Field(ge=0, le=10_000, description="seats that nobody has been asked for")]
    pay_fen: Fen | None
    pay_unit: PayUnits
    pay_when: PayWhens
    place: str
    meeting_point: str
    verified_at: datetime | None
    verified_by: Annotated[str, Field(examples=["莫专员"])]


class ShiftWhole(ShiftOut):
    """One job, whole; what the employer has not said is empty."""

    market: Annotated[str, Field(description="code of its station")]
    content: str
    conditions: str
    certificates: list[str]
    meals: str
    travel: str
    insurance: str


class ShiftPage(Schema):
    items: list[ShiftOut]
    next: Next


class WageOut(Schema):
    """Pay: what is due for it, and whether it was paid."""

    state: Annotated[str, Field(json_schema_extra={"enum": WageState.values})]
    minutes: Annotated[int, Field(ge=0)]
    due_fen: Fen
    due_at: datetime
    paid_fen: Fen | None
    paid_at: datetime | None


class WorkOut(Schema):
    """One worker, one shift: how it stands."""

    id: Key
    state: States
    answer_by: datetime | None
    shift: ShiftOut
    wage: WageOut | None


class WorkPage(Schema):
    items: list[WorkOut]
    next: Next


def _market(row: Market) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "phone": row.phone,
        "address": row.address,
        "zone": row.zone,
        "opens_at": f"{row.opens_at:%H:%M}",
        "closes_at": f"{row.closes_at:%H:%M}",
        "dispatch_policy": row.dispatch_policy,
    }


def market_out(row: Market) -> MarketOut:
    return MarketOut(**_market(row))


def market_whole(row: Market) -> MarketWhole:
    """Its market must be in scope."""
    facilities = [
        FacilityOut(
            kind=each.kind, kind_words=each.get_kind_display(), where=each.where, hours=each.hours, note=each.note
        )
        for each in lending.facilities()
    ]
    tools = [
        ToolOut(name=each.name, fit=each.fit, here=each.fit - each.out)  # type: ignore[attr-defined]  # annotated
        for each in lending.kinds()
    ]
    return MarketWhole(**_market(row), facilities=facilities, tools=tools)


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


def shift_out(line: ShiftLine) -> ShiftOut:
    return ShiftOut(**_shift(line))


def shift_whole(line: ShiftLine) -> ShiftWhole:
    posting, known = line.shift.posting, catalogue()
    return ShiftWhole(
        **_shift(line),
        market=line.shift.market.code,
        content=posting.content,
        conditions=posting.conditions,
        certificates=[known.certificates[kind].name for kind in posting.certificates],
        meals=posting.meals,
        travel=posting.travel,
        insurance=posting.insurance,
    )


def work_out(row: Assignment, line: ShiftLine, wage: WageRecord | None) -> WorkOut:
    return WorkOut(
        id=row.pk,
        state=row.state,
        answer_by=row.answer_by,
        shift=shift_out(line),
        wage=wage_out(wage) if wage is not None else None,
    )


def wage_out(wage: WageRecord) -> WageOut:
    return WageOut(
        state=wage.state,
        minutes=wage.minutes,
        due_fen=wage.due_fen,
        due_at=wage.due_at,
        paid_fen=wage.paid_fen,
        paid_at=wage.paid_at,
    )
