"""A worker's way to a job: the job, 我要去, 不去了, what he said yes to."""

from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django_scopes import scope, scopes_disabled
from ninja import Query, Router
from pydantic import StrictBool

from gongqiao.api.access import actor
from gongqiao.api.bounds import Cursor, Id, Key, Limit, Said, text
from gongqiao.api.once import once
from gongqiao.api.paging import newest
from gongqiao.api.service import scoped
from gongqiao.api.v1.shapes import ShiftWhole, WorkOut, WorkPage, shift_whole, work_out
from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.tokens.enums import Scope
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.dossiers.queries import visible_to as dossiers_of
from gongqiao.needs.postings.models import Shift
from gongqiao.services.placement import listing, queries
from gongqiao.services.placement.actions import offers
from gongqiao.services.placement.enums import ENDED, Decline, State
from gongqiao.services.placement.models import Assignment

router = Router(tags=["work"])
OVER = (*ENDED, State.DONE)
Reason = Annotated[Decline, Query(description="why not")]


class Answer(Said):
    """Yes or no; a no has its reason."""

    go: StrictBool
    reason: Decline | None = None
    note: text(120) = ""  # type: ignore[valid-type]


def own(by: Membership) -> Dossier:
    found: Dossier | None = dossiers_of(by).first()
    if found is None:
        raise Http404
    return found


def outs(rows: list[Assignment], by: Membership) -> list[WorkOut]:
    """With each its shift and its wage, in a fixed number of queries."""
    lines = {line.shift.pk: line for line in queries.lines([row.shift for row in rows])}
    wages = {wage.assignment_id: wage for wage in queries.wages(by).filter(assignment__in=[row.pk for row in rows])}
    return [work_out(row, lines[row.shift_id], wages.get(row.pk)) for row in rows]


@router.get("/shifts/{pk}", response=ShiftWhole, tags=["public"], summary="One job, whole")
def shift(request: HttpRequest, pk: Id) -> Any:
    with scopes_disabled():
        row = Shift.objects.select_related("market").filter(pk=pk).first()
    if row is None:
        raise Http404
    with scope(market=row.market):
        line = listing.line_of(clock.now(), pk)
        if line is None:
            raise Http404
        return shift_whole(line)


@router.post(
    "/shifts/{pk}/applications",
    response={201: WorkOut, 200: WorkOut},
    summary="Put one's name down 我要去",
    **scoped(Scope.WORK_WRITE),
)
def apply(request: HttpRequest, pk: Id, key: Key = None) -> HttpResponse:
    """201 when it is new, 200 when his name stood there already: applying twice is applying once. With no seat left he
    waits in turn (`waitlisted`)."""
    by = actor(request)

    def act() -> tuple[int, WorkOut]:
        line, dossier = listing.line_of(clock.now(), pk), own(by)
        if line is None:
            raise Http404
        known = queries.live_between(dossier, line.shift)
        made = known or offers.apply(line.shift, dossier, by=by, channel="self")
        return 201 if known is None else 200, _one(made.pk, by)

    return once(request, key, act)


def _one(pk: int, by: Membership) -> WorkOut:
    return outs([queries.visible_to(by).get(pk=pk)], by)[0]


@router.delete(
    "/shifts/{pk}/applications",
    response={200: WorkOut},
    summary="Take one's name back 不去了",
    **scoped(Scope.WORK_WRITE),
)
def withdraw(request: HttpRequest, pk: Id, reason: Reason = Decline.OTHER) -> Any:
    by = actor(request)
    row = queries.visible_to(by).filter(shift=pk).exclude(state__in=OVER).order_by("-pk").first()
    if row is None:
        raise Http404
    offers.decline(row, reason, by=by, channel="self")
    return _one(row.pk, by)


@router.get("/me/work", response=WorkPage, summary="My work, newest first", **scoped(Scope.WORK_READ))
def work(request: HttpRequest, limit: Limit = 20, cursor: Cursor = "") -> Any:
    by = actor(request)
    rows, after = newest(queries.visible_to(by), cursor, limit)
    return WorkPage(items=outs(rows, by), next=after)


@router.post("/me/answers/{pk}", response=WorkOut, summary="Yes or no to an offer 去, 不去", **scoped(Scope.WORK_WRITE))
def answer(request: HttpRequest, pk: Id, said: Answer, key: Key = None) -> HttpResponse:
    by = actor(request)

    def act() -> tuple[int, WorkOut]:
        row = queries.visible_to(by).filter(pk=pk).first()
        if row is None:
            raise Http404
        if said.go:
            offers.accept(row, by=by, channel="self")
        elif said.reason is None:
            raise Refused(_("请选一个不去的原因。"))
        else:
            offers.decline(row, said.reason, by=by, channel="self", note=said.note)
        return 200, _one(pk, by)

    return once(request, key, act)
