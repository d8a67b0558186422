"""A slip is printed for whoever goes, and its returned part sets down what the desk would have set down."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gongqiao.foundation import clock
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.errors import Refused
from gongqiao.services.placement.actions import attendance, offers
from gongqiao.services.placement.enums import Decline, Side, State, WageState
from gongqiao.services.placement.models import Assignment, WageRecord
from gongqiao.services.slips import actions, queries
from gongqiao.services.slips.actions import Answer
from gongqiao.services.slips.enums import SlipState
from gongqiao.services.slips.models import Slip
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data
CAME = Answer(came=True, minutes=480, agreed=True, paid_fen=18000)


def goes(house: House, **facts: object) -> Assignment:
    row = offers.offer(factories.verified(house, **facts), factories.dossier(house), by=house.mo)
    offers.accept(row, by=house.mo)
    return row


def given(house: House, row: Assignment | None = None) -> Slip:
    return actions.print_slips([row or goes(house)], by=house.mo)[0]


def returned(slip: Slip, answer: Answer, house: House) -> WageRecord | None:
    with clock.held_at(slip.assignment.ends_at + timedelta(hours=1)):
        return actions.take_back(slip, answer, by=house.zhou)


def test_a_slip_is_for_whoever_goes_and_printed_again_it_is_the_same(house: House) -> None:
    row = goes(house)
    first = given(house, row)
    assert given(house, row) == first
    assert (first.state, first.printed_by) == (SlipState.OUT, house.mo)
    assert AuditEvent.objects.filter(action="slip.printed").count() == 2
    asked = offers.offer(factories.verified(house), factories.dossier(house, "陆大海"), by=house.mo)
    with pytest.raises(Refused, match="陆大海还没答应去"):
        given(house, asked)
    with pytest.raises(Refused, match="没有要去的人"):
        actions.print_slips([], by=house.mo)
    with pytest.raises(Refused, match="沈审计的岗位不能"):
        actions.print_slips([row], by=house.shen)


def test_came_and_paid_is_arrival_hours_of_both_and_a_paid_wage(house: House) -> None:
    slip = given(house)
    wage = returned(slip, CAME, house)
    assert wage is not None
    row = Assignment.objects.get(pk=slip.assignment_id)
    assert (row.state, row.employer_minutes, row.worker_minutes) == (State.DONE, 480, 480)
    assert (wage.state, wage.due_fen, wage.paid_fen) == (WageState.PAID, 18000, 18000)
    assert (slip.state, slip.returned_by) == (SlipState.RETURNED, house.zhou)
    with pytest.raises(Refused, match="回来了"):
        returned(slip, CAME, house)


def test_paid_too_little_on_paper_is_a_dispute_as_at_the_desk(house: House) -> None:
    wage = returned(given(house), Answer(came=True, minutes=480, agreed=True, paid_fen=10000), house)
    assert wage is not None
    assert wage.state == WageState.DISPUTED


def test_hours_that_the_worker_has_not_signed_wait_for_his_word(house: House) -> None:
    slip = given(house)
    assert returned(slip, Answer(came=True, minutes=420), house) is None
    row = Assignment.objects.get(pk=slip.assignment_id)
    assert (row.state, row.employer_minutes, row.worker_minutes) == (State.ON_SITE, 420, None)
    assert not WageRecord.objects.exists()


def test_not_come_is_a_no_show_with_the_employers_words(house: House) -> None:
    slip = given(house)
    assert returned(slip, Answer(came=False, note="等到九点没人"), house) is None
    row = Assignment.objects.get(pk=slip.assignment_id)
    assert (row.state, row.ended_note) == (State.NO_SHOW, "等到九点没人")


def test_what_was_settled_meanwhile_is_only_paid(house: House) -> None:
    slip = given(house)
    row = slip.assignment
    with clock.held_at(row.starts_at):
        attendance.arrive(row, by=house.mo)
        attendance.record_hours(row, 480, Side.WORKER, by=house.mo)
        attendance.record_hours(row, 480, Side.EMPLOYER, by=house.mo)
    wage = returned(Slip.objects.get(pk=slip.pk), CAME, house)
    assert wage is not None
    assert wage.state == WageState.PAID


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Answer(came=True), "干了几小时"),
        (Answer(came=False, minutes=60), "没有工时"),
        (Answer(came=False, paid_fen=100), "没有工时"),
        (Answer(came=True, minutes=480, paid_fen=100), "零工没签字"),
        (Answer(came=True, minutes=9999, agreed=True), "24 小时之间"),
        (Answer(came=True, minutes=480, note="长" * 121), "最多写 120 个字"),
    ],
)
def test_an_answer_that_cannot_be_leaves_everything_as_it_was(house: House, answer: Answer, why: str) -> None:
    slip = given(house)
    with pytest.raises(Refused, match=why):
        returned(slip, answer, house)
    kept = Slip.objects.select_related("assignment").get(pk=slip.pk)
    assert (kept.state, kept.assignment.state) == (SlipState.OUT, State.ACCEPTED)


def test_a_slip_typed_before_the_work_begins_is_refused_whole(house: House) -> None:
    slip = given(house, goes(house, day=timezone.localdate() + timedelta(days=3)))
    with pytest.raises(Refused, match="还没到上工的时间"):
        actions.take_back(slip, CAME, by=house.mo)
    assert Slip.objects.get(pk=slip.pk).state == SlipState.OUT


def test_its_number_is_scanned_or_typed_and_a_wrong_figure_finds_nobody(house: House, other_house: House) -> None:
    slip = given(house)
    for text in (slip.number, slip.number.lower(), slip.code, slip.number.replace("J", "").replace("-", " ")):
        assert queries.numbered(house.mo, text) == slip
    wrong = f"{slip.number[:-1]}{(int(slip.number[-1]) + 1) % 10}"
    for text, why in ((wrong, "对不上"), ("J", "照着介绍信"), ("", "照着介绍信")):
        with pytest.raises(Refused, match=why):
            queries.numbered(house.mo, text)
    with pytest.raises(Refused):
        queries.numbered(other_house.mo, slip.number)


def test_what_does_not_come_back_stands_on_a_list_until_it_is_void(house: House) -> None:
    slip = given(house)
    after = slip.assignment.ends_at + timedelta(minutes=1)
    assert list(queries.outstanding(house.mo, clock.now())) == []
    assert list(queries.outstanding(house.mo, after)) == [slip]
    with pytest.raises(Refused, match="为什么作废"):
        actions.void(slip, "", by=house.mo)
    actions.void(slip, "雨淋坏了", by=house.mo)
    assert list(queries.outstanding(house.mo, after)) == []


def test_the_day_of_each_employer_names_who_goes(house: House) -> None:
    first, second = goes(house), goes(house, start=13)
    gone = goes(house)
    offers.decline(gone, Decline.BUSY, by=house.mo)
    day = first.starts_at.astimezone(house.market.tz).date()
    given(house, first)
    found = queries.firms(house.zhou, day)
    assert [(firm.rows, firm.printed) for firm in found] == [([first], 1), ([second], 0)]
    assert queries.going(house.zhou, day, second.shift.posting.employer_id) == [second]
    with pytest.raises(Refused, match="没有要去的人"):
        actions.print_sheet("sheet", [], by=house.mo)
    actions.print_sheet("order", [first], by=house.mo)
    assert AuditEvent.objects.get(action="sheet.printed").detail == {
        "kind": "order",
        "day": day.isoformat(),
        "people": 1,
    }
