"""One row of every kind that an address may name, in a market, made through the real actions; and who asks for it."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django_scopes import scope

from gongqiao.channels.daypapers import DayPaper
from gongqiao.channels.spreadsheet import actions as sheets
from gongqiao.channels.spreadsheet.enums import Kind
from gongqiao.channels.spreadsheet.models import ImportBatch
from gongqiao.channels.spreadsheet.templates import template
from gongqiao.foundation import clock
from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.accounts.models import User
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.notify.models import CallTask
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.foundation.tokens import actions as tokens
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.employers import actions as employers
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.family.models import Helper
from gongqiao.needs.feedback import actions as feedback
from gongqiao.needs.feedback.actions import Voice
from gongqiao.needs.feedback.enums import Category
from gongqiao.needs.feedback.models import ServiceChange, Ticket
from gongqiao.needs.interviews.actions import studies, talks
from gongqiao.needs.postings.models import Posting
from gongqiao.needs.surveys.actions import fieldwork, intake
from gongqiao.needs.surveys.actions.fieldwork import CampaignFacts
from gongqiao.needs.surveys.actions.intake import Delivery
from gongqiao.needs.surveys.models import FieldTask, FormVersion
from gongqiao.services.demand import actions as visits
from gongqiao.services.hall import actions as hall
from gongqiao.services.hall.enums import Source
from gongqiao.services.placement.actions import attendance, dispatch, offers
from gongqiao.services.placement.enums import Side
from gongqiao.services.placement.models import Assignment
from gongqiao.services.slips import actions as papers
from gongqiao.web.desk.views.aloud import STEPS as ALOUD_STEPS
from gongqiao.web.desk.views.arrived import STEPS as ARRIVED_STEPS
from gongqiao.web.desk.views.cards import STEPS as CARD_STEPS
from gongqiao.web.desk.views.dossier_acts import STEPS
from gongqiao.web.desk.views.hooks import STEPS as HOOK_STEPS
from gongqiao.web.desk.views.lending import STEPS as LENDING_STEPS
from gongqiao.web.desk.views.studies import STEPS as STUDY_STEPS
from gongqiao.web.desk.views.talks import STEPS as TALK_STEPS
from gongqiao.web.desk.views.tickets import STEPS as TICKET_STEPS
from gongqiao.web.worker.records import ASKS as FILE_ASKS
from gongqiao.web.worker.records import STEPS as FILE_STEPS
from gongqiao.web.worker.tickets import STEPS as THREAD_STEPS
from tests import factories
from tests.channels.offline import given as offline
from tests.channels.webhook import given as hooks
from tests.factories import House
from tests.needs.family import given as relatives
from tests.needs.interviews import given
from tests.needs.surveys.given_forms import JPEG, answers, published
from tests.services.demand import given as asked
from tests.services.hall import given as halls
from tests.services.spoken import given as spoken

# Which row an address with <int:pk> names; a new route with a pk must be added here or the matrix fails.
KINDS: dict[str, str] = {
    "desk:dossier": "dossier",
    "desk:dossier-edit": "dossier",
    "desk:dossier-erasure": "dossier",
    "desk:dossier-history": "dossier",
    "desk:dossier-merge": "dossier",
    "desk:dossier-act": "dossier",
    "desk:check-in": "dossier",
    "desk:dossier-code": "dossier",
    "desk:dossier-card": "dossier",
    "desk:dossier-told": "dossier",
    "desk:dossier-card-act": "dossier",
    "desk:employer": "employer",
    "desk:employer-edit": "employer",
    "desk:employer-act": "employer",
    "desk:employer-licence": "employer",
    "desk:employer-block": "employer",
    "desk:employer-keeper": "employer",
    "desk:employer-visit": "employer",
    "desk:employer-set-out": "employer",
    "desk:visit-answer-act": "visit_answer",
    "desk:visit-sheet": "visit_task",
    "desk:posting": "posting",
    "desk:posting-edit": "posting",
    "desk:posting-claim-act": "posting",
    "desk:posting-shifts-act": "posting",
    "desk:shift-act": "shift",
    "desk:posting-submit": "posting",
    "desk:posting-verify": "posting",
    "desk:posting-refuse": "posting",
    "desk:posting-close": "posting",
    "desk:board-shift": "shift",
    "desk:what-if": "shift",
    "desk:offer": "shift",
    "desk:board-apply": "shift",
    "desk:call": "call",
    "desk:assignment-act": "assignment",
    "desk:wage-act": "wage",
    "desk:aloud-sound": "clip",
    "desk:slip": "slip",
    "desk:hook": "hook",
    "desk:hook-act": "hook",
    "desk:token-revoke": "firm_token",
    "worker:token-revoke": "own_token",
    "employer:token-revoke": "firm_token",
    "desk:staff-act": "post",
    "desk:study": "study",
    "desk:study-plan": "study",
    "desk:study-act": "study",
    "desk:study-findings": "study",
    "desk:study-heard": "study",
    "desk:study-export": "study",
    "desk:study-code": "study_code",
    "desk:talk": "talk",
    "desk:talk-recording": "talk",
    "desk:talk-act": "talk",
    "desk:survey-form": "survey_form",
    "desk:survey-form-act": "survey_form",
    "desk:survey": "survey",
    "desk:survey-act": "survey",
    "desk:survey-task-act": "survey_task",
    "desk:survey-paper": "survey_wave",
    "desk:survey-answer": "survey_answer",
    "desk:survey-answer-act": "survey_answer",
    "desk:survey-proposal-act": "survey_answer",
    "desk:survey-file": "survey_file",
    "desk:survey-results": "survey_wave",
    "desk:survey-series": "survey",
    "desk:export-answers": "survey",
    "desk:ticket": "ticket",
    "desk:ticket-voice": "ticket",
    "desk:ticket-act": "ticket",
    "desk:change-act": "change",
    "desk:arrived-entry": "arrived",
    "desk:arrived-act": "arrived",
    "desk:sheet": "sheet",
    "desk:sheet-confirm": "sheet",
    "desk:sheet-drop": "sheet",
    "desk:sheet-revert": "sheet",
    "desk:sheet-corrections": "sheet",
    "employer:repeat": "posting",
    "employer:posting-act": "posting",
    "employer:shift-act": "shift",
    "employer:count-act": "wage",
    "public:run": "run",
    "hall:number": "number",
    "hall:kiosk-job": "shift",
    "desk:window": "window",
    "desk:window-act": "window",
    "employer:act": "assignment",
    "employer:pay": "wage",
    "employer:complaint-answer": "ticket",
    "worker:job": "shift",
    "worker:apply": "shift",
    "worker:answer": "assignment",
    "worker:book-note": "assignment",
    "worker:survey": "own_task",
    "worker:family-end": "helper",
    "worker:dispute": "wage",
    "api-1:shift": "shift",
    "api-1:apply": "shift",
    "api-1:withdraw": "shift",
    "api-1:answer": "assignment",
    "api-1:posting": "posting",
    "api-1:submit": "posting",
    "api-1:close": "posting",
    "api-1:arrivals": "posting",
    "api-1:happened": "assignment",
}
# The words an address with <slug:act> knows.
ACTS: dict[str, tuple[str, ...]] = {
    "desk:dossier-act": tuple(STEPS),
    "desk:dossier-card-act": tuple(CARD_STEPS),
    "desk:employer-act": ("contact", "contact-gone", "account"),
    "desk:shift-act": ("at-least", "cancel", "headcount"),
    "desk:assignment-act": ("confirm", "arrive", "no-show", "hours", "decline", "cancel", "rate"),
    "desk:wage-act": ("pay", "count", "dispute"),
    "desk:aloud-act": tuple(ALOUD_STEPS),
    "desk:lending-act": tuple(LENDING_STEPS),
    "desk:staff-act": ("withdraw", "password", "second-factor"),
    "desk:study-act": tuple(STUDY_STEPS),
    "desk:talk-act": tuple(TALK_STEPS),
    "desk:survey-form-act": ("publish", "closing", "close"),
    "desk:survey-act": ("run", "end", "wave", "reviewers"),
    "desk:survey-task-act": ("reserve", "give-back", "attempt"),
    "desk:survey-answer-act": ("review", "link", "without", "reopen", "withdraw"),
    "desk:survey-proposal-act": ("apply", "refuse"),
    "desk:visit-answer-act": ("apply", "refuse", "all", "posting", "draft", "leave"),
    "desk:ticket-act": tuple(TICKET_STEPS),
    "desk:change-act": ("publish", "withdraw"),
    "desk:arrived-act": tuple(ARRIVED_STEPS),
    "worker:thread-act": tuple(THREAD_STEPS),
    "employer:posting-act": ("submit", "close"),
    "employer:shift-act": ("at-least", "cancel", "headcount"),
    "employer:act": ("confirm", "arrive", "no-show", "cancel", "hours", "rate"),
    "worker:answer": ("accept", "decline", "hours", "rate"),
    "desk:hook-act": tuple(HOOK_STEPS),
    "desk:window-act": ("next", "again", "absent", "served", "pass", "back", "leave", "give-up"),
    "desk:hall-machine": ("kiosk", "no-kiosk"),
    "worker:file-act": (*FILE_STEPS, *FILE_ASKS),
}

# Words that other parts of an address know.
SAID = {"kind": Kind.WORKERS.value, "trade": "loader", "paper": DayPaper.ASSIGNMENTS.value}
SAID |= {"sheet": "letters", "register": "people"}
SAID["digest"] = hashlib.sha256(spoken.wav()).hexdigest()
SAID |= {"token": "nobodys-token", "form": "needs", "version": "1", "name": "places.csv", "number": "1"}

_phones = count(1)


@dataclass(frozen=True)
class Route:
    """A named address of ours."""

    name: str
    pattern: URLPattern

    @property
    def wants(self) -> set[str]:
        return set(re.findall(r"<(?:\w+:)?(\w+)>", str(self.pattern.pattern)))

    def paths(self, market: str, rows: dict[str, Any]) -> list[str]:
        """The address once for each act it knows, naming the market's row of its kind."""
        facts: dict[str, Any] = {}
        if self.name.startswith(("worker:", "public:", "hall:")):
            facts["market"] = market
        if "pk" in self.wants:
            facts["pk"] = rows[KINDS[self.name]]
        if "code" in self.wants:
            facts["code"] = market
        facts |= {word: said for word, said in SAID.items() if word in self.wants}
        acts = ACTS[self.name] if "act" in self.wants else (None,)
        return [reverse(self.name, kwargs={**facts, **({"act": act} if act else {})}) for act in acts]


