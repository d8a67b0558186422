"""The hall: the wall without a network and with it again, the page that speaks, the kiosk that forgets."""

from datetime import time
from pathlib import Path

import pytest
from django_scopes import scope
from playwright.sync_api import Browser

from gongqiao.foundation import clock
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.organisations.queries import system_of
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.hall import actions, queries
from gongqiao.services.hall.actions.setup import WindowFacts
from gongqiao.services.hall.enums import Source
from gongqiao.services.hall.models import Number, Window
from gongqiao.services.placement import listing
from tests.stories.browser import STORY, Person, with_profile
from tests.stories.conftest import Town, _post
from tests.stories.line import line_to

pytestmark = STORY
TALL, WIDE = (1080, 1920), (1280, 800)
SMALLEST = """least => [...document.querySelectorAll('header *, main *, footer *')].filter(e => e.offsetParent
  && !e.closest('.sr, noscript') && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())
  && parseFloat(getComputedStyle(e).fontSize) < least).map(e => e.outerHTML.slice(0, 80))"""
CUT_OFF = """[...document.querySelectorAll('.wall-calls, .wall-here, .wall-page:not([hidden]), .wall-job')]
  .filter(e => e.scrollHeight > e.clientHeight + 2).map(e => `${e.className} ${e.scrollHeight - e.clientHeight}`)"""
KEPT = """async () => {
  const cache = await caches.open('wall /m/yufeng/screen/');
  while (!(await cache.match('/m/yufeng/screen/'))) await new Promise(done => setTimeout(done, 200));
}"""
HEIGHTS = "[...document.querySelectorAll('.kiosk-big')].map(e => e.getBoundingClientRect().height)"
OUT_OF_SIGHT = """[...document.querySelectorAll('.kiosk-page > *, .kiosk-foot, .wall-main > section, .wall-foot')]
  .filter(e => e.getBoundingClientRect().bottom > innerHeight + 1)
  .map(e => `${e.className} ${e.getBoundingClientRect().bottom - innerHeight}`)"""


@pytest.fixture
def hall(town: Town) -> Town:
    """The demo's hall with its windows open around the clock, and what is to be called out called out."""
    with scope(market=town.market):
        notify.deliver()
        for window in queries.windows():
            facts = WindowFacts(window.number, window.letters, time(0), time(23, 59))
            actions.set_window(facts, by=_post("liang"))
    return town


def call_next(town: Town, number: int = 1) -> Number:
    with scope(market=town.market):
        called = actions.call_next(Window.objects.get(number=number), by=_post("mo"))
    assert called is not None
    return called


def test_the_wall_shows_what_is_called_and_how_old_it_is_when_nobody_answers(
    chromium: Browser, hall: Town, pictures: Path
) -> None:
    first = call_next(hall)
    with line_to(hall.url) as line:
        wall = Person(chromium, line.url, 1920, height=1080)
        wall.page.clock.install()
        wall.go("/m/yufeng/screen/")
        now = wall.page.locator(".wall-now b")
        assert now.text_content() == first.shown
        assert wall.page.evaluate(SMALLEST, 22) == []
        assert wall.page.evaluate(OUT_OF_SIGHT) == []
        assert wall.page.evaluate(CUT_OFF) == []
        assert now.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 160
        wall.page.set_viewport_size({"width": 1280, "height": 720})
        wall.keep("hall-screen", pictures)
        second = call_next(hall)
        wall.page.clock.fast_forward(11_000)
        wall.page.wait_for_function(
            "text => document.querySelector('.wall-now b').textContent === text", arg=second.shown
        )
        assert wall.page.locator(".wall-now.flash").count() == 1
        as_of = wall.page.locator("#age").get_attribute("data-as-of")
        line.cut()
        wall.page.clock.fast_forward("03:00:30")
        wall.page.get_by_text(f"这是 {as_of} 的情况，网断了 3 小时").wait_for()
        assert (now.text_content(), wall.page.locator("#here img").is_visible()) == (second.shown, False)
        assert wall.page.evaluate(CUT_OFF) == []
        assert wall.sees("请到柜台报到取号")
        wall.keep("hall-screen-old", pictures)
        line.mend()
        wall.page.clock.fast_forward(11_000)
        wall.page.locator("#age").wait_for(state="hidden")
        assert wall.page.locator("#here img").is_visible()


def test_a_wall_that_starts_again_without_a_network_shows_what_it_had_and_how_old_that_is(
    chromium: Browser, hall: Town, tmp_path: Path
) -> None:
    called = call_next(hall)
    with line_to(hall.url) as line:
        for life in range(2):
            context = with_profile(chromium, tmp_path / "profile", 1920, 1080)
            page = context.pages[0]
            page.goto(f"{line.url}/m/yufeng/screen/")
            now = page.locator(".wall-now b")
            assert now.text_content() == called.shown
            assert now.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 160
            if life == 0:
                page.evaluate(KEPT)
                line.cut()
            else:
                page.get_by_text("网断了 1 分钟").wait_for()
                assert not page.locator("#here img").is_visible()
                line.mend()
                page.locator("#age").wait_for(state="hidden")
                assert page.locator("#here img").is_visible()
            context.close()


def test_the_caller_starts_with_one_tap_and_says_that_it_has_no_voice_here(
    chromium: Browser, hall: Town, pictures: Path
) -> None:
    first = call_next(hall)
    page = Person(chromium, hall.url, 1280, height=720)
    page.go("/m/yufeng/caller/")
    page.page.get_by_role("button", name="打开声音").click()
    how = page.page.locator("[data-voice]").get_attribute("data-how")
    assert how in ("silent", "speech")
    assert page.sees({"silent": "叫号时屏幕会闪", "speech": "电脑来读"}[how or ""])
    page.keep("hall-caller", pictures)
    with scope(market=hall.market):
        actions.call_again(Number.objects.select_related("market").get(pk=first.pk), by=_post("mo"))
    page.page.locator(".wall-now.flash").wait_for()
    assert page.errors == []


