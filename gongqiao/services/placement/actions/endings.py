"""Taking work back: one person's seat, a shift, a whole wish; each with a reason, and everybody concerned is told."""

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.language import first_language
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.postings import actions as postings
from gongqiao.needs.postings.models import Posting, Shift
from gongqiao.services.placement import notes, rules
from gongqiao.services.placement.actions.offers import offer, promote
from gongqiao.services.placement.enums import HOLDING, Party, State
from gongqiao.services.placement.models import Assignment

NOTE = 120  # of an ending
LIVE = (State.APPLIED, State.WAITLISTED, State.OFFERED, State.ACCEPTED, State.CONFIRMED)


@transaction.atomic
def cancel(assignment: Assignment, *, by: Membership, note: str, channel: str = "desk") -> Assignment | None:
    """The employer or the station takes one seat back; the next on the waiting list is asked (returned)."""
    rules.check_can_cancel(by, assignment)
    held = assignment.state in HOLDING
    _end(assignment, by=by, note=note, channel=channel)
    return promote(assignment.shift) if held else None


@transaction.atomic
def replace(assignment: Assignment, dossier: Dossier, *, by: Membership, note: str) -> Assignment:
    """Somebody else is asked for this seat; he who had it is told."""
    check_may(by, Right.DISPATCH, assignment)
    if not note.strip():
        raise Refused(_("请写换人的原因。"))
    states.move(assignment, to=State.REPLACED, ended_note=note.strip(), ended_by=Party.STATION)
    audit.record("assignment.replaced", assignment, by=by, on_behalf_of=assignment.person)
    _tell(assignment, note.strip())
    successor = offer(assignment.shift, dossier, by=by)
    Assignment.objects.filter(pk=successor.pk).update(replaces=assignment)
    successor.replaces = assignment
    return successor


@transaction.atomic
def cancel_shift(shift: Shift, *, by: Membership, reason: str, channel: str = "desk") -> int:
    """Nobody is needed on that day after all; returns how many people were told."""
    postings.cancel_shift(shift, by=by, reason=reason)
    return _end_all([shift], by=by, note=reason, channel=channel)


@transaction.atomic
def close_posting(posting: Posting, *, by: Membership, reason: str, channel: str = "desk") -> int:
    """No more hands wanted: shifts still to begin lose their people, those under way go on; returns how many."""
    postings.close(posting, by=by, reason=reason, channel=channel)
    ahead = Shift.objects.filter(posting=posting, starts_at__gt=clock.now())
    return _end_all(list(ahead.order_by("pk")), by=by, note=reason, channel=channel)


@transaction.atomic
def recall(assignment: Assignment, *, by: Membership) -> None:
    """An offer whose demand is not verified any more: it is taken back before anybody agrees to it."""
    check_may(by, Right.AUTOMATE, assignment)
    why = _("这个活要重新核实，核实好了再叫您。")
    states.move(assignment, to=State.CANCELLED, ended_note=why, ended_by=Party.STATION)
    audit.record("assignment.recalled", assignment, by=by, on_behalf_of=assignment.person, channel="system")
    _tell(assignment, why)


@transaction.atomic
def lapse(assignment: Assignment, *, by: Membership) -> None:
    """The shift has begun without him: whoever put his name down gets an end and a reason too."""
    check_may(by, Right.AUTOMATE, assignment)
    states.move(assignment, to=State.EXPIRED, ended_note=_("这个班没有轮到"), ended_by=Party.STATION)
    audit.record("assignment.lapsed", assignment, by=by, on_behalf_of=assignment.person, channel="system")


@transaction.atomic
def end_unlawful(dossier: Dossier, *, by: Membership, too_young: bool) -> int:
    """His birth date was put right: what his age forbids is taken back, and the next in line is asked. Whoever is under
    sixteen today keeps nothing; who is at work this moment is told to stop, his hours and pay stay his."""
    rows = Assignment.objects.filter(dossier=dossier, state__in=[*LIVE, State.ON_SITE], ends_at__gt=clock.now())
    ended = 0
    for row in rows.select_related("person", "dossier__person", "shift__posting__employer", "shift__market", "market"):
        why = _forbidden(row, too_young)
        if not why:
            continue
        if row.state == State.ON_SITE:
            notify.tell(row.market, [notes.stop(row, why)])
            audit.record("assignment.stopped", row, by=by, on_behalf_of=row.person)
        else:
            held = row.state in HOLDING
            _end(row, by=by, note=why, channel="desk")
            if held:
                promote(row.shift)
        ended += 1
    return ended


@first_language()
def _forbidden(assignment: Assignment, too_young: bool) -> str:
    """Why his age forbids it, in words for him and for the desk; "" when it does not."""
    try:
        rules.check_age(assignment.dossier.person.birth_date, assignment.shift)
    except Refused as why:
        return (_("核对了出生日期。%(why)s") % {"why": why})[:NOTE]
    return _("核对了出生日期，现在未满 16 周岁，不能介绍。") if too_young else ""


def _end_all(shifts: list[Shift], *, by: Membership, note: str, channel: str) -> int:
    rows = Assignment.objects.filter(shift__in=shifts, state__in=LIVE).select_related(
        "person", "dossier", "shift__posting__employer", "shift__market"
    )
    ended = list(rows.order_by("pk"))
    for row in ended:
        _end(row, by=by, note=note, channel=channel)
    return len(ended)


def _end(assignment: Assignment, *, by: Membership, note: str, channel: str) -> None:
    if not note.strip():
        raise Refused(_("请写取消的原因。"))
    party = Party.EMPLOYER if by.role == Role.EMPLOYER else Party.STATION
    states.move(assignment, to=State.CANCELLED, ended_note=note.strip(), ended_by=party)
    audit.record("assignment.cancelled", assignment, by=by, on_behalf_of=assignment.person, channel=channel)
    _tell(assignment, note.strip())


def _tell(assignment: Assignment, why: str) -> None:
    notify.close_calls(notes.about(assignment))
    notify.tell(assignment.market, [notes.off(assignment, why)])
