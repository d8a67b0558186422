"""The calls, against a WeChat that answers as documented."""

import logging
import threading
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation

from gongqiao.channels.wechat import client, line, tokens
from gongqiao.channels.wechat.errors import Cure, WechatError, error_of
from gongqiao.channels.wechat.line import Line
from gongqiao.foundation import clock
from tests.channels.wechat import fake
from tests.channels.wechat.fake import NEW, PNG, SECRET, TALK, WORK, Wechat

TOKEN, SESSION = "/cgi-bin/stable_token", "/sns/jscode2session"
SEND, CODE = "/cgi-bin/message/subscribe/send", "/wxa/getwxacodeunlimit"
NUMBER = "/wxa/business/getuserphonenumber"
TALK_DATA = {"thing1": {"value": "鱼峰零工驿站"}, "thing2": {"value": "有了答复"}}


@pytest.fixture
def here(wechat: Wechat) -> Line:
    return line.line()


def refused(work: Any, *args: Any) -> tuple[int, Cure]:
    with pytest.raises(WechatError) as caught:
        work(*args)
    assert SECRET not in f"{caught.value!r} {caught.value.__cause__!r}"
    return caught.value.code, caught.value.cure


def test_a_login_code_says_who_it_is_once(wechat: Wechat, here: Line) -> None:
    code = wechat.login_code("o-wei")
    assert client.who(here, code).openid == "o-wei"
    assert refused(client.who, here, code) == (40163, Cure.AGAIN)
    assert refused(client.who, here, "never-given") == (40029, Cure.AGAIN)


