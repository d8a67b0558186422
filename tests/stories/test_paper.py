"""A pile of papers is keyed with the keyboard alone: Tab to the next question, digits choose, Enter saves."""

from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from gongqiao.foundation import clock
from gongqiao.needs.surveys import forms
from gongqiao.needs.surveys.actions import fieldwork, publishing
from gongqiao.needs.surveys.actions.fieldwork import CampaignFacts
from gongqiao.needs.surveys.actions.publishing import Draft
from gongqiao.needs.surveys.enums import Subject
from gongqiao.needs.surveys.models import Submission, Wave
from tests import factories
from tests.factories import House
from tests.stories.browser import STORY, Person

pytestmark = STORY


def wave_of(house: House) -> Wave:
    """Our own questionnaire of a worker's needs, asked of 韦建国 and 陆大海 from today."""
    version = publishing.add_version(Draft(forms.WORKER_NEEDS, Subject.WORKER), by=house.zhou)
    publishing.publish(version, by=house.zhou)
    facts = CampaignFacts("秋季需要", "知道大家要什么", "我同意把回答写进档案。", anonymous_use=True)
    campaign = fieldwork.start_campaign(facts, [house.liang], by=house.zhou)
    today = clock.now().astimezone(house.market.tz).date()
    wave = fieldwork.open_wave(campaign, version, today, today + timedelta(days=9), by=house.zhou)
    people = [factories.dossier(house, name) for name in ("韦建国", "陆大海")]
    fieldwork.assign(wave, dossiers=people, by=house.zhou)
    fieldwork.run(campaign, by=house.zhou)
    return wave


def typed(person: Person, *keys: str) -> None:
    for key in keys:
        person.page.keyboard.press(key)


def to_question(person: Person, words: str) -> None:
    """Tab until the question with these words has the keys: nothing on the way needs a mouse."""
    said = f"document.activeElement.closest('.field')?.innerText.includes({words!r})"
    for _step in range(80):
        person.page.keyboard.press("Tab")
        if person.page.evaluate(said):
            return
    raise AssertionError(f"Tab does not come to {words}")


def test_a_paper_is_keyed_without_a_mouse(
    chromium: Browser, live_server: LiveServer, shared_house: House, tmp_path: Path
) -> None:
    wave = wave_of(shared_house)
    mo = Person(chromium, live_server.url).sign_in("mo", factories.PASSWORD)
    mo.go(f"/desk/surveys/waves/{wave.pk}/paper/?asked_on={wave.opens_on}&collector={shared_house.luo.pk}")
    mo.page.get_by_label("问的是谁").focus()
    mo.page.keyboard.type("韦建国")
    to_question(mo, "愿意让我们把您说的")
    typed(mo, "1")
    to_question(mo, "上个月干了几天活")
    typed(mo, "3")
    to_question(mo, "最想干什么活")
    typed(mo, "2", "1", "2")  # the second, then no: the twelfth
    to_question(mo, "一个小时最少")
    mo.page.keyboard.type("21.5")
    typed(mo, "Enter")
    expect(mo.page.get_by_text("这一年碰到过哪些事")).to_be_visible()  # only those who agree are asked
    mo.page.screenshot(path=str(tmp_path / "paper.png"), full_page=True)
    assert mo.barriers() == []
    mo.page.get_by_role("button", name="录完了，交上去").click()
    expect(mo.page.get_by_text("录好了，交上去了。下一份。")).to_be_visible()
    assert mo.page.get_by_label("哪天问的").input_value() == wave.opens_on.isoformat()
    sheet = Submission.objects.get()
    told = {row.path.rsplit("/", 1)[-1]: row.code for row in sheet.answers.all()}
    assert (told["consent"], told["pay"], sheet.collector, sheet.keyed_by) == (
        "yes", "21.5", shared_house.luo, shared_house.mo,
    )  # fmt: skip
    assert mo.errors == []


def test_what_is_wrong_on_a_paper_is_told_on_a_phone_and_in_english(
    chromium: Browser, live_server: LiveServer, shared_house: House, tmp_path: Path
) -> None:
    wave = wave_of(shared_house)
    mo = Person(chromium, live_server.url, 390, height=844).sign_in("mo", factories.PASSWORD)
    mo.reads(language="en").go(f"/desk/surveys/waves/{wave.pk}/paper/?asked_on={wave.opens_on}")
    mo.page.get_by_label("Who was asked").fill("韦建国")
    mo.page.get_by_label("Asked by").select_option(label="罗专员")
    mo.page.get_by_label("What is the least you would work for").fill("300")
    mo.page.get_by_role("button", name="Done, hand it in").click()
    expect(mo.page.get_by_text("Per hour, from 1 to 200 yuan.").first).to_be_visible()
    expect(mo.page.get_by_text("Pay and safety")).to_have_count(0)  # nothing is asked there of who did not say yes
    mo.page.screenshot(path=str(tmp_path / "paper-wrong.png"), full_page=True)
    assert (mo.barriers(), mo.sticks_out()) == ([], 0)
    assert Submission.objects.count() == 0
