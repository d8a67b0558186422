"""What people do to demand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.audit.queries import touched
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.lengths import check_lengths
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.postings import rules, screening, signals
from gongqiao.needs.postings.enums import Method, Outcome, PostingState, ShiftState
from gongqiao.needs.postings.models import Posting, Shift, Verification

MOST_PEOPLE = 500
CLAIMABLE = (PostingState.SUBMITTED, PostingState.OPEN, PostingState.PAUSED)


@dataclass(frozen=True)
class ShiftFacts:
    """Aware times, half-open; an end past midnight is normal. With fewer than `at_least` people it is called off."""

    starts_at: datetime
    ends_at: datetime
    headcount: int
    break_minutes: int = 0
    at_least: int = 1


@dataclass(frozen=True)
class PostingFacts:
    trade: str
    title: str
    content: str
    pay_unit: str
    pay_fen: int | None = None
    pay_when: str = ""
    conditions: str = ""
    min_level: int | None = None
    certificates: tuple[str, ...] = ()
    region_id: str | None = None
    place: str = ""
    meeting_point: str = ""
    meals: str = ""
    travel: str = ""
    insurance: str = ""
    valid_until: date | None = None

    def columns(self) -> dict[str, Any]:
        return {**self.__dict__, "certificates": list(self.certificates)}


@transaction.atomic
def draft(
    employer: Employer, facts: PostingFacts, shifts: Iterable[ShiftFacts], *, by: Membership, channel: str = "desk"
) -> Posting:
    """A new wish for hands, not yet shown to anybody."""
    posting = Posting(
        market=employer.market, employer=employer, entered_by=by, entered_at=clock.now(), **facts.columns()
    )
    rules.check_can_write(by, posting)
    rules.check_employer(posting)
    rules.check_pay(facts.pay_fen)
    posting.certificates = _certificates(facts.trade, facts.certificates)
    posting.save()
    _add_shifts(posting, shifts)
    audit.record("posting.drafted", posting, by=by, on_behalf_of=employer, channel=channel)
    return posting


def _certificates(trade: str, asked: Iterable[str]) -> list[str]:
    """Those asked for and those that the trade cannot go without."""
    known = catalogue()
    if trade not in known.trades:
        raise Refused(_("没有“%(trade)s”这个工种。") % {"trade": trade})
    unknown = [code for code in asked if code not in known.certificates]
    if unknown:
        raise Refused(_("没有“%(kind)s”这种证书。") % {"kind": unknown[0]})
    return sorted({*asked, *known.trades[trade].required})


def _add_shifts(posting: Posting, shifts: Iterable[ShiftFacts]) -> None:
    rows = [Shift(market=posting.market, posting=posting, **shift.__dict__) for shift in shifts]
    for row in rows:
        if row.ends_at <= row.starts_at:
            raise Refused(_("班次的结束要晚于开始。"))
        if row.minutes <= 0:
            raise Refused(_("中间歇的比班次还长。"))
        _check_headcount(row.headcount, row.at_least)
    Shift.objects.bulk_create(rows)


def _check_headcount(headcount: int, at_least: int) -> None:
    if not 1 <= headcount <= MOST_PEOPLE:
        raise Refused(_("一个班次要 1 到 %(most)s 人。") % {"most": MOST_PEOPLE})
    if not 1 <= at_least <= headcount:
        said = _("这一班要 %(headcount)s 人：“少于几个人不开工”要在 1 到 %(headcount)s 之间，现在是 %(at_least)s。")
        raise Refused(said % {"headcount": headcount, "at_least": at_least})


@transaction.atomic
def submit(posting: Posting, *, by: Membership, channel: str = "desk") -> None:
    """Ask for verification; what the law forbids stops here, with the article."""
    rules.check_can_write(by, posting)
    rules.check_employer(posting)
    screening.check_can_submit(posting)
    states.move(posting, to=PostingState.SUBMITTED, submitted_at=clock.now(), claimed_by=None, claimed_at=None)
    audit.record("posting.submitted", posting, by=by, on_behalf_of=posting.employer, channel=channel)


@transaction.atomic
def claim(posting: Posting, *, by: Membership) -> None:
    """我来核实: the task has a name, so that two specialists do not call one employer; another may take it over."""
    rules.check_can_verify(by, posting)
    seen = Posting.objects.filter(pk=posting.pk, state=posting.state, claimed_by=posting.claimed_by_id)
    if posting.state not in CLAIMABLE:
        raise Refused(_("这条现在不用核实。"))
    if seen.update(claimed_by=by, claimed_at=clock.now()) != 1:
        raise Stale
    audit.record("posting.claimed", posting, by=by)


@transaction.atomic
def verify(
    posting: Posting,
    *,
    by: Membership,
    method: Method,
    note: str,
    evidence: str = "",
    checked: Iterable[str] = rules.CHECKLIST,
    decisions: dict[str, str] | None = None,
    seen: dict[str, Any] | None = None,
) -> Verification:
    """A specialist has confirmed pay, place and hours with the employer (paper 5.1, second point).

    An open posting whose verification is about to run out is verified anew without leaving the lists. `seen`: the
    `rules.verified_facts` he had before him; Stale when they have changed since.
    """
    rules.check_can_verify(by, posting)
    if seen is not None and seen != rules.verified_facts(Posting.objects.select_for_update().get(pk=posting.pk)):
        raise Stale
    rules.check_employer(posting)
    left = [item for item in rules.CHECKLIST if item not in set(checked)]
    if left:
        raise Refused(_("核实单上还有 %(count)s 项没有勾。") % {"count": len(left)})
    if not note.strip():
        raise Refused(_("请写明跟谁核实的、怎么说的。"))
    check_lengths(Verification, note=note.strip(), evidence=evidence.strip())
    screening.check_decided(posting, decisions or {})
    moment = clock.now()
    until = rules.valid_until(posting, moment)
    if until <= moment:
        raise Refused(_("这条需求自己的有效期已经过了，先改有效期。"))
    if rules.due_again(posting, moment):
        _extend(posting, until)
    else:
        states.move(posting, to=PostingState.OPEN, verified_until=until, warned_at=None, claimed_by=None)
    row = Verification.objects.create(
        market=posting.market,
        posting=posting,
        by=by,
        at=moment,
        method=method,
        checked=sorted(checked),
        decisions=decisions or {},
        note=note.strip(),
        evidence=evidence.strip(),
        outcome=Outcome.PASSED,
        valid_until=until,
    )
    audit.record("posting.verified", posting, by=by, method=method.value, until=until.isoformat())
    _announce(signals.verified, posting, verification_id=row.pk)
    return row


def _extend(posting: Posting, until: datetime) -> None:
    """From the end that was seen to the new one; Stale when another specialist was first."""
    seen = Posting.objects.filter(pk=posting.pk, state=PostingState.OPEN, verified_until=posting.verified_until)
    if seen.update(verified_until=until, warned_at=None, claimed_by=None) != 1:
        raise Stale
    posting.verified_until, posting.warned_at, posting.claimed_by = until, None, None


@transaction.atomic
def refuse(posting: Posting, *, by: Membership, method: Method, note: str, evidence: str = "") -> None:
    """The specialist found that it does not hold; the reason goes to the employer."""
    rules.check_can_verify(by, posting)
    if not note.strip():
        raise Refused(_("请写明不通过的原因。"))
    check_lengths(Verification, note=note.strip(), evidence=evidence.strip())
    states.move(posting, to=PostingState.REFUSED, claimed_by=None)
    Verification.objects.create(
        market=posting.market,
        posting=posting,
        by=by,
        at=clock.now(),
        method=method,
        note=note.strip(),
        evidence=evidence.strip(),
        outcome=Outcome.REFUSED,
    )
    audit.record("posting.refused", posting, by=by, method=method.value)


@transaction.atomic
def change(posting: Posting, values: dict[str, Any], *, by: Membership, channel: str = "desk") -> bool:
    """Change facts; a material change of an open posting drops it back to verification. True when it did.

    Words that the law forbids do not get into a published posting this way either.
    """
    rules.check_can_write(by, posting)
    unknown = set(values) - set(PostingFacts.__dataclass_fields__)
    if unknown:
        raise ValueError(f"not fields of a posting: {sorted(unknown)}")
    if posting.state == PostingState.CLOSED:
        raise Refused(_("这条需求已经结束，要人请再发一条。"))
    if {"trade", "certificates"} & set(values):
        asked = values.get("certificates", posting.certificates)
        values = {**values, "certificates": _certificates(values.get("trade", posting.trade), asked)}
    rules.check_pay(values.get("pay_fen"))
    changed = {name: value for name, value in values.items() if getattr(posting, name) != value}
    for name, value in changed.items():
        setattr(posting, name, value)
    if changed:
        posting.verified_until = rules.ends_with(posting)
        posting.save(update_fields=[*changed, "verified_until"])
        if posting.state == PostingState.OPEN:
            screening.check_can_submit(posting)
    audit.record("posting.changed", posting, by=by, channel=channel, fields=sorted(changed))
    return _drop_back(posting, bool(rules.MATERIAL & set(changed)), by=by)


@transaction.atomic
def set_headcount(shift: Shift, headcount: int, *, by: Membership) -> bool:
    """More people wanted is material and must be verified again; fewer is not."""
    rules.check_can_write(by, shift.posting)
    _check_headcount(headcount, shift.at_least)
    more = headcount > shift.headcount
    shift.headcount = headcount
    shift.save(update_fields=["headcount"])
    audit.record("shift.headcount", shift, by=by, headcount=headcount)
    return _drop_back(shift.posting, more, by=by)


@transaction.atomic
def set_at_least(shift: Shift, at_least: int, *, by: Membership) -> bool:
    """Whether the day takes place hangs on it: a higher minimum is material and must be verified again."""
    rules.check_can_write(by, shift.posting)
    _check_headcount(shift.headcount, at_least)
    higher = at_least > shift.at_least
    shift.at_least = at_least
    shift.save(update_fields=["at_least"])
    audit.record("shift.at_least", shift, by=by, at_least=at_least)
    return _drop_back(shift.posting, higher, by=by)


@transaction.atomic
def add_shifts(posting: Posting, shifts: Iterable[ShiftFacts], *, by: Membership, channel: str = "desk") -> bool:
    """More days of the same wish: more hands wanted, so an open posting drops back to verification."""
    rules.check_can_write(by, posting)
    if posting.state == PostingState.CLOSED:
        raise Refused(_("这条需求已经结束，要人请再发一条。"))
    added = list(shifts)
    _add_shifts(posting, added)
    audit.record("posting.shifts_added", posting, by=by, channel=channel, count=len(added))
    return _drop_back(posting, bool(added), by=by)


def _drop_back(posting: Posting, material: bool, *, by: Membership) -> bool:
    """Whoever wrote a material change down is its enterer now: another has to verify it."""
    if not material:
        return False
    Posting.objects.filter(pk=posting.pk).update(entered_by=by)
    posting.entered_by = by
    if posting.state != PostingState.OPEN:
        return False
    states.move(posting, to=PostingState.SUBMITTED, submitted_at=clock.now(), verified_until=None, claimed_by=None)
    _announce(signals.withdrawn, posting)
    return True


@transaction.atomic
def repeat(posting: Posting, shifts: Iterable[ShiftFacts], *, by: Membership, channel: str = "desk") -> Posting:
    """The same wish on other days: a new posting with the same words, to be verified anew."""
    facts = PostingFacts(
        **{name: getattr(posting, name) for name in PostingFacts.__dataclass_fields__ if name != "certificates"},
        certificates=tuple(posting.certificates),
    )
    return draft(posting.employer, facts, shifts, by=by, channel=channel)


@transaction.atomic
def repeat_on(posting: Posting, days: Sequence[date], *, by: Membership, channel: str = "desk") -> Posting:
    """`repeat` with the hours and hands of the posting's last day, on these days; valid through the last of them."""
    zone = posting.market.tz
    shifts = list(posting.shifts.exclude(state=ShiftState.CANCELLED).order_by("starts_at"))
    if not shifts:
        raise Refused(_("这条没有班次，不能照着再发。"))
    last = shifts[-1].starts_at.astimezone(zone).date()
    pattern = [shift for shift in shifts if shift.starts_at.astimezone(zone).date() == last]
    wanted = [
        ShiftFacts(
            shift.starts_at + (day - last),
            shift.ends_at + (day - last),
            shift.headcount,
            shift.break_minutes,
            shift.at_least,
        )
        for day in days
        for shift in pattern
    ]
    again = repeat(posting, wanted, by=by, channel=channel)
    Posting.objects.filter(pk=again.pk).update(valid_until=days[-1])
    again.valid_until = days[-1]
    return again


