"""Offering, applying, answering, waiting, giving up a seat."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.queries import system_of
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.postings.models import Shift
from gongqiao.services.placement import grounds, notes, queries, rules
from gongqiao.services.placement.enums import HOLDING, Decline, Party, State
from gongqiao.services.placement.guards import MESSAGE
from gongqiao.services.placement.models import Assignment, DispatchRun


@transaction.atomic
def offer(
    shift: Shift,
    dossier: Dossier,
    *,
    by: Membership,
    run: DispatchRun | None = None,
    score: int | None = None,
    reasons: dict[str, Any] | None = None,
) -> Assignment:
    """Ask one worker for one seat, to be answered in time; the call goes on the call list in the same transaction.

    Without `reasons` (a dispatched day brings its own) the grounds of this pair are taken and kept.
    """
    check_may(by, Right.DISPATCH, shift)
    check(shift, dossier)
    assignment = queries.live_between(dossier, shift) or _new(shift, dossier, by=by, channel="desk")
    if assignment.state not in (State.APPLIED, State.WAITLISTED):
        raise Refused(_("已经叫过这个人了。"))
    if reasons is None:
        reasons = grounds.of(shift, dossier)
        score = reasons.get("score")
    _ask(assignment, by=by, run=run, score=score, reasons=reasons)
    return assignment


@transaction.atomic
def apply(shift: Shift, dossier: Dossier, *, by: Membership, channel: str = "self") -> Assignment:
    """我要去: the worker (or staff for him) puts his name down; a second press changes nothing."""
    if by.worker_id is not None:
        if by.worker_id != dossier.person_id:
            raise Refused(_("只能替自己报名。"))
    else:
        check_may(by, Right.DISPATCH, shift)
    check(shift, dossier)
    known = queries.live_between(dossier, shift)
    if known is not None:
        return known
    assignment = _new(shift, dossier, by=by, channel=channel)
    audit.record("assignment.applied", assignment, by=by, on_behalf_of=dossier.person, channel=channel)
    if free_seat(shift) is None:
        states.move(assignment, to=State.WAITLISTED)
    return assignment


def check(shift: Shift, dossier: Dossier) -> None:
    rules.check_open(shift, clock.now())
    rules.check_may_work(dossier, shift)


def _new(shift: Shift, dossier: Dossier, *, by: Membership, channel: str) -> Assignment:
    row = Assignment(
        market=shift.market,
        shift=shift,
        dossier=dossier,
        person=dossier.person,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        state=State.APPLIED,
        channel=channel,
        created_at=clock.now(),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Stale from None
    return row


def free_seat(shift: Shift) -> int | None:
    """The lowest seat nobody holds; the shift's row is locked first, so that two askers do not see the same one."""
    locked = Shift.objects.select_for_update().get(pk=shift.pk)
    taken = set(Assignment.objects.filter(shift=shift, state__in=HOLDING).values_list("seat", flat=True))
    return next((seat for seat in range(1, locked.headcount + 1) if seat not in taken), None)


def _ask(
    assignment: Assignment, *, by: Membership, run: DispatchRun | None, score: int | None, reasons: dict[str, Any]
) -> None:
    shift, moment = assignment.shift, clock.now()
    seat = free_seat(shift)
    if seat is None:
        raise Refused(_("这个班次已经满了。"))
    answer_by = notes.answer_until(shift, moment)
    reasons = {**reasons, "warnings": rules.warnings(shift, queries.others_of(assignment))}
    try:
        with transaction.atomic():
            states.move(
                assignment, to=State.OFFERED, seat=seat, answer_by=answer_by, run=run, score=score, reasons=reasons
            )
    except IntegrityError as error:
        raise clash(error) from None
    audit.record("assignment.offered", assignment, by=by, on_behalf_of=assignment.person, seat=seat)
    notify.tell(shift.market, [notes.offer(assignment, answer_by)])


def clash(error: IntegrityError) -> Exception:
    if MESSAGE in str(error):
        return Refused(_("这个人那段时间已经有活了。"))
    return Stale()


@transaction.atomic
def accept(assignment: Assignment, *, by: Membership, channel: str = "phone") -> None:
    """He goes. Too late is too late, and what has fallen back to verification is not agreed to."""
    rules.check_decider(by, assignment)
    rules.check_answerable(assignment, clock.now())
    states.move(assignment, to=State.ACCEPTED, answered_at=clock.now())
    notify.close_calls(notes.about(assignment))
    audit.record("assignment.accepted", assignment, by=by, on_behalf_of=assignment.person, channel=channel)


@transaction.atomic
def confirm(assignment: Assignment, *, by: Membership) -> None:
    """The employer's side knows who comes: it is settled."""
    rules.check_on_site_party(by, assignment)
    rules.check_lawful(assignment.dossier, assignment.shift)
    states.move(assignment, to=State.CONFIRMED)
    audit.record("assignment.confirmed", assignment, by=by, on_behalf_of=assignment.person)


@transaction.atomic
def decline(
    assignment: Assignment, reason: Decline, *, by: Membership, channel: str = "phone", note: str = ""
) -> Assignment | None:
    """He does not go, and says why; the next on the waiting list is asked at once (returned).

    One who had said yes cancels: that is another thing than a no, and stands so in the record.
    """
    rules.check_decider(by, assignment)
    held = assignment.state in HOLDING
    agreed = assignment.state in (State.ACCEPTED, State.CONFIRMED)
    states.move(
        assignment,
        to=State.CANCELLED if agreed else State.DECLINED,
        decline=reason,
        ended_note=note,
        ended_by=Party.WORKER,
        answered_at=clock.now(),
    )
    notify.close_calls(notes.about(assignment))
    audit.record(
        "assignment.cancelled" if agreed else "assignment.declined",
        assignment,
        by=by,
        on_behalf_of=assignment.person,
        channel=channel,
        reason=reason.value,
    )
    return promote(assignment.shift) if held else None


@transaction.atomic
def expire(assignment: Assignment, *, by: Membership) -> Assignment | None:
    """No answer in time: the seat is free again, and the record says so."""
    check_may(by, Right.AUTOMATE, assignment)
    states.move(assignment, to=State.EXPIRED, ended_note=_("到点没回话"))
    notify.close_calls(notes.about(assignment), note=_("到点没回话"))
    audit.record("assignment.expired", assignment, by=by, on_behalf_of=assignment.person, channel="system")
    return promote(assignment.shift)


def promote(shift: Shift, *, telling: bool = True) -> Assignment | None:
    """The first of the waiting list who still may is asked, in order of waiting; None when nobody can be.

    `telling`: write down why one was passed over (once, when a seat fell free; not on every round of the clock).
    """
    waiting = Assignment.objects.filter(shift=shift, state=State.WAITLISTED).select_related(
        "dossier__person", "person", "shift__posting__employer", "shift__market"
    )
    system = system_of(shift.market)
    for candidate in waiting.order_by("created_at", "pk"):
        try:
            with transaction.atomic():
                check(candidate.shift, candidate.dossier)
                reasons = {**grounds.of(candidate.shift, candidate.dossier), "waitlist": True}
                _ask(candidate, by=system, run=None, score=reasons.get("score"), reasons=reasons)
                Assignment.objects.filter(pk=candidate.pk).update(promoted_at=clock.now())
        except Refused as refusal:
            if telling:
                audit.record("assignment.not_promoted", candidate, by=system, channel="system", why=str(refusal))
            continue
        return candidate
    return None
