"""Acting for a worker: both agree, little is allowed, all is written down, it ends at once."""

from datetime import timedelta
from typing import Any

import pytest
from django_scopes import scope

from gongqiao.foundation import clock
from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.audit.chain import verify
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.notify.models import Message
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.queries import current_of, today
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.foundation.people import actions as people
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.family import actions, queries
from gongqiao.needs.family.enums import Side, State, Way
from gongqiao.needs.family.models import Helper
from gongqiao.needs.feedback import queries as tickets
from gongqiao.services.mydata import actions as mydata
from gongqiao.services.mydata import punches
from gongqiao.services.mydata import queries as own_data
from gongqiao.services.placement import queries as placement
from gongqiao.services.placement.actions import attendance, offers, ratings
from gongqiao.services.placement.enums import Decline
from gongqiao.services.placement.enums import Side as WorkSide
from tests import factories
from tests.factories import House
from tests.needs.family import given

pytestmark = [pytest.mark.django_db, pytest.mark.data]


@pytest.fixture
def wei(house: House) -> Dossier:
    return factories.dossier(house, "韦建国", phone="15400000001")


def post_of(dossier: Dossier) -> Membership:
    return Membership.objects.get(person=dossier.person, role=Role.WORKER)


def yes(helper: Helper) -> Membership:
    return actions.agree(helper, by=accounts.user_of(helper.person))


def test_he_names_her_and_nothing_begins_before_she_says_yes_on_her_own_phone(house: House, wei: Dossier) -> None:
    asked = actions.name_helper(wei, given.named(house), by=post_of(wei))
    assert (asked.state, asked.post, queries.asked(asked.person)) == (State.ASKED, None, [asked])
    assert Message.objects.get(person=asked.person).about == f"helper:{asked.pk}"
    assert current_of(asked.person, today(house.zhou)) == []

    post = yes(asked)
    asked.refresh_from_db()
    assert (asked.state, asked.agreed_how, asked.post) == (State.ACTIVE, Way.CODE, post)
    assert (post.role, post.acts_for, post.worker_id, post.ends_on) == (
        Role.FAMILY,
        wei.person,
        wei.person_id,
        asked.until,
    )
    assert current_of(asked.person, today(house.zhou)) == [post]
    assert queries.asked(asked.person) == []


def test_somebody_else_cannot_say_yes_in_her_place_nor_can_he(house: House, wei: Dossier) -> None:
    asked = actions.name_helper(wei, given.named(house), by=post_of(wei))
    with pytest.raises(Refused, match="这不是问您的。"):
        actions.agree(asked, by=accounts.user_of(wei.person))
    with pytest.raises(Refused, match="要他自己答应"):
        actions.name_helper(wei, given.named(house, "老邻居"), by=post_of(wei), present=True)
    assert Helper.objects.filter(state=State.ACTIVE).count() == 0


def test_she_says_no_and_has_nothing(house: House, wei: Dossier) -> None:
    asked = actions.name_helper(wei, given.named(house), by=post_of(wei))
    actions.refuse(asked, by=accounts.user_of(asked.person))
    assert (Helper.objects.get().state, Membership.objects.filter(role=Role.FAMILY).count()) == (State.REFUSED, 0)


def test_both_at_the_desk_is_a_yes_and_whoever_may_not_write_files_names_nobody(house: House, wei: Dossier) -> None:
    helper = given.helper(house, wei)
    assert (helper.state, helper.agreed_how) == (State.ACTIVE, Way.DESK)
    with pytest.raises(Refused, match="岗位不能"):
        actions.name_helper(wei, given.named(house), by=house.shen, present=True)


def test_another_worker_names_nobody_for_him(house: House, wei: Dossier) -> None:
    other = factories.dossier(house, "陆大海", phone="15400000002")
    with pytest.raises(Refused):
        actions.name_helper(wei, given.named(house), by=post_of(other))


def test_she_applies_answers_and_gives_up_for_him_and_each_act_says_so(house: House, wei: Dossier) -> None:
    post = given.helper(house, wei).post
    assert post is not None
    shift = factories.verified(house)
    made = offers.apply(shift, wei, by=post, channel="family")
    offers.offer(shift, wei, by=house.mo)
    made.refresh_from_db()
    offers.accept(made, by=post, channel="family")
    offers.decline(made, Decline.BUSY, by=post)
    said = AuditEvent.objects.filter(actor__startswith=f"{post.pk} ").order_by("number")
    assert [event.action for event in said] == ["assignment.applied", "assignment.accepted", "assignment.cancelled"]
    assert {event.channel for event in said} == {"family"}
    assert {event.on_behalf_of for event in said} == {f"people.person:{wei.person_id}"}
    assert made.channel == "family"
    assert verify(house.market.code).fault == ""


def test_he_sees_who_did_what_for_him_and_another_does_not(house: House, wei: Dossier) -> None:
    post = given.helper(house, wei).post
    assert post is not None
    offers.apply(factories.verified(house), wei, by=post, channel="family")
    dossiers.record_reading(wei, by=house.mo)
    seen = [(row.event.action, row.event.channel) for row in own_data.done_for_me(post_of(wei), 40)]
    assert seen[0] == ("assignment.applied", "family")
    assert ("helper.agreed", "desk") in seen
    assert "dossier.read" not in {action for action, _channel in seen}
    other = factories.dossier(house, "陆大海", phone="15400000002")
    assert "assignment.applied" not in {row.event.action for row in own_data.done_for_me(post_of(other), 40)}
    with pytest.raises(Refused):
        own_data.done_for_me(post, 40)


