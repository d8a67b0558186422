"""An employer's program: his organisation's demand, who comes, who came. Never another organisation's."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field, StrictBool, StringConstraints

from gongqiao.api.access import actor
from gongqiao.api.bounds import Cursor, Id, Key, Limit, Moment, Said, text, whole, within_reach
from gongqiao.api.once import once
from gongqiao.api.paging import newest
from gongqiao.api.service import scoped
from gongqiao.api.v1.shapes import Count, Fen, Next, PayUnits, PayWhens, States
from gongqiao.api.v1.shapes import Key as Number
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.regions.models import Region
from gongqiao.foundation.tokens.enums import Scope
from gongqiao.needs.employers import queries as employers
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.postings import actions, queries
from gongqiao.needs.postings.actions import PostingFacts, ShiftFacts
from gongqiao.needs.postings.enums import PayUnit, PayWhen, PostingState, ShiftState
from gongqiao.needs.postings.models import Posting
from gongqiao.services.placement import queries as placement
from gongqiao.services.placement.actions import attendance, endings, offers
from gongqiao.services.placement.enums import ENDED, State
from gongqiao.services.placement.models import Assignment

router = Router(tags=["employer"])
UNSEEN = (State.APPLIED, State.WAITLISTED, *(state for state in ENDED if state != State.NO_SHOW))
BOTH_AGREED = (State.ACCEPTED, State.CONFIRMED, State.ON_SITE)
CodeWord = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9_-]{1,40}$")]


class ShiftIn(Said):
    """Times with their offset, half-open; an end past midnight is normal."""

    starts_at: Annotated[Moment, Field(examples=["2026-11-27T08:00:00+08:00"])]
    ends_at: Annotated[Moment, Field(examples=["2026-11-27T16:00:00+08:00"])]
    headcount: Annotated[whole(1, 500), Field(examples=[3])]  # type: ignore[valid-type]
    break_minutes: whole(0, 1440) = 0  # type: ignore[valid-type]
    at_least: whole(1, 500) = 1  # type: ignore[valid-type]


class PostingIn(Said):
    """One wish for hands, with the statutory elements; what is not said stays unsaid."""

    trade: Annotated[CodeWord, Field(examples=["loader"])]
    title: Annotated[text(60, 1), Field(examples=["家电卸车"])]  # type: ignore[valid-type]
    content: Annotated[text(1000, 1), Field(examples=["把冰箱从车上搬到仓库。"])]  # type: ignore[valid-type]
    conditions: text(500) = ""  # type: ignore[valid-type]
    certificates: Annotated[list[CodeWord], Field(max_length=10)] = []
    pay_unit: PayUnit
    pay_fen: Annotated[whole(0, 10_000_000), Field(examples=[18000])] | None = None  # type: ignore[valid-type]
    pay_when: PayWhen | Literal[""] = ""
    community: Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9]{12}$")] | None = None
    place: text(120) = ""  # type: ignore[valid-type]
    meeting_point: text(120) = ""  # type: ignore[valid-type]
    meals: text(60) = ""  # type: ignore[valid-type]
    travel: text(60) = ""  # type: ignore[valid-type]
    insurance: text(120) = ""  # type: ignore[valid-type]
    valid_until: date | None = None
    shifts: Annotated[list[ShiftIn], Field(min_length=1, max_length=31)]
    submit: Annotated[StrictBool, Field(description="false: kept as a draft")] = True


class ShiftRow(Schema):
    id: Number
    starts_at: datetime
    ends_at: datetime
    headcount: Count
    at_least: Count
    state: Annotated[str, Field(json_schema_extra={"enum": ShiftState.values})]


class PostingOut(Schema):
    id: Number
    state: Annotated[str, Field(json_schema_extra={"enum": PostingState.values})]
    trade: str
    title: str
    content: str
    pay_fen: Fen | None
    pay_unit: PayUnits
    pay_when: PayWhens
    place: str
    meeting_point: str
    verified_until: datetime | None
    entered_at: datetime
    shifts: list[ShiftRow]


class PostingPage(Schema):
    items: list[PostingOut]
    next: Next


class ArrivalOut(Schema):
    """One person for one shift. The name when he said yes, the phone while both have agreed; no number of any card."""

    id: Number
    shift: Number
    state: States
    name: Annotated[str, Field(examples=["韦师傅"])]
    phone: str
    starts_at: datetime
    ends_at: datetime
    arrived_at: datetime | None
    minutes: Annotated[int, Field(ge=0)] | None


class ArrivalPage(Schema):
    items: list[ArrivalOut]
    next: Next


class Happened(Said):
    """What the employer's side saw."""

    what: Literal["confirmed", "arrived", "no_show"]


class Closing(Said):
    reason: text(120, 1)  # type: ignore[valid-type]


def _employer(by: Membership) -> Employer:
    found = employers.own(by)
    if found is None:
        raise Http404
    return found


def _posting(by: Membership, pk: int) -> Posting:
    found: Posting | None = queries.listed(by).select_related("market").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _out(row: Posting) -> PostingOut:
    return PostingOut(
        id=row.pk,
        state=row.state,
        trade=row.trade,
        title=row.title,
        content=row.content,
        pay_fen=row.pay_fen,
        pay_unit=row.pay_unit,
        pay_when=row.pay_when,
        place=row.place,
        meeting_point=row.meeting_point,
        verified_until=row.verified_until,
        entered_at=row.entered_at,
        shifts=[
            ShiftRow(
                id=shift.pk,
                starts_at=shift.starts_at,
                ends_at=shift.ends_at,
                headcount=shift.headcount,
                at_least=shift.at_least,
                state=shift.state,
            )
            for shift in row.shifts.all()
        ],
    )


