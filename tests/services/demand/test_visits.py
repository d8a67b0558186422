"""What an employer says on a visit proposes changes to his posting; nothing writes it but the posting's own actions."""

from datetime import timedelta
from typing import Any

import pytest

from gongqiao.foundation import clock
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.needs.employers.models import Visit, VisitMethod
from gongqiao.needs.postings import actions as postings
from gongqiao.needs.postings.enums import PostingState, ShiftState
from gongqiao.needs.postings.models import Posting, Shift
from gongqiao.needs.surveys.actions import fieldwork, intake, review
from gongqiao.needs.surveys.actions.intake import Delivery
from gongqiao.needs.surveys.enums import Conflict, FieldTaskState, FlagKind, ProposalState, SubmissionState
from gongqiao.needs.surveys.models import FieldTask, Submission
from gongqiao.services.demand import actions, queries, rounds
from gongqiao.services.demand.enums import Still
from gongqiao.services.demand.models import EmployerAnswer, PostingProposal
from gongqiao.services.placement.actions import offers
from gongqiao.services.placement.enums import State
from tests import factories
from tests.factories import House
from tests.services.demand import given

pytestmark = pytest.mark.data
HOUR = timedelta(hours=1)


@pytest.fixture
def shift(house: House) -> Shift:
    return factories.verified(house)


def _proposed(house: House, answer: Submission) -> dict[str, PostingProposal]:
    return {row.field: row for row in queries.proposals(house.mo).filter(submission=answer)}


def _states(answer: Submission) -> dict[str, tuple[str, str]]:
    rows = PostingProposal.objects.filter(submission=answer)
    return {row.field: (row.conflict, row.state) for row in rows}


def test_only_what_differs_is_proposed_and_nothing_is_written(house: House, shift: Shift) -> None:
    wave, posting = given.visits(house), shift.posting
    answer = given.heard(wave, posting, by=house.mo, headcount=3, pay=200, begins="09:00", ends="17:00")
    assert (answer.state, answer.employer) == (SubmissionState.RECEIVED, posting.employer)
    found = _proposed(house, answer)
    assert {name: (row.base, row.value) for name, row in found.items()} == {
        "headcount": (2, 3),
        "pay": ({"fen": 18000, "unit": "day"}, {"fen": 20000, "unit": "day"}),
        "hours": (
            {"begins": "08:00", "ends": "16:00", "break": 0},
            {"begins": "09:00", "ends": "17:00", "break": 0},
        ),
    }
    assert {(row.conflict, row.state) for row in found.values()} == {(Conflict.SOFT, ProposalState.PENDING)}
    posting.refresh_from_db()
    shift.refresh_from_db()
    assert (posting.pay_fen, posting.state, shift.headcount) == (18000, PostingState.OPEN, 2)
    assert [row.submission for row in queries.waiting(house.mo)] == [answer]
    assert list(queries.waiting(house.zhou)) == []


def test_applied_it_goes_the_posting_s_own_way_and_must_be_verified_by_another(house: House, shift: Shift) -> None:
    answer = given.heard(given.visits(house), shift.posting, by=house.mo, headcount=3, pay=200)
    found = _proposed(house, answer)
    with pytest.raises(Refused):
        actions.apply(found["pay"], by=house.zhou)
    actions.apply(found["pay"], by=house.mo)
    posting = Posting.objects.get(pk=shift.posting_id)
    assert (posting.pay_fen, posting.state, posting.entered_by_id) == (20000, PostingState.SUBMITTED, house.mo.pk)
    with pytest.raises(Refused, match="另一位专员"):
        postings.verify(posting, by=house.mo, method="phone", note="跟覃老板通过电话")  # type: ignore[arg-type]
    actions.refuse(found["headcount"], "他说的是另一条", by=house.luo)
    assert _states(answer) == {
        "pay": (Conflict.SOFT, ProposalState.APPLIED),
        "headcount": (Conflict.SOFT, ProposalState.REFUSED),
    }
    with pytest.raises(Refused, match="不能改成"):
        actions.apply(found["headcount"], by=house.mo)
    told = AuditEvent.objects.filter(action__startswith="demand.proposal").values_list("action", flat=True)
    assert sorted(told) == ["demand.proposal_applied", "demand.proposal_refused"]


