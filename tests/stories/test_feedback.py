"""有话说 in a real browser: without a name, without JavaScript, without a network; and who is never shown it."""

from pathlib import Path

from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from gongqiao.needs.feedback.enums import Category, State
from gongqiao.needs.feedback.models import Ticket
from tests import factories
from tests.factories import House
from tests.stories.browser import STORY, Person
from tests.stories.line import line_to

pytestmark = STORY
SAY = "/m/yufeng/say/"
SOON = 15_000  # milliseconds


def says(person: Person, what: str, text: str) -> None:
    person.page.get_by_label(what).check()
    person.page.get_by_label("说一说", exact=True).fill(text)


def sends(person: Person) -> None:
    person.page.get_by_role("button", name="交上去").click()


def test_a_complaint_is_said_answered_and_judged_and_the_manager_never_meets_it(
    chromium: Browser, live_server: LiveServer, shared_house: House, pictures: Path
) -> None:
    factories.handlers(shared_house)
    wei = Person(chromium, live_server.url, 390, height=1000, java_script_enabled=False)
    wei.go(SAY)
    says(wei, "工钱没给、给少了", "星期六卸车，说好当天给 180，到今天没给。")
    wei.keep("say", pictures)
    sends(wei)
    expect(wei.page.get_by_text("查询码（记下来")).to_be_visible()
    ticket = Ticket.objects.get()
    assert wei.sees(ticket.code_in_fours)
    mo = Person(chromium, live_server.url).sign_in("mo", factories.PASSWORD)
    liang = Person(chromium, live_server.url).sign_in("liang", factories.PASSWORD)
    mo.go("/desk/tickets/")
    mo.page.get_by_role("link", name=ticket.name).click()
    mo.page.get_by_role("button", name="我来办").click()
    mo.page.get_by_label("本人凭查询码就能看到").fill("今天就去找老板，明天给您回话。")
    mo.page.get_by_role("button", name="答他", exact=True).click()
    expect(mo.page.get_by_text("今天就去找老板")).to_be_visible()
    mo.keep("ticket", pictures)
    mo.page.get_by_label("怎么办的，本人会看到").fill("老板把 180 元转给您了，收到说一声。")
    mo.page.get_by_role("button", name="办完了，告诉本人").click()
    liang.go("/desk/tickets/")
    assert not liang.page.get_by_role("link", name=ticket.name).count()
    assert liang.go(f"/desk/tickets/{ticket.pk}/") == 404
    wei.go("/m/yufeng/say/thread/")
    assert wei.sees("老板把 180 元转给您了")
    wei.page.get_by_role("radio", name="没办好").check()
    wei.page.get_by_role("button", name="交上去").click()
    wei.keep("thread", pictures)
    mo.go("/desk/tickets/?list=callback")
    assert mo.page.get_by_role("link", name=ticket.name).count() == 1
    ticket.refresh_from_db()
    assert (ticket.category, ticket.state, ticket.handler) == (Category.WAGES, State.CLOSED, shared_house.mo)
    assert [mo.errors, wei.errors] == [[], []]


def test_without_a_network_it_is_kept_on_the_phone_and_sent_once(
    chromium: Browser, live_server: LiveServer, shared_house: House
) -> None:
    with line_to(live_server.url) as line:
        wei = Person(chromium, line.url, 320)
        wei.go(SAY)
        says(wei, "活跟说的不一样", "说是理货，去了是卸水泥。")
        line.cut()
        sends(wei)
        expect(wei.page.get_by_text("没有网。")).to_be_visible(timeout=SOON)
        assert (Ticket.objects.count(), wei.sticks_out()) == (0, 0)
        line.mend()
        wei.page.wait_for_url("**/say/thread/", timeout=SOON)
        assert Ticket.objects.get().text == "说是理货，去了是卸水泥。"
        assert wei.page.evaluate("localStorage.length") == 0
        assert [error for error in wei.errors if "ERR_" not in error] == []


