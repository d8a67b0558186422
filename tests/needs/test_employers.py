"""Employers: one credit code each, licence seen by a named specialist, somebody to call."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.credit_code import check_character
from gongqiao.foundation.organisations.roles import Role
from gongqiao.needs.employers import actions, queries
from gongqiao.needs.employers.actions import EmployerFacts
from gongqiao.needs.employers.models import Size, State
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data
FIRST = "91450203MA5KXY112"
CODE = FIRST + check_character(FIRST)
FACTORY = EmployerFacts(
    "柳州鱼峰机械厂", Size.COMPANY, credit_code=CODE, contact_name="黎厂长", contact_phone="13800000001"
)


def test_a_company_needs_its_credit_code(house: House) -> None:
    with pytest.raises(Refused, match="信用代码"):
        actions.register(replace(FACTORY, credit_code=""), by=house.mo)
    assert actions.register(FACTORY, by=house.mo).organisation.credit_code == CODE


def test_a_credit_code_is_one_employers(house: House) -> None:
    known = actions.register(FACTORY, by=house.mo)
    with pytest.raises(Refused, match="柳州鱼峰机械厂"):
        actions.register(replace(FACTORY, name="另一家"), by=house.mo)
    actions.change(known, replace(FACTORY, name="鱼峰机械厂"), by=house.mo)
    known.organisation.refresh_from_db()
    assert (known.organisation.name, known.organisation.credit_code) == ("鱼峰机械厂", CODE)


def test_the_licence_counts_for_the_days_of_the_market(house: House) -> None:
    firm = factories.employer(house)
    with pytest.raises(Refused, match="看了什么"):
        actions.see_licence(firm, by=house.mo, evidence=" ")
    actions.see_licence(firm, by=house.mo, evidence="营业执照原件")
    assert firm.licence_until == timezone.localdate() + timedelta(days=house.market.licence_valid_days)
    assert firm.licence_seen_by == house.mo


def test_a_social_worker_does_not_see_licences(house: House) -> None:
    with pytest.raises(Refused):
        actions.see_licence(factories.employer(house), by=house.zhou, evidence="营业执照原件")


def test_the_last_contact_stays(house: House) -> None:
    firm = factories.employer(house)
    first = firm.contacts.get()
    with pytest.raises(Refused, match="至少"):
        actions.remove_contact(first, by=house.mo)
    second = actions.add_contact(firm, name="覃嫂", phone="13800000002", by=house.mo)
    actions.remove_contact(first, by=house.mo)
    assert list(firm.contacts.all()) == [second]


@pytest.mark.parametrize(("name", "phone"), [("", "13800000002"), ("覃嫂", "138")])
def test_a_contact_without_name_or_with_a_wrong_phone_is_refused(house: House, name: str, phone: str) -> None:
    with pytest.raises(Refused):
        actions.add_contact(factories.employer(house), name=name, phone=phone, by=house.mo)


def test_an_account_is_given_once_and_sees_its_own_employer_only(house: House) -> None:
    firm, other = factories.employer(house), factories.employer(house, "韦记米粉")
    boss = actions.give_account(firm, name="覃老板", phone="13800000003", by=house.mo)
    with pytest.raises(Refused, match="已经能登录"):
        actions.give_account(firm, name="覃老板", phone="13800000003", by=house.mo)
    assert (boss.role, list(queries.visible_to(boss)), list(queries.accounts(other))) == (Role.EMPLOYER, [firm], [])


def test_blocking_needs_a_reason_and_can_be_undone(house: House) -> None:
    firm = factories.employer(house)
    with pytest.raises(Refused, match="原因"):
        actions.block(firm, by=house.mo, reason="")
    actions.block(firm, by=house.mo, reason="收押金")
    assert (firm.state, firm.blocked_reason) == (State.BLOCKED, "收押金")
    actions.unblock(firm, by=house.mo)
    assert firm.state == State.ACTIVE
