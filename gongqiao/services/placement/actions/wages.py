"""What is due, paid, disputed."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.lengths import check_lengths
from gongqiao.foundation.money import PayUnit, due_for
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.needs.postings.enums import PayWhen
from gongqiao.services.placement import notes, rules
from gongqiao.services.placement.enums import WageState
from gongqiao.services.placement.models import Assignment, WageRecord

_AFTER = {
    PayWhen.SAME_DAY: timedelta(hours=4),
    PayWhen.ON_FINISH: timedelta(hours=4),
    PayWhen.NEXT_DAY: timedelta(days=1),
    PayWhen.WEEKLY: timedelta(days=7),
    PayWhen.MONTHLY: timedelta(days=31),
}


def open_wage(assignment: Assignment, minutes: int, *, by: Membership) -> WageRecord:
    """The wage of agreed minutes; a piece rate has no hours to go by, so it starts at zero and is written in."""
    posting = assignment.shift.posting
    due = due_for(posting.pay_fen or 0, PayUnit(posting.pay_unit), minutes, assignment.shift.minutes) or 0
    wage: WageRecord = WageRecord.objects.create(
        market=assignment.market,
        assignment=assignment,
        minutes=minutes,
        due_fen=due,
        due_at=_due_at(assignment, posting.pay_when),
    )
    audit.record("wage.due", wage, by=by, on_behalf_of=assignment.person, fen=due)
    return wage


def _due_at(assignment: Assignment, when: str) -> datetime:
    return assignment.ends_at + _AFTER.get(PayWhen(when) if when else PayWhen.SAME_DAY, timedelta(days=1))


@transaction.atomic
def count_pieces(wage: WageRecord, fen: int, *, by: Membership, note: str) -> None:
    """按件: what the counted pieces come to, written in by the employer's side or staff, with the count in words. A
    count that is changed afterwards is told to the worker: he may have agreed to the first one."""
    rules.check_on_site_party(by, wage.assignment)
    if wage.assignment.shift.posting.pay_unit != PayUnit.PIECE:
        raise Refused(_("只有按件算的工钱要另外写数。"))
    if fen <= 0 or not note.strip():
        raise Refused(_("请写该给多少钱、一共几件。"))
    if wage.state == WageState.PAID:
        raise Refused(_("已经给了，不对的话请走“钱不对”。"))
    check_lengths(WageRecord, note=note.strip())
    if WageRecord.objects.filter(pk=wage.pk, state=wage.state).update(due_fen=fen, note=note.strip()) != 1:
        raise Stale
    before, wage.due_fen, wage.note = wage.due_fen, fen, note.strip()
    audit.record("wage.counted", wage, by=by, on_behalf_of=wage.assignment.person, fen=fen, before=before)
    if before and before != fen:
        notify.tell(wage.market, [notes.recounted(wage, before)])


@transaction.atomic
def pay(wage: WageRecord, fen: int, *, by: Membership, note: str = "") -> None:
    """The employer (or staff, with his word) says it was paid; less than due is a dispute until settled."""
    rules.check_on_site_party(by, wage.assignment)
    if fen <= 0:
        raise Refused(_("给了多少钱，要写一个数。"))
    states.move(wage, to=WageState.PAID, paid_fen=fen, paid_at=clock.now(), note=note)
    audit.record("wage.paid", wage, by=by, on_behalf_of=wage.assignment.person, fen=fen)
    if fen < wage.due_fen:
        states.move(wage, to=WageState.DISPUTED, note=note or _("给的比该给的少"))
        audit.record("wage.short", wage, by=by, due=wage.due_fen, paid=fen)


@transaction.atomic
def dispute(wage: WageRecord, *, by: Membership, note: str) -> None:
    """The worker says it is not right; the line stays open until a person settles it."""
    if by.role == Role.WORKER:
        rules.check_answerer(by, wage.assignment)
    else:
        rules.check_on_site_party(by, wage.assignment)
    if not note.strip():
        raise Refused(_("请说一说哪里不对。"))
    states.move(wage, to=WageState.DISPUTED, note=note.strip())
    audit.record("wage.disputed", wage, by=by, on_behalf_of=wage.assignment.person)
