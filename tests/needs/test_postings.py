"""Demand is verified by somebody else before anybody sees it, and falls back when it changes."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from gongqiao.foundation.errors import Refused, Stale
from gongqiao.needs.postings import actions, queries
from gongqiao.needs.postings.enums import Method, PostingState
from gongqiao.needs.postings.models import Posting
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
