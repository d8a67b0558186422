"""A market from nothing: the command, the manager's first steps, settings, own days, staff."""

import re
from datetime import date, time
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django_scopes import scope

from gongqiao.foundation.accounts.models import User
from gongqiao.foundation.audit.chain import verify
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.calendar import DayKind, day_info
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets import actions
from gongqiao.foundation.markets.enums import DispatchPolicy
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations import actions as organisations
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.queries import system_of
from gongqiao.foundation.organisations.roles import Role
from tests import factories
from tests.conftest import signed_in
from tests.factories import House

pytestmark = pytest.mark.data
NEW = "榕树下面三点半有风吹过来"


def found(**other: str) -> str:
    facts = {
        "name": "城中零工驿站",
        "phone": "0772-3333333",
        "region": "450203000000",
        "operator": "城中社工中心",
        "manager": "覃经理",
        "manager_phone": "15400000021",
        "username": "qinjl",
        **other,
    }
    told = StringIO()
    call_command(
        "found_market", other.pop("code", "chengzhong"), **{k: v for k, v in facts.items() if k != "code"}, stdout=told
    )
    return told.getvalue()


def test_a_founded_market_is_open_to_its_manager_at_once(db: None) -> None:
    factories.regions()
    password = re.search(r"first password: (\S+)", found())
    assert password is not None
    market = Market.objects.get(code="chengzhong")
    assert (market.opens_at, market.city_id, market.dispatch_policy) == (time(4), "450200000000", "queue")
    assert system_of(market).role == Role.SYSTEM
    client = Client()
    client.post("/sign-in/", {"username": "qinjl", "password": password[1]})
    client.post("/password/", {"old": password[1], "new": NEW, "again": NEW})
    assert [client.get(path).status_code for path in ("/desk/", "/desk/settings/", "/desk/staff/")] == [200, 200, 200]
    assert verify("chengzhong").fault == ""


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"region": "999999000000"}, "no such region"),
        ({"code": "Cheng Zhong"}, "代号：输入"),
        ({"manager_phone": "12"}, "手机号"),
        ({"username": "覃"}, "用户名"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_founded(db: None, other: dict[str, str], says: str) -> None:
    factories.regions()
    with pytest.raises(CommandError, match=says):
        found(**other)
    assert (Market.objects.count(), User.objects.count()) == (0, 0)


def test_a_code_is_taken_once(db: None) -> None:
    factories.regions()
    found()
    with pytest.raises(CommandError):
        found(username="other")
    assert Market.objects.count() == 1


# --- settings and own days


def test_settings_change_together_and_the_log_keeps_what_was_before(house: House) -> None:
    done = actions.change_settings(
        house.market,
        {"dispatch_policy": DispatchPolicy.LOTTERY, "opens_at": time(3, 30), "name": house.market.name},
        by=house.liang,
    )
    assert done == ["dispatch_policy", "opens_at"]
    event = AuditEvent.objects.get(action="market.settings_changed")
    assert event.detail == {"changed": {"dispatch_policy": ["queue", "lottery"], "opens_at": ["04:00:00", "03:30:00"]}}


@pytest.mark.parametrize(
    "wanted",
    [
        {"opens_at": time(20), "closes_at": time(4)},
        {"answer_minutes": 2},
        {"day_labour_valid_days": 0},
        {"dispatch_policy": "whim"},
        {"name": ""},
    ],
)
def test_settings_out_of_bounds_are_refused_whole(house: House, wanted: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        actions.change_settings(house.market, {"phone": "0772-1", **wanted}, by=house.liang)
    assert Market.objects.get(pk=house.market.pk).phone == "0772-1234567"


def test_only_the_manager_of_this_market_changes_it(house: House, other_house: House) -> None:
    for by in (house.mo, house.zhou, house.shen, other_house.liang):
        with pytest.raises(Refused):
            actions.change_settings(house.market, {"phone": "0772-1"}, by=by)
        with pytest.raises(Refused):
            actions.set_day(house.market, date(2027, 4, 9), DayKind.HOLIDAY, "三月三", by=by)


def test_what_is_no_setting_is_a_fault_of_the_caller(house: House) -> None:
    with pytest.raises(ValueError, match="code"):
        actions.change_settings(house.market, {"code": "x"}, by=house.liang)


def test_own_days_win_over_the_national_calendar_until_cleared(house: House) -> None:
    day = date(2026, 4, 20)
    actions.set_day(house.market, day, DayKind.HOLIDAY, "三月三", by=house.liang)
    assert day_info(day, Market.objects.get().holidays).name == "三月三"
    actions.clear_day(house.market, day, by=house.liang)
    assert day_info(day, Market.objects.get().holidays).is_working


def test_the_manager_does_both_on_the_screen(house: House) -> None:
    client = signed_in("liang")
    form = client.get("/desk/settings/").context["form"]
    fields = {name: form[name].value() for name in form.fields}
    assert client.post("/desk/settings/", {**fields, "answer_minutes": "45"}).status_code == 302
    assert Market.objects.get().answer_minutes == 45
    wrong = client.post("/desk/settings/", {**fields, "opens_at": "21:00"})
    assert (wrong.status_code, "开门要早于关门" in wrong.content.decode()) == (422, True)
    client.post("/desk/calendar/", {"day": "2027-04-09", "kind": "holiday", "name": "三月三"})
    assert Market.objects.get().holidays == {"2027-04-09": {"kind": "holiday", "name": "三月三"}}
    client.post("/desk/calendar/clear/", {"day": "2027-04-09"})
    assert Market.objects.get().holidays == {}


# --- staff


def appoint(by: Membership, **other: Any) -> organisations.Appointed:
    facts = {"name": "韩小妹", "title": "韩专员", "phone": "15400000009", "role": Role.SPECIALIST, "username": "han"}
    return organisations.appoint(by=by, **{**facts, **other})


def test_a_post_is_given_with_a_first_password_that_can_be_read_out(house: House) -> None:
    done = appoint(house.liang)
    assert re.fullmatch(r"([a-hjkmnp-z2-9]{4}-){2}[a-hjkmnp-z2-9]{4}", done.first_password)
    assert User.objects.get(username="han").password_temporary
    assert AuditEvent.objects.filter(action="post.given", thing=f"organisations.membership:{done.post.pk}").count() == 1


def test_nobody_but_the_manager_gives_or_withdraws(house: House) -> None:
    for by in (house.mo, house.zhou, house.shen):
        with pytest.raises(Refused):
            appoint(by)
        with pytest.raises(Refused):
            organisations.withdraw(house.luo, by=by)


@pytest.mark.parametrize("role", [Role.WORKER, Role.EMPLOYER, Role.SYSTEM])
def test_only_posts_of_the_staff_are_given_here(house: House, role: Role) -> None:
    with pytest.raises(Refused):
        appoint(house.liang, role=role)


def test_somebody_of_another_market_keeps_his_account_and_password(house: House, other_house: House) -> None:
    with scope(market=other_house.market):
        first = appoint(other_house.liang)
    second = appoint(house.liang, role=Role.AUDITOR)
    assert (second.post.person_id, second.first_password) == (first.post.person_id, "")
    with pytest.raises(Refused, match="已经有人用"):
        appoint(house.liang, name="别人")
    with pytest.raises(Refused, match="已经有这个岗位"):
        appoint(house.liang, role=Role.AUDITOR)


def test_the_last_manager_stays(house: House) -> None:
    with pytest.raises(Refused, match="至少要有一位经理"):
        organisations.withdraw(house.liang, by=house.liang)
    other = appoint(house.liang, role=Role.MANAGER)
    organisations.withdraw(house.liang, by=other.post)
    with pytest.raises(Refused, match="至少要有一位经理"):
        organisations.withdraw(other.post, by=other.post)


def test_a_post_of_the_other_market_is_not_withdrawn(house: House, other_house: House) -> None:
    with pytest.raises(Refused):
        organisations.withdraw(other_house.mo, by=house.liang)


def test_a_reset_here_opens_no_other_market(house: House, other_house: House) -> None:
    with scope(market=other_house.market):
        appoint(other_house.liang)
    here = appoint(house.liang)
    with pytest.raises(Refused, match="别的市场"):
        organisations.reset_password(here.post, by=house.liang)
    with pytest.raises(Refused, match="别的市场"):
        organisations.turn_off_second_factor(here.post, by=house.liang)
    told = StringIO()
    call_command("reset_account", "han", second_factor=True, stdout=told)
    assert "first password" in told.getvalue()


def test_the_manager_helps_on_the_screen_and_the_password_is_shown_once(house: House) -> None:
    client = signed_in("liang")
    page = client.post(f"/desk/staff/{house.mo.pk}/password/")
    shown = re.search(r"<b>([a-z2-9-]{14})</b>", page.content.decode())
    assert shown is not None
    assert page["Cache-Control"] == "no-store"
    fresh = Client()
    fresh.post("/sign-in/", {"username": "mo", "password": shown[1]})
    assert fresh.get("/desk/")["Location"] == "/password/"
    assert shown[1] not in client.get("/desk/staff/").content.decode()
    assert client.post(f"/desk/staff/{house.mo.pk}/withdraw/").status_code == 302
    assert client.post(f"/desk/staff/{house.mo.pk}/withdraw/").status_code == 409
