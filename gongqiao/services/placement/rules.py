"""Rules of placement. Hard ones refuse; rest and hours warn and name the rule (field-anchors D4)."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.foundation.people.identity import turns
from gongqiao.needs.dossiers.enums import State as DossierState
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.dossiers.rules import ADULT, MINIMUM_AGE
from gongqiao.needs.employers.models import State as EmployerState
from gongqiao.needs.postings.enums import PostingState, ShiftState
from gongqiao.needs.postings.models import Posting, Shift
from gongqiao.services.placement.models import Assignment

REST = timedelta(hours=11)
DAY_LIMIT_MINUTES = 11 * 60
WEEK_LIMIT_MINUTES = 44 * 60


def check_open(shift: Shift, moment: datetime) -> None:
    """Only a live shift of verified, unstale demand takes anybody."""
    posting: Posting = shift.posting
    live = (
        shift.state == ShiftState.OPEN
        and posting.state == PostingState.OPEN
        and posting.employer.state == EmployerState.ACTIVE
        and posting.verified_until is not None
        and posting.verified_until > moment
    )
    if not live:
        raise Refused(_("这个班次现在不招人（没核实、过期或取消了）。"))
    if shift.ends_at <= moment:
        raise Refused(_("这个班次已经过去了。"))


def check_may_work(dossier: Dossier, shift: Shift) -> None:
    """He looks for work, and the law lets him do this."""
    if dossier.state != DossierState.ACTIVE:
        raise Refused(_("这个人现在不找活。"))
    check_lawful(dossier, shift)


def check_lawful(dossier: Dossier, shift: Shift) -> None:
    """The gates of the law, which nobody may override: age on the work date, certificates.

    They hold at each step up to the work: what the file says may have been put right since the offer.
    """
    check_age(dossier.person.birth_date, shift)
    day = shift.starts_at.astimezone(shift.market.tz).date()
    held = {c.kind for c in dossier.certificates.all() if c.expires_on is None or c.expires_on >= day}
    stands_for = {lesser for kind in held for lesser in catalogue().stands_for(kind)}
    for kind in shift.posting.certificates:
        if kind not in stands_for:
            name = catalogue().certificates[kind].name
            raise Refused(_("要有没过期的“%(name)s”。") % {"name": name})


def check_age(birth: date | None, shift: Shift) -> None:
    """Sixteen on the day of work, eighteen for what is hazardous (劳动法 第六十四条)."""
    day = shift.starts_at.astimezone(shift.market.tz).date()
    if birth is None:
        raise Refused(_("没有出生日期，不知道够不够 16 周岁，先看一眼身份证。"))
    if day < turns(birth, MINIMUM_AGE):
        raise Refused(_("干活那天未满 16 周岁，不能介绍（禁止使用童工规定第二条）。"))
    trade = catalogue().trades.get(shift.posting.trade)
    if trade and trade.hazardous and day < turns(birth, ADULT):
        raise Refused(_("未满 18 周岁不能干这个：%(why)s") % {"why": catalogue().why_adult(trade.code)})


def check_answerer(actor: Membership, assignment: Assignment) -> None:
    """The worker himself, or staff for him."""
    if actor.role == Role.WORKER:
        if actor.person_id == assignment.person_id and actor.market_id == assignment.market_id:
            return
        raise Refused(_("这不是您的活。"))
    check_may(actor, Right.DISPATCH, assignment)


def check_decider(actor: Membership, assignment: Assignment) -> None:
    """Whether he goes: the worker says, or whom he named to say it for him, or staff."""
    if actor.role != Role.FAMILY:
        check_answerer(actor, assignment)
    elif actor.worker_id != assignment.person_id or actor.market_id != assignment.market_id:
        raise Refused(_("这不是您的活。"))


def check_answerable(assignment: Assignment, moment: datetime) -> None:
    """An offer is answered while it stands: in its time, and while the demand behind it is verified."""
    if assignment.answer_by is not None and assignment.answer_by <= moment:
        raise Refused(_("过了回话的时间，这个位置已经让给别人了。"))
    check_open(assignment.shift, moment)
    check_lawful(assignment.dossier, assignment.shift)


def check_can_cancel(actor: Membership, assignment: Assignment) -> None:
    """The employer's own people, or staff who dispatch."""
    posting = assignment.shift.posting
    if actor.role == Role.EMPLOYER and posting.employer.organisation_id == actor.organisation_id:
        return
    check_may(actor, Right.DISPATCH, assignment)


def check_on_site_party(actor: Membership, assignment: Assignment) -> None:
    """The employer's own people, or staff who record work."""
    posting = assignment.shift.posting
    if actor.role == Role.EMPLOYER:
        if posting.employer.organisation_id == actor.organisation_id:
            return
        raise Refused(_("这不是您单位的班次。"))
    check_may(actor, Right.WAGE_RECORD, assignment)


# Rules that are touched but are no gate: the name is kept, the words are said.
WARNINGS = {
    "rest_11_hours": gettext_lazy("两天的班之间休息不到 11 小时（驿站的休息规则）。"),
    "day_11_hours": gettext_lazy("这一天加起来超过 11 小时（劳动法第四十一条：每天最多加班 3 小时）。"),
    "week_44_hours": gettext_lazy("这一周加起来超过 44 小时（劳动法第三十六条）。"),
}


def warning_words(kept: str) -> str:
    """Of a rule's name; what an earlier version kept as words is said as it stands."""
    return str(WARNINGS.get(kept, kept))


def warnings(shift: Shift, others: list[Assignment]) -> list[str]:
    """Names of the rules of rest and hours that this shift touches beside his others: warned, never blocked (劳动法
    第三十六、三十八、四十一条)."""
    found = []
    zone = shift.market.tz
    day = shift.starts_at.astimezone(zone).date()
    for other in others:
        gap = max(shift.starts_at - other.ends_at, other.starts_at - shift.ends_at)
        if gap < REST and day != other.starts_at.astimezone(zone).date():
            found.append("rest_11_hours")
            break
    same_day = sum(o.shift.minutes for o in others if o.starts_at.astimezone(zone).date() == day)
    if same_day + shift.minutes > DAY_LIMIT_MINUTES:
        found.append("day_11_hours")
    week = day.isocalendar()[:2]
    in_week = sum(o.shift.minutes for o in others if o.starts_at.astimezone(zone).date().isocalendar()[:2] == week)
    if in_week + shift.minutes > WEEK_LIMIT_MINUTES:
        found.append("week_44_hours")
    return found
