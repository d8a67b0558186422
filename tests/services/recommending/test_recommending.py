"""A verified posting finds its people: who is told, when, why, how often, and who never is."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django_scopes import scope

from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.notify import wishes
from gongqiao.foundation.notify.enums import Ending, Kind, Quiet
from gongqiao.foundation.notify.models import CallTask, Message, MessageState
from gongqiao.foundation.organisations.queries import system_of
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.employers import actions as employers
from gongqiao.needs.postings import actions as postings
from gongqiao.needs.postings.enums import Method
from gongqiao.services.hall.queries import shouts
from gongqiao.services.mydata import erasure
from gongqiao.services.placement.actions import endings, offers, queue
from gongqiao.services.placement.enums import Decline
from gongqiao.services.recommending import actions
from gongqiao.services.recommending.enums import Said, SearchState
from gongqiao.services.recommending.models import Recommendation, Search
from gongqiao.services.recommending.tick import tick
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data
NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)  # 12:00 in the market
LATE = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)  # 23:00


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def told() -> list[tuple[str, str]]:
    """Who was recommended what, by name and title."""
    rows = Recommendation.objects.filter(called_off_at=None).select_related("dossier__person", "posting")
    return sorted((row.dossier.person.name, row.posting.title) for row in rows)


def test_a_verified_posting_finds_who_can_do_it_and_says_why(house: House) -> None:
    wei = factories.dossier(house, "韦师傅", values={"preferred": ["loader"]})
    factories.dossier(house, "覃阿姨", skills={"kitchen-helper": 2})
    shift = factories.verified(house)
    assert (Search.objects.get().state, tick()) == (SearchState.WAITING, {"recommended": 1})
    row = Recommendation.objects.get()
    assert (row.dossier, row.shift, row.day, row.nth, row.place) == (wei, shift, date(2026, 11, 25), 1, 1)
    assert "您说想干这个" in row.reasons["worker"]
    assert sum(points for _name, points in row.reasons["factors"]) == row.score
    message = Message.objects.get()
    assert (message.kind, message.person, message.about) == (Kind.SUGGEST, wei.person, row.about)
    assert "您说想干这个" in message.body
    assert message.expires_at == shift.starts_at
    search = Search.objects.get()
    facts = {"open": 2, "wanted": 6, "told": 1, "capped": 0}
    assert (search.state, search.told, search.facts) == (SearchState.DONE, 1, {str(shift.pk): facts})
    assert AuditEvent.objects.get(action="posting.recommended").detail == {"told": 1, "search": search.pk}


def test_a_second_round_tells_nobody_again(house: House) -> None:
    factories.dossier(house)
    factories.verified(house)
    assert [tick(), tick()] == [{"recommended": 1}, {"recommended": 0}]
    assert Message.objects.count() == 1


def test_three_people_for_a_seat_and_no_more(house: House) -> None:
    for number in range(5):
        factories.dossier(house, f"韦{number}")
    factories.verified(house, headcount=1)
    assert tick() == {"recommended": 3}


@pytest.mark.parametrize("why", ["paused", "not by his file", "wants none", "17 at hazard", "age unknown", "dear"])
def test_who_may_not_or_does_not_want_to_is_never_told(house: House, why: str) -> None:
    births = {"17 at hazard": date(2009, 5, 1), "age unknown": None}
    values = {"pay_floor": 90_000} if why == "dear" else {}
    wei = factories.dossier(house, birth=births.get(why, date(1975, 3, 2)), values=values)
    if why == "paused":
        dossiers.pause(wei, by=house.zhou)
    elif why == "not by his file":
        dossiers.set_personalised(wei, False, by=house.zhou)
    elif why == "wants none":
        wishes.set_preference(wei.person, wishes.Wish(no_kinds=("suggest",)), by=house.zhou)
    factories.verified(house)
    tick()
    assert told() == []
    assert Search.objects.get().state == SearchState.DONE


def test_who_is_busy_then_or_has_put_his_name_down_is_not_told(house: House) -> None:
    busy, keen = factories.dossier(house, "莫忙"), factories.dossier(house, "覃早")
    offers.offer(factories.verified(house, title="卸货"), busy, by=house.mo)
    shift = factories.verified(house)
    offers.apply(shift, keen, by=house.mo)
    Search.objects.exclude(posting=shift.posting).update(state=SearchState.VOID)
    tick()
    assert told() == []


def test_nobody_is_told_more_often_a_day_than_the_market_says(house: House, now: Any) -> None:
    wishes.set_lines({"pushes_a_day": 1}, by=house.liang)
    factories.dossier(house, "韦师傅", values={"preferred": ["loader"]})
    factories.verified(house, title="头一个")
    tick()
    shift = factories.verified(house, title="第二个")
    tick()
    assert told() == [("韦师傅", "头一个")]
    assert Search.objects.get(posting=shift.posting).facts[str(shift.pk)]["capped"] == 1
    now.move_to(NOON + timedelta(days=1))
    factories.verified(house, title="第二天的", day=date(2026, 11, 28))
    tick()
    assert told() == [("韦师傅", "头一个"), ("韦师傅", "第二天的")]


def test_two_files_of_one_human_merged_that_day_have_one_number_between_them(house: House, now: Any) -> None:
    """Told twice under the one and once under the other, he is told no more on a day of three, whatever he is called;
    one whose files are not merged is."""
    wishes.set_lines({"pushes_a_day": 3}, by=house.liang)
    spare = factories.dossier(house, "韦师傅")
    for title in ("一", "二"):
        factories.verified(house, title=title)
    tick()
    dossiers.pause(spare, by=house.zhou)
    wei, qin = factories.dossier(house, "韦建国"), factories.dossier(house, "覃海")
    factories.verified(house, title="三")
    tick()
    before = [("覃海", "三"), ("韦师傅", "一"), ("韦师傅", "二"), ("韦建国", "三")]
    assert told() == sorted(before)
    dossiers.merge(spare, wei, by=house.zhou)
    shift = factories.verified(house, title="四")
    tick()
    assert told() == sorted([*before, ("覃海", "四")])
    assert Search.objects.get(posting=shift.posting).facts[str(shift.pk)]["capped"] == 1
    assert Recommendation.objects.get(dossier=qin, posting=shift.posting).nth == 2
    now.move_to(NOON + timedelta(days=1))
    factories.verified(house, title="第二天的", day=date(2026, 11, 28))
    tick()
    assert ("韦建国", "第二天的") in told()


def test_after_a_merge_the_places_left_of_his_day_are_filled_and_nothing_is_told_twice(house: House) -> None:
    wishes.set_lines({"pushes_a_day": 3}, by=house.liang)
    spare = factories.dossier(house, "韦师傅")
    first = factories.verified(house, title="一")
    tick()
    notify.deliver()
    dossiers.pause(spare, by=house.zhou)
    wei = factories.dossier(house, "韦建国")
    factories.verified(house, title="二")
    tick()
    dossiers.merge(spare, wei, by=house.zhou)
    postings.change(first.posting, {"pay_fen": 20000}, by=house.luo)
    first.posting.refresh_from_db()
    postings.verify(first.posting, by=house.mo, method=Method.PHONE, note="再打了电话")
    factories.verified(house, title="三")
    tick()
    assert told() == [("韦师傅", "一"), ("韦建国", "三"), ("韦建国", "二")]
    assert sorted(Recommendation.objects.filter(dossier=wei).values_list("nth", flat=True)) == [1, 2]


def test_an_employer_he_will_not_go_to_is_never_recommended_to_him_and_others_are(house: House) -> None:
    wei, _qin = factories.dossier(house, "韦师傅"), factories.dossier(house, "覃海")
    shift = factories.verified(house, title="先前的", start=18, length=3)
    offers.decline(offers.offer(shift, wei, by=house.mo), Decline.EMPLOYER, by=house.mo)
    Search.objects.update(state=SearchState.VOID)
    factories.verified(house, firm=shift.posting.employer, title="同一家的")
    factories.verified(house, title="别家的")
    tick()
    assert told() == [("覃海", "别家的"), ("覃海", "同一家的"), ("韦师傅", "别家的")]


def test_not_this_employer_said_in_the_minute_between_search_and_telling_is_obeyed(house: House) -> None:
    wei = factories.dossier(house)
    shift = factories.verified(house)
    tick()
    other = factories.verified(house, firm=shift.posting.employer, start=18, length=3)
    offers.decline(offers.offer(other, wei, by=house.mo), Decline.EMPLOYER, by=house.mo)
    notify.deliver()
    assert Message.objects.get(kind=Kind.SUGGEST).ending == Ending.SETTLED


def test_an_employer_stopped_before_the_search_is_looked_for_by_nobody(house: House) -> None:
    factories.dossier(house)
    shift = factories.verified(house)
    employers.block(shift.posting.employer, by=house.mo, reason="欠薪")
    assert tick() == {"recommended": 0}
    assert (Search.objects.get().state, Message.objects.count()) == (SearchState.VOID, 0)


def test_a_market_that_recommends_nothing_looks_for_nobody(house: House) -> None:
    wishes.set_lines({"pushes_a_day": 0}, by=house.liang)
    factories.dossier(house)
    factories.verified(house)
    assert tick() == {"recommended": 0}
    assert (Search.objects.get().state, Search.objects.get().why) == (SearchState.VOID, "市场定了不推荐新活")


def test_at_night_he_is_told_in_the_morning_on_no_list_before(house: House, now: Any) -> None:
    now.move_to(LATE)
    factories.dossier(house)
    factories.verified(house, day=date(2026, 11, 26))
    tick()
    notify.deliver()
    row = Recommendation.objects.get()
    assert (row.day, row.tell_at) == (date(2026, 11, 26), datetime(2026, 11, 25, 21, 0, tzinfo=UTC))
    assert CallTask.objects.count() == 0
    now.move_to(row.tell_at)
    notify.deliver()
    assert [task.how for task in CallTask.objects.all()] == ["hall"]


def test_who_sleeps_till_the_work_begins_is_not_told_and_who_works_at_night_is_at_once(house: House, now: Any) -> None:
    now.move_to(LATE)
    factories.dossier(house, "早睡")
    night, late = factories.dossier(house, "夜班"), factories.dossier(house, "晚起")
    wishes.set_preference(night.person, wishes.Wish(quiet=Quiet.NEVER), by=house.zhou)
    own = wishes.Wish(quiet=Quiet.OWN, own=(time(20, 0), time(9, 0)))
    wishes.set_preference(late.person, own, by=house.zhou)
    factories.verified(house, day=date(2026, 11, 26), start=4)
    tick()
    assert told() == [("夜班", "家电卸车")]
    assert Recommendation.objects.get().tell_at == LATE


def test_demand_withdrawn_before_its_turn_is_looked_for_no_more(house: House) -> None:
    factories.dossier(house)
    shift = factories.verified(house)
    endings.close_posting(shift.posting, by=house.mo, reason="够了")
    assert tick() == {"recommended": 0}
    assert Search.objects.get().state == SearchState.VOID
    assert Message.objects.count() == 0


def test_demand_that_changes_before_he_is_told_is_not_told_and_verified_anew_it_is(house: House, now: Any) -> None:
    now.move_to(LATE)
    factories.dossier(house, "韦师傅")
    shift = factories.verified(house, day=date(2026, 11, 27))
    tick()
    postings.change(shift.posting, {"pay_fen": 20000}, by=house.luo)
    assert [(row.state, row.ending) for row in Message.objects.all()] == [(MessageState.EXPIRED, Ending.SETTLED)]
    assert told() == []
    shift.posting.refresh_from_db()
    postings.verify(shift.posting, by=house.mo, method=Method.PHONE, note="再打了电话")
    assert tick() == {"recommended": 1}
    assert (told(), Recommendation.objects.count()) == ([("韦师傅", "家电卸车")], 2)


def test_he_who_was_told_is_not_told_of_the_same_posting_again(house: House) -> None:
    factories.dossier(house, "韦师傅")
    shift = factories.verified(house)
    tick()
    notify.deliver()
    postings.change(shift.posting, {"pay_fen": 20000}, by=house.luo)
    shift.posting.refresh_from_db()
    postings.verify(shift.posting, by=house.mo, method=Method.PHONE, note="再打了电话")
    assert tick() == {"recommended": 0}
    assert Recommendation.objects.count() == 1


@pytest.mark.parametrize(
    "what", ["paused", "no file", "applied", "full", "no", "dearer", "employer stopped", "not this employer"]
)
def test_what_has_changed_by_the_time_of_telling_is_obeyed(house: House, now: Any, what: str) -> None:
    now.move_to(LATE)
    wei = factories.dossier(house)
    shift = factories.verified(house, day=date(2026, 11, 27), headcount=1)
    tick()
    if what == "paused":
        dossiers.pause(wei, by=house.zhou)
    elif what == "no file":
        dossiers.set_personalised(wei, False, by=house.zhou)
    elif what == "applied":
        offers.apply(shift, wei, by=house.mo)
    elif what == "full":
        offers.offer(shift, factories.dossier(house, "别人"), by=house.mo)
    elif what == "dearer":
        dossiers.update(wei, dossiers.Facts({"pay_floor": 90_000}), by=house.zhou)
    elif what == "employer stopped":
        employers.block(shift.posting.employer, by=house.mo, reason="欠薪")
    elif what == "not this employer":
        other = factories.verified(house, firm=shift.posting.employer, start=18, length=3)
        offers.decline(offers.offer(other, wei, by=house.mo), Decline.EMPLOYER, by=house.mo)
    else:
        actions.say_no(Recommendation.objects.get(), by=house.mo)
    now.move_to(datetime(2026, 11, 25, 22, 0, tzinfo=UTC))
    notify.deliver()
    assert Message.objects.get(kind=Kind.SUGGEST).ending == Ending.SETTLED
    assert CallTask.objects.filter(about__startswith="posting:").count() == 0


def test_a_crash_between_working_out_and_writing_leaves_nothing_and_the_next_round_does_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.dossier(house)
    factories.verified(house)

    def killed(*args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(notify, "tell", killed)
        with pytest.raises(KeyboardInterrupt):
            tick()
    assert (Recommendation.objects.count(), Search.objects.get().state) == (0, SearchState.WAITING)
    assert tick() == {"recommended": 1}


def test_two_processes_with_the_same_search_have_one_effect(house: House) -> None:
    factories.dossier(house)
    factories.verified(house)
    first, second = list(Search.objects.all()), list(Search.objects.all())
    assert actions.recommend(first, by=system_of(house.market)) == 1
    with pytest.raises(Stale):
        actions.recommend(second, by=system_of(house.market))
    assert (Recommendation.objects.count(), Message.objects.count()) == (1, 1)


def test_only_the_house_itself_looks_for_people(house: House) -> None:
    factories.verified(house)
    with pytest.raises(Refused):
        actions.recommend(list(Search.objects.all()), by=house.liang)


def test_a_verification_that_fails_leaves_no_search(house: House) -> None:
    row = factories.posting(house)
    postings.submit(row, by=house.luo)
    with pytest.raises(Refused):
        postings.verify(row, by=house.mo, method=Method.PHONE, note=" ")
    assert Search.objects.count() == 0


def test_another_market_is_not_looked_through(house: House, other_house: House) -> None:
    with scope(market=other_house.market):
        factories.dossier(other_house, "别的市场的人")
    factories.verified(house)
    assert tick() == {"recommended": 0}


def test_a_no_is_written_down_once_by_himself_or_the_desk(house: House) -> None:
    factories.dossier(house)
    factories.verified(house)
    tick()
    notify.deliver()
    row = Recommendation.objects.get()
    with pytest.raises(Refused):
        actions.say_no(row, by=house.zhou)
    actions.say_no(row, by=house.mo)
    row.refresh_from_db()
    assert (row.said, row.said_to, CallTask.objects.get().state) == (Said.NO, house.mo, "expired")
    with pytest.raises(Stale):
        actions.say_no(Recommendation.objects.get(), by=house.mo)


def test_of_somebody_who_asked_to_be_deleted_no_reason_stays(house: House) -> None:
    wei, qin = factories.dossier(house, "韦师傅"), factories.dossier(house, "覃阿姨")
    factories.verified(house)
    tick()
    erasure.approve(erasure.propose(wei, by=house.zhou), by=house.liang)
    kept = dict(Recommendation.objects.values_list("dossier", "reasons"))
    assert kept[wei.pk] == {}
    assert kept[qin.pk]["factors"] != []


def test_the_wall_calls_whoever_has_come_today_after_those_who_must_answer(house: House) -> None:
    here, away, asked = (factories.dossier(house, name) for name in ("在场", "在家", "等回话"))
    shift = factories.verified(house)
    tick()
    offers.offer(factories.verified(house, start=20), asked, by=house.mo)
    notify.deliver()
    day = date(2026, 11, 25)
    queue.check_in(here, day, by=house.zhou)
    assert shift.recommendations.count() == 3
    assert [shout.text for shout in shouts(house.market, day, NOON)] == [asked.number, "1"]
    assert away.recommendations.count() == 1


def test_recommendations_wait_for_what_somebody_waits_for_and_are_sent_in_no_request(house: House) -> None:
    factories.dossier(house, "韦师傅")
    factories.verified(house)
    tick()
    offers.offer(factories.verified(house, start=20), factories.dossier(house, "覃海"), by=house.mo)
    assert notify.hand_out() == {"sent": 1, "late": 0, "failed": 0}
    assert Message.objects.get(state=MessageState.WAITING).kind == Kind.SUGGEST
    assert notify.deliver() == {"sent": 1, "late": 0, "failed": 0}


def test_an_offer_overtakes_recommendations_that_were_written_before_it(house: House) -> None:
    factories.dossier(house, "韦师傅")
    factories.verified(house)
    tick()
    offers.offer(factories.verified(house, start=20), factories.dossier(house, "覃海"), by=house.mo)
    notify.deliver(limit=1)
    assert Message.objects.get(state=MessageState.SENT).kind == Kind.OFFER