def routes(patterns: list[URLPattern | URLResolver] | None = None, prefix: str = "") -> Iterator[Route]:
    """Every address the resolver knows."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else prefix
            yield from routes(pattern.url_patterns, inner)
        else:
            yield Route(f"{prefix}{pattern.name}", pattern)


@dataclass(frozen=True)
class World:
    """A market, the rows of one worker and one employer in it, those of another pair, and who may ask."""

    house: House
    rows: dict[str, Any]
    others: dict[str, Any]  # same market, another worker and another employer
    users: dict[Role, User]

    def client(self, role: Role | None) -> Client:
        client = Client(raise_request_exception=False)  # a fault is a 500 in the list
        if role is not None:
            client.force_login(self.users[role])
        return client


def world(place: House, prefix: str = "") -> World:
    with scope(market=place.market):
        rows, wei, boss = _rows(place, "韦建国", "覃记大排档")
        sister = User.objects.get(person=Helper.objects.get(pk=rows["helper"]).person)
        others, _wei, _boss = _rows(place, "陆大海", "陆记米粉")
    staff = [place.mo, place.zhou, place.liang, place.shen]
    users = {Role(post.role): User.objects.get(person=post.person_id) for post in staff}
    return World(place, rows, others, {**users, Role.EMPLOYER: boss, Role.WORKER: wei, Role.FAMILY: sister})


def _rows(place: House, worker: str, firm: str) -> tuple[dict[str, Any], User, User]:
    employer = factories.employer(place, firm)
    boss: Membership = employers.give_account(employer, name=firm[:1] + "老板", phone="", by=place.mo)
    dossier = factories.dossier(place, worker, phone=f"154{next(_phones):08d}")
    done = factories.verified(place, employer, headcount=3)
    wage = _worked(place, offers.offer(done, dossier, by=place.mo))
    open_shift = factories.verified(place, employer, day=done.starts_at.date() + timedelta(days=1), headcount=3)
    asked = offers.offer(open_shift, dossier, by=place.mo)
    notify.deliver()
    spare = factories.dossier(place, worker)
    dossiers.merge(spare, dossier, by=place.zhou)
    ticket = _ticket(place, employer, dossier)
    rows = {
        "merged": spare.pk,
        "dossier": dossier.pk,
        "employer": employer.pk,
        "contact": employer.contacts.get().pk,
        "posting": open_shift.posting_id,
        "shift": open_shift.pk,
        "assignment": asked.pk,
        "call": CallTask.objects.get(about=f"assignment:{asked.pk}").pk,
        "wage": wage,
        "post": place.luo.pk,
        "sheet": _sheet(place).pk,
        "ticket": ticket.pk,
        "change": _change(place).pk,
        "run": dispatch.run_day(open_shift.starts_at.date() + timedelta(days=30), by=place.mo).pk,
        "slip": papers.print_slips([asked_on_paper(place, employer, dossier)], by=place.mo)[0].pk,
        "clip": spoken.live(place, "jobs" if worker == "韦建国" else "pay").pk,
        **_survey(place, dossier),
        **_visit(place, open_shift.posting),
        **_study(place, dossier),
        **_hall(place, dossier),
        "arrived": offline.waits(place, dossier).pk,
        "hook": hooks.line(place).hook.pk,
        **_tokens(boss, Membership.objects.select_related("market").get(person=dossier.person, role=Role.WORKER)),
        **_family(place, dossier),
    }
    assert boss.person is not None
    return rows, accounts.user_of(dossier.person), accounts.user_of(boss.person)


def _tokens(boss: Membership, worker: Membership) -> dict[str, Any]:
    """A program of the employer's, one of the worker's."""
    posts = {"firm_token": boss, "own_token": worker}
    return {
        name: tokens.issue(post, label="排班表", scopes=["shifts:read"], life=timedelta(days=1), by=post).token.pk
        for name, post in posts.items()
    }


def _family(place: House, dossier: Dossier) -> dict[str, Any]:
    """His sister acts for him, and a neighbour has been asked to."""
    sister = relatives.helper(place, dossier, "韦小妹")
    accounts.user_of(sister.person)
    return {"helper": sister.pk}


def asked_on_paper(place: House, employer: Employer, dossier: Dossier) -> Assignment:
    """He goes in a week, with a slip."""
    day = clock.now().astimezone(place.market.tz).date() + timedelta(days=7)
    row = offers.offer(factories.verified(place, employer, day=day), dossier, by=place.mo)
    offers.accept(row, by=place.mo)
    return row


def _survey(place: House, dossier: Dossier) -> dict[str, Any]:
    """A running wave, 莫专员's answer sheet with a picture, reviewed by two; somebody still to be asked."""
    form = published(place, f"{next(_phones)}")
    facts = CampaignFacts("秋季调查", "知道大家要什么", "我同意。")
    campaign = fieldwork.start_campaign(facts, [place.zhou, place.liang], by=place.zhou)
    today = clock.now().astimezone(place.market.tz).date()
    wave = fieldwork.open_wave(campaign, form, today, today + timedelta(days=9), by=place.zhou)
    fieldwork.run(campaign, by=place.zhou)
    fieldwork.assign(wave, cells=["随便谁"], by=place.zhou)
    said = answers(version=form.version, file_no=dossier.number, pay="18", photo="1.jpg")
    sheet = intake.receive(Delivery(said, {"1.jpg": JPEG}), by=place.mo)
    return {
        "survey_form": form.pk,
        "survey": campaign.pk,
        "survey_wave": wave.pk,
        "survey_task": wave.tasks.get(dossier=None).pk,
        "own_task": _own_task(place, dossier).pk,
        "survey_answer": sheet.pk,
        "survey_file": sheet.slots.get().pk,
        "proposal": sheet.proposals.get().pk,
    }


