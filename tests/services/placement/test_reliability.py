"""我的信用: each number with what it is out of, and its rows; only his own."""

from datetime import timedelta

import pytest
import time_machine

from gongqiao.foundation import clock
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.employers import actions as employers
from gongqiao.needs.employers.models import Employer
from gongqiao.services.placement import reliability
from gongqiao.services.placement.actions import attendance, endings, offers, wages
from gongqiao.services.placement.enums import Side
from gongqiao.services.placement.models import Assignment, WageRecord
from gongqiao.services.placement.reliability import Line, Measure
from tests import factories
from tests.conftest import signed_in
from tests.factories import House

pytestmark = [pytest.mark.django_db, pytest.mark.data]
LOGIN = "qin"


@pytest.fixture
def firm(house: House) -> Employer:
    return factories.employer(house)


@pytest.fixture
def boss(house: House, firm: Employer) -> Membership:
    given = {"name": "覃老板", "phone": "", "username": LOGIN, "password": factories.PASSWORD}
    made: Membership = employers.give_account(firm, by=house.mo, **given)
    return made


def agreed(house: House, firm: Employer, name: str) -> Assignment:
    row = offers.offer(factories.verified(house, firm), factories.dossier(house, name), by=house.mo)
    offers.accept(row, by=house.mo)
    return row


def worked(house: House, firm: Employer, name: str) -> WageRecord:
    row = agreed(house, firm, name)
    with time_machine.travel(row.starts_at, tick=False):
        attendance.arrive(row, by=house.mo)
    with time_machine.travel(row.ends_at, tick=False):
        attendance.record_hours(row, 480, Side.WORKER, by=house.mo)
        wage = attendance.record_hours(row, 480, Side.EMPLOYER, by=house.mo)
    assert wage is not None
    return wage


def counts(found: list[Line]) -> dict[str, tuple[int, int]]:
    return {line.measure.value: (line.count, line.of) for line in found}


def test_each_kind_is_counted_out_of_what_was_due(house: House, firm: Employer, boss: Membership) -> None:
    wages_of = [worked(house, firm, name) for name in ("甲", "乙", "丙", "丁")]
    on_time, late, short, _unpaid = wages_of
    with time_machine.travel(on_time.due_at - timedelta(minutes=1), tick=False):
        wages.pay(on_time, on_time.due_fen, by=house.mo)
        wages.pay(short, short.due_fen - 100, by=house.mo)
    endings.cancel(agreed(house, firm, "戊"), by=boss, note="不要人了")
    with time_machine.travel(late.due_at + timedelta(days=2), tick=False):
        wages.pay(late, late.due_fen, by=house.mo)
        found = reliability.lines(boss, clock.now())
        assert counts(found) == {
            "unpaid": (1, 4),
            "late": (1, 4),
            "short": (1, 4),
            "disputed": (1, 4),
            "cancelled": (1, 5),
        }
        assert [line.percent for line in found] == [None, None, None, None, 20]
        assert list(reliability.wages_of(boss, Measure.LATE, clock.now())) == [late]
        assert [row.ended_note for row in reliability.cancelled(boss, clock.now())] == ["不要人了"]


def test_what_is_not_due_yet_counts_nowhere(house: House, firm: Employer, boss: Membership) -> None:
    wage = worked(house, firm, "甲")
    with time_machine.travel(wage.due_at - timedelta(minutes=1), tick=False):
        assert counts(reliability.lines(boss, clock.now()))["unpaid"] == (0, 0)


def test_another_employer_and_staff_see_none_of_it(house: House, firm: Employer, boss: Membership) -> None:
    wage = worked(house, firm, "甲")
    other: Membership = employers.give_account(factories.employer(house, "陆记"), name="陆老板", phone="", by=house.mo)
    with time_machine.travel(wage.due_at + timedelta(days=1), tick=False):
        assert counts(reliability.lines(boss, clock.now()))["unpaid"] == (1, 1)
        assert counts(reliability.lines(other, clock.now()))["unpaid"] == (0, 0)
        assert reliability.lines(house.mo, clock.now()) == []


def test_the_page_drills_to_the_rows(house: House, firm: Employer, boss: Membership) -> None:
    wage = worked(house, firm, "甲")
    with time_machine.travel(wage.due_at + timedelta(days=1), tick=False):
        page = signed_in(LOGIN)
        whole = page.get("/employer/reliability/").content.decode()
        assert "1 / 1" in whole
        assert wage.assignment.person.name not in whole
        assert "还没给" in page.get("/employer/reliability/?show=unpaid").content.decode()
        assert page.get("/employer/reliability/?show=nothing").status_code == 404
