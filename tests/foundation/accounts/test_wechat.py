"""Who comes in by which WeChat account, and the ticket from the mini program into the site."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from gongqiao.foundation import clock
from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.accounts.actions import web_tickets, wechat
from gongqiao.foundation.accounts.models import User, WebTicket, WechatLink
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.people.models import Person
from tests import factories
from tests.factories import House
from tests.races.test_races import race, won_once

pytestmark = pytest.mark.data
APPID, How = "wx1", WechatLink.How


def person(house: House, name: str = "韦建国", **facts: Any) -> Person:
    found: Person = factories.dossier(house, name, **facts).person
    return found


def link(wei: Person, openid: str = "o-1") -> WechatLink:
    return wechat.link(wei, appid=APPID, openid=openid, how=How.PHONE)


# --- the link


def test_a_linked_account_is_known_again_in_its_own_program_only(house: House) -> None:
    wei = person(house)
    link(wei)
    assert wechat.person_of(APPID, "o-1") == wei
    assert (wechat.person_of("wx2", "o-1"), wechat.person_of(APPID, "o-2")) == (None, None)


def test_linking_twice_is_linking_once(house: House) -> None:
    wei = person(house)
    assert link(wei).pk == link(wei).pk
    assert AuditEvent.objects.filter(action="account.wechat_linked").count() == 1


def test_a_new_account_takes_the_place_of_the_earlier_one(house: House) -> None:
    wei = person(house)
    link(wei)
    link(wei, "o-2")
    assert (wechat.person_of(APPID, "o-1"), wechat.person_of(APPID, "o-2")) == (None, wei)


def test_an_account_of_somebody_else_stays_his(house: House) -> None:
    wei, lu = person(house), person(house, "陆大海")
    link(wei)
    with pytest.raises(Refused, match="已经绑了另一个人"):
        link(lu)
    assert wechat.person_of(APPID, "o-1") == wei


def test_whoever_unlinks_leaves_nothing_behind_but_that_he_did(house: House) -> None:
    wei = person(house)
    link(wei)
    assert (wechat.unlink(wei), wechat.unlink(wei)) == (True, False)
    assert WechatLink.objects.count() == 0
    assert list(AuditEvent.objects.filter(action__contains="wechat").values_list("action", flat=True)) == [
        "account.wechat_linked",
        "account.wechat_unlinked",
    ]


def test_the_openid_stands_in_the_database_and_in_the_log_for_nobody_to_read(house: House) -> None:
    link(person(house), "o-very-own-openid")
    stored = WechatLink.objects.values_list("openid", "openid_index").get()
    assert "o-very-own-openid" not in f"{stored[0].text} {stored[1]}"
    assert "o-very-own-openid" not in str(list(AuditEvent.objects.values()))


def test_of_two_files_that_were_one_human_the_one_that_stays_comes_in(house: House) -> None:
    wei, other = person(house), person(house, "韦建国")
    link(other)
    Person.objects.filter(pk=other.pk).update(merged_into=wei)
    assert wechat.person_of(APPID, "o-1") == wei


# --- the ticket


@pytest.fixture
def user(house: House) -> User:
    return accounts.user_of(person(house))


def test_a_ticket_lets_one_browser_in_once(user: User) -> None:
    secret = web_tickets.issue(user, "/m/yufeng/pay/")
    assert web_tickets.bearer(secret) == user.person
    entry = web_tickets.use(secret)
    assert (entry.user, entry.target) == (user, "/m/yufeng/pay/")
    assert web_tickets.bearer(secret) is None
    with pytest.raises(Refused, match="用过了"):
        web_tickets.use(secret)


def test_a_ticket_is_good_for_a_minute(user: User) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as moment:
        early, late = web_tickets.issue(user, "/"), web_tickets.issue(user, "/")
        moment.move_to(start + timedelta(seconds=59))
        assert web_tickets.use(early).user == user
        moment.move_to(start + timedelta(seconds=60))
        assert web_tickets.bearer(late) is None
        with pytest.raises(Refused, match="过时了"):
            web_tickets.use(late)


def test_a_ticket_of_nobody_and_of_a_closed_account_lets_nobody_in(user: User) -> None:
    secret = web_tickets.issue(user, "/")
    User.objects.filter(pk=user.pk).update(is_active=False)
    for wrong in (secret, "made-up", ""):
        with pytest.raises(Refused):
            web_tickets.use(wrong)


def test_the_ticket_itself_is_kept_nowhere(user: User) -> None:
    secret = web_tickets.issue(user, "/")
    assert secret not in str(list(WebTicket.objects.values()))


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "m/yufeng/", "", "/" + "a" * 200])
def test_a_ticket_leads_to_a_page_of_ours_only(user: User, target: str) -> None:
    with pytest.raises(Refused, match="没有这一页"):
        web_tickets.issue(user, target)


def test_tickets_are_not_asked_for_without_end(user: User) -> None:
    with time_machine.travel(clock.now(), tick=False):
        for _each in range(web_tickets.ISSUED.burst):
            web_tickets.issue(user, "/")
        with pytest.raises(Refused, match="太勤"):
            web_tickets.issue(user, "/")


def test_old_tickets_go_when_a_new_one_is_made(user: User) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as moment:
        web_tickets.issue(user, "/")
        moment.move_to(start + timedelta(days=2))
        web_tickets.issue(user, "/")
    assert WebTicket.objects.count() == 1


def test_of_many_browsers_with_one_ticket_one_comes_in(shared_house: House) -> None:
    secret = web_tickets.issue(accounts.user_of(person(shared_house)), "/")
    seen = race(shared_house.market, "enter", ticket=secret)
    assert won_once(seen), seen
    assert AuditEvent.objects.filter(action="account.signed_in").count() == 1


def test_of_many_who_link_one_account_one_has_it(shared_house: House) -> None:
    people = [str(person(shared_house, f"韦{index}").pk) for index in range(32)]
    seen = race(shared_house.market, "link", people=people)
    assert won_once(seen), seen
    assert (WechatLink.objects.count(), AuditEvent.objects.filter(action="account.wechat_linked").count()) == (1, 1)
