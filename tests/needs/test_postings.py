"""Demand is verified by somebody else before anybody sees it, and falls back when it changes."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.needs.postings import actions, queries, rules, screening
from gongqiao.needs.postings.actions import ShiftFacts
from gongqiao.needs.postings.enums import Method, PostingState
from gongqiao.needs.postings.models import Posting
from gongqiao.needs.postings.patterns import Pattern
from gongqiao.services.placement.tick import tick
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data


def test_the_enterer_does_not_verify(house: House) -> None:
    row = factories.posting(house)
    actions.submit(row, by=house.luo)
    with pytest.raises(Refused, match="另一位"):
        actions.verify(row, by=house.luo, method=Method.PHONE, note="自己核实自己")
    actions.verify(row, by=house.mo, method=Method.PHONE, note="打过电话")
    assert row.state == PostingState.OPEN


def test_a_half_ticked_checklist_is_refused(house: House) -> None:
    row = factories.posting(house)
    actions.submit(row, by=house.luo)
    with pytest.raises(Refused, match="没有勾"):
        actions.verify(row, by=house.mo, method=Method.PHONE, note="打过电话", checked=["pay"])


@pytest.mark.parametrize(
    ("values", "falls_back"),
    [({"pay_fen": 16000}, True), ({"meeting_point": "后门"}, True), ({"meals": "管一餐"}, False)],
)
def test_a_material_change_drops_it_back(house: House, values: dict[str, object], falls_back: bool) -> None:
    row = factories.verified(house).posting
    assert actions.change(row, values, by=house.luo) is falls_back
    assert row.state == (PostingState.SUBMITTED if falls_back else PostingState.OPEN)


@pytest.mark.parametrize(("headcount", "falls_back"), [(3, True), (1, False)])
def test_more_people_wanted_drops_it_back(house: House, headcount: int, falls_back: bool) -> None:
    assert actions.set_headcount(factories.verified(house), headcount, by=house.luo) is falls_back


@pytest.mark.parametrize(("at_least", "falls_back"), [(1, False), (2, False), (3, True)])
def test_a_higher_minimum_drops_it_back(house: House, at_least: int, falls_back: bool) -> None:
    shift = factories.verified(house, headcount=4, at_least=2)
    assert actions.set_at_least(shift, at_least, by=house.luo) is falls_back
    shift.refresh_from_db()
    assert shift.at_least == at_least


@pytest.mark.parametrize("at_least", [0, 5])
def test_a_minimum_lies_between_one_and_the_people_wanted(house: House, at_least: int) -> None:
    shift = factories.verified(house, headcount=4, at_least=2)
    with pytest.raises(Refused, match=f"要在 1 到 4 之间，现在是 {at_least}"):
        actions.set_at_least(shift, at_least, by=house.luo)
    with pytest.raises(Refused, match="要在 1 到 1 之间，现在是 2"):
        actions.set_headcount(shift, 1, by=house.luo)
    with pytest.raises(Refused):
        actions.set_at_least(shift, 3, by=house.zhou)
    shift.refresh_from_db()
    assert (shift.headcount, shift.at_least) == (4, 2)


def test_a_minimum_is_asked_for_again_and_must_be_explained(house: House) -> None:
    """The same on other days keeps it; without a word on what happens below it the rules remark on it."""
    row = factories.posting(house, headcount=4, at_least=3)
    first = timezone.localdate() + timedelta(days=5)
    assert actions.repeat_on(row, [first], by=house.luo).shifts.get().at_least == 3
    assert "minimum-untold" in {finding.rule_id for finding in screening.findings(row)}
    actions.change(row, {"content": "把冰箱搬到仓库。人不够就取消，头一天打电话。"}, by=house.luo)
    assert "minimum-untold" not in {finding.rule_id for finding in screening.findings(row)}


def test_it_pauses_when_the_verification_runs_out(house: House) -> None:
    row = factories.verified(house, day=timezone.localdate() + timedelta(days=10)).posting
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        assert tick()["paused"] == 1
    row.refresh_from_db()
    assert row.state == PostingState.PAUSED


def test_it_ends_by_itself_when_its_shifts_are_over(house: House) -> None:
    shift, waiting = factories.verified(house), factories.posting(house, day=timezone.localdate() + timedelta(days=3))
    actions.submit(waiting, by=house.luo)
    with time_machine.travel(shift.ends_at):
        assert [tick()["finished"], tick()["finished"]] == [1, 0]
    for row, state in ((shift.posting, PostingState.CLOSED), (waiting, PostingState.SUBMITTED)):
        row.refresh_from_db()
        assert row.state == state


def test_words_the_law_forbids_do_not_get_into_an_open_posting(house: House) -> None:
    row = factories.verified(house).posting
    with pytest.raises(Refused, match="就业促进法"):
        actions.change(row, {"content": "限男性，能吃苦。"}, by=house.luo)
    row.refresh_from_db()
    assert row.content == "把冰箱、洗衣机从车上搬到仓库，两人一台。"


@pytest.mark.parametrize(
    ("field", "text", "law"),
    [
        ("content", "限男性，能吃苦。", "就业促进法"),
        ("content", "入职收押·金200。", "劳动合同法"),
        ("conditions", "外地勿扰", "就业促进法"),
    ],
)
def test_what_the_law_forbids_is_not_submitted(house: House, field: str, text: str, law: str) -> None:
    row = factories.posting(house, **{field: text})
    with pytest.raises(Refused, match=law):
        actions.submit(row, by=house.luo)


def test_a_missing_element_is_named(house: House) -> None:
    row = factories.posting(house, pay_fen=None)
    with pytest.raises(Refused, match="基本劳动报酬"):
        actions.submit(row, by=house.luo)


def test_an_age_limit_needs_a_ground_from_the_specialist(house: House) -> None:
    row = factories.posting(house, conditions="18-50岁")
    actions.submit(row, by=house.luo)
    with pytest.raises(Refused, match="理由"):
        actions.verify(row, by=house.mo, method=Method.PHONE, note="打过电话")
    actions.verify(row, by=house.mo, method=Method.PHONE, note="打过电话", decisions={"age": "登高作业规程"})
    assert row.state == PostingState.OPEN


def test_the_second_of_two_verifiers_is_stale(house: House) -> None:
    row = factories.posting(house)
    actions.submit(row, by=house.luo)
    seen = queries.opened(house.liang, row.pk)
    actions.verify(row, by=house.mo, method=Method.PHONE, note="打过电话")
    with pytest.raises(Stale):
        actions.verify(seen, by=house.liang, method=Method.VISIT, note="到过现场")


def test_workers_and_strangers_see_only_what_is_published(house: House) -> None:
    factories.posting(house)
    shown = factories.verified(house).posting
    assert list(Posting.objects.all().published(timezone.now())) == [shown]


def test_verification_keeps_method_note_evidence_and_its_end(house: House) -> None:
    row = factories.posting(house)
    actions.submit(row, by=house.luo)
    kept = actions.verify(row, by=house.mo, method=Method.VISIT, note="跟覃老板当面", evidence="现场照片 3 张")
    assert (kept.by, kept.method, kept.note, kept.evidence) == (house.mo, Method.VISIT, "跟覃老板当面", "现场照片 3 张")
    assert (kept.checked, kept.valid_until) == (sorted(rules.CHECKLIST), row.verified_until)


@pytest.mark.parametrize(("pay_when", "days"), [("same_day", 7), ("monthly", 30)])
def test_how_long_a_verification_holds(house: House, pay_when: str, days: int) -> None:
    row = factories.posting(house, pay_when=pay_when, valid_until=timezone.localdate() + timedelta(days=60))
    moment = timezone.now()
    assert rules.valid_until(row, moment) == moment + timedelta(days=days)


def test_how_long_is_a_setting_of_the_market(house: House) -> None:
    row = factories.posting(house, valid_until=timezone.localdate() + timedelta(days=60))
    row.market.day_labour_valid_days = 3
    moment = timezone.now()
    assert rules.valid_until(row, moment) == moment + timedelta(days=3)


def test_a_verification_does_not_outlive_the_postings_own_validity(house: House) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    row = factories.verified(house, valid_until=tomorrow).posting
    assert row.verified_until == factories.times(house, tomorrow, start=24)[0]
    late = factories.posting(house, valid_until=timezone.localdate() - timedelta(days=1))
    actions.Posting.objects.filter(pk=late.pk).update(state=PostingState.SUBMITTED)
    late.refresh_from_db()
    with pytest.raises(Refused, match="有效期"):
        actions.verify(late, by=house.mo, method=Method.PHONE, note="打过电话")


def test_the_task_has_a_name_and_another_may_take_it_over(house: House) -> None:
    row = factories.posting(house)
    actions.submit(row, by=house.luo)
    with pytest.raises(Refused, match="另一位"):
        actions.claim(row, by=house.luo)
    actions.claim(row, by=house.mo)
    (waiting,) = queries.queue(house.liang)
    assert waiting.claimed_by == house.mo
    actions.claim(waiting, by=house.liang)
    with pytest.raises(Stale):
        actions.claim(row, by=house.mo)


def test_whoever_changes_pay_is_not_the_one_who_verifies_it(house: House) -> None:
    row = factories.verified(house).posting
    actions.change(row, {"pay_fen": 19000}, by=house.mo)
    with pytest.raises(Refused, match="另一位"):
        actions.verify(row, by=house.mo, method=Method.PHONE, note="打过电话")
    actions.verify(row, by=house.luo, method=Method.PHONE, note="打过电话")
    assert row.state == PostingState.OPEN


def test_it_is_warned_a_day_before_and_may_be_verified_without_a_pause(house: House) -> None:
    far = timezone.localdate() + timedelta(days=9)
    row = factories.verified(house, day=far, valid_until=far).posting
    assert row.verified_until is not None
    with pytest.raises(Refused):
        actions.verify(row, by=house.mo, method=Method.PHONE, note="太早了")
    with time_machine.travel(row.verified_until - timedelta(hours=23)):
        assert [tick()["warned"], tick()["warned"]] == [1, 0]
        assert list(queries.queue(house.mo)) == [row]
        row.refresh_from_db()
        seen = queries.opened(house.liang, row.pk)
        actions.verify(row, by=house.mo, method=Method.PHONE, note="又打过电话")
        assert (row.state, list(queries.queue(house.mo))) == (PostingState.OPEN, [])
        with pytest.raises(Stale):
            actions.verify(seen, by=house.liang, method=Method.PHONE, note="我也打了")
    with time_machine.travel(row.verified_until - timedelta(hours=23)):
        assert tick()["paused"] == 0


def test_what_runs_out_after_its_last_shift_warns_nobody(house: House) -> None:
    row = factories.verified(house, day=timezone.localdate() + timedelta(days=1)).posting
    assert row.verified_until is not None
    with time_machine.travel(row.verified_until - timedelta(hours=2)):
        assert tick()["warned"] == 0


@pytest.mark.parametrize(
    ("facts", "why"), [({"break_minutes": 480}, "歇"), ({"headcount": 0}, "1 到"), ({"headcount": 501}, "1 到")]
)
def test_a_shift_must_make_sense(house: House, facts: dict[str, int], why: str) -> None:
    row = factories.posting(house)
    shift = ShiftFacts(*factories.times(house), **{"headcount": 1, **facts})
    with pytest.raises(Refused, match=why):
        actions.add_shifts(row, [shift], by=house.luo)
    assert row.shifts.count() == 1


def test_more_days_are_more_hands_and_drop_it_back(house: House) -> None:
    row = factories.verified(house).posting
    more = ShiftFacts(*factories.times(house, timezone.localdate() + timedelta(days=2)), 1)
    assert actions.add_shifts(row, [more], by=house.luo) is True
    assert (row.state, row.shifts.count()) == (PostingState.SUBMITTED, 2)


def test_the_same_again_takes_the_hours_and_hands_of_the_last_day(house: House) -> None:
    row = factories.posting(house, start=22, length=8, headcount=3)
    first = timezone.localdate() + timedelta(days=5)
    again = actions.repeat_on(row, Pattern(first, first + timedelta(days=1)).days(), by=house.luo)
    shifts = list(again.shifts.order_by("starts_at"))
    assert [(s.starts_at, s.ends_at, s.headcount) for s in shifts] == [
        (*factories.times(house, day, 22), 3) for day in (first, first + timedelta(days=1))
    ]
    assert (again.state, again.valid_until) == (PostingState.DRAFT, first + timedelta(days=1))


def test_a_changed_trade_brings_its_own_certificates(house: House) -> None:
    row = factories.posting(house)
    welder = next(trade for trade in catalogue().trades.values() if trade.required)
    actions.change(row, {"trade": welder.code}, by=house.luo)
    assert row.certificates == sorted(welder.required)
    with pytest.raises(Refused, match="工种"):
        actions.change(row, {"trade": "no-such-trade"}, by=house.luo)
