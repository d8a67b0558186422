"""One market day in a real browser: 莫专员 and the people around her; every step by the screen."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.employers import actions as employers
from gongqiao.needs.postings.models import Shift
from gongqiao.services.placement.enums import State
from gongqiao.services.placement.models import Assignment
from tests import factories
from tests.factories import House
from tests.stories.browser import STORY, Person

pytestmark = STORY


def test_a_day_from_the_counter_to_the_pay(
    chromium: Browser, live_server: LiveServer, shared_house: House, tmp_path: Path
) -> None:
    boss_firm = factories.employer(shared_house, "覃记螺蛳粉")
    employers.give_account(
        boss_firm, name="覃老板", phone="", by=shared_house.mo, username="qin", password=factories.PASSWORD
    )
    zhou, mo = (
        Person(chromium, live_server.url).sign_in("zhou", factories.PASSWORD),
        Person(chromium, live_server.url).sign_in("mo", factories.PASSWORD),
    )
    boss = Person(chromium, live_server.url, width=390).sign_in("qin", factories.PASSWORD)

    # 周社工 registers 韦师傅, who has no phone
    zhou.go("/desk/register/")
    zhou.page.fill("input[name=name]", "韦建国")
    zhou.page.fill("input[name=number]", factories.identity_number(timezone.localdate().replace(1970, 5, 4)))
    zhou.page.check("input[name=seen]")
    zhou.page.select_option("select[name=channel]", "none")
    zhou.page.select_option("select[name=home_id]", factories.WULITING)
    zhou.page.select_option("select[name=trade]", "loader")
    for box in zhou.page.locator("input[name=free_days]").all():
        box.check()
    zhou.page.check("input[name=agreed]")
    zhou.page.locator("main form button.btn").first.click()
    assert zhou.sees("登记好了")

    # 覃老板 posts in six answers; nobody outside sees it yet
    day = timezone.localdate() + timedelta(days=1)
    boss.go("/employer/post/")
    boss.page.select_option("select[name=trade]", "loader")
    for name, value in {"headcount": "1", "day": day.isoformat(), "start": "08:00", "end": "12:00"}.items():
        boss.page.fill(f"input[name={name}]", value)
    boss.page.fill("input[name=pay]", "180")
    boss.page.fill("input[name=meeting_point]", "粉店后门")
    boss.page.locator("main form button.btn").click()
    assert boss.sees("收到了")
    assert Client().get("/api/v1/markets/yufeng/shifts").json() == []

    # 莫专员 verifies
    mo.go("/desk/verify/")
    mo.page.locator("tbody a").first.click()
    mo.page.check("input[name=method][value=phone]")
    for box in mo.page.locator("input[name=checked]").all():
        box.check()
    mo.page.fill("input[name=note]", "跟覃老板通过电话")
    mo.page.get_by_role("button", name="核实通过，上架").click()
    assert mo.sees("核实通过，已经上架")

    # she dispatches by the published policy and records the call in the hall
    mo.go("/desk/board/")
    mo.page.get_by_role("button", name="按办法派工").click()
    assert mo.sees("派了 1 个位置")
    mo.page.screenshot(path=str(tmp_path / "board.png"))
    mo.go("/desk/calls/")
    assert mo.sees("没手机，在大厅叫")
    mo.page.get_by_role("button", name="去", exact=True).click()
    assert mo.sees("记下了：去")

    # the work date comes: 覃老板 confirms arrival and hours, the desk writes down the worker's word and the pay
    shift = Shift.objects.get()
    Shift.objects.filter(pk=shift.pk).update(
        starts_at=timezone.now() - timedelta(hours=4), ends_at=timezone.now() + timedelta(minutes=1)
    )
    Assignment.objects.update(
        starts_at=timezone.now() - timedelta(hours=4), ends_at=timezone.now() + timedelta(minutes=1)
    )
    boss.go("/employer/")
    assert boss.sees("韦建国")
    boss.page.get_by_role("button", name="到了").click()
    boss.page.fill("input[name=hours]", "4")
    boss.page.get_by_role("button", name="记工时").click()
    mo.go(f"/desk/attendance/?day={timezone.localdate(timezone.now() - timedelta(hours=4)).isoformat()}")
    mo.page.fill("input[name=hours]", "4")
    mo.page.select_option("select[name=side]", "worker")
    mo.page.get_by_role("button", name="记工时").click()
    boss.go("/employer/wages/")
    assert boss.sees("180 元")
    boss.page.fill("input[name=yuan]", "180")
    boss.page.get_by_role("button", name="给了").click()
    assert boss.sees("给了")

    assert [a.state for a in Assignment.objects.all()] == [State.DONE]
    assert Dossier.objects.get().last_worked_on is not None
    assert [person.errors for person in (zhou, mo, boss)] == [[], [], []]
    # each step is visible to the right people only
    zhou.go("/desk/calls/")
    assert zhou.page.get_by_text("您现在的岗位不能看这一页").is_visible()
    boss.go("/desk/")
    assert boss.page.get_by_text("您现在的岗位不能看这一页").is_visible()


@pytest.mark.parametrize("path", ["/m/yufeng/", "/sign-in/", "/m/yufeng/public/dispatch/"])
def test_worker_pages_fit_a_small_phone_in_large_print(
    chromium: Browser, live_server: LiveServer, shared_house: House, path: str
) -> None:
    factories.verified(shared_house)
    person = Person(chromium, live_server.url, width=320)
    person.context.add_cookies([{"name": "edition", "value": "elder", "url": live_server.url}])
    person.go(path)
    assert person.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = "[...document.querySelectorAll('.btn')].filter(b => b.getBoundingClientRect().height < 60).length"
    assert person.page.evaluate(small) == 0
    assert person.errors == []
