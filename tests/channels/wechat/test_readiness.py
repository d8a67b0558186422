"""The manager's page: what is missing is named with its cure, what WeChat says is shown, the station's code printed."""

from typing import Any

import pytest
from django.test import Client

from gongqiao.channels.wechat import readiness
from tests.channels.wechat import fake
from tests.channels.wechat.fake import WORK, Wechat
from tests.conftest import signed_in
from tests.factories import House


def seen(points: list[readiness.Point]) -> list[bool | None]:
    return [point.good for point in points]


def test_with_nothing_set_the_first_thing_missing_says_where_to_get_it(house: House) -> None:
    points = readiness.here(secure=False)
    assert seen(points) == [False, False, False, None, None, None, None]
    assert "GONGQIAO_WECHAT_APPID" in points[0].says
    assert seen(readiness.there()) == [False]


def test_with_all_set_nothing_is_missing(wechat: Wechat, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = True
    settings.ALLOWED_HOSTS = ["jobs.example.org", "localhost"]
    assert seen(readiness.here(secure=True)) == [True] * 7
    assert seen(readiness.there()) == [True] * 4


def test_https_counts_when_the_request_came_by_it_and_cookies_go_by_it_only(settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = False
    assert readiness.here(secure=True)[1].good is False
    settings.SESSION_COOKIE_SECURE = True
    assert readiness.here(secure=False)[1].good is False


def test_a_template_that_is_not_as_it_is_set_here_is_named_with_both_lists(wechat: Wechat, settings: Any) -> None:
    templates = f"work={WORK}:thing1=title; talk=gone-template-0000:thing1=title"
    settings.WECHAT = fake.settings_for(wechat, templates=templates)
    points = readiness.there()
    assert seen(points) == [True, False, False]
    assert points[1].says == "模板要 thing1 thing3 thing4 time2，这里设的是 thing1。"
    assert points[2].says == "微信那边没有 gone-template-0000 这个模板。"


@pytest.mark.parametrize("code", [40164, 48001, -1])
def test_what_wechat_says_no_to_is_said_in_words(wechat: Wechat, code: int) -> None:
    wechat.fail("/cgi-bin/stable_token", code)
    points = readiness.there()
    assert (seen(points), len(points[0].says) > 5) == ([False], True)


def test_the_page_asks_nobody_until_it_is_pressed(house: House, wechat: Wechat) -> None:
    manager = signed_in("liang")
    page = manager.get("/desk/mini/").content.decode()
    assert ("wx0123456789abcdef" in page, wechat.calls.total()) == (True, 0)
    asked = manager.post("/desk/mini/ask/").content.decode()
    assert ("微信让这台服务器进。" in asked, wechat.calls.total()) == (True, 2)
    assert ("a-secret" in page, "a-secret" in asked) == (False, False)


def test_the_stations_code_stands_on_a_sheet_with_the_phones(house: House, wechat: Wechat) -> None:
    sheet = signed_in("liang").post("/desk/mini/poster/").content.decode()
    assert 'src="data:image/png;base64,iVBORw0KGgo' in sheet
    assert ("0772-1234567" in sheet, "12333" in sheet) == (True, True)


def test_a_code_that_wechat_does_not_give_is_refused_in_its_words(house: House, wechat: Wechat) -> None:
    wechat.fail("/wxa/getwxacodeunlimit", 41030)
    answer = signed_in("liang").post("/desk/mini/poster/")
    assert (answer.status_code, "还没有发布" in answer.content.decode()) == (409, True)


def test_staff_who_set_nothing_do_not_see_it(house: House, wechat: Wechat) -> None:
    for username in ("mo", "shen"):
        assert signed_in(username).get("/desk/mini/").status_code == 403
    assert Client().get("/desk/mini/").status_code == 302
