"""Which employers are due, and why."""

from datetime import datetime, timedelta

import pytest
import time_machine

from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused
from gongqiao.needs.employers import actions
from gongqiao.needs.employers.models import Employer, Visit, VisitMethod
from gongqiao.services.demand import rounds
from gongqiao.services.demand.rounds import Why
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data
DAY = timedelta(days=1)


def _why(house: House, firm: Employer, at: datetime) -> list[Why]:
    found = {line.employer.pk: line for line in rounds.due(house.mo, at)}
    return [reason.why for reason in found[firm.pk].reasons] if firm.pk in found else []


def _said(house: House, firm: Employer, **facts: object) -> Visit:
    return actions.record_visit(firm, method=VisitMethod.PHONE, note="下周要两个人", by=house.mo, **facts)  # type: ignore[arg-type]


def test_never_asked_then_asked_then_grown_stale(house: House) -> None:
    firm, now = factories.employer(house), clock.now()
    assert _why(house, firm, now) == [Why.NEVER]
    _said(house, firm)
    assert _why(house, firm, now) == []
    assert _why(house, firm, now + 29 * DAY) == []
    assert _why(house, firm, now + 31 * DAY) == [Why.STALE]


def test_a_day_agreed_on_comes_up_and_a_later_word_overtakes_it(house: House) -> None:
    firm, now = factories.employer(house), clock.now()
    today = now.astimezone(house.market.tz).date()
    with pytest.raises(Refused, match="今天以后"):
        _said(house, firm, next_on=today)
    _said(house, firm, next_on=today + 2 * DAY)
    assert _why(house, firm, now + DAY) == []
    assert _why(house, firm, now + 2 * DAY) == [Why.AGREED]
    _said(house, firm)
    assert _why(house, firm, now + 2 * DAY) == []


def test_a_day_agreed_on_is_kept_by_verifying_on_it_and_not_by_verifying_before(house: House) -> None:
    firm, now = factories.employer(house), clock.now()
    _said(house, firm, next_on=now.astimezone(house.market.tz).date() + 2 * DAY)
    with time_machine.travel(now + DAY):
        factories.verified(house, firm)
    assert _why(house, firm, now + 2 * DAY) == [Why.AGREED]
    with time_machine.travel(now + 2 * DAY):
        factories.verified(house, firm, start=18, length=4)
    assert _why(house, firm, now + 2 * DAY + timedelta(minutes=1)) == []


def test_a_verification_counts_as_asking_and_its_end_is_a_reason(house: House) -> None:
    firm, now = factories.employer(house), clock.now()
    today = now.astimezone(house.market.tz).date()
    shift = factories.verified(house, firm, day=today + 20 * DAY, valid_until=today + 20 * DAY)
    until = shift.posting.verified_until
    assert until is not None
    assert until < shift.starts_at
    assert _why(house, firm, now) == []
    assert _why(house, firm, until - timedelta(hours=47)) == [Why.RUNS_OUT]
    soon = factories.verified(house, factories.employer(house, "明天就干完的"))
    assert _why(house, soon.posting.employer, soon.starts_at - timedelta(hours=2)) == []


def test_seats_that_stayed_empty_call_for_a_visit(house: House) -> None:
    firm = factories.employer(house)
    shift = factories.verified(house, firm, headcount=3)
    later = shift.ends_at + 8 * DAY
    assert Why.UNFILLED in _why(house, firm, later)
    with time_machine.travel(later, tick=False):
        _said(house, firm)
    assert Why.UNFILLED not in _why(house, firm, later + 6 * DAY)
    assert Why.UNFILLED in _why(house, firm, later + 8 * DAY)


def test_who_needed_hands_this_time_last_year_is_asked_before_the_season(house: House) -> None:
    firm, shift = factories.employer(house), None
    shift = factories.verified(house, firm, headcount=1)
    season = shift.starts_at + timedelta(days=364 - 14)
    assert Why.SEASON in _why(house, firm, season)
    assert Why.SEASON not in _why(house, firm, season - 30 * DAY)
    with time_machine.travel(season - 5 * DAY, tick=False):
        factories.verified(house, firm)
    assert Why.SEASON not in _why(house, firm, season)


def test_the_most_pressing_first_and_rounds_of_ones_own(house: House) -> None:
    new, agreed = factories.employer(house, "新来的"), factories.employer(house, "约好的")
    now = clock.now()
    _said(house, agreed, next_on=now.astimezone(house.market.tz).date() + DAY)
    at = now + DAY
    assert [line.employer for line in rounds.due(house.mo, at)] == [agreed, new]
    actions.give_keeper(new, house.mo, by=house.mo)
    assert [line.employer for line in rounds.due(house.mo, at, keeper=house.mo)] == [new]
    assert [line.employer for line in rounds.due(house.mo, at, nobodys=True)] == [agreed]
    with pytest.raises(Refused):
        actions.give_keeper(new, house.luo, by=house.mo)
    actions.give_keeper(new, house.luo, by=house.liang)
    assert rounds.due(house.shen, at) == []
    with pytest.raises(Refused):
        actions.record_visit(new, method=VisitMethod.PHONE, note="好", by=house.zhou)
    with pytest.raises(Refused, match="说了什么"):
        actions.record_visit(new, method=VisitMethod.PHONE, note=" ", by=house.mo)


def test_blocked_employers_are_on_nobodys_round(house: House) -> None:
    firm = factories.employer(house)
    actions.block(firm, by=house.mo, reason="收押金")
    assert rounds.due(house.mo, clock.now()) == []
