"""读给我听 in a real browser: the recording, then the browser's voice, else the telephone; without a script too."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from gongqiao.services.spoken import actions
from tests import factories
from tests.factories import House
from tests.services.spoken import given
from tests.stories.browser import STORY, Person

pytestmark = STORY
JOBS = "/m/yufeng/"
# A browser with a Chinese voice: what it is given to say is kept, and each breath ends at once.
WITH_A_VOICE = """
window.said = [];
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => [{ lang: "zh-CN", localService: true, name: "stand-in" }],
  speak: (spoken) => { window.said.push(spoken.text); setTimeout(() => spoken.onend(), 5); },
  cancel: () => {}, addEventListener: () => {},
}});
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""
PLAYED = """
window.played = [];
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  this.addEventListener("ended", () => window.played.push(this.src));
  return play.call(this);
};
"""


def reader(chromium: Browser, url: str, *scripts: str, **kind: Any) -> Person:
    person = Person(chromium, url, 390, height=844, **kind)
    for script in scripts:
        person.context.add_init_script(script)
    return person


def said(person: Person, *, until: str) -> str:
    person.page.wait_for_function("text => window.said.join('').includes(text)", arg=until)
    return "".join(person.page.evaluate("window.said"))


def test_the_recording_is_played_and_then_each_job_is_said(
    chromium: Browser, live_server: LiveServer, shared_house: House, pictures: Path
) -> None:
    for start in (8, 14):
        factories.verified(shared_house, start=start, length=3, title=f"卸车 {start}")
    given.live(shared_house, content=given.wav(0.6))
    own = given.live(shared_house, tongue="za", content=given.wav(0.7, 300))
    wei = reader(chromium, live_server.url, WITH_A_VOICE, PLAYED)
    wei.go(JOBS)
    wei.keep("aloud", pictures)
    wei.page.get_by_text("换一种话听").click()
    wei.page.get_by_role("button", name="壮语", exact=True).click()
    wei.page.wait_for_load_state()
    wei.page.get_by_role("button", name="读给我听").click()
    expect(wei.page.get_by_role("button", name="停，不念了")).to_be_visible()
    told = said(wei, until="卸车 14")
    assert [address.split("/")[-2] for address in wei.page.evaluate("window.played")] == [own.sha256]
    assert told.index("卸车 8") < told.index("卸车 14")
    assert "这里是找活" not in told
    expect(wei.page.get_by_role("button", name="读给我听")).to_be_visible()
    wei.page.evaluate("window.said.length = 0")
    wei.page.get_by_role("button", name="听这份活").nth(1).click()
    assert "卸车 8" not in said(wei, until="卸车 14")
    assert (wei.errors, wei.barriers(), wei.sticks_out()) == ([], [], 0)


def test_where_nobody_recorded_anything_the_browsers_voice_reads_the_page(
    chromium: Browser, live_server: LiveServer, shared_house: House
) -> None:
    actions.write_prompt("say", "星期三有律师。", by=shared_house.liang)
    wei = reader(chromium, live_server.url, WITH_A_VOICE)
    wei.go("/m/yufeng/say/")
    wei.page.get_by_role("button", name="读给我听").click()
    told = said(wei, until="查办得怎么样了")
    assert told.index("有话说。钱不对") < told.index("星期三有律师。") < told.index("不用登录，不用留名")
    wei.reads(edition="elder").go("/m/yufeng/say/")
    box = wei.page.get_by_role("button", name="读给我听").bounding_box()
    assert box is not None
    assert box["height"] >= 60


def test_a_browser_without_a_voice_shows_the_telephone_and_no_button(
    chromium: Browser, live_server: LiveServer, shared_house: House
) -> None:
    wei = reader(chromium, live_server.url)
    wei.go(JOBS)
    expect(wei.page.get_by_text("这部手机不会念字")).to_be_visible()
    assert wei.page.get_by_role("button", name="读给我听").count() == 0
    given.live(shared_house, content=given.wav(2.0))
    wei.go(JOBS)
    wei.page.get_by_role("button", name="读给我听").click()
    expect(wei.page.get_by_role("button", name="停，不念了")).to_be_visible()
    expect(wei.page.get_by_role("button", name="读给我听")).to_be_visible()
    assert wei.errors == []


def test_without_a_script_the_recording_has_its_controls(
    chromium: Browser, live_server: LiveServer, shared_house: House
) -> None:
    clip = given.live(shared_house)
    wei = reader(chromium, live_server.url, java_script_enabled=False)
    wei.go(JOBS)
    assert wei.page.locator("audio").get_attribute("src") == f"/m/yufeng/clips/{clip.sha256}/"
    expect(wei.page.locator("audio")).to_be_visible()
    wei.go("/m/yufeng/say/")
    expect(wei.page.locator("[data-aloud-plain] p", has_text="要人念给您听，打驿站电话")).to_be_visible()


def test_the_desk_hears_a_recording_again_and_puts_it_to_use(
    chromium: Browser, live_server: LiveServer, shared_house: House, pictures: Path
) -> None:
    given.waiting(shared_house, "pay", "za")
    zhou = Person(chromium, live_server.url).sign_in("zhou", factories.PASSWORD)
    zhou.go("/desk/aloud/")
    zhou.page.get_by_role("link", name="等人听").click()
    zhou.page.get_by_label("从头听到尾了").check()
    zhou.page.locator("#slot").scroll_into_view_if_needed()
    zhou.keep("aloud-desk", pictures)
    zhou.page.get_by_role("button", name="用这一段").click()
    expect(zhou.page.get_by_role("heading", name="在用的", exact=True)).to_be_visible()
    assert (zhou.errors, zhou.barriers(), zhou.sticks_out()) == ([], [], 0)
