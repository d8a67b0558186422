"""The mini program's door, over HTTP, against a WeChat that answers as documented."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gongqiao.channels.wechat import tokens as purses
from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.accounts.actions import web_tickets
from gongqiao.foundation.accounts.models import WechatLink
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.needs.dossiers.models import Dossier
from tests import factories
from tests.channels.wechat import fake
from tests.channels.wechat.fake import NEW, TALK, WORK, Wechat
from tests.factories import House

PHONE = "15400001234"
V1 = "/api/v1"


@pytest.fixture
def wechat(settings: Any) -> Iterator[Wechat]:
    purses.forget()
    with fake.running() as books:
        settings.WECHAT = fake.settings_for(books)
        yield books


@pytest.fixture
def wei(house: House) -> Dossier:
    return factories.dossier(house, "韦建国", phone=PHONE)


def post(path: str, data: dict[str, Any], token: str = "", **headers: str) -> Any:
    given = {"Authorization": f"Bearer {token}"} if token else {}
    return Client().post(V1 + path, data, "application/json", headers={**given, **headers})


def get(path: str, token: str = "") -> Any:
    return Client().get(V1 + path, headers={"Authorization": f"Bearer {token}"} if token else {})


def sign_in(wechat: Wechat, openid: str = "o-wei", path: str = "", **more: Any) -> Any:
    return post(f"/auth/wechat{path}", {"code": wechat.login_code(openid), "market": "yufeng", **more})


def linked(wechat: Wechat) -> str:
    """A token of 韦建国's, by WeChat's phone button."""
    answer = sign_in(wechat, path="/phone", phone_code=wechat.phone_code(PHONE))
    assert answer.status_code == 200, answer.content.decode()
    return str(answer.json()["token"])


def test_an_account_that_nobody_linked_has_no_token_and_needs_none(wechat: Wechat, wei: Dossier) -> None:
    answer = sign_in(wechat)
    assert (answer.status_code, answer.json()["linked"], answer.json()["token"]) == (200, False, "")


def test_the_phone_button_links_and_from_then_on_the_code_alone_is_enough(wechat: Wechat, wei: Dossier) -> None:
    assert linked(wechat) != ""
    again = sign_in(wechat).json()
    assert (again["linked"], again["name"]) == (True, "韦建国")
    assert get("/me/subscriptions", again["token"]).json() == [
        {"purpose": "work", "left": 0, "used": 0},
        {"purpose": "talk", "left": 0, "used": 0},
        {"purpose": "new", "left": 0, "used": 0},
    ]


def test_a_code_is_good_once(wechat: Wechat, wei: Dossier) -> None:
    code = wechat.login_code("o-wei")
    answers = [post("/auth/wechat", {"code": code, "market": "yufeng"}) for _each in range(2)]
    assert [answer.status_code for answer in answers] == [200, 400]
    assert answers[1].json()["code"] == "wechat_again"
    assert answers[1].json()["detail"] == "微信给的登录码已经用过了，请再试一次。"


def test_a_phone_that_nobody_registered_is_told_where_to_go(wechat: Wechat, wei: Dossier) -> None:
    answer = sign_in(wechat, path="/phone", phone_code=wechat.phone_code("15499999999"))
    assert (answer.status_code, answer.json()["code"]) == (409, "not_registered")
    assert WechatLink.objects.count() == 0


def test_without_the_phone_number_the_code_of_the_station_links_too(wechat: Wechat, wei: Dossier) -> None:
    code = accounts.new_code(PHONE)
    wrong = sign_in(wechat, path="/code", phone=PHONE, station_code="000000" if code != "000000" else "000001")
    assert (wrong.status_code, wrong.json()["code"]) == (409, "refused")
    answer = sign_in(wechat, path="/code", phone=PHONE, station_code=code)
    assert (answer.json()["linked"], WechatLink.objects.get().how) == (True, "code")


def test_on_a_family_phone_he_says_who_he_is_and_nobody_else_can_say_it(
    house: House, wechat: Wechat, wei: Dossier
) -> None:
    sister, stranger = factories.dossier(house, "韦小妹", phone=PHONE), factories.dossier(house, "陆大海")
    asked = sign_in(wechat, path="/phone", phone_code=wechat.phone_code(PHONE)).json()
    assert (asked["linked"], [each["name"] for each in asked["people"]]) == (False, ["韦建国", "韦小妹"])
    chosen = {"choice": asked["choice"], "person": str(sister.person_id)}
    foreign = sign_in(wechat, "o-thief", "/choose", **chosen)
    other = sign_in(wechat, path="/choose", **{**chosen, "person": str(stranger.person_id)})
    assert [foreign.status_code, other.status_code] == [409, 409]
    assert sign_in(wechat, path="/choose", **chosen).json()["name"] == "韦小妹"
    assert WechatLink.objects.get().person_id == sister.person_id


def test_an_account_of_another_is_not_taken_over(house: House, wechat: Wechat, wei: Dossier) -> None:
    factories.dossier(house, "陆大海", phone="15400005678")
    linked(wechat)
    answer = sign_in(wechat, path="/phone", phone_code=wechat.phone_code("15400005678"))
    assert (answer.status_code, "已经绑了另一个人" in answer.json()["detail"]) == (409, True)


def test_staff_have_no_token_by_wechat(house: House, wechat: Wechat) -> None:
    assert house.mo.person is not None
    person = house.mo.person
    person.phone = PHONE
    factories.dossier(house, "韦建国", phone=PHONE)
    asked = sign_in(wechat, path="/phone", phone_code=wechat.phone_code(PHONE)).json()
    assert asked["name"] == "韦建国"


def test_consents_are_counted_by_what_was_pressed(wechat: Wechat, wei: Dossier) -> None:
    token = linked(wechat)
    for _each in range(2):
        answer = post("/me/subscriptions", {"purposes": ["work", "new"]}, token)
    assert answer.json() == [
        {"purpose": "work", "left": 2, "used": 0},
        {"purpose": "talk", "left": 0, "used": 0},
        {"purpose": "new", "left": 2, "used": 0},
    ]
    assert post("/me/subscriptions", {"purposes": ["play"]}, token).status_code == 422


def test_a_ticket_opens_the_site_as_himself_and_leads_to_no_other(wechat: Wechat, wei: Dossier) -> None:
    token = linked(wechat)
    made = post("/auth/web-ticket", {"to": "/m/yufeng/pay/"}, token)
    assert (made.status_code, made.json()["expires_in"]) == (201, 60)
    browser = Client()
    answer = browser.post("/enter/", {"ticket": made.json()["ticket"]})
    assert (answer.status_code, answer["Location"]) == (302, "/m/yufeng/pay/")
    assert browser.get("/m/yufeng/pay/").status_code == 200
    assert post("/auth/web-ticket", {"to": "//evil.example/"}, token).status_code == 409
    assert post("/auth/web-ticket", {"to": "https://evil.example/"}, token).status_code == 422


def test_who_unlinks_is_out_at_once_and_a_ticket_not_yet_used_dies_with_it(wechat: Wechat, wei: Dossier) -> None:
    token = linked(wechat)
    ticket = post("/auth/web-ticket", {"to": "/m/yufeng/"}, token).json()["ticket"]
    gone = Client().delete(f"{V1}/auth/wechat", headers={"Authorization": f"Bearer {token}"})
    assert (gone.status_code, gone.content) == (204, b"")
    assert get("/me/subscriptions", token).status_code == 401
    assert (sign_in(wechat).json()["linked"], web_tickets.bearer(ticket)) == (False, None)


@pytest.mark.parametrize("token", ["", "gq_made-up", "x" * 300])
def test_without_a_good_token_nothing_of_a_person_is_said(wechat: Wechat, wei: Dossier, token: str) -> None:
    answers = [
        get("/me/subscriptions", token),
        post("/me/subscriptions", {"purposes": ["work"]}, token),
        post("/auth/web-ticket", {"to": "/m/yufeng/"}, token),
        Client().delete(f"{V1}/auth/wechat", headers={"Authorization": f"Bearer {token}"}),
    ]
    assert [answer.status_code for answer in answers] == [401] * 4


def test_a_post_that_ended_opens_nothing_more(house: House, wechat: Wechat, wei: Dossier) -> None:
    token = linked(wechat)
    wei.person.memberships.update(withdrawn_at=timezone.now())
    assert get("/me/subscriptions", token).status_code == 401


def test_where_nothing_is_set_it_says_so_and_jobs_are_shown_all_the_same(house: House) -> None:
    factories.verified(house)
    answer = post("/auth/wechat", {"code": "abc", "market": "yufeng"})
    assert (answer.status_code, answer.json()["code"]) == (404, "no_mini_program")
    assert get("/wechat/settings").json() == {"templates": {}, "webview": False}
    assert get("/markets/yufeng/shifts").status_code == 200


def test_a_form_where_json_is_wanted_is_turned_away_by_its_kind(house: House) -> None:
    client = Client(raise_request_exception=False)
    answers = [client.post(f"{V1}/auth/wechat{path}", {"code": "a"}) for path in ("", "/phone", "/code", "/choose")]
    assert [answer.status_code for answer in answers] == [415] * 4


def test_what_the_program_may_ask_for_is_told_to_everybody(house: House, wechat: Wechat) -> None:
    templates = {"work": WORK, "talk": TALK, "new": NEW}
    assert get("/wechat/settings").json() == {"templates": templates, "webview": True}


def test_a_wechat_that_is_down_is_told_as_such_in_both_languages(wechat: Wechat, wei: Dossier) -> None:
    wechat.fail("/sns/jscode2session", "http", "http")
    said = {"code": "abc", "market": "yufeng"}
    answers = [post("/auth/wechat", said, **{"Accept-Language": language}) for language in ("zh-CN,zh;q=0.9", "en-GB")]
    assert [answer.status_code for answer in answers] == [503, 503]
    assert answers[0].json()["detail"] == "连不上微信（HTTP 502），等一会儿再试。"
    assert answers[1].json()["detail"] == "WeChat cannot be reached (HTTP 502); try again in a while."


def test_it_is_not_tried_without_end(wechat: Wechat, wei: Dossier) -> None:
    codes = [sign_in(wechat).status_code for _each in range(62)]
    assert (codes[:60], 429 in codes[60:]) == ([200] * 60, True)


def test_neither_openid_nor_session_key_nor_secret_is_in_an_answer_or_in_the_log(wechat: Wechat, wei: Dossier) -> None:
    answers = [
        sign_in(wechat, "o-very-own"),
        sign_in(wechat, "o-very-own", "/phone", phone_code=wechat.phone_code(PHONE)),
    ]
    said = "".join(answer.content.decode() for answer in answers) + str(list(AuditEvent.objects.values()))
    assert [word in said for word in ("o-very-own", "SESSION-KEY", fake.SECRET)] == [False] * 3
