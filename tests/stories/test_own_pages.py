"""What is a worker's own and an employer's own, in a real browser: 我的资料, who acts for him, deletion, 我的信用; how
many answers a posting takes and how many taps the same again."""

from datetime import timedelta
from pathlib import Path

from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from gongqiao.foundation.accounts import actions as accounts
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers.actions import Facts
from gongqiao.needs.employers import actions as employers
from gongqiao.needs.postings.models import Posting
from gongqiao.services.mydata import erasure
from gongqiao.services.placement.actions import offers
from tests import factories
from tests.factories import House
from tests.needs.family import given
from tests.stories.browser import STORY, Person

pytestmark = STORY
WORK = reverse("worker:work", args=["yufeng"])
PHONE, HERS = "15400001234", "15500001234"
WAYS = [(390, "zh-hans", "plain"), (320, "zh-hans", "elder"), (390, "en", "plain"), (320, "en", "elder")]
SMALL = """() => [...document.querySelectorAll('main a, main button, main summary, main input:not([type=hidden])')]
  .filter(each => each.checkVisibility() && !each.closest('.foot, .notice, label'))
  .filter(each => { const box = each.getBoundingClientRect(); return box.width && box.height < 60; })
  .map(each => each.outerHTML.slice(0, 90))"""


def by_phone(browser: Browser, base: str, phone: str, width: int = 390) -> Person:
    person = Person(browser, base, width, height=844)
    person.go("/sign-in/")
    person.page.fill("input[name=phone]", phone)
    person.page.locator("form[action$='/code/'] button.btn").click()
    person.page.fill("input[name=code]", str(accounts.new_code(phone, address="story")))
    person.page.locator("main form button.btn").click()
    person.page.wait_for_load_state()
    return person


def looked_at(person: Person, path: str, name: str, pictures: Path) -> None:
    """Both widths, languages and editions: no barrier, nothing sticks out, and 长辈版 has big targets."""
    for width, language, edition in WAYS:
        person.reads(language=language, edition=edition)
        person.page.set_viewport_size({"width": width, "height": 844})
        assert person.go(path) == 200, path
        where = f"{name}-{width}-{language}-{edition}"
        assert (where, person.barriers(), person.sticks_out()) == (where, [], 0)
        if edition == "elder":
            assert (where, person.page.evaluate(SMALL)) == (where, [])
        person.page.screenshot(path=str(pictures / f"{where}.png"), full_page=True)
    person.reads()
    assert person.errors == []


def test_his_file_and_who_acts_for_him(
    chromium: Browser, live_server: LiveServer, shared_house: House, tmp_path: Path
) -> None:
    wei = factories.dossier(shared_house, "韦建国", phone=PHONE)
    said = {"travel": "ebike", "max_distance_m": 5000, "pay_floor": 2000, "languages": ["普通话", "桂柳话"]}
    dossiers.update(wei, Facts(said), by=shared_house.zhou)
    helper = given.helper(shared_house, wei, phone=HERS)
    row = offers.offer(factories.verified(shared_house), wei, by=shared_house.mo)
    his = by_phone(chromium, live_server.url, PHONE)
    looked_at(his, "/m/yufeng/file/", "file", tmp_path)
    his.page.set_viewport_size({"width": 390, "height": 844})
    his.go("/m/yufeng/file/")
    facts = his.page.locator("details.fact > summary")
    assert max(box["height"] for box in map(lambda each: each.bounding_box(), facts.all()) if box) <= 130
    his.page.locator("details.fact > summary", has_text="每小时至少").click()
    assert his.page.locator("details[open] button[value=pay_floor]").is_visible()

    hers = by_phone(chromium, live_server.url, HERS)
    assert hers.sees("正在替 韦师傅 办")
    looked_at(hers, WORK, "acting-for", tmp_path)
    hers.go(WORK)
    hers.page.get_by_role("button", name="去", exact=True).click()
    hers.page.wait_for_load_state()
    row.refresh_from_db()
    assert row.state == "accepted"
    looked_at(his, "/m/yufeng/family/", "family", tmp_path)
    assert his.go("/m/yufeng/family/") == 200
    assert his.sees("亲友替办")
    his.page.locator(f"form[action$='/{helper.pk}/end/'] button").click()
    his.page.wait_for_load_state()
    assert hers.go(WORK) == 403


