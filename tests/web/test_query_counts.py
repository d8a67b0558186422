"""Every list screen takes the same literal number of queries whether it shows one row of each kind or three."""

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from gongqiao.channels.spreadsheet import actions
from gongqiao.channels.spreadsheet.enums import Kind
from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.organisations import actions as organisations
from gongqiao.foundation.organisations.roles import Role
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.employers import actions as employers
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.feedback import actions as feedback
from gongqiao.needs.feedback.enums import Category, Outcome
from gongqiao.needs.postings import actions as postings
from gongqiao.needs.surveys.actions import fieldwork
from gongqiao.needs.surveys.actions.fieldwork import CampaignFacts
from gongqiao.needs.surveys.enums import AttemptOutcome
from gongqiao.services.placement import live
from gongqiao.services.placement.actions import attendance, offers
from gongqiao.services.placement.enums import Side
from tests import factories
from tests.channels.spreadsheet import sheets
from tests.conftest import signed_in
from tests.factories import House
from tests.needs.interviews import given
from tests.needs.surveys.given_forms import published
from tests.services.demand import given as answered
from tests.web.world import routes

pytestmark = pytest.mark.data
PHONE = "15400001234"
WORKER, BOSS = "worker", "qin"
SCREENS = {
    ("zhou", "desk:today"): 16,
    ("zhou", "desk:dossiers"): 11,
    ("zhou", "desk:dossiers?q=韦"): 11,
    ("zhou", "desk:employers"): 11,
    ("zhou", "desk:postings"): 11,
    ("mo", "desk:verify-queue"): 11,
    ("mo", "desk:rounds"): 21,
    ("mo", "desk:visit-answers"): 15,
    ("zhou", "desk:studies"): 10,
    ("liang", "desk:studies"): 12,
    ("zhou", "desk:surveys"): 13,
    ("mo", "desk:survey-tasks"): 13,
    ("mo", "desk:picture"): 16,
    ("mo", "desk:board"): 32,
    ("mo", "desk:calls"): 10,
    ("mo", "desk:attendance"): 12,
    ("mo", "desk:wages"): 10,
    ("mo", "desk:sheets"): 11,
    ("liang", "desk:staff"): 11,
    ("liang", "desk:calendar"): 9,
    ("shen", "desk:audit"): 11,
    ("mo", "desk:tickets"): 12,
    ("mo", "desk:tickets?q=覃"): 12,
    ("mo", "desk:ticket-themes"): 13,
    ("mo", "desk:changes"): 10,
    ("liang", "desk:ticket-handlers"): 11,
    ("", "worker:say"): 2,
    (WORKER, "worker:say"): 7,
    (BOSS, "employer:complaints"): 6,
    ("", "worker:jobs"): 6,
    (WORKER, "worker:jobs"): 38,
    (WORKER, "worker:work"): 10,
    (WORKER, "worker:pay"): 6,
    (WORKER, "worker:book"): 9,
    (WORKER, "worker:file"): 23,
    (WORKER, "worker:file-paper"): 31,
    (BOSS, "employer:home"): 10,
    (BOSS, "employer:wages"): 6,
}
NO_LISTS = {
    "desk:register",
    "desk:employer-new",
    "desk:posting-new",
    "desk:settings",
    "desk:study-new",
    "desk:survey-new",
    "desk:survey-upload",
    "desk:ticket-new",
    "employer:post",
}


def lived(house: House, rows: int) -> None:
    """`rows` of everything: done work with its wage, asked people, open shifts, demand to verify, employers, files."""
    firm = factories.employer(house)
    employers.give_account(firm, name="覃老板", phone="", by=house.mo, username=BOSS, password=factories.PASSWORD)
    wei = factories.dossier(house, "韦建国", phone=PHONE)
    for index in range(rows):
        shift = factories.verified(house, firm, start=6 + 4 * index, length=3, pay_fen=9000)
        row = offers.offer(shift, wei, by=house.mo)
        offers.accept(row, by=house.mo)
        with time_machine.travel(shift.starts_at, tick=False):
            attendance.arrive(row, by=house.mo)
        with time_machine.travel(shift.ends_at, tick=False):
            attendance.record_hours(row, 180, Side.WORKER, by=house.mo)
            attendance.record_hours(row, 180, Side.EMPLOYER, by=house.mo)
        said(house, wei, firm)
        given.interview(house, given.study(house))
        helper = organisations.give_post(house.market, by=house.system, title=f"帮手 {index}", role=Role.SPECIALIST)
        feedback.name_handler(helper, Category.WAGES, by=house.liang)