@transaction.atomic
def close(posting: Posting, *, by: Membership, reason: str, channel: str = "desk") -> None:
    rules.check_can_write(by, posting)
    if not reason.strip():
        raise Refused(_("请写结束招人的原因。"))
    states.move(posting, to=PostingState.CLOSED, claimed_by=None)
    audit.record("posting.closed", posting, by=by, channel=channel, reason=reason.strip())
    _announce(signals.withdrawn, posting)


@transaction.atomic
def cancel_shift(shift: Shift, *, by: Membership, reason: str) -> None:
    rules.check_can_write(by, shift.posting)
    if not reason.strip():
        raise Refused(_("请写取消的原因。"))
    states.move(shift, to=ShiftState.CANCELLED)
    audit.record("shift.cancelled", shift, by=by, reason=reason.strip())
    _announce(signals.withdrawn, shift.posting)


@transaction.atomic
def pause_stale(posting: Posting, *, by: Membership) -> None:
    """Its verification has run out: off the lists until a specialist looks again."""
    check_may(by, Right.AUTOMATE, posting)
    states.move(posting, to=PostingState.PAUSED)
    audit.record("posting.paused", posting, by=by, channel="system")
    _announce(signals.withdrawn, posting)


@transaction.atomic
def finish(posting: Posting, *, by: Membership) -> None:
    """All its shifts are over: it leaves the lists; asking for hands again is a new posting (`repeat`)."""
    check_may(by, Right.AUTOMATE, posting)
    states.move(posting, to=PostingState.CLOSED)
    audit.record("posting.finished", posting, by=by, channel="system")
    _announce(signals.withdrawn, posting)


@transaction.atomic
def take_back(posting: Posting, *, by: Membership) -> None:
    """Undo an entry nobody has touched since; Refused when it was verified, changed, or people were placed on it."""
    rules.check_can_write(by, posting)
    if touched([posting], but=("posting.drafted", "posting.submitted")):
        raise Refused(_("登记以后有人核实过或改过。"))
    audit.record("posting.taken_back", posting, by=by)
    try:
        with transaction.atomic():
            Shift.objects.filter(posting=posting).delete()
            posting.delete()
    except ProtectedError:
        raise Refused(_("已经有人派到这条需求的班次上。")) from None


def _announce(signal: Any, posting: Posting, **facts: Any) -> None:
    """Within the transaction: what higher paths enqueue stands or falls with the act."""
    signal.send(sender=Posting, posting_id=posting.pk, market_id=posting.market_id, **facts)
