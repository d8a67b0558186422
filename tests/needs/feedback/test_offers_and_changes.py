"""Words that point to danger offer a case and carry nothing over; changes of service are told to everybody."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.roles import Role
from gongqiao.needs.feedback import actions, dangers, queries
from gongqiao.needs.feedback.enums import Category, Channel, Danger, EntryKind, OfferState, Outcome, Why
from gongqiao.needs.feedback.models import CaseOffer, Entry, Ticket
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data
TUESDAY = datetime(2026, 11, 24, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("老板拖欠工钱两个月", [Danger.WAGE]),
        ("干了三天，工 资还没结", [Danger.WAGE]),
        ("从架子上摔伤了，老板不给工资", [Danger.INJURY, Danger.WAGE]),
        ("工头动手打人", [Danger.VIOLENCE]),
        ("他摸我", [Danger.VIOLENCE]),
        ("干了一个月白干，不想活了", [Danger.SELF_HARM, Danger.WAGE]),
        ("活着没意思", [Danger.SELF_HARM]),
        ("没有人受伤，就是网络断了", []),
        ("要动手能力强的", []),
        ("工资日结，挺好", []),
        ("说好八小时，干了十个钟头", []),
        ("", []),
    ],
)
def test_words_point_where_they_should(text: str, expected: list[Danger]) -> None:
    assert [each.danger for each in dangers.found_in(text)] == expected


def test_every_word_has_its_reason() -> None:
    assert {word.danger for word in dangers.WORDS} == set(Danger)
    assert all(str(word.why) for word in dangers.WORDS)


def test_an_offer_carries_nothing_over_without_a_yes(house: House) -> None:
    factories.handlers(house)
    ticket = factories.ticket(house, Category.WAGES, "老板拖欠工钱")
    offer = CaseOffer.objects.select_related("ticket__market").get()
    actions.take(ticket, by=house.mo)
    offer.ticket = ticket
    with pytest.raises(Refused, match="没有同意"):
        actions.hand_offer(offer, house.luo, by=house.mo, note="请接着办")
    actions.answer_offer(offer, yes=False, by=house.system, channel=Channel.PAGE)
    with pytest.raises(Refused, match="没有同意"):
        actions.hand_offer(offer, house.luo, by=house.mo, note="请接着办")
    assert not queries.sees(house.luo, ticket)
    actions.answer_offer(offer, yes=True, by=house.mo, channel=Channel.PHONE)
    with pytest.raises(Refused, match="交给他的话"):
        actions.hand_offer(offer, house.luo, by=house.mo, note="")
    actions.hand_offer(offer, house.luo, by=house.mo, note="欠三天的，有聊天记录")
    assert (offer.state, offer.handed_to, ticket.handler) == (OfferState.HANDED, house.luo, house.luo)
    with pytest.raises(Refused):
        actions.answer_offer(offer, yes=False, by=house.luo, channel=Channel.PHONE)


def test_only_the_person_or_the_handler_says_yes(house: House) -> None:
    factories.handlers(house)
    factories.ticket(house, Category.WAGES, "老板拖欠工钱")
    offer = CaseOffer.objects.select_related("ticket__market").get()
    with pytest.raises(Refused, match="不是您在办"):
        actions.answer_offer(offer, yes=True, by=house.zhou, channel=Channel.PHONE)


def test_who_cannot_go_on_is_seen_within_minutes(house: House) -> None:
    factories.handlers(house)
    with clock.held_at(TUESDAY):
        ticket = factories.ticket(house, Category.OTHER, "找了一个月没有活，不想活了")
    assert (ticket.urgent, ticket.sensitive, ticket.escalated_why) == (True, True, Why.URGENT)
    assert ticket.answer_by == TUESDAY.replace(minute=15)
    assert ticket.escalated_to == Role.MANAGER
    ticket.refresh_from_db()
    assert (ticket.urgent, ticket.answer_by) == (True, TUESDAY.replace(minute=15))
    assert queries.listed(house.liang, "up").get() == ticket
    assert not queries.sees(house.luo, ticket)


def test_what_is_heard_or_said_later_is_looked_at_too(house: House) -> None:
    ticket = factories.ticket(house)
    actions.take(ticket, by=house.mo)
    actions.reply(ticket, "昨天还摔伤了", by=house.system)
    assert list(CaseOffer.objects.values_list("danger", flat=True)) == [Danger.INJURY]
    actions.reply(ticket, "腿摔伤了，没人管", by=house.system)
    assert CaseOffer.objects.count() == 1


def ended(house: House) -> Ticket:
    ticket = factories.ticket(house)
    actions.take(ticket, by=house.mo)
    actions.resolve(ticket, Outcome.DONE, "改了。", by=house.mo)
    return ticket


def test_a_change_names_the_tickets_that_led_to_it_and_is_published_by_the_manager(house: House) -> None:
    tickets = [ended(house), ended(house)]
    facts = {"category": Category.JOB, "said": "干的活跟说的不一样", "did": "核实时多问一句：要不要加班"}
    row = actions.write_change(**facts, changed_on=date(2026, 11, 20), tickets=tickets, by=house.mo)  # type: ignore[arg-type]
    assert queries.published() == []
    with pytest.raises(Refused):
        actions.publish(row, by=house.mo)
    actions.publish(row, by=house.liang)
    assert [(each, each.led) for each in queries.published()] == [(row, 2)]  # type: ignore[attr-defined]
    actions.withdraw(row, by=house.liang)
    assert queries.published() == []


def test_a_change_is_not_led_to_by_what_is_open_or_hidden(house: House) -> None:
    factories.handlers(house)
    hidden = factories.ticket(house, Category.WAGES, "没给钱")
    actions.take(hidden, by=house.mo)
    actions.resolve(hidden, Outcome.DONE, "给了。", by=house.mo)
    facts = {"category": Category.JOB, "said": "活不一样", "did": "多问一句", "changed_on": date(2026, 11, 20)}
    for ticket, by in ((factories.ticket(house), house.mo), (hidden, house.luo)):
        with pytest.raises(Refused, match="没结"):
            actions.write_change(**facts, tickets=[ticket], by=by)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="我们做"):
        actions.write_change(**{**facts, "did": " "}, tickets=[], by=house.mo)  # type: ignore[arg-type]


def test_a_second_person_sends_what_he_agreed_to_and_not_what_was_noted_meanwhile(house: House) -> None:
    factories.handlers(house)
    ticket = factories.ticket(house, Category.STAFF, "窗口的人骂人")
    actions.take(ticket, by=house.shen)
    actions.resolve(ticket, Outcome.DONE, "道了歉。", by=house.shen)
    actions.note(ticket, "本人其实不满意", by=house.shen)
    actions.approve(ticket, by=house.liang)
    told = Entry.objects.filter(ticket=ticket, kind=EntryKind.RESOLUTION).get()
    assert told.text == "道了歉。"
