"""What belongs to the person: who he is here, his switch, his history of work, his file."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from gongqiao.api.access import actor
from gongqiao.api.bounds import Cursor, Limit, On
from gongqiao.api.paging import newest
from gongqiao.api.service import scoped
from gongqiao.api.v1.shapes import Fen, Key, Next, PayUnits, States, WageOut, wage_out
from gongqiao.api.v1.work import own
from gongqiao.foundation import clock
from gongqiao.foundation.consent import queries as consent
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.tokens.enums import Scope
from gongqiao.needs.dossiers import actions, queries
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.placement import queries as placement
from gongqiao.services.placement.enums import CAME
from gongqiao.services.placement.models import Assignment, WageRecord
from gongqiao.services.placement.queries import ShiftLine

router = Router(tags=["me"])


class MeOut(Schema):
    """Who this is, at his station."""

    name: Annotated[str, Field(examples=["韦建国"])]
    number: Annotated[str, Field(examples=["Y-1001"], description="of his file")]
    market: str
    personalised: Annotated[bool, Field(description="whether jobs are recommended by his file")]


class PersonalisedOut(Schema):
    personalised: bool


class Checked(Schema):
    """What was verified of it, by whom, when."""

    what: Annotated[str, Field(json_schema_extra={"enum": ["posting", "hours", "wage"]})]
    by: Annotated[str, Field(examples=["莫专员"])]
    at: datetime | None


class HistoryOut(Schema):
    """One job he came to."""

    id: Key
    state: States
    trade: str
    trade_name: str
    title: str
    employer: str
    place: str
    starts_at: datetime
    ends_at: datetime
    arrived_at: datetime | None
    pay_fen: Fen | None
    pay_unit: PayUnits
    minutes_said_by_worker: Annotated[int, Field(ge=0)] | None
    minutes_said_by_employer: Annotated[int, Field(ge=0)] | None
    wage: WageOut | None
    verified: list[Checked]


class HistoryPage(Schema):
    worker: MeOut
    as_of: datetime
    items: list[HistoryOut]
    next: Next


class ValueOut(Schema):
    """One thing that his file holds: the value, who said so, as of when."""

    field: str
    value: Any
    source: str
    as_of: date
    by: str


class SkillOut(Schema):
    trade: str
    trade_name: str
    level: int | None
    evidence: str
    as_of: date


class CertificateOut(Schema):
    kind: str
    name: Annotated[str, Field(examples=["健康证"])]
    number: Annotated[str, Field(examples=["C-2031"])]
    expires_on: date | None


class ConsentOut(Schema):
    purpose: str
    words: str
    agreed: bool
    given_at: datetime | None


class DataOut(Schema):
    """His file, whole; of the identity number only the last four."""

    worker: MeOut
    as_of: datetime
    phone: str
    identity_last4: str
    registered_at: datetime
    values: list[ValueOut]
    skills: list[SkillOut]
    certificates: list[CertificateOut]
    consents: list[ConsentOut]


def _me(dossier: Dossier, by: Membership) -> MeOut:
    return MeOut(
        name=dossier.person.name, number=dossier.number, market=by.market.code, personalised=dossier.personalised
    )


@router.get("/me", response=MeOut, summary="Who I am here", **scoped(Scope.ME_READ))
def me(request: HttpRequest) -> Any:
    by = actor(request)
    return _me(own(by), by)


@router.put(
    "/me/personalisation",
    response=PersonalisedOut,
    summary="Recommending by my file, on or off",
    **scoped(Scope.ME_WRITE),
)
def personalisation(request: HttpRequest, said: On) -> Any:
    """The next page obeys already (PIPL article 24)."""
    by = actor(request)
    dossier = own(by)
    if dossier.personalised != said.on:
        actions.set_personalised(dossier, said.on, by=by)
    return PersonalisedOut(personalised=said.on)


@router.get("/me/work-history", response=HistoryPage, summary="Where I worked, to show", **scoped(Scope.WORK_READ))
def history(request: HttpRequest, limit: Limit = 100, cursor: Cursor = "") -> Any:
    """Only where he came; with each, what was verified by whom. Newest first."""
    by = actor(request)
    rows, after = newest(placement.visible_to(by).filter(state__in=CAME), cursor, limit)
    lines = {line.shift.pk: line for line in placement.lines([row.shift for row in rows])}
    wages = {wage.assignment_id: wage for wage in placement.wages(by).filter(assignment__in=[row.pk for row in rows])}
    items = [_worked(row, lines[row.shift_id], wages.get(row.pk)) for row in rows]
    return HistoryPage(worker=_me(own(by), by), as_of=clock.now(), items=items, next=after)


def _worked(row: Assignment, line: ShiftLine, wage: WageRecord | None) -> HistoryOut:
    posting = row.shift.posting
    return HistoryOut(
        id=row.pk,
        state=row.state,
        trade=posting.trade,
        trade_name=catalogue().trades[posting.trade].name,
        title=posting.title,
        employer=posting.employer.short_name,
        place=posting.place,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        arrived_at=row.arrived_at,
        pay_fen=posting.pay_fen,
        pay_unit=posting.pay_unit,
        minutes_said_by_worker=row.worker_minutes,
        minutes_said_by_employer=row.employer_minutes,
        wage=wage_out(wage) if wage is not None else None,
        verified=_checked(row, line, wage),
    )


def _checked(row: Assignment, line: ShiftLine, wage: WageRecord | None) -> list[Checked]:
    """The demand by the specialist who asked the employer; the hours where both sides said the same; the pay when it
    was recorded as given."""
    found = []
    if line.verification is not None:
        found.append(Checked(what="posting", by=line.verification.by.title, at=line.verification.at))
    if row.worker_minutes is not None and row.worker_minutes == row.employer_minutes:
        found.append(Checked(what="hours", by=row.shift.posting.employer.short_name, at=None))
    if wage is not None and wage.paid_at is not None:
        found.append(Checked(what="wage", by=row.shift.posting.employer.short_name, at=wage.paid_at))
    return found


@router.get("/me/data", response=DataOut, summary="My file, whole", **scoped(Scope.ME_READ))
def data(request: HttpRequest) -> Any:
    """Every value with its source and date (PIPL article 45: to see and to take along)."""
    by = actor(request)
    file = queries.opened(by, own(by).pk)
    known = catalogue()
    return DataOut(
        worker=_me(file, by),
        as_of=clock.now(),
        phone=file.person.phone,
        identity_last4=file.person.identity_last4,
        registered_at=file.registered_at,
        values=[
            ValueOut(field=row.field, value=row.value, source=row.source, as_of=row.as_of, by=row.by.title)
            for row in file.current_values  # type: ignore[attr-defined]  # read along by `opened`
        ],
        skills=[
            SkillOut(
                trade=row.trade,
                trade_name=known.trades[row.trade].name,
                level=row.level,
                evidence=row.evidence,
                as_of=row.as_of,
            )
            for row in file.skills.all()
        ],
        certificates=[
            CertificateOut(
                kind=row.kind, name=known.certificates[row.kind].name, number=row.number, expires_on=row.expires_on
            )
            for row in file.certificates.all()
        ],
        consents=[
            ConsentOut(
                purpose=each.purpose.value,
                words=each.text.text,
                agreed=each.agreed,
                given_at=each.last.given_at if each.last is not None else None,
            )
            for each in consent.standing(file.person)
        ],
    )
