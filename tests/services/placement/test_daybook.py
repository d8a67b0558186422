"""Every open seat and every person left out has its true reason in the day's book."""

from datetime import date

import pytest

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.enums import DispatchPolicy
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.postings.models import Shift
from gongqiao.services.placement import daybook
from gongqiao.services.placement.actions import dispatch
from gongqiao.services.placement.daybook import Daybook
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data


def book(house: House, shift: Shift, policy: DispatchPolicy = DispatchPolicy.QUEUE) -> Daybook:
    day = shift.starts_at.astimezone(house.market.tz).date()
    return daybook.of(dispatch.run_day(day, by=house.mo, policy=policy), by=house.mo)


def why(shown: Daybook, dossier: Dossier) -> str:
    (line,) = [line for line in shown.idle if line.dossier == dossier]
    return f"{line.kind}: {line.why}"


def test_those_left_out_are_told_apart(house: House) -> None:
    shift = factories.verified(house, headcount=1)
    first = factories.dossier(house, "韦一")
    full = factories.dossier(house, "覃二")
    unskilled = factories.dossier(house, "莫三", skills={"waiter": 1})
    silent = factories.dossier(house, "梁四", values={"week_hours": ""})
    unseen = factories.dossier(house, "陆五", birth=None, skills={})
    shown = book(house, shift)
    assert [row.dossier_id for row in shown.assignments] == [first.pk]
    assert shown.counts["idle"] == len(shown.idle) == 4
    assert why(shown, full) == "full: 能去的 1 个班都满了，最合适的是“家电卸车”。"
    assert why(shown, unskilled) == "miss: 最近的是“家电卸车”：要会装卸工。"
    assert why(shown, silent) == "ask: 先问清楚：什么时候有空。"
    assert why(shown, unseen) == "ask: 先问清楚：会什么、出生日期（看一眼证件）。"


def test_an_open_shift_says_where_people_stop_and_what_would_help(house: House) -> None:
    shift = factories.verified(house, headcount=3, pay_fen=12000)
    factories.dossier(house, "韦一", values={"pay_floor": 2000})
    factories.dossier(house, "覃二", values={"pay_floor": 1500})
    shown = book(house, shift)
    (entry,) = shown.open
    assert (entry.line.open, entry.line.asked) == (2, 1)
    assert entry.why == "会的有 2 人，能来 0 人：1 人那段时间已有活，1 人工钱低了。"
    assert entry.cheapest == ["每小时加 5 元，多 1 人能来"]


def test_a_shift_below_its_minimum_says_so(house: House) -> None:
    shift = factories.verified(house, headcount=6, at_least=5)
    for name in ("韦一", "覃二", "莫三"):
        factories.dossier(house, name)
    shown = book(house, shift)
    (entry,) = shown.open
    assert (shown.assignments, entry.line.lacking) == ([], 5)
    said = "会的有 3 人，能来 3 人：都可以来，还没叫够人。至少还要 5 人才开工，能来的只有 3 人：开不了工。"
    assert entry.why == said
    for name in ("梁四", "陆五"):
        factories.dossier(house, name)
    (entry,) = daybook.of_day(shown.day, by=house.mo).open
    assert entry.why.endswith("至少还要 5 人才开工：派不满这个数就一个也不派。")


def test_first_come_leaves_those_who_did_not_apply(house: House) -> None:
    shift = factories.verified(house)
    person = factories.dossier(house)
    shown = book(house, shift, DispatchPolicy.FIRST_COME)
    assert shown.assignments == []
    assert why(shown, person) == "open: 还有 1 个班能去，最合适的是“家电卸车”；他没有报名。"


def test_unverified_demand_stands_in_the_book_and_is_not_matched(house: House) -> None:
    shift = factories.verified(house)
    waiting = factories.posting(house)
    factories.dossier(house)
    shown = book(house, shift)
    assert shown.unverified == [waiting]
    assert {row.shift_id for row in shown.assignments} == {shift.pk}


def test_calls_come_by_the_time_of_answer(house: House) -> None:
    late, early = factories.verified(house, start=14), factories.verified(house, start=6)
    for name in ("韦一", "覃二"):
        factories.dossier(house, name, birth=date(1970, 1, 1))
    shown = book(house, early)
    due = [row.answer_by for row in shown.calls]
    assert due == sorted(due)  # type: ignore[type-var]
    assert {row.shift_id for row in shown.calls} == {late.pk, early.pk}


def test_a_book_is_for_those_who_see_placement(house: House, other_house: House) -> None:
    shift = factories.verified(house)
    run = dispatch.run_day(shift.starts_at.astimezone(house.market.tz).date(), by=house.mo)
    with pytest.raises(Refused):
        daybook.of(run, by=other_house.mo)
