"""Keeping the lists; lending and taking back; calling whoever forgot. No deposit is ever asked."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.language import first_language
from gongqiao.foundation.lengths import check_lengths
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.notify.actions import Note
from gongqiao.foundation.notify.models import CallState, CallTask
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.dossiers.enums import GONE
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.lending import queries
from gongqiao.services.lending.enums import FacilityKind, LoanState, ToolState
from gongqiao.services.lending.models import Facility, Loan, Tool, ToolKind

MOST_DAYS, MOST_PIECES, MOST_HELD = 30, 200, 5
TRIES = 8  # pieces that somebody else may take at the same moment
CALL_WITHIN = timedelta(days=2)


@transaction.atomic
def add_facility(kind: FacilityKind, where: str, *, by: Membership, hours: str = "", note: str = "") -> Facility:
    """Something that anybody may use; it stands on the public page at once."""
    check_may(by, Right.MARKET_SETTINGS)
    facts = {"where": where.strip(), "hours": hours.strip(), "note": note.strip()}
    check_lengths(Facility, **facts)
    if not facts["where"]:
        raise Refused(_("请写在哪里。"))
    row: Facility = Facility.objects.create(market=by.market, kind=kind, **facts)
    audit.record("facility.added", row, by=by, kind=kind.value, where=facts["where"])
    return row


@transaction.atomic
def remove_facility(row: Facility, *, by: Membership) -> None:
    check_may(by, Right.MARKET_SETTINGS, row)
    if Facility.objects.filter(pk=row.pk, removed_at=None).update(removed_at=clock.now()):
        audit.record("facility.removed", row, by=by, kind=row.kind)


@transaction.atomic
def add_tools(name: str, count: int, *, by: Membership, days: int = 1, note: str = "") -> ToolKind:
    """So many more pieces of a kind, numbered on from the last; of a new kind, or of one that is there."""
    check_may(by, Right.MARKET_SETTINGS)
    name = name.strip()
    check_lengths(ToolKind, name=name, note=note.strip())
    if not name:
        raise Refused(_("请写是什么工具。"))
    if not 1 <= count <= MOST_PIECES or not 1 <= days <= MOST_DAYS:
        told = {"pieces": MOST_PIECES, "days": MOST_DAYS}
        raise Refused(_("一次加 1 到 %(pieces)d 件，借 1 到 %(days)d 天。") % told)
    facts = {"days": days, "note": note.strip()}
    kind, _new = ToolKind.objects.select_for_update().update_or_create(market=by.market, name=name, defaults=facts)
    last = kind.tools.order_by("-number").values_list("number", flat=True).first() or 0
    if last + count > MOST_PIECES:
        raise Refused(_("一种工具最多 %(most)d 件。") % {"most": MOST_PIECES})
    numbers = range(last + 1, last + count + 1)
    Tool.objects.bulk_create(Tool(market=by.market, kind=kind, number=number) for number in numbers)
    audit.record("tools.added", kind, by=by, name=name, count=count, days=days)
    return kind


@transaction.atomic
def lend(kind: ToolKind, dossier: Dossier, *, by: Membership, due_at: datetime | None = None) -> Loan:
    """The lowest free number of a kind goes to somebody on file. With none free, or five things in his hands already,
    Refused; two desks at the same moment never hand out one piece twice."""
    check_may(by, Right.LENDING, kind)
    check_may(by, Right.LENDING, dossier)
    if dossier.state in GONE:
        raise Refused(_("这份档案并到别的档案了。"))
    if Loan.objects.filter(dossier=dossier, state=LoanState.OUT).count() >= MOST_HELD:
        raise Refused(_("他手上已经有 %(most)d 件没还，先还了再借。") % {"most": MOST_HELD})
    moment = clock.now()
    due_at = due_at or moment + timedelta(days=kind.days)
    if not moment < due_at <= moment + timedelta(days=MOST_DAYS):
        raise Refused(_("还的时间要在往后 %(days)d 天以内。") % {"days": MOST_DAYS})
    for tool in queries.free(kind)[:TRIES]:
        loan = _try(tool, dossier, moment, due_at, by)
        if loan is not None:
            told = {"tool": tool.name, "due": due_at.isoformat()}
            audit.record("tool.lent", loan, by=by, on_behalf_of=dossier.person, **told)
            return loan
    raise Refused(_("“%(name)s”都借出去了。") % {"name": kind.name})


def _try(tool: Tool, dossier: Dossier, moment: datetime, due_at: datetime, by: Membership) -> Loan | None:
    """None when somebody else had it first."""
    facts = {"market": by.market, "lent_at": moment, "lent_by": by, "due_at": due_at}
    try:
        with transaction.atomic():
            loan: Loan = Loan.objects.create(tool=tool, dossier=dossier, **facts)
    except IntegrityError:
        return None
    return loan


_BACK = {
    LoanState.RETURNED: ("tool.returned", ToolState.FIT),
    LoanState.DAMAGED: ("tool.damaged", ToolState.REPAIR),
    LoanState.LOST: ("tool.lost", ToolState.LOST),
}


@transaction.atomic
def end(loan: Loan, how: LoanState, *, by: Membership, note: str = "") -> None:
    """Brought back whole, brought back broken, or lost: nobody pays for it at the desk, the station writes it down."""
    check_may(by, Right.LENDING, loan)
    if how not in _BACK:
        raise Refused(_("请选：还了、坏了、丢了。"))
    if how != LoanState.RETURNED and not note.strip():
        raise Refused(_("坏了、丢了的，请写一句怎么回事。"))
    check_lengths(Loan, note=note.strip())
    event, tool_state = _BACK[how]
    states.move(loan, to=how, ended_at=clock.now(), ended_by=by, note=note.strip())
    if loan.tool.state != tool_state:
        states.move(loan.tool, to=tool_state)
    notify.close_calls(f"{queries.ABOUT}{loan.pk}", note=_("已经还了"))
    audit.record(event, loan, by=by, on_behalf_of=loan.dossier.person, tool=loan.tool.name, note=note.strip())


@transaction.atomic
def mend(tool: Tool, to: ToolState, *, by: Membership) -> None:
    """Repaired or found: it can be lent again; or it is given up."""
    check_may(by, Right.LENDING, tool)
    if to == ToolState.RETIRED:
        check_may(by, Right.MARKET_SETTINGS)
        if Loan.objects.filter(tool=tool, state=LoanState.OUT).exists():
            raise Refused(_("还在别人手上，收回来再说。"))
    states.move(tool, to=to)
    audit.record("tool.mended" if to == ToolState.FIT else "tool.retired", tool, by=by, tool=tool.name)


@transaction.atomic
def remind(loan: Loan, *, by: Membership) -> bool:
    """It is overdue: a call goes on the list of whoever lends, once. Whether it was written now."""
    if Loan.objects.filter(pk=loan.pk, state=LoanState.OUT, reminded_at=None).update(reminded_at=clock.now()) != 1:
        return False
    notify.tell(loan.market, [_overdue(loan)])
    audit.record("tool.reminded", loan, by=by, on_behalf_of=loan.dossier.person, tool=loan.tool.name)
    return True


@first_language()
def _overdue(loan: Loan) -> Note:
    due = loan.due_at.astimezone(loan.market.tz)
    return Note(
        person=loan.dossier.person,
        key=f"{queries.ABOUT}{loan.pk}:late",
        subject=_("借的工具该还了"),
        body=_("您借的%(tool)s，说好 %(day)s 还。用完请送回驿站，不收钱；坏了、丢了也说一声。")
        % {"tool": loan.tool.name, "day": f"{due:%m-%d %H:%M}"},
        about=f"{queries.ABOUT}{loan.pk}",
        expires_at=clock.now() + CALL_WITHIN,
    )


@transaction.atomic
def record_call(loan: Loan, *, by: Membership, reached: bool, note: str = "") -> None:
    """Somebody called about it."""
    check_may(by, Right.LENDING, loan)
    task = CallTask.objects.filter(about=f"{queries.ABOUT}{loan.pk}", state=CallState.OPEN).first()
    if task is None:
        raise Refused(_("这件现在没有要打的电话。"))
    notify.call_made(task, by=by, reached=reached, note=note)
    audit.record("call.recorded", task, by=by, reached=reached, tries=task.tries, about=task.about)
