"""What somebody wants dealt with, said in a survey: one ticket, with his yes, read by nobody who reads the survey."""

from datetime import timedelta
from uuid import uuid4

import pytest

from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.notify.models import Message
from gongqiao.needs.feedback import actions as feedback
from gongqiao.needs.feedback import queries
from gongqiao.needs.feedback.enums import Category, Channel, Outcome, State, Why
from gongqiao.needs.feedback.models import Entry, Ticket
from gongqiao.needs.surveys.actions import intake, publishing, review
from gongqiao.needs.surveys.actions.concerns import ticket_of
from gongqiao.needs.surveys.actions.intake import Delivery
from gongqiao.needs.surveys.actions.publishing import Draft
from gongqiao.needs.surveys.enums import Subject
from gongqiao.needs.surveys.forms import WORKER_SATISFACTION
from gongqiao.needs.surveys.models import Submission
from tests import factories
from tests.factories import House
from tests.needs.surveys import given
from tests.needs.surveys.given_forms import FORM

pytestmark = pytest.mark.data
VERSION = WORKER_SATISFACTION["settings"][0]["version"]


@pytest.fixture(autouse=True)
def asking(house: House) -> None:
    row = publishing.add_version(Draft(WORKER_SATISFACTION, Subject.WORKER), by=house.zhou)
    publishing.publish(row, by=house.zhou)
    given.running(house, row)


def sheet(instance: str = "", deprecated: str = "", **said: str) -> bytes:
    end = clock.now()
    told = {
        "used": "none",
        "overall": "3",
        "say": "上回扣了我一百块。",
        "open_ticket": "nameless",
        "ticket_about": "job",
        **said,
    }
    inside = "".join(f"<{name}>{text}</{name}>" for name, text in told.items() if text)
    stamps = f"<started>{(end - timedelta(minutes=4)).isoformat()}</started><ended>{end.isoformat()}</ended>"
    replaced = f"<deprecatedID>{deprecated}</deprecatedID>" if deprecated else ""
    meta = f"<meta><instanceID>{instance or f'uuid:{uuid4()}'}</instanceID>{replaced}</meta>"
    return f'<data id="worker_satisfaction" version="{VERSION}">{stamps}{inside}{meta}</data>'.encode()


def received(house: House, content: bytes, **facts: object) -> Submission:
    return intake.receive(Delivery(content, **facts), by=house.mo)  # type: ignore[arg-type]


def test_with_his_yes_it_is_a_ticket_with_a_promise(house: House) -> None:
    row = received(house, sheet(ticket_phone="15400001234"))
    ticket = Ticket.objects.get()
    assert ticket_of(row) == ticket
    assert (ticket.channel, ticket.category, ticket.state) == (Channel.SURVEY, Category.JOB, State.NEW)
    assert (ticket.text, ticket.contact_phone, ticket.person) == ("上回扣了我一百块。", "15400001234", None)
    assert (ticket.said_on, ticket.entered_by) == (row.filled_on, house.mo)
    told = Message.objects.get()
    assert (told.channel, told.body.startswith("您交来的收到了，最晚")) == ("phone", True)


@pytest.mark.parametrize("said", [{"open_ticket": "no"}, {"open_ticket": ""}, {"say": ""}])
def test_without_his_yes_or_without_words_there_is_none(house: House, said: dict[str, str]) -> None:
    row = received(house, sheet(ticket_about="", **said))
    assert (Ticket.objects.count(), ticket_of(row)) == (0, None)
    kept = {answer.text for answer in row.answers.exclude(text="")}
    assert kept == ({said.get("say", "上回扣了我一百块。")} - {""})  # then it is an answer like the others


def test_whoever_reads_the_survey_does_not_read_it(house: House) -> None:
    row = received(house, sheet(ticket_phone="15400001234"))
    assert sorted(answer.path for answer in row.answers.all()) == ["/data/open_ticket", "/data/overall", "/data/used"]


def test_he_is_named_only_when_he_says_so(house: House) -> None:
    who = factories.dossier(house)
    received(house, sheet(), dossier=who)
    received(house, sheet(open_ticket="named"), dossier=who)
    assert [row.person for row in Ticket.objects.order_by("filed_at")] == [None, who.person]
    assert {row.key for row in Ticket.objects.all()} & {str(row.pk) for row in Submission.objects.all()} == set()


def test_sent_again_and_mended_it_stays_one(house: House) -> None:
    first = sheet("uuid:1")
    row = received(house, first)
    assert received(house, first) == row
    received(house, sheet("uuid:2", deprecated="uuid:1", overall="2"))
    assert (Ticket.objects.count(), Entry.objects.filter(kind="said").count()) == (1, 0)
    received(house, sheet("uuid:3", deprecated="uuid:2", say="扣了两百。"))
    received(house, sheet("uuid:4", deprecated="uuid:3", say="扣了两百。", overall="4"))
    said = [(entry.text, entry.channel) for entry in Entry.objects.filter(kind="said")]
    assert (Ticket.objects.count(), said) == (1, [("扣了两百。", Channel.SURVEY)])


def test_other_words_after_the_end_open_it_again(house: House) -> None:
    received(house, sheet("uuid:1"))
    ticket = Ticket.objects.get()
    feedback.take(ticket, by=house.zhou)
    feedback.resolve(ticket, Outcome.EXPLAINED, "按约定扣的。", by=house.zhou)
    received(house, sheet("uuid:2", deprecated="uuid:1", overall="2"))
    assert Ticket.objects.get().state == State.RESOLVED
    received(house, sheet("uuid:3", deprecated="uuid:2", say="没有这个约定。"))
    ticket.refresh_from_db()
    assert (ticket.state, ticket.reopened, Ticket.objects.count()) == (State.WORKING, 1, 1)


def test_what_is_sensitive_goes_where_it_always_goes(house: House) -> None:
    factories.handlers(house)
    received(house, sheet(say="罗专员骂人", ticket_about="staff"))
    received(house, sheet(say="我不想活了", ticket_about="other"))
    staff, danger = Ticket.objects.order_by("filed_at")
    assert [queries.sees(post, staff) for post in (house.luo, house.mo, house.shen)] == [False, False, True]
    assert (danger.sensitive, danger.urgent, danger.escalated_why) == (True, True, Why.URGENT)


def test_no_answer_is_lost_over_a_number_that_can_be_none_or_a_matter_nobody_knows(house: House) -> None:
    received(house, sheet(ticket_phone="123", ticket_about="moon", say="话" * 2100))
    ticket = Ticket.objects.get()
    assert (ticket.category, ticket.contact_phone, len(ticket.text)) == (Category.OTHER, "", 2000)
    assert ticket.text.endswith("话\n123")


def test_taking_the_answers_back_leaves_what_he_asked_for(house: House) -> None:
    row = received(house, sheet())
    review.withdraw(row, by=house.zhou)
    assert (Ticket.objects.get().text, row.answers.count()) == ("上回扣了我一百块。", 0)


def test_a_form_that_asks_whether_and_not_what_is_refused(house: House) -> None:
    asks = FORM.format(version="1").replace("<wish/>", "<open_ticket/>").replace("/data/wish", "/data/open_ticket")
    with pytest.raises(Refused, match="还要有写话的一问"):
        publishing.add_version(Draft(asks, Subject.WORKER), by=house.zhou)
    again = FORM.format(version="1").replace("<what/>", "<open_ticket/>").replace("skill/what", "skill/open_ticket")
    with pytest.raises(Refused, match="不能放在重复的组里"):
        publishing.add_version(Draft(again, Subject.WORKER), by=house.zhou)