def test_the_key_of_the_session_is_never_read_out_of_the_answer(
    wechat: Wechat, here: Line, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    known = client.who(here, wechat.login_code("o-wei"))
    assert vars(known) == {"openid": "o-wei", "union": "u1"}
    assert (SECRET in caplog.text, "SESSION-KEY" in caplog.text) == (False, False)


def test_a_phone_is_read_once_and_a_foreign_one_is_none_of_ours(wechat: Wechat, here: Line) -> None:
    code = wechat.phone_code("15400001234")
    assert client.phone(here, code) == "15400001234"
    assert refused(client.phone, here, code) == (40029, Cure.AGAIN)
    assert refused(client.phone, here, wechat.phone_code("5551234", country="1")) == (40029, Cure.AGAIN)


def test_a_token_is_fetched_once_however_many_ask(wechat: Wechat, here: Line) -> None:
    wechat.delay = 0.05
    threads = [threading.Thread(target=client.try_token, args=(here,)) for _each in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (wechat.calls[TOKEN], len(wechat.tokens)) == (1, 1)


def test_a_token_is_renewed_five_minutes_before_its_end(wechat: Wechat, here: Line) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as moment:
        client.try_token(here)
        moment.move_to(start + timedelta(seconds=7200 - 301))
        client.try_token(here)
        assert wechat.calls[TOKEN] == 1
        moment.move_to(start + timedelta(seconds=7200 - 299))
        client.try_token(here)
        assert wechat.calls[TOKEN] == 2


def test_a_token_that_is_turned_away_is_renewed_once_and_the_call_made_again(wechat: Wechat, here: Line) -> None:
    client.try_token(here)
    wechat.end_token()
    assert client.picture(here, "m=yufeng", "pages/jobs/jobs") == PNG
    assert (wechat.calls[TOKEN], wechat.calls[CODE]) == (2, 2)


def test_many_that_are_turned_away_at_once_renew_it_once(wechat: Wechat, here: Line) -> None:
    client.try_token(here)
    wechat.end_token()
    got: list[bytes] = []
    work = [
        threading.Thread(target=lambda: got.append(client.picture(here, "m=yufeng", "pages/jobs/jobs")))
        for _each in range(8)
    ]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert (got, wechat.calls[TOKEN]) == ([PNG] * 8, 2)


def test_where_wechat_keeps_giving_the_token_it_refuses_it_is_forced_once_in_half_a_minute(
    wechat: Wechat, here: Line
) -> None:
    wechat.fail(CODE, 40001, 40001, 40001, 40001)
    client.try_token(here)
    assert refused(client.picture, here, "m=yufeng", "pages/jobs/jobs") == (40001, Cure.SETTING)
    assert len(wechat.tokens) == 2  # by force
    assert refused(client.picture, here, "m=yufeng", "pages/jobs/jobs") == (40001, Cure.SETTING)
    assert len(wechat.tokens) == 2


def test_a_message_uses_one_consent_up(wechat: Wechat, here: Line) -> None:
    wechat.login_code("o-wei")
    wechat.agree("o-wei", TALK)
    client.send(here, "o-wei", TALK, "pages/say/say?scene=m%3Dyufeng", TALK_DATA)
    assert [(each["touser"], each["miniprogram_state"]) for each in wechat.sent] == [("o-wei", "formal")]
    assert refused(client.send, here, "o-wei", TALK, "pages/say/say", TALK_DATA) == (43101, Cure.CONSENT)


def test_a_message_that_does_not_fit_its_template_is_a_matter_of_setting(wechat: Wechat, here: Line) -> None:
    wechat.login_code("o-wei")
    wechat.agree("o-wei", WORK)
    assert refused(client.send, here, "o-wei", WORK, "pages/mine/mine", TALK_DATA) == (47003, Cure.SETTING)
    assert refused(client.send, here, "o-wei", "gone", "pages/mine/mine", {}) == (40037, Cure.SETTING)
    assert refused(client.send, here, "o-nobody", WORK, "pages/mine/mine", {}) == (40003, Cure.NEVER)


def test_a_station_code_is_a_picture_and_what_is_wrong_with_it_is_said(wechat: Wechat, here: Line) -> None:
    assert client.picture(here, f"m={'a' * 30}", "pages/jobs/jobs") == PNG
    assert refused(client.picture, here, "m=" + "a" * 31, "pages/jobs/jobs") == (40169, Cure.NEVER)
    assert refused(client.picture, here, "m=yufeng", "pages/none/none") == (41030, Cure.SETTING)
    wechat.fail(CODE, 45009)
    assert refused(client.picture, here, "m=yufeng", "pages/jobs/jobs") == (45009, Cure.WAIT)


@pytest.mark.parametrize("fault", ["http", "cut", "garbage", -1])
def test_a_broken_line_is_waited_for(wechat: Wechat, here: Line, fault: int | str) -> None:
    wechat.fail(SESSION, fault)
    code = wechat.login_code("o-wei")
    assert refused(client.who, here, code)[1] == Cure.WAIT
    assert client.who(here, code).openid == "o-wei"


def test_a_wechat_that_does_not_answer_is_not_waited_for_long(
    wechat: Wechat, here: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "WAIT", 0.1)
    wechat.delay = 0.5
    assert refused(client.who, here, wechat.login_code("o-wei")) == (0, Cure.WAIT)


def test_a_wrong_secret_is_the_operators_to_mend(wechat: Wechat, settings: Any) -> None:
    settings.WECHAT = fake.settings_for(wechat, secret="wrong")
    assert refused(client.who, line.line(), wechat.login_code("o-wei")) == (40125, Cure.SETTING)
    assert refused(client.try_token, line.line()) == (40125, Cure.SETTING)


def test_templates_are_read_as_they_stand_at_wechat(wechat: Wechat, here: Line) -> None:
    assert [(each.id, each.title) for each in client.chosen(here)] == [
        (WORK, "上工提醒"),
        (TALK, "诉求答复"),
        (NEW, "新职位通知"),
    ]


def test_errors_are_words_in_the_language_of_whoever_reads() -> None:
    assert error_of(45011).words == "找微信找得太勤了，等一分钟再试。"
    assert error_of(61999).words == "微信没有办：错误码 61999。"
    with translation.override("en"):
        assert error_of(45011).words == "WeChat is being asked too often; wait a minute and try again."


def test_without_appid_and_secret_there_is_no_line(settings: Any) -> None:
    assert settings.WECHAT["appid"] == ""
    assert refused(line.line) == (0, Cure.SETTING)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"secret": ""}, "GONGQIAO_WECHAT_SECRET"),
        ({"api": "http://api.weixin.qq.com"}, "GONGQIAO_WECHAT_API"),
        ({"templates": "work=abc"}, "GONGQIAO_WECHAT_TEMPLATES"),
        ({"templates": "play=abcdefghijk:thing1=title"}, "'play'"),
        ({"templates": "work=abcdefghijk:thing1=wage"}, "'wage'"),
        ({"templates": "work=abcdefghijk:time1=title"}, "time1=title"),
        ({"templates": "work=abcdefghijk:thing1=when"}, "thing1=when"),
        ({"templates": "work=abcdefghijk:colour1=title"}, "'colour1'"),
        ({"templates": "new=abcdefghijk:amount1=title"}, "amount1=title"),
        ({"templates": "talk=abcdefghijk:thing1=pay"}, "talk says nothing of pay"),
        ({"templates": "work=abcdefghijk:thing1=why"}, "work says nothing of why"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_faulty_setting_stops_the_start_and_names_itself(
    wechat: Wechat, settings: Any, wrong: dict[str, str], named: str
) -> None:
    settings.WECHAT = fake.settings_for(wechat, **wrong)
    with pytest.raises(ImproperlyConfigured, match=named):
        line.check()


def test_tokens_are_kept_apart_by_program(wechat: Wechat, here: Line) -> None:
    assert tokens.purse("a", "x") is tokens.purse("a", "x")
    assert tokens.purse("a", "x") is not tokens.purse("a", "y")
