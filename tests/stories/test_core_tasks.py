"""The core tasks of a worker with JavaScript off, and with the keyboard alone: look, sign in, apply, answer an offer,
say his hours, dispute a line, say something, fill a questionnaire."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.feedback.models import Ticket
from gongqiao.needs.surveys import forms
from gongqiao.needs.surveys.actions import fieldwork, publishing
from gongqiao.needs.surveys.actions.fieldwork import CampaignFacts
from gongqiao.needs.surveys.actions.publishing import Draft
from gongqiao.needs.surveys.enums import Subject
from gongqiao.needs.surveys.models import Submission
from gongqiao.services.placement.actions import attendance, offers
from gongqiao.services.placement.enums import Side, State, WageState
from gongqiao.services.placement.models import Assignment, WageRecord
from tests import factories
from tests.factories import House
from tests.stories.browser import STORY, Person
from tests.stories.hands import Hands, Keyboard, Mouse
from tests.stories.moved import begun

pytestmark = STORY
HOME = "/m/yufeng/"
PHONE = "15400001234"
MOST_STEPS = 20  # of a questionnaire; an answer may bring up more questions of the same step


def questionnaire(house: House, wei: Dossier) -> None:
    version = publishing.add_version(Draft(forms.WORKER_SATISFACTION, Subject.WORKER), by=house.zhou)
    publishing.publish(version, by=house.zhou)
    facts = CampaignFacts("问问满意不满意", "知道哪里要改", "我同意把回答写进档案。", anonymous_use=True)
    campaign = fieldwork.start_campaign(facts, [house.liang], by=house.zhou)
    today = timezone.localdate()
    wave = fieldwork.open_wave(campaign, version, today, today + timedelta(days=9), by=house.zhou)
    fieldwork.assign(wave, dossiers=[wei], by=house.zhou)
    fieldwork.run(campaign, by=house.zhou)


@pytest.mark.parametrize("way", ["without JavaScript", "by keyboard"])
def test_every_core_task_of_a_worker(chromium: Browser, live_server: LiveServer, shared_house: House, way: str) -> None:
    house, scripted = shared_house, way == "by keyboard"
    factories.verified(house, start=8, length=4, title="卸冰箱")
    wei = factories.dossier(house, phone=PHONE)
    questionnaire(house, wei)
    person = Person(chromium, live_server.url, 390, height=844, java_script_enabled=scripted)
    keyboard = Keyboard(person.page)
    hands: Hands = keyboard if scripted else Mouse()
    looks_signs_in_and_applies(person, hands)
    answers_and_works(person, hands, house)
    disputes(person, hands, house.mo)
    says_something(person, hands)
    fills_the_questionnaire(person, hands)
    assert (person.errors, keyboard.unseen) == ([], [])


def looks_signs_in_and_applies(person: Person, hands: Hands) -> None:
    page = person.page
    person.go(HOME)
    hands.press(page.get_by_role("link", name="卸冰箱", exact=True))
    page.wait_for_url("**/jobs/*/")
    hands.press(page.get_by_role("link", name="我要去"))
    page.wait_for_url("**/sign-in/**")
    hands.write(page.get_by_label("手机号"), PHONE)
    hands.press(page.get_by_role("button", name="要一个验证码"))
    page.wait_for_url("**/sign-in/code/")
    hands.write(page.get_by_label("验证码"), str(accounts.new_code(PHONE, address="story")))
    hands.press(page.get_by_role("button", name="登录"))
    page.wait_for_url("**/jobs/*/")
    hands.press(page.get_by_role("button", name="我要去"))
    page.wait_for_url(f"**{HOME}work/")
    assert Assignment.objects.get().state == State.APPLIED


def answers_and_works(person: Person, hands: Hands, house: House) -> None:
    row, page = Assignment.objects.get(), person.page
    offers.offer(row.shift, row.dossier, by=house.mo)
    person.go(f"{HOME}work/")
    hands.press(page.get_by_role("button", name="去", exact=True))
    page.get_by_text("记下了。").wait_for()
    row.refresh_from_db()
    assert (row.state, row.answered_at is not None) == (State.ACCEPTED, True)
    begun(row.shift)
    attendance.arrive(Assignment.objects.get(), by=house.mo)
    attendance.record_hours(Assignment.objects.get(), 240, Side.EMPLOYER, by=house.mo)
    person.go(f"{HOME}work/")
    hands.write(page.get_by_label("干了几小时"), "4")
    hands.press(page.get_by_role("button", name="记下"))
    page.get_by_text("记下了。").wait_for()
    assert WageRecord.objects.get().state == WageState.DUE


def disputes(person: Person, hands: Hands, mo: Membership) -> None:
    page = person.page
    person.go(f"{HOME}pay/")
    hands.press(page.locator("summary", has_text="钱不对"))
    hands.write(page.get_by_label("哪里不对"), "说好 180，只给 150。")
    hands.press(page.get_by_role("button", name="告诉驿站"))
    page.get_by_text("记下了，驿站会有人找您。").wait_for()
    wage = WageRecord.objects.get()
    assert (wage.state, wage.note) == (WageState.DISPUTED, "说好 180，只给 150。")


def says_something(person: Person, hands: Hands) -> None:
    page = person.page
    person.go(f"{HOME}say/")
    hands.tick(page.get_by_label("活跟说的不一样"))
    hands.write(page.get_by_label("说一说", exact=True), "说是理货，去了是卸水泥。")
    hands.press(page.get_by_role("button", name="交上去"))
    page.wait_for_url("**/say/thread/")
    assert Ticket.objects.get().text == "说是理货，去了是卸水泥。"


def fills_the_questionnaire(person: Person, hands: Hands) -> None:
    """The first answer of every question that has answers to choose from, step by step to the last look."""
    page = person.page
    person.go(f"{HOME}work/")
    hands.press(page.get_by_role("link", name="有一份问卷请您填"))
    page.wait_for_url("**/surveys/*/")
    unanswered = page.locator("main fieldset:has(input):not(:has(input:checked))")
    for _step in range(MOST_STEPS):
        if page.get_by_text("最后看一遍").count():
            break
        while unanswered.count():
            hands.tick(unanswered.first.locator("input").first)
        with page.expect_navigation():
            hands.press(page.get_by_role("button", name="下一步"))
    hands.press(page.get_by_role("button", name="交上去"))
    page.get_by_text("交上了，谢谢您。").wait_for()
    assert Submission.objects.count() == 1