def test_what_the_law_forbids_does_not_get_in_this_way(house: House, shift: Shift) -> None:
    answer = given.heard(given.visits(house), shift.posting, by=house.mo, pay_unit="hour", pay=9)
    with pytest.raises(Refused, match="最低工资"):
        actions.apply(_proposed(house, answer)["pay"], by=house.mo)
    assert Posting.objects.get(pk=shift.posting_id).pay_fen == 18000
    assert _states(answer)["pay"] == (Conflict.SOFT, ProposalState.PENDING)


def test_changed_after_he_was_asked_is_a_hard_conflict_whoever_comes_first(house: House, shift: Shift) -> None:
    wave, asked = given.visits(house), clock.now() + HOUR
    waits = given.heard(wave, shift.posting, by=house.mo, headcount=4, pay=200)
    with clock.held_at(asked + HOUR):
        postings.change(Posting.objects.get(pk=shift.posting_id), {"pay_fen": 19000}, by=house.luo)
    with clock.held_at(asked + 2 * HOUR):
        late = given.heard(wave, shift.posting, by=house.mo, ended=asked, pay=210, headcount=3)
        assert _states(late) == {
            "pay": (Conflict.HARD, ProposalState.PENDING),
            "headcount": (Conflict.SOFT, ProposalState.PENDING),
        }
        assert _states(waits) == {
            "pay": (Conflict.SOFT, ProposalState.SUPERSEDED),
            "headcount": (Conflict.SOFT, ProposalState.SUPERSEDED),
        }
        postings.set_headcount(Shift.objects.select_related("posting").get(pk=shift.pk), 1, by=house.luo)
        row = _proposed(house, late)["headcount"]
        assert (row.conflict, actions.again(row)) == (Conflict.SOFT, Conflict.HARD)
        with pytest.raises(Stale):
            actions.apply(row, by=house.mo, seen=actions.said_key(2))
        actions.apply(row, by=house.mo, seen=actions.said_key(1))
        assert Shift.objects.get(pk=shift.pk).headcount == 3


def test_hours_and_days_are_new_shifts_and_who_had_the_old_ones_is_told(house: House, shift: Shift) -> None:
    wei = factories.dossier(house)
    seat = offers.offer(shift, wei, by=house.mo)
    day = shift.starts_at.astimezone(house.market.tz).date()
    answer = given.heard(
        given.visits(house), shift.posting, by=house.mo, begins="20:00", ends="04:00", first_day=day, days=2, rest=30
    )
    seen = {name: actions.said_key(row.base) for name, row in _proposed(house, answer).items()}
    waiting = queries.waiting(house.mo).get()
    with pytest.raises(Stale):
        actions.apply_all(waiting, by=house.luo, seen={**seen, "days": actions.said_key(None)})
    assert actions.apply_all(waiting, by=house.luo, seen=seen) == 2
    shifts = shift.posting.shifts.filter(state=ShiftState.OPEN).order_by("starts_at")
    zone = house.market.tz
    assert [
        (row.starts_at.astimezone(zone).date(), f"{row.starts_at.astimezone(zone):%H:%M}", row.minutes, row.headcount)
        for row in shifts
    ] == [(day, "20:00", 450, 2), (day + timedelta(days=1), "20:00", 450, 2)]
    seat.refresh_from_db()
    assert (seat.state, seat.ended_note) == (State.CANCELLED, "用工方改了钟点")
    assert queries.waiting(house.mo).count() == 0