def test_a_phone_is_told_that_its_turn_has_come_and_the_window_sees_who_waits(chromium: Browser, hall: Town) -> None:
    mo = hall.staff(chromium, "mo")
    window = _window(hall, 3)
    mo.go(f"/desk/windows/{window.pk}/")
    before = mo.page.locator("#waiting").text_content() or ""
    with scope(market=hall.market):
        service = next(each for each in queries.services() if each.letter == "C")
        mine = actions.draw(service, by=system_of(hall.market), source=Source.PHONE)
    phone = Person(chromium, hall.url, 390, height=844)
    phone.go(f"/m/yufeng/number/{mine.pk}/")
    assert phone.sees("前面还有")
    mo.page.wait_for_function("text => document.querySelector('#waiting').textContent !== text", arg=before)
    with scope(market=hall.market):
        while (called := actions.call_next(window, by=_post("mo"))) is not None and called.pk != mine.pk:
            pass
    phone.page.get_by_text("叫到您了，请到 3 号窗口").wait_for()
    assert (phone.errors, mo.errors) == ([], [])


def _window(town: Town, number: int) -> Window:
    with scope(market=town.market):
        found: Window = Window.objects.select_related("market").get(number=number)
    return found


def kiosk(chromium: Browser, town: Town, size: tuple[int, int]) -> Person:
    """莫专员 makes the machine a kiosk on the desk's page."""
    machine = Person(chromium, town.url, size[0], height=size[1]).sign_in("mo", "gongqiao-demo")
    machine.go("/desk/windows/")
    machine.page.get_by_text("这台机器", exact=True).click()
    machine.page.get_by_role("button", name="这台机器当自助机").click()
    machine.page.wait_for_url("**/kiosk/")
    return machine


def typed(machine: Person, figures: str) -> None:
    for figure in figures:
        machine.page.locator(".pad").get_by_role("button", name=figure, exact=True).click()


@pytest.mark.parametrize("size", [TALL, WIDE], ids=["tall", "wide"])
def test_the_kiosk_checks_in_without_a_keyboard_and_keeps_nothing(
    chromium: Browser, hall: Town, pictures: Path, size: tuple[int, int]
) -> None:
    machine = kiosk(chromium, hall, size)
    assert min(machine.page.evaluate(HEIGHTS)) >= 260
    assert machine.page.evaluate(OUT_OF_SIGHT) == []
    assert machine.page.get_by_role("button", name="读给我听").is_visible()
    machine.keep(f"hall-kiosk-{'tall' if size == TALL else 'wide'}", pictures)
    machine.page.clock.install()
    machine.page.get_by_role("link", name="报到取号").click()
    machine.page.wait_for_url("**/kiosk/here/")
    typed(machine, hall.asked[:-1] + "0")
    machine.page.get_by_role("button", name="退一格").click()
    typed(machine, hall.asked[-1])
    machine.page.get_by_role("button", name="报到", exact=True).click()
    machine.page.wait_for_url("**/kiosk/done/**")
    turn = machine.page.locator(".hall-number").text_content()
    assert turn == str(_turn(hall))
    machine.page.get_by_role("button", name="A 找活登记").click()
    machine.page.wait_for_url("**/kiosk/done/**")
    assert machine.sees("前面还有")
    assert machine.page.evaluate(OUT_OF_SIGHT) == []
    machine.keep("hall-kiosk-number", pictures)
    drawn, number = machine.page.url, str(machine.page.locator(".hall-number").text_content())
    machine.page.clock.fast_forward(50_000)
    machine.page.get_by_text("还在吗？").wait_for()
    machine.page.clock.fast_forward(11_000)
    machine.page.wait_for_url("**/kiosk/")
    for _back in range(4):
        machine.page.go_back()
        machine.page.wait_for_timeout(300)
        seen = machine.page.content()
        assert (number in seen, hall.asked in seen) == (False, False)
    machine.page.goto(drawn)
    assert number not in machine.page.content()
    machine.go("/m/yufeng/kiosk/here/")
    assert machine.page.locator("#who").input_value() == ""
    assert [cookie["name"] for cookie in machine.context.cookies() if cookie.get("name") == "visit"] == []
    assert machine.errors == []


def _turn(town: Town) -> int:
    with scope(market=town.market):
        dossier = Dossier.objects.get(person__phone_last4=town.asked[-4:], tickets__isnull=False)
        return int(dossier.tickets.latest("day").number)


def _a_job(town: Town) -> int:
    return int(listing.page_of(town.market, clock.now()).lines[0].shift.pk)


def test_every_page_of_the_kiosk_has_no_barrier_in_both_shapes_and_languages(chromium: Browser, hall: Town) -> None:
    found: list[str] = []
    for size in (TALL, WIDE):
        machine = kiosk(chromium, hall, size)
        for language in ("zh-hans", "en"):
            machine.reads(language=language)
            with scope(market=hall.market):
                job = _a_job(hall)
            for path in ("", "jobs/", f"jobs/{job}/", "here/", "mine/", "help/"):
                machine.page.set_viewport_size({"width": size[0], "height": size[1]})
                machine.go(f"/m/yufeng/kiosk/{path}")
                found += [f"{path} {language} {size}: hidden {part}" for part in machine.page.evaluate(OUT_OF_SIGHT)]
                found += [f"{path} {language} {size}: {barrier}" for barrier in machine.barriers()]
        assert machine.errors == []
    assert found == []
