"""From the mini program into the site: the ticket's page, what it refuses, and that reading it uses nothing up."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from gongqiao.foundation import clock
from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.accounts.actions import web_tickets
from gongqiao.foundation.accounts.models import User, WebTicket
from tests import factories
from tests.conftest import signed_in
from tests.factories import House


@pytest.fixture
def wei(house: House) -> User:
    return accounts.user_of(factories.dossier(house, phone="15400001234").person)


def ticket(user: User, target: str = "/m/yufeng/pay/") -> str:
    return web_tickets.issue(user, target)


def test_the_page_says_who_comes_in_and_the_press_brings_him_there(wei: User) -> None:
    client, secret = Client(), ticket(wei)
    page = client.get("/enter/", {"ticket": secret})
    assert (page.status_code, page["Cache-Control"]) == (200, "no-store")
    assert "以韦师傅的名义进去" in page.content.decode()
    answer = client.post("/enter/", {"ticket": secret})
    assert (answer.status_code, answer["Location"]) == (302, "/m/yufeng/pay/")
    assert client.get("/m/yufeng/pay/").status_code == 200


def test_reading_the_page_uses_nothing_up_and_signs_nobody_in(wei: User) -> None:
    client, secret = Client(), ticket(wei)
    for _each in range(3):
        client.get("/enter/", {"ticket": secret})
    assert WebTicket.objects.get().used_at is None
    assert "_auth_user_id" not in client.session


def test_a_second_use_is_refused_in_words(wei: User) -> None:
    secret = ticket(wei)
    Client().post("/enter/", {"ticket": secret})
    for answer in (Client().get("/enter/", {"ticket": secret}), Client().post("/enter/", {"ticket": secret})):
        assert answer.status_code == 409
        assert "用过了，或者过时了" in answer.content.decode()


def test_a_minute_later_it_is_too_late(wei: User) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as moment:
        secret = ticket(wei)
        moment.move_to(start + timedelta(seconds=61))
        assert Client().post("/enter/", {"ticket": secret}).status_code == 409


def test_where_somebody_else_is_signed_in_nobody_comes_in_and_the_ticket_stays_good(house: House, wei: User) -> None:
    secret, staff = ticket(wei), signed_in("mo")
    assert "登录着另一个人" in staff.get("/enter/", {"ticket": secret}).content.decode()
    assert staff.post("/enter/", {"ticket": secret}).status_code == 409
    assert staff.get("/desk/").status_code == 200
    assert Client().post("/enter/", {"ticket": secret}).status_code == 302


def test_who_is_here_already_may_come_again(wei: User) -> None:
    client = Client()
    client.post("/enter/", {"ticket": ticket(wei)})
    assert client.post("/enter/", {"ticket": ticket(wei, "/m/yufeng/")}).status_code == 302


def test_staff_who_come_by_a_ticket_hold_no_post_of_staff(house: House) -> None:
    client = Client()
    client.post("/enter/", {"ticket": ticket(User.objects.get(username="mo"), "/desk/")})
    assert client.get("/desk/").status_code == 403


def test_a_form_of_another_site_brings_nobody_in(wei: User) -> None:
    foreign = Client(enforce_csrf_checks=True)
    assert foreign.post("/enter/", {"ticket": ticket(wei)}).status_code == 403


def test_without_a_ticket_it_says_where_to_get_one() -> None:
    page = Client().get("/enter/")
    assert page.status_code == 200
    assert "请在小程序里点要看的那一页" in page.content.decode()
    assert Client().post("/enter/", {}).status_code == 409