def test_she_may_look_at_his_work_and_answer_and_nothing_else(house: House, wei: Dossier) -> None:
    post = given.helper(house, wei).post
    assert post is not None
    shift = factories.verified(house)
    row = offers.offer(shift, wei, by=house.mo)
    assert list(placement.visible_to(post)) == [row]
    assert queries.file_of(post) == wei
    factories.ticket(house, person=wei.person)
    assert list(tickets.visible_to(post)) == []
    assert list(placement.wages(post)) == []
    assert punches.days(post) == []
    assert [right for right in Right if post.may(right)] == [Right.FAMILY_WORK]
    offers.accept(row, by=house.mo)
    with clock.held_at(row.starts_at):
        attendance.arrive(row, by=house.mo)
        refusals: list[Any] = [
            lambda: attendance.record_hours(row, 480, WorkSide.WORKER, by=post),
            lambda: ratings.rate(row, WorkSide.WORKER, {"face": 5}, by=post),
            lambda: punches.note(row, punches.Noted(minutes=480), by=post),
            lambda: mydata.ask(mydata.Kind.DELETE, "", by=post),
            lambda: mydata.forget(wei, "home", by=post),
            lambda: mydata.record_export(wei, by=post, digest=""),
            lambda: dossiers.set_personalised(wei, False, by=post),
            lambda: dossiers.pause(wei, by=post),
            lambda: own_data.whole(post, clock.now()),
            lambda: actions.name_helper(wei, given.named(house, "第三人"), by=post),
        ]
        for act in refusals:
            with pytest.raises(Refused):
                act()


def test_she_has_nothing_to_say_of_another_worker(house: House, wei: Dossier) -> None:
    post = given.helper(house, wei).post
    assert post is not None
    other = factories.dossier(house, "陆大海", phone="15400000002")
    shift = factories.verified(house)
    with pytest.raises(Refused, match="只能替自己报名"):
        offers.apply(shift, other, by=post)
    row = offers.offer(shift, other, by=house.mo)
    with pytest.raises(Refused, match="这不是您的活"):
        offers.accept(row, by=post)


@pytest.mark.parametrize("side", [Side.WORKER, Side.HELPER, Side.DESK])
def test_it_ends_at_once_by_any_of_the_three(house: House, wei: Dossier, side: Side) -> None:
    helper = given.helper(house, wei)
    by = {Side.WORKER: post_of(wei), Side.HELPER: helper.post, Side.DESK: house.zhou}[side]
    assert by is not None
    actions.end(helper, by=by)
    helper.refresh_from_db()
    assert (helper.state, helper.ended_by) == (State.ENDED, side)
    assert current_of(helper.person, today(house.zhou)) == []
    with pytest.raises(Refused):
        actions.end(helper, by=by)


def test_it_ends_by_itself_after_its_day(house: House, wei: Dossier) -> None:
    helper = given.helper(house, wei, until=today(house.zhou))
    with clock.held_at(clock.now() + timedelta(days=1)):
        assert current_of(helper.person, today(house.zhou)) == []
    with pytest.raises(Refused, match="最长一年"):
        actions.name_helper(wei, given.named(house, until=today(house.zhou) + timedelta(days=400)), by=house.zhou)


def test_nobody_who_gives_work_or_decides_acts_for_a_worker(house: House, wei: Dossier) -> None:
    staff = house.mo.person
    assert staff is not None
    people.write(staff, name="莫专员", phone="15500000777", identity="")
    with pytest.raises(Refused, match="工作人员和用工方的人"):
        actions.name_helper(wei, given.named(house, "莫专员", phone="15500000777"), by=post_of(wei))
    with pytest.raises(Refused, match="这是本人"):
        actions.name_helper(wei, given.named(house, "韦建国", phone="15400000001"), by=house.zhou)


def test_one_phone_gathers_no_workers_and_one_worker_no_helpers(house: House, wei: Dossier) -> None:
    for name in ("甲", "乙", "丙"):
        given.helper(house, wei, name)
    with pytest.raises(Refused, match="最多 3 个"):
        given.helper(house, wei, "丁")
    for number in range(3):
        other = factories.dossier(house, f"工{number}", phone=f"1541111000{number}")
        given.helper(house, other, f"黑中介{number}", phone="15599999999")
    last = factories.dossier(house, "工九", phone="15411110009")
    with pytest.raises(Refused, match="这个手机已经在替 3 个人办"):
        given.helper(house, last, "黑中介九", phone="15599999999")


def test_of_two_that_answer_at_once_one_is_told_to_reload(house: House, wei: Dossier) -> None:
    asked = given.helper(house, wei, present=False)
    late = Helper.objects.select_related("dossier__person", "person", "market").get(pk=asked.pk)
    yes(asked)
    with pytest.raises(Stale):
        yes(late)


def test_one_market_knows_nothing_of_the_others(house: House, other_house: House, wei: Dossier) -> None:
    given.helper(house, wei)
    with scope(market=other_house.market):
        assert list(queries.visible_to(other_house.zhou)) == []