def test_nobody_is_wanted_any_more_closes_the_posting_with_his_reason(house: House, shift: Shift) -> None:
    wave = given.visits(house)
    answer = given.heard(wave, shift.posting, by=house.mo, still="ended", ended_why="no_work")
    row = _proposed(house, answer)["ended"]
    actions.apply(row, by=house.mo)
    assert Posting.objects.get(pk=shift.posting_id).state == PostingState.CLOSED
    assert AuditEvent.objects.get(action="posting.closed").detail == {"reason": "没活了"}
    again = given.heard(wave, shift.posting, by=house.mo, still="ended", ended_why="pay")
    assert _states(again) == {}
    late = given.heard(wave, shift.posting, by=house.mo, pay=250)
    with pytest.raises(Refused, match="已经结束"):
        actions.apply(_proposed(house, late)["pay"], by=house.mo)


def test_the_visit_stands_on_the_round_with_the_day_agreed_on(house: House, shift: Shift) -> None:
    wave, now = given.visits(house), clock.now()
    firm, day = shift.posting.employer, (now + timedelta(days=5)).astimezone(house.market.tz).date()
    answer = given.heard(wave, shift.posting, by=house.mo, how="phone", next_on=day, say="他老婆住院了")
    visit = Visit.objects.get()
    assert (visit.employer, visit.by, visit.method, visit.next_on) == (firm, house.mo, VisitMethod.PHONE, day)
    assert visit.note == f"走访表：需求 {shift.posting_id}，要，有的地方变了"
    assert (answer.employer_answer.visit, visit.at) == (visit, answer.ended_at)
    assert [line.employer for line in rounds.due(house.mo, now + timedelta(days=5))] == [firm]
    with clock.held_at(now + timedelta(days=40)):
        given.heard(wave, shift.posting, by=house.zhou, still="same")
    assert Visit.objects.count() == 1  # 周社工 verifies no demand; that the employer was asked counts all the same
    at = now + timedelta(days=41)
    assert [reason.why for line in rounds.due(house.mo, at) for reason in line.reasons if line.employer == firm] == []


def test_which_work_he_meant(house: House) -> None:
    wave, firm = given.visits(house), factories.employer(house)
    one = factories.posting(house, firm)
    only = given.heard(wave, None, by=house.mo, employer_no=firm.pk, pay=200)
    assert EmployerAnswer.objects.get(submission=only).posting == one
    two, other = factories.posting(house, firm), factories.posting(house)
    either = given.heard(wave, None, by=house.mo, employer_no=firm.pk, pay=210)
    answer = EmployerAnswer.objects.get(submission=either)
    assert (answer.posting, _states(either)) == (None, {})
    assert answer in queries.waiting(house.mo)
    with pytest.raises(Refused, match="不是这家的"):
        actions.name_posting(answer, other, by=house.mo)
    actions.name_posting(answer, two, by=house.mo)
    assert _states(either) == {"pay": (Conflict.SOFT, ProposalState.PENDING)}
    with pytest.raises(Refused, match="已经知道"):
        actions.name_posting(answer, one, by=house.mo)
    third = EmployerAnswer.objects.get(submission=given.heard(wave, None, by=house.mo, employer_no=firm.pk, pay=220))
    actions.name_posting(third, None, by=house.luo)
    third.refresh_from_db()
    assert third.still == Still.NEW
    assert third in queries.waiting(house.mo)  # nobody registered it yet


def test_new_work_becomes_a_draft_or_is_left_with_a_reason(house: House) -> None:
    wave, firm = given.visits(house), factories.employer(house)
    factories.posting(house, firm)
    first = clock.now().astimezone(house.market.tz).date() + timedelta(days=2)
    days = {"first_day": first, "days": 2, "begins": "22:00", "ends": "06:00", "rest": 30}
    sheet = given.heard(wave, None, by=house.mo, employer_no=firm.pk, still="new", place="江边仓库", **days)
    answer = EmployerAnswer.objects.get(submission=sheet)
    assert (answer.posting, answer in queries.waiting(house.luo), _states(sheet)) == (None, True, {})
    posting = actions.draft_new(answer, by=house.luo)
    assert (posting.state, posting.trade, posting.pay_fen, posting.pay_unit) == ("draft", "loader", 18000, "day")
    assert (posting.employer, posting.place, posting.valid_until) == (firm, "江边仓库", first + timedelta(days=1))
    shifts = list(posting.shifts.order_by("starts_at"))
    assert [(each.headcount, each.minutes, each.break_minutes) for each in shifts] == [(2, 450, 30)] * 2
    assert answer not in queries.waiting(house.luo)
    with pytest.raises(Stale):
        actions.draft_new(answer, by=house.mo)
    with pytest.raises(Stale):
        actions.leave_new(answer, "不要了", by=house.mo)
    other = EmployerAnswer.objects.get(
        submission=given.heard(wave, None, by=house.mo, employer_no=firm.pk, still="new")
    )
    with pytest.raises(Refused, match="为什么不立"):
        actions.leave_new(other, " ", by=house.luo)
    with pytest.raises(Refused):
        actions.draft_new(other, by=house.zhou)
    actions.leave_new(other, "跟上一条是一回事", by=house.luo)
    assert other not in queries.waiting(house.luo)
    assert Posting.objects.filter(employer=firm).count() == 2


