"""Rules of demand (paper 5.1-2, 3.1)."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.employers.models import State as EmployerState
from gongqiao.needs.postings.enums import PayWhen
from gongqiao.needs.postings.models import Posting

DAY_LABOUR = {PayWhen.SAME_DAY, PayWhen.NEXT_DAY, PayWhen.ON_FINISH, ""}
CHECKLIST = ("employer", "headcount", "conditions", "content", "place", "pay", "hours")
WARN_BEFORE = timedelta(hours=24)
# A change of one of these is material: what was verified no longer holds.
MATERIAL = frozenset(
    {"pay_fen", "pay_unit", "pay_when", "region_id", "place", "meeting_point", "trade", "certificates"}
)


def valid_until(posting: Posting, moment: datetime) -> datetime:
    """Seven days for day labour, thirty otherwise (settings of the market)."""
    market = posting.market
    days = market.day_labour_valid_days if posting.pay_when in DAY_LABOUR else market.other_valid_days
    return moment + timedelta(days=days)


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


def check_employer(posting: Posting) -> None:
    if posting.employer.state != EmployerState.ACTIVE:
        raise Refused(_("这个用工方停用了：%(why)s") % {"why": posting.employer.blocked_reason})