def _visit(place: House, posting: Posting) -> dict[str, Any]:
    """莫专员 has asked the employer, who wants more hands, and is to ask him again."""
    version = FormVersion.objects.filter(form__code=visits.VISIT_FORM).first()
    wave = version.waves.get() if version is not None else asked.visits(place)
    answer = asked.heard(wave, posting, by=place.mo, headcount=5)
    task = visits.set_out(posting.employer, by=place.mo)
    change = answer.posting_proposals.get(field="headcount").pk
    return {"visit_answer": answer.employer_answer.pk, "visit_task": task.pk, "visit_change": change}


def _own_task(place: House, dossier: Dossier) -> FieldTask:
    """Of another campaign, which he has not answered yet."""
    form = published(place, f"{next(_phones)}")
    campaign = fieldwork.start_campaign(CampaignFacts("回访", "看看怎么样", "我同意。"), [place.liang], by=place.zhou)
    today = clock.now().astimezone(place.market.tz).date()
    wave = fieldwork.open_wave(campaign, form, today, today + timedelta(days=9), by=place.zhou)
    fieldwork.run(campaign, by=place.zhou)
    fieldwork.assign(wave, dossiers=[dossier], by=place.zhou)
    return wave.tasks.get()


def _study(place: House, dossier: Dossier) -> dict[str, Any]:
    """Of a team that the manager is in too; a recorded talk with the worker, written up and coded."""
    study = given.study(place)
    studies.name_member(study, place.liang, by=place.zhou)
    talk = given.interview(place, study, person=dossier.person)
    talks.record(talk, "话.wav", given.tone(), by=place.zhou)
    code = given.code(place, study)
    given.picked(place, given.written(place, talk), 2, code)
    return {"study": study.pk, "study_code": code.pk, "talk": talk.pk}


