"""What a worker is told about his work, by the line that reaches him: an offer to answer, or news to know."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from gongqiao.foundation import clock
from gongqiao.foundation.calendar.words import span
from gongqiao.foundation.language import first_language
from gongqiao.foundation.money import yuan
from gongqiao.foundation.notify.actions import Note
from gongqiao.foundation.notify.enums import Kind
from gongqiao.needs.postings.models import Shift
from gongqiao.services.placement.models import Assignment, WageRecord

NEWS = "news:"
RECOUNT_TOLD = timedelta(days=3)
SHORTEST = timedelta(minutes=15)


def about(assignment: Assignment) -> str:
    """What an offer's call is about; the call's answer is his answer."""
    return f"assignment:{assignment.pk}"


@first_language()
def offer(assignment: Assignment, answer_by: datetime) -> Note:
    """去不去, to be answered by then."""
    shift, dossier = assignment.shift, assignment.dossier
    posting = shift.posting
    body = _("%(title)s，%(when)s，集合：%(where)s。去不去？") % {
        "title": posting.title,
        "when": _when(shift),
        "where": posting.meeting_point or posting.place or _("没说"),
    }
    return Note(
        person=assignment.person,
        kind=Kind.OFFER,
        key=f"offer:{assignment.pk}:{assignment.seat}:{answer_by.isoformat()}",
        subject=_("叫 %(who)s") % {"who": dossier.number},
        body=body,
        about=about(assignment),
        expires_at=answer_by,
    )


@first_language()
def off(assignment: Assignment, why: str) -> Note:
    """不用去了, and why; worth telling until the shift would have begun."""
    shift, dossier = assignment.shift, assignment.dossier
    facts = {"title": shift.posting.title, "when": _when(shift), "why": why}
    return Note(
        person=assignment.person,
        kind=Kind.OFF,
        key=f"off:{assignment.pk}",
        subject=_("告诉 %(who)s 不用去了") % {"who": dossier.number},
        body=_("%(title)s，%(when)s：不用去了。原因：%(why)s") % facts,
        about=f"{NEWS}{assignment.pk}",
        expires_at=max(shift.starts_at, clock.now() + timedelta(hours=1)),
    )


@first_language()
def stop(assignment: Assignment, why: str) -> Note:
    """He is at work that the law forbids him: told at once, at the place; what he did is paid all the same."""
    shift, dossier = assignment.shift, assignment.dossier
    facts = {"title": shift.posting.title, "when": _when(shift), "why": why}
    return Note(
        person=assignment.person,
        kind=Kind.STOP,
        key=f"stop:{assignment.pk}",
        subject=_("叫 %(who)s 马上停工，也告诉用工方") % {"who": dossier.number},
        body=_("%(title)s，%(when)s：不能再干了。原因：%(why)s 干过的工时照算工钱。") % facts,
        about=f"{NEWS}{assignment.pk}",
        expires_at=max(shift.ends_at, clock.now() + timedelta(hours=1)),
    )


@first_language()
def changed(assignment: Assignment) -> Note:
    """He had agreed, and the terms are being verified again; once for each time they fell back."""
    shift, dossier = assignment.shift, assignment.dossier
    fell_back = shift.posting.submitted_at
    return Note(
        person=assignment.person,
        kind=Kind.CHANGED,
        key=f"changed:{assignment.pk}:{fell_back:%Y%m%d%H%M%S%f}",
        subject=_("告诉 %(who)s 条件改了") % {"who": dossier.number},
        body=_("%(title)s，%(when)s：用工方改了条件，正在重新核实，核实好了再跟您说。")
        % {"title": shift.posting.title, "when": _when(shift)},
        about=f"{NEWS}{assignment.pk}",
        expires_at=shift.starts_at,
    )


@first_language()
def recounted(wage: WageRecord, before: int) -> Note:
    """The pieces were counted once, and now somebody wrote another sum; once for each time."""
    assignment, moment = wage.assignment, clock.now()
    shift, dossier = assignment.shift, assignment.dossier
    facts = {"title": shift.posting.title, "when": _when(shift), "note": wage.note}
    return Note(
        person=assignment.person,
        kind=Kind.PAY,
        key=f"recounted:{wage.pk}:{moment:%Y%m%d%H%M%S%f}",
        subject=_("告诉 %(who)s 按件的工钱改了") % {"who": dossier.number},
        body=_("%(title)s，%(when)s：按件的工钱原来算 %(before)s，现在改成 %(now)s（%(note)s）。不对就说“钱不对”。")
        % {**facts, "before": yuan(before), "now": yuan(wage.due_fen)},
        about=f"{NEWS}{assignment.pk}",
        expires_at=moment + RECOUNT_TOLD,
    )


def answer_until(shift: Shift, moment: datetime) -> datetime:
    """The market's time for an answer, at the latest half an hour into the shift; a stand-in has a quarter of one."""
    latest = max(shift.starts_at + timedelta(minutes=30), moment + SHORTEST)
    return min(moment + timedelta(minutes=shift.market.answer_minutes), latest, shift.ends_at)


def _when(shift: Shift) -> str:
    zone = shift.market.tz
    begins, ends = shift.starts_at.astimezone(zone), shift.ends_at.astimezone(zone)
    return f"{begins:%m-%d} {span(begins, ends)}"
