"""证照核实快到期: told two weeks before, once, on his page, by message and on the desk's round."""

from datetime import date, timedelta

import pytest
import time_machine
from django_scopes import scope

from gongqiao.foundation import clock
from gongqiao.foundation.notify.models import Message
from gongqiao.needs.employers import actions as employers
from gongqiao.needs.employers.models import Employer
from gongqiao.services.demand import licences
from gongqiao.services.demand.rounds import Why, due
from tests import factories
from tests.conftest import signed_in
from tests.factories import House

pytestmark = [pytest.mark.django_db, pytest.mark.data]
LOGIN = "qin"


@pytest.fixture
def firm(house: House) -> Employer:
    row = factories.employer(house)
    employers.give_account(row, name="覃老板", phone="", by=house.mo, username=LOGIN, password=factories.PASSWORD)
    employers.see_licence(row, by=house.mo, evidence="看了原件")
    return row


def tell() -> int:
    return licences.tick()["licences_warned"]


def at(house: House, firm: Employer, before: int) -> time_machine.travel:
    """Ten in the morning so many days before it ends."""
    assert firm.licence_until is not None
    day: date = firm.licence_until - timedelta(days=before)
    moment = clock.now().astimezone(house.market.tz).replace(year=day.year, month=day.month, day=day.day, hour=10)
    return time_machine.travel(moment, tick=False)


def test_fifteen_days_before_nobody_is_told_and_fourteen_days_before_once(house: House, firm: Employer) -> None:
    with at(house, firm, 15):
        assert (tell(), Message.objects.count()) == (0, 0)
    with at(house, firm, 14):
        assert (tell(), tell()) == (1, 0)
    said = Message.objects.get()
    assert said.about == f"employer:{firm.pk}"
    assert f"{firm.licence_until:%Y-%m-%d}" in said.body


def test_seen_again_it_is_told_of_the_next_end_only(house: House, firm: Employer) -> None:
    with at(house, firm, 10):
        assert tell() == 1
        employers.see_licence(firm, by=house.mo, evidence="又看了")
        assert tell() == 0
    with at(house, firm, 3):
        assert tell() == 1


def test_the_round_of_the_desk_names_it(house: House, firm: Employer) -> None:
    with at(house, firm, 15):
        assert Why.LICENCE not in {reason.why for line in due(house.mo, clock.now()) for reason in line.reasons}
    with at(house, firm, 14):
        assert Why.LICENCE in {reason.why for line in due(house.mo, clock.now()) for reason in line.reasons}


def test_his_page_says_it(house: House, firm: Employer) -> None:
    with at(house, firm, 15):
        assert "证照核实快到期了" not in signed_in(LOGIN).get("/employer/").content.decode()
    with at(house, firm, 14):
        assert "证照核实快到期了" in signed_in(LOGIN).get("/employer/").content.decode()
    with at(house, firm, -1):
        assert "证照核实过期了" in signed_in(LOGIN).get("/employer/").content.decode()


def test_a_blocked_employer_and_another_market_are_left_alone(house: House, other_house: House, firm: Employer) -> None:
    employers.block(firm, by=house.mo, reason="欠薪")
    with at(house, firm, 14):
        assert tell() == 0
    with scope(market=other_house.market):
        assert list(licences.running_out(date(2099, 1, 1))) == []
