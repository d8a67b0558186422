"""Whoever said something is told: once, by the way that reaches him, in words that give nothing away."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from gongqiao.foundation import clock
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.notify.models import CallState, CallTask, Message, MessageState
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.feedback import actions, queries
from gongqiao.needs.feedback.enums import Category, Channel, Outcome, Satisfaction, State, Told
from gongqiao.needs.feedback.models import Ticket
from gongqiao.services.placement import queries as placement
from gongqiao.services.placement.tick import tick as placement_tick
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data
ZONE = ZoneInfo("Asia/Shanghai")
TUESDAY = datetime(2026, 11, 24, 9, tzinfo=ZONE)
NEUTRAL = "驿站有话要跟您本人说：请用查询码看，或者来窗口。"


def taken(house: House, category: Category = Category.JOB, text: str = "活不一样", **facts: object) -> Ticket:
    row = factories.ticket(house, category, text, **facts)  # type: ignore[arg-type]
    actions.take(row, by=house.zhou)
    return row


def told(ticket: Ticket) -> list[tuple[str, str, str]]:
    """What, by which line, what came of the call; the newest first."""
    notify.deliver()
    return [(row.what, row.message.channel, row.call.state if row.call else "") for row in queries.tellings(ticket)]


def wei(house: House, **facts: object) -> Dossier:
    return factories.dossier(house, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("channel", "phone", "line"),
    [
        ("phone", "15400001234", "phone"),
        ("phone", "", "hall"),  # said "call me" and left no number
        ("sms", "15400001234", "phone"),
        ("none", "", "hall"),
        ("family", "15400001234", "family"),
    ],
)
def test_an_answer_is_told_by_the_way_that_reaches_him(house: House, channel: str, phone: str, line: str) -> None:
    person = wei(house, phone=phone, values={"channel": channel}).person
    ticket = taken(house, person=person)
    assert told(ticket) == []  # the page said by when
    actions.answer(ticket, "跟老板说了，明天给您回话。", by=house.zhou)
    assert told(ticket) == [(Told.ANSWERED, line, CallState.OPEN)]
    call = CallTask.objects.get()
    assert (call.person, call.subject) == (person, f"告诉本人 {ticket.name}")


def test_the_words_say_nothing_of_the_matter_and_of_a_sensitive_one_nothing_at_all(house: House) -> None:
    factories.handlers(house)
    plain = taken(house, contact_phone="15400001234")
    grave = taken(house, Category.WAGES, "工钱没给", contact_phone="15400001234")
    for ticket in (plain, grave):
        actions.answer(ticket, "老板答应补两百块。", by=house.zhou)
    bodies = list(Message.objects.order_by("created_at").values_list("body", flat=True))
    assert bodies == ["您反映的事有了答复：请用查询码看，或者来窗口看。", NEUTRAL]


def test_his_family_hears_of_nothing_and_of_a_sensitive_matter_is_not_called(house: House) -> None:
    factories.handlers(house)
    person = wei(house, values={"channel": "family"}).person
    plain, grave = taken(house, person=person), taken(house, Category.TREATMENT, "被骂", person=person)
    for ticket in (plain, grave):
        actions.answer(ticket, "在办。", by=house.zhou)
    lines = [(row.channel, row.body) for row in Message.objects.order_by("created_at")]
    assert lines == [("family", NEUTRAL), ("hall", NEUTRAL)]


def test_without_a_phone_and_without_a_file_there_is_the_page_and_nothing_else(house: House) -> None:
    ticket = taken(house)
    actions.answer(ticket, "在办。", by=house.zhou)
    actions.resolve(ticket, Outcome.DONE, "办好了。", by=house.zhou)
    assert (told(ticket), Message.objects.count()) == ([], 0)


def test_who_left_a_number_and_no_name_is_called_at_it(house: House) -> None:
    ticket = taken(house, contact_phone="15400001234")
    actions.answer(ticket, "在办。", by=house.zhou)
    assert told(ticket) == [(Told.ANSWERED, "phone", CallState.OPEN)]
    assert CallTask.objects.get().person is None


def test_a_note_from_the_box_is_told_that_it_came_in_and_by_when(house: House) -> None:
    with clock.held_at(TUESDAY):
        facts = {"channel": Channel.PAPER, "said_on": date(2026, 11, 24), "by": house.zhou}
        ticket = factories.ticket(house, contact_phone="15400001234", **facts)
        assert told(ticket) == [(Told.RECEIVED, "phone", CallState.OPEN)]
    assert Message.objects.get().body == "您交来的收到了，最晚 11-27 20:00 前答复。"


def test_the_newest_is_told_and_the_older_call_is_over(house: House) -> None:
    ticket = taken(house, contact_phone="15400001234")
    actions.answer(ticket, "在办。", by=house.zhou)
    notify.deliver()
    actions.answer(ticket, "还要两天。", by=house.zhou)
    actions.resolve(ticket, Outcome.DONE, "办好了。", by=house.zhou)
    rows = told(ticket)
    assert [row[0] for row in rows] == [Told.ENDED, Told.ANSWERED, Told.ANSWERED]
    assert [row[2] for row in rows] == [CallState.OPEN, "", CallState.EXPIRED]
    states = Message.objects.order_by("created_at").values_list("state", flat=True)
    assert list(states) == [MessageState.SENT, MessageState.EXPIRED, MessageState.SENT]


def test_he_looked_for_himself_and_is_not_called(house: House) -> None:
    ticket = taken(house, contact_phone="15400001234")
    actions.resolve(ticket, Outcome.DONE, "办好了。", by=house.zhou)
    notify.deliver()
    actions.rate(ticket, Satisfaction.GOOD, by=house.system)
    assert told(ticket) == [(Told.ENDED, "phone", CallState.EXPIRED)]
    assert CallTask.objects.get().note == "本人已经自己看了"


def test_what_was_rated_on_the_phone_leaves_the_call_to_be_ticked_off(house: House) -> None:
    ticket = taken(house, contact_phone="15400001234")
    actions.resolve(ticket, Outcome.DONE, "办好了。", by=house.zhou)
    notify.deliver()
    actions.rate(ticket, Satisfaction.GOOD, by=house.zhou, channel=Channel.PHONE)
    assert told(ticket) == [(Told.ENDED, "phone", CallState.OPEN)]


def test_a_new_promise_is_told_to_whoever_does_not_sit_before_it(house: House) -> None:
    ticket = taken(house, contact_phone="15400001234")
    with clock.held_at(TUESDAY):
        actions.resolve(ticket, Outcome.DONE, "办好了。", by=house.zhou)
    with clock.held_at(TUESDAY.replace(day=25)):
        actions.reopen(ticket, "没办好。", by=house.zhou, channel=Channel.PHONE)
        assert told(ticket)[0] == (Told.PROMISE, "phone", CallState.OPEN)
    assert Message.objects.latest("created_at").body == "您反映的事，最晚答复改成了 11-30 20:00 前。"
    himself = taken(house, contact_phone="15400001234")
    with clock.held_at(TUESDAY):
        actions.resolve(himself, Outcome.DONE, "办好了。", by=house.zhou)
    with clock.held_at(TUESDAY.replace(day=25)):
        actions.reopen(himself, "没办好。", by=house.system)
    assert [row[0] for row in told(himself)] == [Told.ENDED]


def test_danger_that_was_heard_later_moves_the_promise_and_he_is_told_without_a_word_of_it(house: House) -> None:
    factories.handlers(house)
    person = wei(house, phone="15400001234", values={"channel": "phone"}).person
    with clock.held_at(TUESDAY):
        ticket = taken(house, Category.SAFETY, "头疼", person=person)
        actions.sort_anew(ticket, Category.TREATMENT, by=house.zhou)
        assert told(ticket) == []  # both within a day: nothing moved
        actions.reply(ticket, "他打电话说：我不想活了。", by=house.zhou, channel=Channel.PHONE)
        assert told(ticket) == [(Told.PROMISE, "phone", CallState.OPEN)]
    assert Message.objects.get().body == NEUTRAL


def test_nobody_is_told_of_a_ticket_that_names_him(house: House) -> None:
    post = house.luo
    assert post.person is not None
    ticket = factories.ticket(house, person=post.person, about_staff=(post,), contact_phone="15400001234")
    actions.take(ticket, by=house.mo)
    actions.answer(ticket, "在查。", by=house.mo)
    assert told(ticket) == []


def test_the_call_is_nowhere_but_with_whoever_may_see_the_ticket(house: House) -> None:
    factories.handlers(house)
    ticket = taken(house, Category.WAGES, "工钱没给", contact_phone="15400001234")
    actions.answer(ticket, "在办。", by=house.zhou)
    notify.deliver()
    call = CallTask.objects.get()
    for post in (house.mo, house.luo, house.liang):
        assert list(placement.call_list(post)) == []
        assert placement.waiting_counts(post, clock.now())["calls"] == 0
    assert [list(queries.listed(post, "tell")) for post in (house.zhou, house.luo)] == [[ticket], []]
    assert queries.counts(house.zhou, clock.now())["tell"] == 1
    for post in (house.luo, house.liang):
        with pytest.raises(Refused, match="没有这件事"):
            actions.record_told(ticket, call, by=post, reached=True)
    actions.record_told(ticket, call, by=house.mo, reached=True)
    assert queries.counts(house.zhou, clock.now())["tell"] == 0
    events = AuditEvent.objects.filter(action__in=["ticket.told", "call.recorded"])
    assert [(event.action, event.thing) for event in events] == [("ticket.told", f"feedback.ticket:{ticket.pk}")]


def test_not_reached_three_times_is_said_to_the_handler(house: House) -> None:
    ticket = taken(house, contact_phone="15400001234")
    actions.answer(ticket, "在办。", by=house.zhou)
    notify.deliver()
    for failed in (False, False, True):
        call = CallTask.objects.get()
        actions.record_told(ticket, call, by=house.zhou, reached=False, note="关机")
        assert [row.failed for row in queries.tellings(ticket)] == [failed]
    assert told(ticket) == [(Told.ANSWERED, "phone", CallState.GIVEN_UP)]
    assert queries.open_call(ticket) is None


def test_a_call_that_nobody_made_in_time_is_said_to_have_failed(house: House) -> None:
    with clock.held_at(TUESDAY):
        ticket = taken(house, contact_phone="15400001234")
        actions.answer(ticket, "在办。", by=house.zhou)
        notify.deliver()
    assert CallTask.objects.get().due_at == datetime(2026, 12, 1, 20, tzinfo=ZONE)
    with clock.held_at(datetime(2026, 12, 1, 20, 1, tzinfo=ZONE)):
        placement_tick()
        assert [(row.is_open, row.failed) for row in queries.tellings(ticket)] == [(False, True)]


def test_what_waits_for_a_hand_counts_the_calls_of_whoever_handles_it(house: House) -> None:
    ticket = taken(house, contact_phone="15400001234")
    actions.answer(ticket, "在办。", by=house.zhou)
    assert queries.waiting_count(house.zhou, clock.now()) == 0
    notify.deliver()
    assert [queries.waiting_count(post, clock.now()) for post in (house.zhou, house.mo)] == [1, 0]
    assert Ticket.objects.get().state == State.WORKING