def test_closed_before_the_network_came_back_it_is_offered_again(
    chromium: Browser, live_server: LiveServer, shared_house: House
) -> None:
    with line_to(live_server.url) as line:
        wei = Person(chromium, line.url, 320)
        wei.go(SAY)
        says(wei, "受伤、不安全", "切割没有发眼镜。")
        voice = {"name": "话.ogg", "mimeType": "audio/ogg", "buffer": b"OggS" + bytes(2000)}
        wei.page.set_input_files("input[name=voice]", files=[voice])  # type: ignore[list-item]
        line.cut()
        sends(wei)
        expect(wei.page.get_by_text("没有网。")).to_be_visible(timeout=SOON)
        wei.page.goto("about:blank")
        line.mend()
        wei.go(SAY)
        expect(wei.page.get_by_text("上回有一件没发出去")).to_be_visible()
        assert not wei.sees("切割没有发眼镜")  # whoever holds the phone now does not read it
        wei.page.get_by_role("button", name="现在发").click()
        wei.page.wait_for_url("**/say/thread/", timeout=SOON)
        ticket = Ticket.objects.get()
        assert (ticket.text, ticket.category) == ("切割没有发眼镜。", Category.SAFETY)
        assert ticket.voice is not None
        assert ticket.voice.size == 2004
        wei.go(SAY)
        assert not wei.page.locator("#kept").is_visible()
        assert wei.page.evaluate("localStorage.length") == 0


def test_two_pages_without_a_network_are_two_tickets_and_neither_pushes_the_other_out(
    chromium: Browser, live_server: LiveServer, shared_house: House
) -> None:
    with line_to(live_server.url) as line:
        wei = Person(chromium, line.url, 390)
        wei.go(SAY)
        second = wei.context.new_page()
        second.goto(line.url + SAY)
        line.cut()
        for page, text in ((wei.page, "第一件：扣了一百块。"), (second, "第二件：没有发手套。")):
            page.get_by_label("活跟说的不一样").check()
            page.get_by_label("说一说", exact=True).fill(text)
            for _press in range(2):
                page.get_by_role("button", name="交上去").click()
            expect(page.get_by_text("没有网。")).to_be_visible(timeout=SOON)
        second.close()
        wei.page.goto("about:blank")
        line.mend()
        for left in (1, 0):
            wei.go(SAY)
            wei.page.get_by_role("button", name="现在发").click()
            wei.page.wait_for_url("**/say/thread/", timeout=SOON)
            assert wei.page.evaluate("localStorage.length") == left
        said = list(Ticket.objects.order_by("filed_at"))
        assert [row.text for row in said] == ["第一件：扣了一百块。", "第二件：没有发手套。"]


def test_sent_from_a_page_that_waits_and_again_from_another_it_is_one(
    chromium: Browser, live_server: LiveServer, shared_house: House
) -> None:
    with line_to(live_server.url) as line:
        wei = Person(chromium, line.url, 390)
        wei.go(SAY)
        second = wei.context.new_page()
        second.goto(line.url + SAY)
        says(wei, "活跟说的不一样", "说是理货，去了是卸水泥。")
        line.cut()
        sends(wei)
        expect(wei.page.get_by_text("没有网。")).to_be_visible(timeout=SOON)
        wei.page.get_by_label("说一说", exact=True).fill("说是理货，去了是卸水泥，还扣钱。")  # more, while it waits
        line.mend()
        second.reload()
        wei.page.wait_for_url("**/say/thread/", timeout=SOON)
        if second.get_by_role("button", name="现在发").is_visible():  # it was offered before the first had gone
            second.get_by_role("button", name="现在发").click()
            second.wait_for_load_state()
        assert [row.text for row in Ticket.objects.all()] == ["说是理货，去了是卸水泥，还扣钱。"]


def test_back_from_the_ticket_another_thing_can_be_said(
    chromium: Browser, live_server: LiveServer, shared_house: House
) -> None:
    wei = Person(chromium, live_server.url, 390)
    for text in ("第一件：扣了一百块。", "第二件：没有发手套。"):
        if text.startswith("第二件"):
            wei.page.go_back()
            wei.page.wait_for_load_state()
        else:
            wei.go(SAY)
        says(wei, "活跟说的不一样", text)
        sends(wei)
        wei.page.wait_for_url("**/say/thread/", timeout=SOON)
    assert [row.text for row in Ticket.objects.order_by("filed_at")] == ["第一件：扣了一百块。", "第二件：没有发手套。"]
