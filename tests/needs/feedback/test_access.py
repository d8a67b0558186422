"""Who sees which ticket: the same answer in list, detail, search, count and export, for every role."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone
from django_scopes import scope

from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.organisations import actions as organisations
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.needs.employers import actions as employers
from gongqiao.needs.feedback import actions, queries, rules
from gongqiao.needs.feedback.enums import Category, Channel, EntryKind, Outcome, Why
from gongqiao.needs.feedback.models import Handler, Ticket
from gongqiao.needs.feedback.tick import tick
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data


@dataclass
class Cast:
    """Everybody who may ask, by the name they go by here."""

    house: House
    boss: Membership  # of the employer that is complained about
    other_boss: Membership
    worker: Membership  # who filed it under his name
    other_worker: Membership

    def all(self) -> dict[str, Membership]:
        house = self.house
        staff = {"mo": house.mo, "luo": house.luo, "zhou": house.zhou, "liang": house.liang, "shen": house.shen}
        return {**staff, "boss": self.boss, "worker": self.worker, "other": self.other_worker, "system": house.system}


@pytest.fixture
def cast(house: House) -> Cast:
    factories.handlers(house)
    firm, other = factories.employer(house), factories.employer(house, "韦记米粉")
    posts = [
        employers.give_account(each, name=name, phone="", by=house.mo)
        for each, name in ((firm, "覃老板"), (other, "韦老板"))
    ]
    wei, lu = (
        factories.dossier(house, name, phone=phone)
        for name, phone in (("韦建国", "15400001234"), ("陆海", "15400001235"))
    )
    workers = [Membership.objects.get(person=each.person, role=Role.WORKER) for each in (wei, lu)]
    return Cast(house, posts[0], posts[1], workers[0], workers[1])


def seen_by(actor: Membership, ticket: Ticket) -> bool:
    """Whether he meets it; fails when two ways of asking disagree."""
    now, day = timezone.now(), timedelta(days=400)
    found = {
        "list": ticket in queries.listed(actor, "open"),
        "search by number": ticket in queries.listed(actor, text=ticket.name),
        "search by code": ticket in queries.listed(actor, text=ticket.code),
        "count": queries.counts(actor, now)["open"] == 1,
        "export": ticket in queries.between(actor, ticket.said_on - day, ticket.said_on + day),
        "detail": _opens(actor, ticket),
        "sees": queries.sees(actor, ticket),
    }
    assert len(set(found.values())) == 1, found
    return found["detail"]


def _opens(actor: Membership, ticket: Ticket) -> bool:
    try:
        return queries.opened(actor, ticket.pk) == ticket
    except Ticket.DoesNotExist:
        return False


def who_sees(cast: Cast, ticket: Ticket) -> set[str]:
    return {name for name, actor in cast.all().items() if seen_by(actor, ticket)}


def test_an_ordinary_ticket_is_seen_by_staff_and_by_whoever_filed_it(cast: Cast) -> None:
    ticket = factories.ticket(cast.house, person=cast.worker.person, by=cast.worker)
    assert who_sees(cast, ticket) == {"mo", "luo", "zhou", "liang", "shen", "worker"}


@pytest.mark.parametrize(
    "category", [Category.WAGES, Category.SAFETY, Category.TREATMENT, Category.FEES, Category.DATA]
)
def test_a_sensitive_one_is_seen_by_those_named_for_its_category_alone(cast: Cast, category: Category) -> None:
    firm = cast.boss.organisation.employer  # type: ignore[union-attr]
    ticket = factories.ticket(cast.house, category, "不好说", about_employer=firm)
    assert who_sees(cast, ticket) == {"mo", "zhou"}


def test_whoever_enters_it_at_the_window_does_not_see_it_again(cast: Cast) -> None:
    ticket = factories.ticket(cast.house, Category.STAFF, "有人收红包", by=cast.house.luo, channel=Channel.WINDOW)
    assert who_sees(cast, ticket) == {"shen", "liang"}


def test_a_complaint_about_a_specialist_is_never_his(cast: Cast) -> None:
    ticket = factories.ticket(cast.house, Category.STAFF, "他骂人", about_staff=(cast.house.mo,))
    actions.name_handler(cast.house.mo, Category.STAFF, by=cast.house.liang)
    assert who_sees(cast, ticket) == {"shen", "liang"}


def test_one_about_the_manager_is_seen_by_nobody_of_his_line(cast: Cast) -> None:
    for post in (cast.house.mo, cast.house.zhou):
        actions.name_handler(post, Category.STAFF, by=cast.house.liang)
    ticket = factories.ticket(cast.house, Category.STAFF, "梁经理扣了介绍费")
    assert [named.person for named in ticket.named.all()] == [cast.house.liang.person]
    assert who_sees(cast, ticket) == {"shen"}


def test_an_ordinary_one_that_names_somebody_is_not_his_either(cast: Cast) -> None:
    ticket = factories.ticket(cast.house, Category.JOB, "派错了", about_staff=(cast.house.luo,))
    assert who_sees(cast, ticket) == {"mo", "zhou", "liang", "shen"}


def test_a_name_in_the_words_counts_where_staff_may_be_meant_and_not_elsewhere(cast: Cast) -> None:
    helped = factories.ticket(cast.house, Category.JOB, "莫专员说是八小时，老板说十小时")
    blamed = factories.ticket(cast.house, Category.DATA, "莫 专员把我的号码给了别人")
    assert (helped.named.count(), [named.how for named in blamed.named.all()]) == (0, ["text"])
    assert (queries.sees(cast.house.mo, helped), queries.sees(cast.house.mo, blamed)) == (True, False)


def test_a_post_of_another_kind_does_not_open_it(cast: Cast) -> None:
    """莫专员 is named; a second post he holds is still him."""
    ticket = factories.ticket(cast.house, Category.STAFF, "他骂人", about_staff=(cast.house.mo,))
    second = organisations.give_post(
        cast.house.market, by=cast.house.system, title="莫审计", role=Role.AUDITOR, person=cast.house.mo.person
    )
    actions.name_handler(second, Category.STAFF, by=cast.house.liang)
    assert not seen_by(second, ticket)


def test_staff_who_act_for_the_employer_do_not_see_what_is_said_of_it(cast: Cast) -> None:
    firm = cast.boss.organisation.employer  # type: ignore[union-attr]
    ticket = factories.ticket(cast.house, Category.JOB, about_employer=firm)
    assert seen_by(cast.house.luo, ticket)
    Membership.objects.create(
        market=cast.house.market,
        person=cast.house.luo.person,
        organisation=firm.organisation,
        role=Role.EMPLOYER,
        title="罗会计",
        starts_on=timezone.localdate(),
    )
    assert not seen_by(cast.house.luo, ticket)


def test_the_employer_sees_what_he_was_asked_and_nothing_before(cast: Cast) -> None:
    firm = cast.boss.organisation.employer  # type: ignore[union-attr]
    ticket = factories.ticket(cast.house, Category.WAGES, "我是韦建国，他没给钱", about_employer=firm)
    actions.take(ticket, by=cast.house.mo)
    assert (queries.put_to(cast.boss), queries.sees(cast.boss, ticket)) == ([], False)
    actions.ask_employer(ticket, "有人反映二十日的工钱没结，请说明。", by=cast.house.mo)
    assert queries.put_to(cast.boss) == [ticket]
    assert queries.put_to(cast.other_boss) == queries.put_to(cast.worker) == []
    shown = queries.put_to(cast.boss)[0].asked  # type: ignore[attr-defined]
    assert [(entry.kind, entry.text) for entry in shown] == [
        (EntryKind.TO_EMPLOYER, "有人反映二十日的工钱没结，请说明。")
    ]
    actions.answer_as_employer(ticket, "明天就结。", by=cast.boss)
    with pytest.raises(Refused, match="没有这件事"):
        actions.answer_as_employer(ticket, "不关我事", by=cast.other_boss)


@pytest.mark.parametrize("category", [Category.TREATMENT, Category.STAFF, Category.DATA, Category.OTHER])
def test_an_employer_is_not_asked_about_what_might_come_back_on_the_person(cast: Cast, category: Category) -> None:
    firm = cast.boss.organisation.employer  # type: ignore[union-attr]
    ticket = factories.ticket(cast.house, category, "不好说", about_employer=firm)
    handler = queries.named_for(ticket)[0] if ticket.sensitive else cast.house.mo
    actions.take(ticket, by=handler)
    with pytest.raises(Refused, match="不问用工方"):
        actions.ask_employer(ticket, "请说明", by=handler)
    Ticket.objects.update(asked_employer_at=timezone.now())
    assert queries.put_to(cast.boss) == []


def test_named_for_the_ticket_is_enough_and_handing_it_over_closes_it(cast: Cast) -> None:
    ticket = factories.ticket(cast.house, Category.WAGES, "没给钱")
    assert not seen_by(cast.house.luo, ticket)
    actions.take(ticket, by=cast.house.mo)
    actions.assign(ticket, cast.house.luo, by=cast.house.mo)
    assert seen_by(cast.house.luo, ticket)
    actions.assign(ticket, cast.house.zhou, by=cast.house.luo)
    assert not seen_by(cast.house.luo, ticket)


def test_it_is_not_handed_to_whoever_it_is_about(cast: Cast) -> None:
    ticket = factories.ticket(cast.house, Category.STAFF, "他骂人", about_staff=(cast.house.mo,))
    actions.take(ticket, by=cast.house.liang)
    with pytest.raises(Refused, match="不能交给他"):
        actions.assign(ticket, cast.house.mo, by=cast.house.liang)


def test_it_leaves_the_hands_of_whoever_turns_out_to_be_meant(cast: Cast) -> None:
    ticket = factories.ticket(cast.house, Category.WAGES, "中间人拿了钱")
    actions.take(ticket, by=cast.house.mo)
    actions.name_person(ticket, cast.house.mo, by=cast.house.mo)
    assert (ticket.handler, ticket.escalated_to, ticket.escalated_why) == (None, Role.MANAGER, Why.NOBODY)
    assert who_sees(cast, ticket) == {"zhou", "liang"}


def test_it_goes_up_past_the_manager_when_it_is_about_him(cast: Cast) -> None:
    about_him = factories.ticket(cast.house, Category.STAFF, "他扣钱", about_staff=(cast.house.liang,))
    with clock.held_at(timezone.now() + timedelta(days=40)):
        tick()
    about_him.refresh_from_db()
    assert (about_him.escalated_to, about_him.escalated_why) == (Role.AUDITOR, Why.OVERDUE)
    assert who_sees(cast, about_him) == {"shen"}


def test_one_that_had_gone_up_to_the_manager_leaves_him_when_he_turns_out_to_be_meant(cast: Cast) -> None:
    ticket = factories.ticket(cast.house, Category.WAGES, "中间人拿了钱")
    with clock.held_at(timezone.now() + timedelta(days=40)):
        tick()
    ticket.refresh_from_db()
    assert seen_by(cast.house.liang, ticket)
    actions.take(ticket, by=cast.house.liang)
    actions.name_person(ticket, cast.house.liang, by=cast.house.liang)
    assert who_sees(cast, ticket) == {"shen"}


def test_with_nobody_named_it_goes_up_at_once(house: House) -> None:
    ticket = factories.ticket(house, Category.WAGES, "没给钱")
    assert (ticket.escalated_to, ticket.escalated_why) == (Role.MANAGER, Why.NOBODY)
    assert [post for post in (house.mo, house.liang, house.shen) if seen_by(post, ticket)] == [house.liang]


def test_a_manager_who_names_himself_sees_nothing_until_a_second_person_agrees(cast: Cast) -> None:
    house = cast.house
    ticket = factories.ticket(house, Category.WAGES, "没给钱")
    row = actions.name_handler(house.liang, Category.WAGES, by=house.liang)
    assert (row.waits, queries.sees(house.liang, ticket), house.liang in queries.named_for(ticket)) == (
        True,
        False,
        False,
    )
    with pytest.raises(Refused, match="另一个人"):
        actions.agree_handler(row, by=house.liang)
    for post in (house.mo, house.zhou):
        with pytest.raises(Refused, match="由审计或者另一位经理"):
            actions.agree_handler(row, by=post)
    assert [queries.to_agree(post) for post in (house.liang, house.mo, house.shen)] == [0, 0, 1]
    actions.agree_handler(row, by=house.shen)
    assert (queries.sees(house.liang, ticket), queries.to_agree(house.shen)) == (True, 0)
    with pytest.raises(Stale):
        actions.agree_handler(row, by=house.shen)
    assert not actions.name_handler(house.liang, Category.JOB, by=house.liang).waits  # everybody sees those


def test_even_agreed_to_he_never_sees_what_names_him_and_the_waiting_tells_him_nothing(cast: Cast) -> None:
    house = cast.house
    rows = []
    for about in ((), (house.liang,)):
        ticket = factories.ticket(house, Category.TREATMENT, "被骂", about_staff=about)
        rows.append(actions.name_handler(house.liang, Category.TREATMENT, by=house.liang))
        assert rows[-1].waits
        actions.drop_handler(rows[-1], by=house.liang)
    row = actions.name_handler(house.liang, Category.TREATMENT, by=house.liang)
    actions.agree_handler(row, by=house.shen)
    assert not queries.sees(house.liang, ticket)


def test_a_manager_names_handlers_and_nobody_else_does(cast: Cast) -> None:
    with pytest.raises(Refused):
        actions.name_handler(cast.house.luo, Category.WAGES, by=cast.house.mo)
    with pytest.raises(Refused, match="不办诉求"):
        actions.name_handler(cast.boss, Category.WAGES, by=cast.house.liang)
    ticket = factories.ticket(cast.house, Category.WAGES, "没给钱")
    actions.drop_handler(Handler.objects.get(post=cast.house.mo, category=Category.WAGES), by=cast.house.liang)
    assert who_sees(cast, ticket) == {"zhou"}
    assert queries.handlers(cast.house.mo) == []


def test_another_pair_of_eyes_where_it_may_be_about_one_of_us(cast: Cast) -> None:
    ticket = factories.ticket(cast.house, Category.STAFF, "他骂人", about_staff=(cast.house.luo,))
    actions.take(ticket, by=cast.house.shen)
    actions.resolve(ticket, Outcome.UNPROVEN, "问了三个人，没有听到。", by=cast.house.shen)
    assert [entry.kind for entry in queries.thread(ticket) if entry.kind == EntryKind.RESOLUTION] == []
    with pytest.raises(Refused, match="另一个人"):
        actions.approve(ticket, by=cast.house.shen)
    with pytest.raises(Refused, match="没有这件事"):
        actions.approve(ticket, by=cast.house.luo)
    actions.send_back(ticket, "再问问当天的人", by=cast.house.liang)
    actions.resolve(ticket, Outcome.DONE, "道了歉。", by=cast.house.shen)
    actions.approve(ticket, by=cast.house.liang)
    said = [entry.text for entry in queries.thread(ticket) if entry.kind == EntryKind.RESOLUTION]
    assert (ticket.state, ticket.outcome, said) == ("resolved", Outcome.DONE, ["道了歉。"])


def test_alone_he_ends_it_himself(cast: Cast) -> None:
    """The manager is named and everybody else is under him: only the auditor is left."""
    ticket = factories.ticket(cast.house, Category.STAFF, "他扣钱", about_staff=(cast.house.liang,))
    actions.take(ticket, by=cast.house.shen)
    actions.resolve(ticket, Outcome.UNPROVEN, "查了账，没有扣。", by=cast.house.shen)
    assert ticket.state == "resolved"


def test_the_other_market_sees_none_of_it(cast: Cast, other_house: House) -> None:
    ticket = factories.ticket(cast.house)
    with scope(market=other_house.market):
        assert list(queries.visible_to(other_house.liang)) == []
        assert queries.by_code(ticket.code) is None
    with pytest.raises(Refused, match="没有这件事|不是您所在市场"):
        actions.take(ticket, by=other_house.mo)


def test_no_gap_in_the_numbers_tells_of_a_ticket_that_is_hidden(cast: Cast) -> None:
    """Counted up, 莫专员 would see that between two of his lists something was filed that he is kept from."""
    numbers = [factories.ticket(cast.house).number for _one in range(12)]
    assert sorted(numbers) != numbers
    assert len(set(numbers)) == 12
    assert {len(str(number)) for number in numbers} == {4}
    assert {len(str(rules.new_number(filed))) for filed in (901, 9_000)} == {5}
    assert len(str(rules.new_number(9_001))) == 6
