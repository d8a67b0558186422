"""Printing slips, and typing in what comes back: the same acts as at the desk, by the employer's word on paper."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.lengths import check_lengths
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.services.placement.actions import attendance, wages
from gongqiao.services.placement.enums import Side, State
from gongqiao.services.placement.models import Assignment, WageRecord
from gongqiao.services.slips.enums import SlipState
from gongqiao.services.slips.models import Slip
from gongqiao.services.slips.queries import GOING

BEFORE = frozenset({State.ACCEPTED, State.CONFIRMED})


@dataclass(frozen=True)
class Answer:
    """What stands on the part that came back. `minutes` by the employer; `agreed`: the worker has signed them too;
    `paid_fen` if he was paid on the spot."""

    came: bool
    minutes: int | None = None
    agreed: bool = False
    paid_fen: int | None = None
    note: str = ""


@transaction.atomic
def print_slips(rows: Iterable[Assignment], *, by: Membership) -> list[Slip]:
    """A slip for each who has said that he goes; printed again it has the same number."""
    slips = []
    for row in rows:
        check_may(by, Right.WAGE_RECORD, row)
        if row.state not in GOING:
            raise Refused(_("%(who)s还没答应去，或者已经不去了，不能开介绍信。") % {"who": row.person.name})
        facts = {"market": row.market, "printed_at": clock.now(), "printed_by": by}
        slip, _new = Slip.objects.get_or_create(assignment=row, defaults=facts)
        audit.record("slip.printed", slip, by=by, on_behalf_of=row.person)
        slips.append(slip)
    if not slips:
        raise Refused(_("这一天这家没有要去的人。"))
    return slips


@transaction.atomic
def take_back(slip: Slip, answer: Answer, *, by: Membership) -> WageRecord | None:
    """The returned part is typed in: came or not, the hours, the pay. Returns the wage record where both sides' hours
    are there."""
    check_may(by, Right.WAGE_RECORD, slip)
    check_lengths(Slip, note=answer.note.strip())
    _check(answer)
    facts = {"returned_at": clock.now(), "returned_by": by, "note": answer.note.strip()}
    states.move(slip, to=SlipState.RETURNED, **facts)
    wage = None
    if answer.came:
        wage = _came(slip.assignment, answer, by)
    else:
        attendance.no_show(slip.assignment, by=by, note=answer.note.strip() or _("回执上写没来"))
    audit.record(
        "slip.returned", slip, by=by, on_behalf_of=slip.assignment.person, came=answer.came, minutes=answer.minutes
    )
    return wage


def _check(answer: Answer) -> None:
    if answer.came and not answer.minutes:
        raise Refused(_("来了的，请写干了几小时。"))
    if not answer.came and (answer.minutes or answer.paid_fen):
        raise Refused(_("没来的，没有工时和工钱。"))
    if answer.paid_fen and not answer.agreed:
        raise Refused(_("零工没签字，工时还没认，先不记给钱；请问一问零工。"))


def _came(row: Assignment, answer: Answer, by: Membership) -> WageRecord | None:
    """Each step that nobody has done meanwhile."""
    assert answer.minutes is not None, "checked before"
    if row.state in BEFORE:
        attendance.arrive(row, by=by, channel="paper")
    wage: WageRecord | None = WageRecord.objects.filter(assignment=row).first()
    if wage is None:
        wage = attendance.record_hours(row, answer.minutes, Side.EMPLOYER, by=by)
    if wage is None and answer.agreed:
        wage = attendance.record_hours(row, answer.minutes, Side.WORKER, by=by)
    if wage is not None and answer.paid_fen:
        wages.pay(wage, answer.paid_fen, by=by, note=answer.note.strip())
    return wage


@transaction.atomic
def void(slip: Slip, why: str, *, by: Membership) -> None:
    """It will not come back: lost, or he did not go after all; nobody waits for it any more."""
    check_may(by, Right.WAGE_RECORD, slip)
    if not why.strip():
        raise Refused(_("请写为什么作废。"))
    check_lengths(Slip, note=why.strip())
    states.move(slip, to=SlipState.VOID, note=why.strip())
    audit.record("slip.voided", slip, by=by, on_behalf_of=slip.assignment.person, why=why.strip())


@transaction.atomic
def print_sheet(kind: str, rows: list[Assignment], *, by: Membership) -> None:
    """A sheet of one employer's day with names on it was handed out."""
    check_may(by, Right.WAGE_RECORD)
    if not rows:
        raise Refused(_("这一天这家没有要去的人。"))
    employer = rows[0].shift.posting.employer
    day = rows[0].starts_at.astimezone(by.market.tz).date().isoformat()
    audit.record("sheet.printed", employer, by=by, kind=kind, day=day, people=len(rows))
