"""The worker's phone and the employer's: from the square on the poster to the pay, from six answers to the pay."""

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.employers import actions as employers
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.postings import actions as postings
from gongqiao.needs.postings.enums import Method
from gongqiao.needs.postings.models import Posting, Shift
from gongqiao.services.placement.actions import attendance, offers, wages
from gongqiao.services.placement.enums import Side, State, WageState
from gongqiao.services.placement.models import Assignment, WageRecord
from tests import factories
from tests.factories import House
from tests.stories.browser import STORY, Person
from tests.stories.moved import begun

pytestmark = STORY
PHONE = "15400001234"
JOBS = "/m/yufeng/"


def boss_of(house: House, firm: Employer) -> Membership:
    boss: Membership = employers.give_account(
        firm, name="覃老板", phone="", by=house.mo, username="qin", password=factories.PASSWORD
    )
    return boss


def fits(person: Person, *, elder: bool = False) -> None:
    """Nothing in the way of anybody on this page as it stands."""
    size = person.page.viewport_size
    assert (person.barriers(), person.sticks_out()) == ([], 0)
    assert person.page.evaluate("getComputedStyle(document.body).fontSize") == ("24px" if elder else "18px")
    if size is not None:
        person.page.set_viewport_size(size)


def signs_in_with_a_code(wei: Person) -> None:
    """The code is what the desk reads to him; the page he wanted comes back."""
    wei.page.get_by_label("手机号").fill(PHONE)
    wei.page.get_by_role("button", name="要一个验证码").click()
    wei.page.get_by_label("验证码").fill(str(accounts.new_code(PHONE, address="story")))
    wei.page.get_by_role("button", name="登录").click()
    wei.page.wait_for_load_state()


@pytest.mark.parametrize("edition", ["plain", "elder"])
def test_from_the_square_on_the_poster_to_the_pay(
    chromium: Browser, live_server: LiveServer, shared_house: House, pictures: Path, edition: str
) -> None:
    house, elder = shared_house, edition == "elder"
    firm = factories.employer(house, "覃记螺蛳粉")
    shift = factories.verified(house, firm, start=8, length=4, title="卸冰箱", meals="管一顿")
    factories.verified(house, start=14, length=4, title="理货")
    boss = boss_of(house, firm)
    factories.dossier(house, phone=PHONE)
    wei = Person(chromium, live_server.url, 390, height=844)
    wei.go(JOBS)
    if elder:
        wei.page.get_by_role("button", name="大字").click()
        wei.page.wait_for_load_state()
    fits(wei, elder=elder)
    keep = {"plain": "phone-worker", "elder": "phone-elder"}[edition]
    wei.keep(f"{keep}-1-scanned", pictures)
    wei.page.get_by_role("link", name="卸冰箱", exact=True).click()  # the one tap
    expect(wei.page.get_by_role("heading", level=1)).to_have_text("卸冰箱")
    wei.keep(f"{keep}-2-job", pictures)
    wei.page.get_by_role("link", name="我要去").click()
    signs_in_with_a_code(wei)
    expect(wei.page.get_by_role("heading", level=1)).to_have_text("卸冰箱")
    wei.page.get_by_role("button", name="我要去").dblclick()
    wei.page.wait_for_url(f"**{JOBS}work/")
    row = Assignment.objects.get()  # pressed twice, once his
    assert row.state == State.APPLIED
    offers.offer(shift, row.dossier, by=house.mo)
    wei.go(f"{JOBS}work/")
    assert wei.sees("叫您去，请在这之前回话：")
    fits(wei, elder=elder)
    wei.keep(f"{keep}-3-offer", pictures)
    wei.page.get_by_role("button", name="去", exact=True).click()
    assert wei.sees("答应了")
    works(wei, shift, boss, f"{keep}-4-hours", pictures)
    is_paid(wei, house, f"{keep}-5-pay", pictures, elder=elder)
    assert wei.errors == []


def works(wei: Person, shift: Shift, boss: Membership, name: str, pictures: Path) -> None:
    """He is there, and both say four hours."""
    begun(shift)
    attendance.arrive(Assignment.objects.get(), by=boss)
    attendance.record_hours(Assignment.objects.get(), 240, Side.EMPLOYER, by=boss)
    wei.go(f"{JOBS}work/")
    wei.page.get_by_label("干了几小时").fill("4")
    wei.keep(name, pictures)
    wei.page.get_by_role("button", name="记下").click()
    assert wei.sees("干完")