def test_whose_answer_it_is(house: House, shift: Shift) -> None:
    wave, firm = given.visits(house), shift.posting.employer
    other = factories.employer(house, "别家")
    for said in ({"employer_no": other.pk}, {"employer_no": other.pk + 99, "posting_no": shift.posting_id + 99}):
        number: dict[str, Any] = {"posting_no": shift.posting_id, **said}
        loose = intake.receive(Delivery(given.sheet(wave, pay=200, **number)), by=house.mo)
        assert (loose.employer, list(loose.flags.values_list("kind", flat=True))) == (None, [FlagKind.UNLINKED])
    assert not EmployerAnswer.objects.exists()
    with pytest.raises(Refused, match="自己问来的|不归您审"):
        intake.link_employer(loose, firm, by=house.mo)
    intake.link_employer(loose, firm, by=house.liang)
    answer = EmployerAnswer.objects.get()
    assert (answer.submission, answer.employer, answer.posting) == (loose, firm, None)
    with pytest.raises(Refused, match="已经知道"):
        intake.link_employer(loose, other, by=house.liang)
    unwilling = given.heard(wave, shift.posting, by=house.mo, consent="no", pay=300)
    assert (unwilling.employer, _states(unwilling)) == (None, {})


def test_what_is_not_used_or_taken_back_proposes_nothing(house: House, shift: Shift) -> None:
    wave = given.visits(house)
    first = given.heard(wave, shift.posting, by=house.mo, pay=200)
    review.review(first, SubmissionState.REJECTED, note="问错人了", by=house.liang)
    assert _states(first)["pay"] == (Conflict.SOFT, ProposalState.REFUSED)
    second = given.heard(wave, shift.posting, by=house.mo, pay=210)
    row = _proposed(house, second)["pay"]
    review.withdraw(second, by=house.zhou)
    row.refresh_from_db()
    assert (row.state, row.value, EmployerAnswer.objects.get(submission=second).facts) == ("refused", None, {})


def test_setting_out_gives_the_task_once_and_again_after_it_is_done(house: House, shift: Shift) -> None:
    firm = shift.posting.employer
    with pytest.raises(Refused, match="没有在做的走访调查"):
        actions.set_out(firm, by=house.mo)
    wave = given.visits(house)
    task = actions.set_out(firm, by=house.mo)
    assert actions.set_out(firm, by=house.mo) == task
    with pytest.raises(Refused, match="莫专员"):
        actions.set_out(firm, by=house.luo)
    with pytest.raises(Refused):
        actions.set_out(firm, by=house.zhou)
    answer = given.heard(wave, shift.posting, by=house.mo, pay=200)
    task.refresh_from_db()
    assert (task.state, answer.task) == (FieldTaskState.DONE, task)
    again = actions.set_out(firm, by=house.luo)
    assert (again.pk != task.pk, again.state) == (True, FieldTaskState.RESERVED)
    assert fieldwork.assign(wave, employers=[firm, factories.employer(house)], by=house.zhou) == 1
    assert FieldTask.objects.filter(wave=wave, employer=firm).count() == 2
