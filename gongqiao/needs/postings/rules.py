"""Rules of demand (paper 5.1-2, 3.1)."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.money import yuan
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.employers.models import State as EmployerState
from gongqiao.needs.postings.enums import PayWhen, PostingState
from gongqiao.needs.postings.models import Posting

DAY_LABOUR = {PayWhen.SAME_DAY, PayWhen.NEXT_DAY, PayWhen.ON_FINISH, ""}
MOST_PAY_FEN = 10_000_000  # a hundred thousand yuan; the database has the same bound (posting_pay_sane)
CHECKLIST = ("employer", "headcount", "conditions", "content", "place", "pay", "hours")
WARN_BEFORE = timedelta(hours=24)
# A change of one of these is material: what was verified no longer holds.
MATERIAL = frozenset(
    {
        "pay_fen",
        "pay_unit",
        "pay_when",
        "region_id",
        "place",
        "meeting_point",
        "trade",
        "min_level",
        "certificates",
        "conditions",
        "content",
    }
)


def valid_until(posting: Posting, moment: datetime) -> datetime:
    """Seven days for day labour, thirty otherwise (settings of the market); never past the posting's own validity."""
    market = posting.market
    days = market.day_labour_valid_days if posting.pay_when in DAY_LABOUR else market.other_valid_days
    until = moment + timedelta(days=days)
    return until if posting.valid_until is None else min(until, _end_of(posting.valid_until, market.tz))


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(0), zone)


def ends_with(posting: Posting) -> datetime | None:
    """When a verified posting stops by its own validity, where that comes before its verification runs out."""
    if posting.verified_until is None or posting.valid_until is None:
        return posting.verified_until
    return min(posting.verified_until, _end_of(posting.valid_until, posting.market.tz))


def verified_facts(posting: Posting) -> dict[str, Any]:
    """What a specialist holds against the employer's word: a verification is of these, as they stood before him."""
    shifts = [
        (shift.pk, shift.starts_at, shift.ends_at, shift.break_minutes, shift.headcount, shift.at_least, shift.state)
        for shift in posting.shifts.all()
    ]
    return {**{name: getattr(posting, name) for name in MATERIAL | {"title"}}, "shifts": sorted(shifts)}


def due_again(posting: Posting, moment: datetime) -> bool:
    """An open posting may be verified anew in the last day of its verification, so that it need not pause."""
    return (
        posting.state == PostingState.OPEN
        and posting.verified_until is not None
        and posting.verified_until - moment <= WARN_BEFORE
    )


def check_can_verify(actor: Membership, posting: Posting) -> None:
    """A specialist of this market who did not enter it himself."""
    check_may(actor, Right.POSTING_VERIFY, posting)
    if posting.entered_by.person_id == actor.person_id:
        raise Refused(_("这条需求是您登记的，要由另一位专员核实。"))


def can_verify(actor: Membership, posting: Posting) -> bool:
    try:
        check_can_verify(actor, posting)
    except Refused:
        return False
    return True


def check_can_write(actor: Membership, posting: Posting) -> None:
    """Staff who may write postings, or a person of the employer itself."""
    if actor.may(Right.OWN_POSTINGS) and posting.employer.organisation_id == actor.organisation_id:
        return
    check_may(actor, Right.POSTING_WRITE, posting)


def check_pay(fen: int | None) -> None:
    """None is 没说; what nobody pays for a day, a trip or a month is a slip of the hand."""
    if fen is not None and not 0 <= fen <= MOST_PAY_FEN:
        raise Refused(_("工钱最多写 %(most)s，请看看是不是多写了零。") % {"most": yuan(MOST_PAY_FEN)})


def check_employer(posting: Posting) -> None:
    if posting.employer.state != EmployerState.ACTIVE:
        raise Refused(_("这个用工方停用了：%(why)s") % {"why": posting.employer.blocked_reason})