def said(house: House, wei: Dossier, firm: Employer) -> None:
    """One thing of each: open and asked about, late, ended with a change of service."""
    asked = factories.ticket(house, person=wei.person, about_employer=firm, about_staff=(house.luo,))
    feedback.take(asked, by=house.mo)
    feedback.ask_employer(asked, "请说明。", by=house.mo)
    factories.ticket(house, Category.WAGES, "老板拖欠工钱", about_employer=firm)
    done = factories.ticket(house)
    feedback.take(done, by=house.mo)
    feedback.resolve(done, Outcome.DONE, "说好了。", by=house.mo)
    day = timezone.localdate()
    words = {"category": Category.JOB, "said": "活不一样", "did": "多问一句", "changed_on": day}
    feedback.write_change(**words, tickets=[done], by=house.mo)  # type: ignore[arg-type]


def ahead(house: House, rows: int) -> None:
    """What waits for the next day, as that evening sees it."""
    visits = answered.visits(house)
    for index in range(rows):
        firm = factories.employer(house, f"覃记 {index}")
        shift = factories.verified(house, firm, start=8, length=3 + index, pay_fen=12000)
        asked = factories.dossier(house, f"韦{index}")
        offers.offer(shift, asked, by=house.mo)
        postings.submit(factories.posting(house, firm, start=14), by=house.luo)
        organisations.give_post(house.market, by=house.system, title=f"新专员 {index}", role=Role.SPECIALIST)
        actions.preview(by=house.mo, kind=Kind.WORKERS, filename=f"{index}.xlsx", content=sheets.workers())
        to_ask(house, asked, index)
        said = answered.heard(visits, shift.posting, by=house.mo, headcount=5, pay=300)
        assert said.posting_proposals.count() == 2


def to_ask(house: House, one: Dossier, index: int) -> None:
    """A campaign of its own form; one person whom 莫专员 asks and could not find yet, one whom nobody has taken."""
    campaign = fieldwork.start_campaign(CampaignFacts("问", "为", "同意"), [house.liang], by=house.zhou)
    today = timezone.localdate()
    wave = fieldwork.open_wave(campaign, published(house, f"{index}"), today, today, by=house.zhou)
    fieldwork.run(campaign, by=house.zhou)
    fieldwork.assign(wave, dossiers=[one], cells=["随便谁"], by=house.zhou)
    task = wave.tasks.select_related("wave__campaign").get(dossier=one)
    fieldwork.reserve(task, collector=house.mo, by=house.mo)
    fieldwork.attempt(task, AttemptOutcome.LATER, by=house.mo)


def path(screen: str) -> str:
    name, mark, query = screen.partition("?")
    kwargs = {"market": "yufeng"} if name.startswith("worker:") else {}
    return reverse(name, kwargs=kwargs) + mark + query


def client_of(user: str) -> Client:
    if user == "":
        return Client()
    if user != WORKER:
        return signed_in(user)
    client = Client()
    code = accounts.new_code(PHONE, address="test")
    assert client.post("/sign-in/code/use/", {"phone": PHONE, "code": str(code)}).status_code == 302
    return client


@pytest.mark.parametrize("rows", [1, 3])
def test_each_list_takes_its_number_of_queries(house: House, rows: int) -> None:
    lived(house, rows)
    evening = factories.times(house, start=21)[0]
    seen = {}
    with time_machine.travel(evening, tick=False):
        ahead(house, rows)
        clients = {user: client_of(user) for user in {user for user, _screen in SCREENS}}
        for user, screen in SCREENS:
            client = clients[user]
            live._kept.clear()
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path(screen)).status_code == 200, screen
            seen[user, screen] = len(queries)
    assert seen == SCREENS


def test_no_list_screen_is_forgotten(house: House) -> None:
    """A page that joins the addresses is counted here, or named as one that shows no list."""
    counted = {screen.partition("?")[0] for _user, screen in SCREENS}
    names = {route.name for route in routes() if route.name.startswith("desk:") and not route.wants}
    manager = signed_in("liang")
    screens = {name for name in names if _is_page(manager.get(reverse(name)))}
    assert screens - NO_LISTS == {name for name in counted if name.startswith("desk:")}


def _is_page(answer: HttpResponse) -> bool:
    """Neither the address of a form, nor a file, nor a refusal."""
    return answer.status_code == 200 and str(answer.get("Content-Type", "")).startswith("text/html")
