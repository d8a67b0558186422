"""Arriving, not coming, hours by both sides, done."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.placement import rules
from gongqiao.services.placement.actions.offers import promote
from gongqiao.services.placement.actions.wages import open_wage
from gongqiao.services.placement.enums import Side, State
from gongqiao.services.placement.models import Assignment, WageRecord

MOST_MINUTES = 24 * 60
EARLIEST = timedelta(hours=4)  # people come early to the meeting point, but not the day before


@transaction.atomic
def arrive(assignment: Assignment, *, by: Membership, channel: str = "desk") -> None:
    """He is there, by the employer's or the market's word."""
    rules.check_on_site_party(by, assignment)
    if clock.now() < assignment.starts_at - EARLIEST:
        raise Refused(_("还没到上工的时间。"))
    states.move(assignment, to=State.ON_SITE, arrived_at=clock.now())
    audit.record("assignment.arrived", assignment, by=by, on_behalf_of=assignment.person, channel=channel)


@transaction.atomic
def no_show(assignment: Assignment, *, by: Membership, note: str = "") -> Assignment | None:
    """He did not come; the seat is free and the waiting list moves up."""
    rules.check_on_site_party(by, assignment)
    if clock.now() < assignment.starts_at:
        raise Refused(_("还没到上工的时间。"))
    states.move(assignment, to=State.NO_SHOW, ended_note=note)
    audit.record("assignment.no_show", assignment, by=by, on_behalf_of=assignment.person)
    return promote(assignment.shift) if clock.now() < assignment.ends_at else None


@transaction.atomic
def record_hours(assignment: Assignment, minutes: int, side: Side, *, by: Membership) -> WageRecord | None:
    """One side's hours; when both agree the work is done and the wage is due. Returns the wage record then."""
    _check_side(by, assignment, side)
    _as_it_stands(assignment)
    if assignment.state != State.ON_SITE:
        raise Refused(_("要先到岗，才能记工时。"))
    if not 0 < minutes <= MOST_MINUTES:
        raise Refused(_("工时要在 1 分钟到 24 小时之间。"))
    field = "worker_minutes" if side == Side.WORKER else "employer_minutes"
    Assignment.objects.filter(pk=assignment.pk).update(**{field: minutes})
    setattr(assignment, field, minutes)
    person = assignment.person
    audit.record("assignment.hours", assignment, by=by, on_behalf_of=person, side=side.value, minutes=minutes)
    if assignment.worker_minutes != assignment.employer_minutes:
        return None
    return finish(assignment, minutes, by=by)


def _as_it_stands(assignment: Assignment) -> None:
    """Both sides may speak at the same moment: the row is locked and read again, or neither would hear the other."""
    fields = ("state", "worker_minutes", "employer_minutes")
    now = Assignment.objects.select_for_update().values(*fields).get(pk=assignment.pk)
    for name, value in now.items():
        setattr(assignment, name, value)


def finish(assignment: Assignment, minutes: int, *, by: Membership) -> WageRecord:
    states.move(assignment, to=State.DONE)
    day = assignment.starts_at.astimezone(assignment.market.tz).date()
    Dossier.objects.filter(pk=assignment.dossier_id).update(last_worked_on=day)
    audit.record("assignment.done", assignment, by=by, on_behalf_of=assignment.person, minutes=minutes)
    return open_wage(assignment, minutes, by=by)


def _check_side(actor: Membership, assignment: Assignment, side: Side) -> None:
    """The worker speaks for himself, the employer's people for theirs; staff may write either down."""
    if side == Side.WORKER and actor.role == Role.WORKER:
        rules.check_answerer(actor, assignment)
        return
    if actor.role == Role.WORKER:
        raise Refused(_("用工方的工时由用工方来记。"))
    if side == Side.WORKER and actor.role == Role.EMPLOYER:
        raise Refused(_("零工的工时由零工来记。"))
    rules.check_on_site_party(actor, assignment)