@router.get("/postings", response=PostingPage, summary="Our demand, newest first", **scoped(Scope.POSTINGS_READ))
def postings(request: HttpRequest, limit: Limit = 20, cursor: Cursor = "") -> Any:
    by = actor(request)
    rows, after = newest(queries.listed(by), cursor, limit)
    return PostingPage(items=[_out(row) for row in rows], next=after)


@router.post("/postings", response={201: PostingOut}, summary="Ask for hands 要人", **scoped(Scope.POSTINGS_WRITE))
def post(request: HttpRequest, said: PostingIn, key: Key = None) -> HttpResponse:
    """A specialist calls to verify it before anybody sees it. What the law forbids is refused with its article, and
    nothing is kept of it."""
    by = actor(request)

    @transaction.atomic
    def act() -> tuple[int, PostingOut]:
        row = actions.draft(_employer(by), _facts(said), _shifts(said), by=by, channel="self")
        if said.submit:
            actions.submit(row, by=by, channel="self")
        return 201, _out(_posting(by, row.pk))

    return once(request, key, act)


def _facts(said: PostingIn) -> PostingFacts:
    within_reach(said.valid_until)
    if said.community is not None and not Region.objects.filter(code=said.community).exists():
        raise Refused(_("没有这个社区。"))
    return PostingFacts(
        trade=said.trade,
        title=said.title,
        content=said.content,
        conditions=said.conditions,
        certificates=tuple(said.certificates),
        pay_unit=said.pay_unit.value,
        pay_fen=said.pay_fen,
        pay_when=str(said.pay_when),
        region_id=said.community,
        place=said.place,
        meeting_point=said.meeting_point,
        meals=said.meals,
        travel=said.travel,
        insurance=said.insurance,
        valid_until=said.valid_until,
    )


def _shifts(said: PostingIn) -> list[ShiftFacts]:
    for shift in said.shifts:
        within_reach(shift.starts_at, shift.ends_at)
    return [
        ShiftFacts(shift.starts_at, shift.ends_at, shift.headcount, shift.break_minutes, shift.at_least)
        for shift in said.shifts
    ]


@router.get("/postings/{pk}", response=PostingOut, summary="One of ours", **scoped(Scope.POSTINGS_READ))
def posting(request: HttpRequest, pk: Id) -> Any:
    return _out(_posting(actor(request), pk))


@router.post(
    "/postings/{pk}/submission",
    response=PostingOut,
    summary="Send a draft to be verified",
    **scoped(Scope.POSTINGS_WRITE),
)
def submit(request: HttpRequest, pk: Id) -> Any:
    by = actor(request)
    actions.submit(_posting(by, pk), by=by, channel="self")
    return _out(_posting(by, pk))


@router.post(
    "/postings/{pk}/closing",
    response=PostingOut,
    summary="Want nobody any more 不要人了",
    **scoped(Scope.POSTINGS_WRITE),
)
def close(request: HttpRequest, pk: Id, said: Closing) -> Any:
    """The station tells everybody who was to come."""
    by = actor(request)
    endings.close_posting(_posting(by, pk), by=by, reason=said.reason, channel="self")
    return _out(_posting(by, pk))


@router.get(
    "/postings/{pk}/arrivals", response=ArrivalPage, summary="Who comes, who came 谁来", **scoped(Scope.POSTINGS_READ)
)
def arrivals(request: HttpRequest, pk: Id, limit: Limit = 60, cursor: Cursor = "") -> Any:
    by = actor(request)
    rows = placement.visible_to(by).filter(shift__posting=_posting(by, pk)).exclude(state__in=UNSEEN)
    found, after = newest(rows, cursor, limit)
    return ArrivalPage(items=[_arrival(row) for row in found], next=after)


def _arrival(row: Assignment) -> ArrivalOut:
    return ArrivalOut(
        id=row.pk,
        shift=row.shift_id,
        state=row.state,
        name=row.person.polite_name if row.state == State.OFFERED else row.person.name,
        phone=row.person.phone if row.state in BOTH_AGREED else "",
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        arrived_at=row.arrived_at,
        minutes=row.employer_minutes,
    )


@router.post(
    "/arrivals/{pk}", response=ArrivalOut, summary="Settled, arrived, did not come", **scoped(Scope.POSTINGS_WRITE)
)
def happened(request: HttpRequest, pk: Id, said: Happened, key: Key = None) -> HttpResponse:
    by = actor(request)

    def act() -> tuple[int, ArrivalOut]:
        row = placement.visible_to(by).exclude(state__in=UNSEEN).filter(pk=pk).first()
        if row is None:
            raise Http404
        match said.what:
            case "confirmed":
                offers.confirm(row, by=by)
            case "arrived":
                attendance.arrive(row, by=by, channel="self")
            case "no_show":
                attendance.no_show(row, by=by)
        return 200, _arrival(placement.visible_to(by).get(pk=pk))

    return once(request, key, act)