def is_paid(wei: Person, house: House, name: str, pictures: Path, *, elder: bool) -> None:
    """Less than agreed: he says so from that line; the rest is paid, and the line says when."""
    wages.pay(WageRecord.objects.get(), 15000, by=house.mo)
    wei.go(f"{JOBS}pay/")
    assert wei.sees("有争议")
    assert wei.sees("150 元")
    fits(wei, elder=elder)
    wages.pay(WageRecord.objects.get(), 18000, by=house.mo)
    wei.go(f"{JOBS}pay/")
    wei.keep(name, pictures)
    wei.page.get_by_text("钱不对").click()
    wei.page.get_by_label("哪里不对").fill("说好另给 20 路费。")
    wei.page.get_by_role("button", name="告诉驿站").click()
    assert wei.sees("记下了，驿站会有人找您。")
    wage = WageRecord.objects.get()
    assert (wage.state, wage.note, wage.paid_fen) == (WageState.DISPUTED, "说好另给 20 路费。", 18000)


def test_an_employer_posts_repeats_sees_who_comes_confirms_and_pays(
    chromium: Browser, live_server: LiveServer, shared_house: House, pictures: Path
) -> None:
    house, firm = shared_house, factories.employer(shared_house, "覃记螺蛳粉")
    boss_of(house, firm)
    wei = factories.dossier(house, phone=PHONE)
    boss = Person(chromium, live_server.url, 390, height=844).sign_in("qin", factories.PASSWORD)
    posts(boss, pictures)
    shift = comes(boss, house, wei, pictures)
    repeats(boss, pictures)
    pays(boss, house, shift, pictures)
    assert boss.errors == []


def posts(boss: Person, pictures: Path) -> None:
    """要人, the trade, six answers."""
    boss.page.get_by_role("link", name="要人").first.click()
    fits(boss)
    boss.keep("phone-boss-1-trade", pictures)
    boss.go("/employer/post/?trade=loader")
    answers = {"headcount": "1", "hours_from": "08:00", "hours_to": "12:00", "hours_break": "0", "pay": "180"}
    for name, value in {**answers, "place": "粉店后门"}.items():
        boss.page.fill(f"input[name={name}]", value)
    boss.page.select_option("select[name=pay_when]", "same_day")
    fits(boss)
    boss.page.get_by_role("button", name="发出去核实").click()
    assert boss.sees("专员会打电话核实")
    assert Posting.objects.count() == 1


def comes(boss: Person, house: House, wei: Dossier, pictures: Path) -> Shift:
    """Asked: a family name. Agreed: name and telephone, and never an identity number."""
    posting = Posting.objects.get()
    postings.verify(posting, by=house.mo, method=Method.PHONE, note="跟覃老板通过电话")
    shift = Shift.objects.select_related("posting__employer__organisation", "market").get()
    row = offers.offer(shift, wei, by=house.mo)
    boss.go("/employer/")
    assert (boss.page.get_by_text("韦建国").count(), boss.page.get_by_text(PHONE).count()) == (0, 0)
    offers.accept(row, by=house.mo)
    boss.go("/employer/")
    assert boss.sees("韦建国")
    assert boss.sees(PHONE)
    fits(boss)
    boss.keep("phone-boss-2-who-comes", pictures)
    boss.page.get_by_role("button", name="知道了，让他来").click()
    assert boss.sees("定了")
    return shift


def repeats(boss: Person, pictures: Path) -> None:
    """The same again in two taps: the fold, the button; the day stands there already."""
    boss.page.locator("summary", has_text="照这个再要").first.click()
    boss.keep("phone-boss-3-repeat", pictures)
    boss.page.get_by_role("button", name="照这个再要").click()
    assert boss.sees("照上次的发了，专员会核实。")
    days = [timezone.localtime(shift.starts_at).date() for shift in Shift.objects.order_by("starts_at")]
    assert [(day - days[0]).days for day in days] == [0, 1]


def pays(boss: Person, house: House, shift: Shift, pictures: Path) -> None:
    """Arrived, four hours, what he gave; less than agreed stands there as a dispute until the rest is given."""
    begun(shift)
    boss.go("/employer/")
    boss.page.get_by_role("button", name="到了").click()
    boss.page.get_by_label("干了几小时").fill("4")
    boss.keep("phone-boss-4-hours", pictures)
    boss.page.get_by_role("button", name="记工时").click()
    attendance.record_hours(Assignment.objects.get(shift=shift), 240, Side.WORKER, by=house.mo)
    boss.go("/employer/wages/")
    boss.page.get_by_label("给了多少元").fill("150")
    boss.page.get_by_role("button", name="给了").click()
    assert boss.sees("有争议")
    assert boss.sees("给的比该给的少")
    fits(boss)
    boss.keep("phone-boss-5-pay", pictures)
    boss.page.get_by_label("给了多少元").fill("180")
    boss.page.get_by_role("button", name="给了").click()
    wage = WageRecord.objects.get()
    assert (wage.state, wage.paid_fen) == (WageState.PAID, 18000)
