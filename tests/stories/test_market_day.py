"""One market day in a real browser: 莫专员 and the people around her; every step by the screen.

After each step those who may see it do, and the others do not: 覃老板, 黄专员 of another market, 沈审计, a visitor.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from django_scopes import scope
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.employers import actions as employers
from gongqiao.needs.postings.models import Posting, Shift
from gongqiao.services.placement.enums import State
from gongqiao.services.placement.models import Assignment, WageRecord
from tests import factories
from tests.factories import House
from tests.stories.browser import STORY, Person

pytestmark = STORY
NOT_YOURS = "您现在的岗位不能看这一页"


@dataclass
class Cast:
    """Who takes part, each at a screen of his own."""

    mo: Person  # 莫专员
    luo: Person  # 罗专员
    boss: Person  # 覃老板, on his phone
    huang: Person  # 黄专员 of another market
    shen: Person  # 沈审计
    visitor: Person  # signed out, on a phone
    pictures: Path

    def everybody(self) -> list[Person]:
        return [self.mo, self.luo, self.boss, self.huang, self.shen, self.visitor]

    def keep(self, person: Person, name: str) -> None:
        """A picture for the guide, under a name that does not change from run to run."""
        person.keep(f"day-{name}", self.pictures)


@pytest.fixture
def cast(chromium: Browser, live_server: LiveServer, shared_house: House, pictures: Path) -> Cast:
    firm = factories.employer(shared_house, "覃记螺蛳粉")
    employers.give_account(
        firm, name="覃老板", phone="", by=shared_house.mo, username="qin", password=factories.PASSWORD
    )
    other = factories.house("liunan", "柳南零工驿站", prefix="huang-")
    with scope(market=other.market):
        factories.verified(other, title="别处的活")

    def at(username: str, width: int = 1366) -> Person:
        return Person(chromium, live_server.url, width).sign_in(username, factories.PASSWORD)

    visitor = Person(chromium, live_server.url, width=390)
    return Cast(at("mo"), at("luo"), at("qin", 390), at("huang-mo"), at("shen"), visitor, pictures)


def test_a_day_from_the_counter_to_the_pay(cast: Cast) -> None:
    wei = registers(cast)
    posting = posts(cast)
    shift = verifies(cast, posting)
    row = dispatches_and_calls(cast, shift, wei)
    the_day_comes(row)
    arrives_and_works(cast, row)
    is_paid(cast, row)
    assert [person.errors for person in cast.everybody()] == [[]] * 6


def registers(cast: Cast) -> Dossier:
    """莫专员 writes down 韦师傅, who has no phone; the file is for the staff of this market."""
    mo = cast.mo
    mo.go("/desk/register/")
    mo.page.fill("input[name=name]", "韦建国")
    mo.page.fill("input[name=number]", factories.identity_number(timezone.localdate().replace(1970, 5, 4)))
    mo.page.check("input[name=seen]")
    mo.page.select_option("select[name=channel]", "none")
    mo.page.select_option("select[name=home_id]", factories.WULITING)
    mo.page.select_option("select[name=trade]", "loader")
    for box in mo.page.locator("input[name=free_days]").all():
        box.check()
    mo.page.check("input[name=agreed]")
    mo.page.locator("main form button.btn").first.click()
    assert mo.sees("登记好了")
    wei = Dossier.objects.get()
    address = f"/desk/dossiers/{wei.pk}/"
    cast.keep(mo, "1-dossier")
    assert (seen(cast.shen, address, "韦建国"), seen(cast.luo, address, "韦建国")) == (True, True)
    assert refused(cast.boss, address)
    assert missing(cast.huang, address)
    assert sent_to_the_door(cast.visitor, address)
    return wei


def posts(cast: Cast) -> Posting:
    """覃老板 answers six questions; nobody outside sees it yet, and nobody of another market ever."""
    boss, day = cast.boss, timezone.localdate() + timedelta(days=1)
    boss.go("/employer/post/?trade=loader")
    answers = {"headcount": "1", "day": day.isoformat(), "hours_from": "08:00", "hours_to": "12:00"}
    for name, value in {**answers, "hours_break": "0", "pay": "180", "place": "粉店后门"}.items():
        boss.page.fill(f"input[name={name}]", value)
    boss.page.select_option("select[name=pay_when]", "same_day")
    cast.keep(boss, "2-six-answers")
    boss.page.get_by_role("button", name="发出去核实").click()
    assert boss.sees("收到了")
    posting = Posting.objects.get()
    address = f"/desk/postings/{posting.pk}/"
    assert Client().get("/api/v1/markets/yufeng/shifts").json()["items"] == []
    assert not seen(cast.visitor, "/m/yufeng/", posting.title)
    assert seen(cast.shen, address, "待核实")
    assert missing(cast.huang, address)
    return posting


def verifies(cast: Cast, posting: Posting) -> Shift:
    """莫专员 takes the task, calls, ticks, says what shows it; now everybody may read it."""
    mo = cast.mo
    mo.go("/desk/verify/")
    mo.page.locator("tbody a").first.click()
    mo.page.get_by_role("button", name="我来核实").click()
    assert seen(cast.luo, "/desk/verify/", "莫专员 在核实")
    mo.page.check("input[name=method][value=phone]")
    for box in mo.page.locator("input[name=checked]").all():
        box.check()
    mo.page.fill("input[name=note]", "跟覃老板通过电话")
    mo.page.fill("input[name=evidence]", "打的 0772-1111111，10:20")
    cast.keep(mo, "3-verification")
    mo.page.get_by_role("button", name="核实通过，上架").click()
    assert mo.sees("核实通过，已经上架")
    shift = Shift.objects.get()
    assert seen(cast.visitor, "/m/yufeng/", posting.title)
    cast.keep(cast.visitor, "4-job-list")
    assert seen(cast.visitor, f"/m/yufeng/jobs/{shift.pk}/", "没说")
    assert seen(cast.boss, "/employer/", "招人中")
    assert not seen(cast.huang, "/desk/board/", posting.title)
    assert cast.shen.go(f"/desk/postings/{posting.pk}/") == 200
    assert cast.shen.page.get_by_role("button", name="核实通过，上架").count() == 0
    return shift


def dispatches_and_calls(cast: Cast, shift: Shift, wei: Dossier) -> Assignment:
    """By the published policy; he is called out in the hall and says yes. 覃老板 knows his name only then."""
    mo, row_of = cast.mo, Assignment.objects.filter(shift=shift)
    mo.go("/desk/board/")
    mo.page.get_by_role("button", name="按办法派工").click()
    assert mo.sees("派了 1 个位置")
    cast.keep(mo, "5-board")
    assert not seen(cast.boss, "/employer/", "韦建国")
    assert seen(cast.visitor, "/m/yufeng/public/dispatch/", "yufeng ")
    assert not seen(cast.visitor, "/m/yufeng/public/dispatch/", "韦建国")
    mo.go("/desk/calls/")
    assert mo.sees("没手机，在大厅叫")
    cast.keep(mo, "6-calls")
    mo.page.get_by_role("button", name="去", exact=True).click()
    assert mo.sees("记下了：去")
    for person in (cast.shen, cast.boss):
        assert refused(person, "/desk/calls/")
    assert not seen(cast.huang, "/desk/calls/", "韦建国")
    row = row_of.get()
    assert (row.state, row.dossier) == (State.ACCEPTED, wei)
    boss = cast.boss
    assert seen(boss, "/employer/", "韦建国")
    boss.page.get_by_role("button", name="知道了，让他来").click()
    assert boss.sees("记下了")
    return row


def the_day_comes(row: Assignment) -> None:
    """The clock of the browser is real, so the shift is moved to now."""
    began, ends = timezone.now() - timedelta(hours=4), timezone.now() + timedelta(minutes=1)
    for rows in (Shift.objects.filter(pk=row.shift_id), Assignment.objects.filter(pk=row.pk)):
        rows.update(starts_at=began, ends_at=ends)


def arrives_and_works(cast: Cast, row: Assignment) -> None:
    """莫专员 writes down that he is there; each side says its hours, and only both make the wage due."""
    mo, boss = cast.mo, cast.boss
    day = timezone.localdate(timezone.now() - timedelta(hours=4)).isoformat()
    mo.go(f"/desk/attendance/?day={day}")
    mo.page.get_by_role("button", name="到了").click()
    assert seen(boss, "/employer/", "到了")
    boss.page.fill("input[name=hours]", "4")
    boss.page.get_by_role("button", name="记工时").click()
    assert WageRecord.objects.count() == 0
    mo.go(f"/desk/attendance/?day={day}")
    mo.page.fill("input[name=hours]", "4")
    mo.page.select_option("select[name=side]", "worker")
    cast.keep(mo, "7-attendance")
    mo.page.get_by_role("button", name="记工时").click()
    assert seen(cast.shen, f"/desk/attendance/?day={day}", "韦建国")
    assert cast.shen.page.get_by_role("button", name="记工时").count() == 0
    assert not seen(cast.huang, f"/desk/attendance/?day={day}", "韦建国")
    mo.go(f"/desk/attendance/?day={day}")
    mo.page.select_option("select[name=face]", "4")
    mo.page.get_by_role("button", name="记下", exact=True).click()
    assert not seen(boss, "/employer/", "零工评您：")
    row.refresh_from_db()
    assert (row.state, row.worker_minutes, row.employer_minutes) == (State.DONE, 240, 240)


def is_paid(cast: Cast, row: Assignment) -> None:
    """莫专员 writes the pay down with 覃老板's word; the auditor reads it in the log, nobody else's market does."""
    mo = cast.mo
    mo.go("/desk/wages/")
    assert mo.sees("180 元")
    mo.page.fill("input[name=yuan]", "180")
    mo.page.get_by_role("button", name="给了").click()
    assert mo.sees("记下了")
    assert seen(cast.boss, "/employer/wages/", "给了")
    cast.keep(cast.boss, "8-wages")
    assert seen(cast.shen, "/desk/audit/", "工钱给清了")
    assert not seen(cast.huang, "/desk/wages/", "韦建国")
    assert sent_to_the_door(cast.visitor, "/desk/wages/")
    wage = WageRecord.objects.get()
    assert (wage.state, wage.paid_fen) == ("paid", 18000)
    assert Dossier.objects.get().last_worked_on is not None


def seen(person: Person, path: str, text: str) -> bool:
    """Whether the words stand on the page as he is shown it."""
    person.go(path)
    return person.page.get_by_text(text).count() > 0


def refused(person: Person, path: str) -> bool:
    return without_noise(person, path) == 403 and person.page.get_by_text(NOT_YOURS).is_visible()


def missing(person: Person, path: str) -> bool:
    """As if there were no such row."""
    return without_noise(person, path) == 404


def without_noise(person: Person, path: str) -> int:
    """The browser writes a refusal that was asked for into its console; that line alone is taken out again."""
    before = len(person.errors)
    status = person.go(path)
    person.errors[before:] = [line for line in person.errors[before:] if f"status of {status}" not in line]
    return status


def sent_to_the_door(person: Person, path: str) -> bool:
    person.go(path)
    return "/sign-in/" in person.page.url


@pytest.mark.parametrize("path", ["/m/yufeng/", "/m/yufeng/communities/", "/sign-in/", "/m/yufeng/public/dispatch/"])
def test_worker_pages_fit_a_small_phone_in_large_print(
    chromium: Browser, live_server: LiveServer, shared_house: House, path: str
) -> None:
    factories.verified(shared_house)
    person = Person(chromium, live_server.url, width=320).reads(edition="elder")
    person.go(path)
    assert person.sticks_out() <= 0
    buttons = "[...document.querySelectorAll('.btn')].filter(button => button.checkVisibility())"
    small = "filter(button => button.getBoundingClientRect().height < 60)"
    assert person.page.evaluate(f"{buttons}.{small}.length") == 0
    assert person.errors == []
