"""A short token by WeChat, for the work of one person in one market; and its end."""

import pytest
from django_scopes import scope, scopes_disabled

from gongqiao.channels.wechat import entering
from gongqiao.foundation.accounts.actions import wechat
from gongqiao.foundation.accounts.models import WechatLink
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.people.models import Person
from gongqiao.foundation.tokens.models import Token
from gongqiao.foundation.tokens.queries import bearer
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data


@pytest.fixture
def wei(house: House) -> Person:
    found: Person = factories.dossier(house).person
    wechat.link(found, appid="wx1", openid="o-1", how=WechatLink.How.PHONE)
    return found


def post(person: Person, market: Market) -> Membership:
    found = entering.worker_post(person, market)
    assert found is not None
    return found


def test_a_worker_comes_in_for_his_own_work_for_two_hours(house: House, wei: Person) -> None:
    issued = entering.enter(post(wei, house.market))
    assert set(issued.token.scopes) == {scope.value for scope in entering.SCOPES}
    assert issued.token.expires_at - issued.token.issued_at == entering.LIFE
    held = bearer(issued.secret)
    assert held is not None
    assert held.post.person_id == wei.pk


def test_staff_do_not_come_in_by_wechat(house: House) -> None:
    assert house.mo.person is not None
    assert entering.worker_post(house.mo.person, house.market) is None


def test_a_worker_of_one_market_is_none_of_another(house: House, other_house: House, wei: Person) -> None:
    assert entering.worker_post(wei, other_house.market) is None


def test_who_comes_in_again_and_again_keeps_the_newest(house: House, wei: Person) -> None:
    secrets = [entering.enter(post(wei, house.market)).secret for _each in range(entering.MOST_OPEN + 2)]
    assert [bearer(secret) is not None for secret in secrets] == [False, False] + [True] * entering.MOST_OPEN


def test_who_leaves_is_out_at_once_in_every_market(house: House, other_house: House, wei: Person) -> None:
    with scope(market=other_house.market):
        there = factories.dossier(other_house, "韦建国").person
        Membership.objects.filter(person=there).update(person=wei)
    secrets = [entering.enter(post(wei, market)).secret for market in (house.market, other_house.market)]
    assert (entering.leave(wei), entering.leave(wei)) == (True, False)
    assert [bearer(secret) for secret in secrets] == [None, None]
    with scopes_disabled():
        assert (Token.objects.count(), WechatLink.objects.count()) == (2, 0)
