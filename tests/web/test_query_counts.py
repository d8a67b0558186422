"""Every list screen takes the same literal number of queries whether it shows one row of each kind or three."""

from datetime import time, timedelta

import pytest
import time_machine
from django.db import connection
from django.db.models import Q
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from gongqiao.channels.spreadsheet import actions
from gongqiao.channels.spreadsheet.enums import Kind
from gongqiao.foundation import clock
from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.notify.models import Attempt, Message
from gongqiao.foundation.organisations import actions as organisations
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.foundation.tokens import actions as tokens
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.employers import actions as employers
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.feedback import actions as feedback
from gongqiao.needs.feedback.enums import Category, Outcome
from gongqiao.needs.postings import actions as postings
from gongqiao.needs.surveys.actions import fieldwork
from gongqiao.needs.surveys.actions.fieldwork import CampaignFacts
from gongqiao.needs.surveys.enums import AttemptOutcome
from gongqiao.services.hall import actions as hall
from gongqiao.services.hall.actions.setup import ServiceFacts, WindowFacts
from gongqiao.services.hall.enums import Source
from gongqiao.services.lending import actions as lending
from gongqiao.services.lending.enums import FacilityKind, LoanState
from gongqiao.services.placement import live
from gongqiao.services.placement.actions import attendance, offers, queue
from gongqiao.services.placement.enums import Side
from gongqiao.services.recommending.tick import tick as recommend
from gongqiao.services.slips import actions as slips
from tests import factories
from tests.channels.offline import given as offline
from tests.channels.spreadsheet import sheets
from tests.channels.webhook import given as hooks
from tests.conftest import signed_in
from tests.factories import House
from tests.needs.family import given as relatives
from tests.needs.interviews import given
from tests.needs.surveys.given_forms import published
from tests.services.demand import given as answered
from tests.services.spoken import given as spoken
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
    ("mo", "desk:board"): 35,
    ("mo", "desk:calls"): 15,
    ("mo", "desk:call-paper"): 17,
    ("mo", "desk:not-told"): 11,
    ("liang", "desk:lines"): 15,
    ("liang", "desk:tokens"): 11,
    ("liang", "desk:hooks"): 10,
    ("mo", "desk:attendance"): 12,
    ("mo", "desk:wages"): 10,
    ("zhou", "desk:arrivals"): 11,
    ("zhou", "desk:windows"): 12,
    ("liang", "desk:hall-setup"): 11,
    ("mo", "desk:sheets"): 11,
    ("liang", "desk:staff"): 11,
    ("liang", "desk:calendar"): 9,
    ("mo", "desk:aloud"): 13,
    ("mo", "desk:slips"): 11,
    ("mo", "desk:lending"): 15,
    ("shen", "desk:audit"): 11,
    ("mo", "desk:tickets"): 12,
    ("mo", "desk:tickets?q=覃"): 12,
    ("mo", "desk:arrived"): 11,
    ("mo", "desk:ticket-themes"): 13,
    ("mo", "desk:changes"): 10,
    ("liang", "desk:ticket-handlers"): 11,
    ("", "worker:say"): 3,
    (WORKER, "worker:say"): 8,
    (BOSS, "employer:complaints"): 6,
    ("", "worker:jobs"): 8,
    (WORKER, "worker:jobs"): 42,
    (WORKER, "worker:work"): 11,
    (WORKER, "worker:pay"): 7,
    ("", "hall:screen"): 11,
    ("", "hall:caller"): 5,
    (WORKER, "worker:book"): 9,
    (WORKER, "worker:told"): 19,
    (WORKER, "worker:file"): 25,
    (WORKER, "worker:family"): 15,
    (WORKER, "worker:file-paper"): 33,
    (WORKER, "worker:tokens"): 6,
    (BOSS, "employer:tokens"): 5,
    (BOSS, "employer:home"): 10,
    (BOSS, "employer:wages"): 6,
    (BOSS, "employer:reliability"): 13,
}
NO_LISTS = {
    "desk:offline",
    "desk:register",
    "desk:employer-new",
    "desk:posting-new",
    "desk:settings",
    "desk:mini",
    "desk:registers",
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
        programs(firm, wei)
        hooks.line(house)
        on_paper(house, index, wei)
        spoken.live(house, "jobs", ("cmn", "za", "yue")[index], pitch=300 + index)
        given.interview(house, given.study(house))
        relatives.helper(house, wei, f"帮 {index}")
        helper = organisations.give_post(house.market, by=house.system, title=f"帮手 {index}", role=Role.SPECIALIST)
        feedback.name_handler(helper, Category.WAGES, by=house.liang)


def programs(firm: Employer, wei: Dossier) -> None:
    """A program of the employer's, one of the worker's."""
    for post in Membership.objects.select_related("market").filter(
        Q(person=wei.person) | Q(organisation=firm.organisation)
    ):
        tokens.issue(post, label="排班表", scopes=["shifts:read"], life=timedelta(days=9), by=post)


def on_paper(house: House, index: int, wei: Dossier) -> None:
    """Somebody goes with a slip; a tool out and late, one brought back broken, a facility."""
    row = offers.offer(factories.verified(house, start=20), factories.dossier(house, f"黄{index}"), by=house.mo)
    offers.accept(row, by=house.mo)
    slips.print_slips([row], by=house.mo)
    kind = lending.add_tools(f"手套 {index}", 3, by=house.liang)
    lending.lend(kind, wei, by=house.mo)
    lending.end(lending.lend(kind, row.dossier, by=house.mo), LoanState.DAMAGED, by=house.mo, note="破了")
    lending.add_facility(FacilityKind.WATER, f"东 {index}", by=house.liang)


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
    in_the_hall(house, rows)
    for index in range(rows):
        firm = factories.employer(house, f"覃记 {index}")
        shift = factories.verified(house, firm, start=8, length=3 + index, pay_fen=12000)
        asked = factories.dossier(house, f"韦{index}")
        offers.offer(shift, asked, by=house.mo)
        untold(house, asked, index)
        postings.submit(factories.posting(house, firm, start=14), by=house.luo)
        organisations.give_post(house.market, by=house.system, title=f"新专员 {index}", role=Role.SPECIALIST)
        actions.preview(by=house.mo, kind=Kind.WORKERS, filename=f"{index}.xlsx", content=sheets.workers())
        to_ask(house, asked, index)
        offline.waits(house, asked)
        said = answered.heard(visits, shift.posting, by=house.mo, headcount=5, pay=300)
        assert said.posting_proposals.count() == 2
        queue.check_in(asked, timezone.localdate(), by=house.zhou)
    recommend()
    notify.deliver()


def in_the_hall(house: House, rows: int) -> None:
    """Services and windows, each with a number that was called and one that waits."""
    for index in range(rows):
        letter = "ABC"[index]
        service = hall.set_service(ServiceFacts(letter, f"办事 {index}"), by=house.liang)
        window = hall.set_window(WindowFacts(index + 1, letter, closes_at=time(23, 59)), by=house.liang)
        for _each in range(2):
            hall.draw(service, by=house.system, source=Source.KIOSK)
        hall.call_next(window, by=house.mo)


def untold(house: House, asked: Dossier, index: int) -> None:
    """News of another day that reached nobody, after one call."""
    person, key, until = asked.person, f"untold:{index}", clock.now()
    notify.tell(
        house.market,
        [notify.Note(person=person, key=key, subject="叫", body="不去了", about="news:0", expires_at=until)],
    )
    row = Message.objects.get(key=key)
    Attempt.objects.create(market=house.market, message=row, line="phone", at=until, result="missed", by=house.mo)
    notify.deliver()


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
    kwargs = {"market": "yufeng"} if name.startswith(("worker:", "hall:")) else {}
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