def _hall(place: House, dossier: Dossier) -> dict[str, Any]:
    """He waits for a window this morning."""
    services, windows = halls.hall(place)
    with halls.morning(place):
        number = hall.draw(services[0], by=place.system, source=Source.KIOSK, dossier=dossier)
    return {"window": windows[0].pk, "number": number.pk}


def _ticket(place: House, employer: Employer, dossier: Dossier) -> Ticket:
    """Said aloud under a worker's name, in the hands of 莫专员, who has asked the employer."""
    said = Voice("话.ogg", b"OggS" + bytes(99))
    ticket = factories.ticket(place, voice=said, about_employer=employer, person=dossier.person)
    feedback.take(ticket, by=place.mo)
    feedback.ask_employer(ticket, "有人说超时，请说明。", by=place.mo)
    return ticket


def _change(place: House) -> ServiceChange:
    return feedback.write_change(
        category=Category.JOB,
        said="干的活跟说的不一样",
        did="核实时多问一句",
        changed_on=clock.now().astimezone(place.market.tz).date(),
        tickets=[],
        by=place.mo,
    )


def _sheet(place: House) -> ImportBatch:
    """Looked at, not brought in."""
    content = template(Kind.WORKERS, place.market)
    return sheets.preview(by=place.liang, kind=Kind.WORKERS, filename="零工.xlsx", content=content)


def _worked(place: House, assignment: Assignment) -> int:
    """He went, both said the same hours, the wage is due."""
    offers.accept(assignment, by=place.mo)
    with clock.held_at(assignment.starts_at):
        attendance.arrive(assignment, by=place.mo)
        attendance.record_hours(assignment, 480, Side.WORKER, by=place.mo)
        wage = attendance.record_hours(assignment, 480, Side.EMPLOYER, by=place.mo)
    assert wage is not None
    return int(wage.pk)
