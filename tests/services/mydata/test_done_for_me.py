"""谁替我做的, of his tickets too: what staff wrote down in his name and what they answered; nobody else's, nothing of
what staff keep to themselves, and the log still names nobody behind a sensitive one."""

import pytest
from django.test import Client

from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.queries import system_of
from gongqiao.foundation.organisations.roles import Role
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.feedback import actions as feedback
from gongqiao.needs.feedback.actions import Said
from gongqiao.needs.feedback.enums import Category, Channel, Outcome, Satisfaction
from gongqiao.needs.feedback.models import Ticket
from gongqiao.services.mydata import queries
from gongqiao.web.desk.templatetags.event_words import EVENTS
from tests import factories
from tests.factories import House

pytestmark = [pytest.mark.django_db, pytest.mark.data]


@pytest.fixture
def wei(house: House) -> Dossier:
    factories.handlers(house)
    return factories.dossier(house, "韦建国", phone="15400000001")


def post_of(dossier: Dossier) -> Membership:
    return Membership.objects.get(person=dossier.person, role=Role.WORKER)


def said(house: House, wei: Dossier, category: Category = Category.WAGES) -> Ticket:
    """He rang, and 莫专员 wrote it down and has it."""
    ticket = feedback.file(Said(category, Channel.PHONE, "中秋那三天没给钱", person=wei.person), by=house.mo).ticket
    feedback.take(ticket, by=house.mo)
    return ticket


def done(wei: Dossier, ticket: Ticket) -> list[tuple[str, str, str]]:
    """What he reads of one ticket, the oldest first: the act, by whom, how it ended."""
    rows = [row for row in queries.done_for_me(post_of(wei), 100) if row.ticket == ticket]
    return [(row.event.action, row.event.actor.partition(" ")[2], row.outcome) for row in reversed(rows)]


def test_all_that_staff_did_in_his_name_and_answered_him_is_there(house: House, wei: Dossier) -> None:
    ticket = said(house, wei)
    feedback.answer(ticket, "是哪三天？", by=house.mo, ask=True)
    feedback.reply(ticket, "十五到十七", by=house.mo, channel=Channel.PHONE)
    feedback.resolve(ticket, Outcome.WITHDRAWN, "他打电话说不要办了。", by=house.mo)
    feedback.rate(ticket, Satisfaction.FAIR, by=house.mo, channel=Channel.PHONE)
    feedback.reopen(ticket, "又没给", by=house.zhou, channel=Channel.WINDOW)
    assert done(wei, ticket) == [
        ("ticket.filed", "莫专员", ""),
        ("ticket.assigned", "莫专员", ""),
        ("ticket.answered", "莫专员", ""),
        ("ticket.replied", "莫专员", ""),
        ("ticket.resolved", "莫专员", "本人不要办了"),
        ("ticket.rated", "莫专员", ""),
        ("ticket.reopened", "周社工", ""),
    ]


def test_what_he_did_himself_by_his_name_or_by_the_code_is_not(house: House, wei: Dossier) -> None:
    words = Said(Category.JOB, Channel.PAGE, "活跟说的不一样", person=wei.person)
    ticket = feedback.file(words, by=post_of(wei)).ticket
    feedback.reply(ticket, "还有一句", by=system_of(house.market))
    feedback.reply(ticket, "再一句", by=post_of(wei), channel=Channel.MINI)
    assert done(wei, ticket) == []
    feedback.take(ticket, by=house.luo)
    assert done(wei, ticket) == [("ticket.assigned", "罗专员", "")]


def test_what_staff_keep_to_themselves_or_ask_the_employer_stays_theirs(house: House, wei: Dossier) -> None:
    ticket = said(house, wei)
    before = done(wei, ticket)
    feedback.note(ticket, "听着像喝了酒", by=house.mo)
    feedback.record_reading(ticket, by=house.zhou)
    feedback.name_employer(ticket, factories.employer(house), by=house.mo)
    feedback.ask_employer(ticket, "那几天结了没有？", by=house.mo)
    assert done(wei, ticket) == before


def test_nobody_else_reads_it_and_the_log_names_nobody_behind_a_sensitive_one(house: House, wei: Dossier) -> None:
    other = factories.dossier(house, "陆大海", phone="15400000002")
    ticket = said(house, wei)
    feedback.answer(ticket, "在问", by=house.mo)
    assert len(done(wei, ticket)) == 3
    assert done(other, ticket) == []
    about = AuditEvent.objects.filter(thing=f"feedback.ticket:{ticket.pk}")
    assert {event.on_behalf_of for event in about} == {""}


def test_every_act_shown_has_its_words() -> None:
    assert set(queries.TICKET_ACTS) < set(EVENTS)


def test_the_page_names_the_ticket_and_how_it_ended(house: House, wei: Dossier) -> None:
    ticket = said(house, wei)
    feedback.resolve(ticket, Outcome.PASSED, "转给劳动监察了。", by=house.mo)
    his = Client()
    his.post("/sign-in/code/use/", {"phone": "15400000001", "code": str(accounts.new_code("15400000001"))})
    page = his.get("/m/yufeng/family/").content.decode()
    assert f'<b>办完了诉求</b> <span class="num">{ticket.name}</span>：转给有权管的部门' in page
