"""The board by keyboard, the call list on paper, and why a job is shown."""

from pathlib import Path

from playwright.sync_api import Browser

from tests.stories.browser import STORY, Person
from tests.stories.conftest import Town

pytestmark = STORY


def prints_as_a_paper(mo: Person) -> None:
    """Title, unit, time, who made it and who checks it; the buttons stay on the screen; a table stays a table."""
    mo.page.set_viewport_size({"width": 703, "height": 1000})  # A4 less its margins, in CSS pixels
    mo.go("/desk/calls/")
    assert mo.page.locator("tbody tr[data-row]").count() >= 5
    mo.page.emulate_media(media="print")
    for text in ("单位：", "打印时间：", "制表：", "审核："):
        assert mo.sees(text), text
    assert mo.page.locator("main button:visible, nav:visible, header:visible").count() == 0
    assert mo.page.locator("thead").first.evaluate("head => getComputedStyle(head).display") == "table-header-group"
    assert mo.sticks_out() <= 0


def test_the_board_by_keyboard_and_the_call_list_on_paper(chromium: Browser, town: Town, pictures: Path) -> None:
    mo = town.staff(chromium, "mo")
    mo.go("/desk/board/")
    callable_ = mo.page.get_by_role("button", name="叫来")
    for address in mo.page.locator(".shift").evaluate_all("rows => rows.map(row => row.getAttribute('href'))"):
        mo.go(f"/desk/board/{address}")
        if callable_.count() >= 3:
            break
    assert callable_.count() >= 3
    assert mo.sees("为什么还缺：")
    assert mo.page.locator(".shift .seats i.open").count() >= 1
    mo.page.set_viewport_size({"width": 1280, "height": 720})
    mo.keep("board", pictures)
    mo.page.keyboard.press("j")
    mo.page.keyboard.press("j")
    assert mo.page.evaluate("document.activeElement.matches('.shift[data-row]')")
    chosen = mo.page.evaluate("document.activeElement.querySelector('b').textContent")
    mo.page.keyboard.press("Enter")
    mo.page.wait_for_load_state()
    assert mo.page.locator("#panel h2").text_content() == chosen
    mo.page.keyboard.press("?")
    assert mo.sees("下一行、上一行")
    mo.page.keyboard.press("/")
    assert mo.page.evaluate("document.activeElement.id") == "find"
    prints_as_a_paper(mo)
    assert mo.errors == []


def test_a_worker_is_told_why_a_job_is_shown_to_him(chromium: Browser, town: Town, pictures: Path) -> None:
    worker = town.worker(chromium, town.free, 390)
    worker.go("/m/yufeng/")
    assert worker.sees("为什么给您看：")
    assert worker.sees("打电话核实")
    assert worker.page.get_by_role("button", name="我要去").count() >= 1
    worker.keep("worker", pictures)
    worker.page.get_by_role("button", name="大字").click()
    worker.page.wait_for_load_state()
    assert worker.page.evaluate("getComputedStyle(document.body).fontSize") == "24px"
    worker.keep("worker-large", pictures)
    assert worker.errors == []