def test_two_people_delete_one(chromium: Browser, live_server: LiveServer, shared_house: House, tmp_path: Path) -> None:
    wei = factories.dossier(shared_house, "欧阳铁柱", phone=PHONE)
    zhou = Person(chromium, live_server.url).sign_in("zhou", factories.PASSWORD)
    zhou.go(f"/desk/dossiers/{wei.pk}/")
    zhou.page.get_by_role("link", name="他要求删掉？").click()
    assert (zhou.barriers(), zhou.sticks_out()) == ([], 0)
    zhou.page.screenshot(path=str(tmp_path / "erasure.png"), full_page=True)
    zhou.page.get_by_role("button", name="核对过本人，提出删除").click()
    zhou.page.wait_for_load_state()
    assert zhou.page.get_by_role("button", name="点头，删掉").count() == 0
    liang = Person(chromium, live_server.url).sign_in("liang", factories.PASSWORD)
    liang.go("/desk/")
    liang.page.get_by_role("link", name=wei.number).click()
    assert (liang.barriers(), liang.sticks_out()) == ([], 0)
    liang.page.get_by_role("button", name="点头，删掉").click()
    liang.page.wait_for_load_state()
    assert erasure.open_one(wei) is None
    assert liang.go(f"/desk/dossiers/{wei.pk}/") == 404
    assert (zhou.errors, len(liang.errors)) == ([], 1)  # the 404 that was asked for


def test_six_answers_make_a_posting_and_two_taps_the_same_again(
    chromium: Browser, live_server: LiveServer, shared_house: House, tmp_path: Path
) -> None:
    firm = factories.employer(shared_house, "覃记螺蛳粉")
    login = {"username": "qin", "password": factories.PASSWORD}
    employers.give_account(firm, name="覃老板", phone="", by=shared_house.mo, **login)
    employers.see_licence(firm, by=shared_house.mo, evidence="看了原件")
    assert firm.licence_until is not None
    type(firm).objects.filter(pk=firm.pk).update(licence_until=firm.licence_until - timedelta(days=170))
    boss = Person(chromium, live_server.url, 390, height=844).sign_in("qin", factories.PASSWORD)
    assert boss.sees("证照核实快到期了")
    boss.go("/employer/post/?trade=loader")
    asked = boss.page.locator("main form .field:has(:required), main form fieldset:has(:required)")
    assert 0 < asked.count() <= 6
    for field in boss.page.locator("main form input:required:visible").all():
        if not field.input_value():
            field.fill("180" if "pay" in (field.get_attribute("name") or "") else "2")
    for choice in boss.page.locator("main form select:required:visible").all():
        if not choice.input_value():
            choice.select_option(index=1)
    boss.page.locator("main form button.btn").first.click()
    boss.page.wait_for_load_state()
    assert Posting.objects.count() == 1

    boss.go("/employer/")
    boss.page.get_by_text("照这个再要", exact=True).first.click()  # one
    boss.page.locator("details[open] form[action$='/repeat/'] button").first.click()  # two
    boss.page.wait_for_load_state()
    assert Posting.objects.count() == 2
    looked_at(boss, "/employer/", "employer", tmp_path)
    looked_at(boss, "/employer/reliability/", "reliability", tmp_path)


def test_a_phone_without_a_voice_has_the_telephone_below_the_page(
    chromium: Browser, live_server: LiveServer, shared_house: House
) -> None:
    anybody = Person(chromium, live_server.url, 390, height=844)
    anybody.go("/m/yufeng/")
    heading = anybody.page.locator("main h1").bounding_box()
    line = anybody.page.get_by_text("这部手机不会念字").bounding_box()
    assert heading is not None
    assert line is not None
    assert heading["y"] < line["y"]
    assert anybody.page.locator("main > section.aloud").is_hidden()
