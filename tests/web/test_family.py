"""替我办事的人, as people meet it: named on his page, agreed to on her phone, seen, ended."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django_scopes import scope

from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.notify.models import Message
from gongqiao.foundation.organisations.queries import today
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.family.models import Helper
from gongqiao.services.placement.actions import offers
from gongqiao.services.placement.models import Assignment
from tests import factories
from tests.conftest import signed_in
from tests.factories import House
from tests.needs.family import given

pytestmark = [pytest.mark.django_db, pytest.mark.data]
WORK = reverse("worker:work", args=["yufeng"])
PHONE, HERS = "15400000001", "15500000009"
FAMILY = "/m/yufeng/family/"


@pytest.fixture
def wei(house: House) -> Dossier:
    return factories.dossier(house, "韦建国", phone=PHONE, values={"pay_floor": 2345})


def by_code(phone: str, code: str | None) -> Client:
    client = Client()
    assert client.post("/sign-in/code/use/", {"phone": phone, "code": str(code)}).status_code == 302
    return client


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_named_on_his_phone_agreed_on_hers_used_and_ended(house: House, wei: Dossier) -> None:
    his = by_code(PHONE, accounts.new_code(PHONE))
    until = today(house.zhou).isoformat()
    answer = his.post(FAMILY, {"name": "韦小妹", "phone": HERS, "relation": "sibling", "until": until})
    assert (answer.status_code, answer["Location"]) == (302, FAMILY)
    assert "等他答应" in text(his, FAMILY)

    hers = Client()
    hers.post("/sign-in/code/", {"phone": HERS})  # nobody else of that phone: the code goes to who was named
    code = Message.objects.get(about="sign-in")
    assert code.person == Helper.objects.get().person
    said = re.search(r"\d{6}", code.body)
    assert said is not None
    hers = by_code(HERS, said.group())
    assert hers.get("/")["Location"] == "/posts/"
    assert "韦师傅请您替他办事" in text(hers, "/posts/")
    assert hers.get(f"{FAMILY}").status_code == 403
    agreed = hers.post("/posts/asked/", {"helper": Helper.objects.get().pk, "answer": "yes"})
    assert agreed["Location"] == "/m/yufeng/"
    assert "正在替 韦师傅 办" in text(hers, "/m/yufeng/")

    shift = factories.verified(house)
    page = text(hers, f"/m/yufeng/jobs/{shift.pk}/")
    assert "用了您档案里的哪些事" not in page
    assert hers.post(f"/m/yufeng/jobs/{shift.pk}/apply/").status_code == 302
    with scope(market=house.market):
        row = Assignment.objects.get()
    assert (row.dossier, row.channel) == (wei, "family")
    assert "为什么给您看" not in text(hers, "/m/yufeng/")
    assert "韦师傅的活" in text(hers, WORK)
    assert "报了名" in text(his, FAMILY)
    assert "亲友替办" in text(his, FAMILY)

    ended = his.post(f"{FAMILY}{Helper.objects.get().pk}/end/")
    assert ended["Location"] == FAMILY
    assert hers.get(WORK).status_code == 403


def test_what_is_his_alone_is_closed_to_her(house: House, wei: Dossier) -> None:
    helper = given.helper(house, wei, phone=HERS)
    hers = by_code(HERS, accounts.new_code(HERS))
    closed = ("file/", "file/paper/", "file/data/", "pay/", "book/", "book/data/", "family/")
    assert {path: hers.get(f"/m/yufeng/{path}").status_code for path in closed} == dict.fromkeys(closed, 403)
    for act in ("file/withdraw/", "file/delete/", "file/forget/", "personal/", f"family/{helper.pk}/end/"):
        assert hers.post(f"/m/yufeng/{act}").status_code == 403, act
    factories.ticket(house, person=wei.person, text="只有我知道的事")
    assert "只有我知道的事" not in text(hers, "/m/yufeng/say/")


def test_she_answers_an_offer_but_says_no_hours(house: House, wei: Dossier) -> None:
    given.helper(house, wei, phone=HERS)
    row = offers.offer(factories.verified(house), wei, by=house.mo)
    notify.deliver()
    hers = by_code(HERS, accounts.new_code(HERS))
    assert "为什么叫您" not in text(hers, WORK)
    assert hers.post(f"{WORK}{row.pk}/hours/", {"hours": "8"}).status_code == 409
    assert hers.post(f"{WORK}{row.pk}/accept/").status_code == 302
    row.refresh_from_db()
    assert row.state == "accepted"


def test_at_the_desk_named_with_both_there_and_stopped(house: House, wei: Dossier) -> None:
    desk, page, act = signed_in("zhou"), f"/desk/dossiers/{wei.pk}/", f"/desk/dossiers/{wei.pk}/do/"
    until = today(house.zhou).isoformat()
    said = {"name": "韦小妹", "phone": HERS, "relation": "sibling", "until": until, "present": "1"}
    assert desk.post(f"{act}helper/", said).status_code == 302
    helper = Helper.objects.get()
    assert (helper.state, helper.agreed_how) == ("active", "desk")
    assert "韦小妹" in text(desk, page)
    assert desk.post(f"{act}helper-gone/", {"helper": helper.pk}).status_code == 302
    helper.refresh_from_db()
    assert (helper.state, helper.ended_by) == ("ended", "desk")
    assert desk.post(f"{act}helper/", {**said, "until": "2020-01-01"}).status_code == 409


def test_who_asks_for_a_post_that_nobody_offered_gets_words(house: House, wei: Dossier) -> None:
    given.helper(house, wei, phone=HERS)
    hers = by_code(HERS, accounts.new_code(HERS))
    asked = hers.post("/posts/asked/", {"helper": "999", "answer": "yes"})
    assert asked.status_code == 409
    assert "没有人这样问您" in asked.content.decode()
