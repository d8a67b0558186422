"""Lists that go out: only what the asker may see, no formula whatever a cell begins with, each taking an event."""

import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes import scope

from gongqiao.channels import daypapers
from gongqiao.channels.daypapers import DayPaper
from gongqiao.channels.papers import Paper
from gongqiao.channels.spreadsheet import exports
from gongqiao.foundation import clock
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.errors import Refused
from gongqiao.needs.dossiers.actions import take_back_all
from gongqiao.services.placement.actions import attendance, dispatch, offers
from gongqiao.services.placement.enums import Side
from gongqiao.services.placement.models import Assignment
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data
PURPOSE = "街道招聘会电话通知"
EVIL = '=HYPERLINK("http://x","点我")'


def page(paper: Paper) -> Any:
    return openpyxl.load_workbook(io.BytesIO(paper.content)).active


def table(paper: Paper, head: str) -> list[dict[str, Any]]:
    """The rows below the header that begins with `head`, up to the first empty one."""
    lines = [[cell.value for cell in row] for row in page(paper).iter_rows()]
    start = next(at for at, line in enumerate(lines) if line[0] == head)
    body = []
    for line in lines[start + 1 :]:
        if not any(line):
            break
        body.append(dict(zip(lines[start], line, strict=True)))
    return body


def formulas(paper: Paper) -> list[str]:
    return [cell.coordinate for row in page(paper).iter_rows() for cell in row if cell.data_type == "f"]


def last_event() -> AuditEvent:
    event = AuditEvent.objects.filter(chain="yufeng").order_by("-number").first()
    assert event is not None
    return event


def worked(house: House, name: str = "韦建国") -> Assignment:
    """One day's work that is done, with its wage due."""
    shift = factories.verified(house, headcount=1)
    offers.offer(shift, factories.dossier(house, name), by=house.mo)
    row = Assignment.objects.select_related("shift__posting", "market", "dossier", "person").get(shift=shift)
    offers.accept(row, by=house.mo)
    with clock.held_at(row.ends_at):
        attendance.arrive(row, by=house.mo)
        for side in Side:
            attendance.record_hours(row, 480, side, by=house.mo)
    return row


def test_dossiers_are_masked_unless_the_right_and_the_wish_are_there(house: House) -> None:
    known = factories.dossier(house, "覃海明", phone="15400001234", values={"note": "腰不好", "concerns": ["unpaid"]})
    number = known.person.identity
    paper = exports.dossiers(by=house.liang, purpose=PURPOSE)
    (row,) = table(paper, "档案号")
    assert (row["档案号"], row["姓名"], row["手机"], row["工种"]) == (known.number, "覃海明", "15400001234", "装卸工2")
    assert row["身份证号"] == f"{number[:3]}***********{number[-4:]}"
    whole = exports.dossiers(by=house.liang, purpose=PURPOSE, whole_numbers=True)
    assert table(whole, "档案号")[0]["身份证号"] == number
    said = str([[cell.value for cell in line] for line in page(whole).iter_rows()])
    assert PURPOSE in said
    assert "腰不好" not in said
    assert "拖欠" not in said


@pytest.mark.parametrize("who", ["mo", "zhou", "shen"])
def test_only_who_may_export_takes_dossiers(house: House, who: str) -> None:
    factories.dossier(house)
    with pytest.raises(Refused, match="不能导出表格"):
        exports.dossiers(by=getattr(house, who), purpose=PURPOSE)
    assert not AuditEvent.objects.filter(action="sheet.exported").exists()


def test_dossiers_want_a_purpose(house: House) -> None:
    with pytest.raises(Refused, match="请写明拿这张表去做什么"):
        exports.dossiers(by=house.liang, purpose="  看  ")


def test_each_file_taken_was_read_and_the_log_tells_which_sheet(house: House) -> None:
    wei, qin = factories.dossier(house, "韦建国"), factories.dossier(house, "覃海明")
    paper = exports.dossiers(by=house.liang, purpose=PURPOSE, text="覃海明")
    event = last_event()
    assert (event.action, event.detail["rows"], event.detail["sha256"]) == ("sheet.exported", 1, paper.sha256)
    assert (event.detail["purpose"], event.detail["whole_numbers"]) == (PURPOSE, False)
    read = AuditEvent.objects.filter(action="dossier.read").values_list("thing", "detail")
    assert list(read) == [(f"dossiers.dossier:{qin.pk}", {"export": paper.sha256[:16]})]
    assert take_back_all([wei, qin], by=house.zhou) == {}  # being read does not bind a registration


def test_no_cell_is_a_formula_whatever_it_begins_with(house: House) -> None:
    factories.dossier(house, EVIL, values={"channel_note": "+86 10"})
    day = timezone.localdate() + timedelta(days=1)
    factories.verified(house, title="@SUM(A1)", content="-2+3", meeting_point="=1+1")
    papers = [
        exports.dossiers(by=house.liang, purpose=EVIL),
        exports.postings(day, day, by=house.liang),
    ]
    assert [formulas(paper) for paper in papers] == [[], []]
    assert table(papers[0], "档案号")[0]["姓名"] == EVIL
    assert table(papers[1], "用工方")[0]["标题"] == "@SUM(A1)"


def test_postings_of_a_period_one_shift_a_row_with_who_verified(house: House) -> None:
    shift = factories.verified(house, headcount=3)
    factories.verified(house, day=timezone.localdate() + timedelta(days=9))
    day = timezone.localdate() + timedelta(days=1)
    offers.offer(shift, factories.dossier(house), by=house.mo)
    (row,) = table(exports.postings(day, day, by=house.liang), "用工方")
    seen = (row["标题"], row["时间"], row["人数"], row["已有人"], row["工钱(元)"], row["状态"], row["谁核实的"])
    assert seen == ("家电卸车", "08:00–16:00", 3, 0, 180, "招人中", "莫专员")
    with pytest.raises(Refused, match="开始的日期要早于"):
        exports.postings(day, day - timedelta(days=1), by=house.liang)
    with pytest.raises(Refused, match="一次最多导出 366 天"):
        exports.postings(date(2025, 1, 1), date(2026, 1, 2), by=house.liang)
    with pytest.raises(Refused, match="不能导出表格"):
        exports.postings(day, day, by=house.mo)


def test_the_pay_sheet_adds_up_without_a_formula_and_has_its_lines(house: House) -> None:
    worked(house, "韦建国")
    worked(house, "覃海明")
    day = timezone.localdate() + timedelta(days=1)
    paper = exports.wages(day, day, by=house.zhou)
    rows = table(paper, "序号")
    assert [row["姓名"] for row in rows] == ["韦建国", "覃海明", None]
    assert [(row["工时(小时)"], row["该给"], row["给了"]) for row in rows] == [
        (8, 180, None),
        (8, 180, None),
        (None, 360, 0),
    ]
    assert formulas(paper) == []
    lines = [row[0].value for row in page(paper).iter_rows()]
    assert lines[-1].startswith("制表：周社工")
    assert "审核：" in lines[-1]
    assert (last_event().detail["kind"], last_event().detail["rows"]) == ("wages", 2)
    with pytest.raises(Refused, match="不能记工时和工钱"):
        exports.wages(day, day, by=house.shen)


@pytest.mark.parametrize("people", [1, 3])
def test_exports_take_the_same_queries_for_one_and_three(house: House, people: int) -> None:
    for index in range(people):
        worked(house, f"韦{index}")
    day = timezone.localdate() + timedelta(days=1)
    counts = []
    for act in (
        lambda: exports.dossiers(by=house.liang, purpose=PURPOSE),
        lambda: exports.postings(day, day, by=house.liang),
        lambda: exports.wages(day, day, by=house.liang),
        lambda: daypapers.take(DayPaper.ASSIGNMENTS, day, by=house.mo),
    ):
        with CaptureQueriesContext(connection) as seen:
            act()
        counts.append(len(seen))
    assert counts == [15, 10, 8, 8]


def test_the_call_list_holds_everybody_asked_by_a_run_or_one_by_one(house: House) -> None:
    factories.dossier(house, "韦一", phone="15400001234")
    first = factories.verified(house, headcount=1)
    day = first.starts_at.astimezone(house.market.tz).date()
    dispatch.run_day(day, by=house.mo)
    second = factories.verified(house, headcount=1, start=18, length=4)
    offers.offer(second, factories.dossier(house, "莫二"), by=house.mo)
    paper = daypapers.take(DayPaper.CALLS, day, by=house.mo)
    assert {row["叫谁"] for row in table(paper, "序号")} == {"韦一", "莫二"}
    assert paper.filename == f"电话单 {day.isoformat()}.xlsx"
    assert last_event().detail["kind"] == "day.calls"


def test_each_paper_of_a_dispatched_day(house: House) -> None:
    factories.dossier(house, "韦一")
    factories.dossier(house, "莫三", skills={"waiter": 1})
    day = factories.verified(house, headcount=2).starts_at.astimezone(house.market.tz).date()
    dispatch.run_day(day, by=house.mo)
    papers = {kind: daypapers.take(kind, day, by=house.mo) for kind in DayPaper}
    assert {kind.value: paper.rows for kind, paper in papers.items()} == {
        "calls": 1,
        "assignments": 1,
        "open": 1,
        "left-out": 1,
        "report": 1,
    }
    assert table(papers[DayPaper.LEFT_OUT], "姓名")[0]["姓名"] == "莫三"
    assert [formulas(paper) for kind, paper in papers.items() if kind != DayPaper.REPORT] == [[], [], [], []]
    assert papers[DayPaper.REPORT].filename == f"日报 {day.isoformat()}.docx"


def test_a_day_never_dispatched_says_so_and_numbers_are_for_those_who_call(house: House) -> None:
    day = timezone.localdate() + timedelta(days=1)
    assert daypapers.take(DayPaper.CALLS, day, by=house.mo).rows == 0
    for kind in (DayPaper.OPEN, DayPaper.LEFT_OUT, DayPaper.REPORT):
        with pytest.raises(Refused, match=f"{day.isoformat()} 还没有按办法派过工"):
            daypapers.take(kind, day, by=house.mo)
    assert daypapers.open_to(house.zhou) == [DayPaper.ASSIGNMENTS, DayPaper.OPEN, DayPaper.REPORT]
    for kind in (DayPaper.CALLS, DayPaper.LEFT_OUT):
        with pytest.raises(Refused, match="周社工的岗位不能派工"):
            daypapers.take(kind, day, by=house.zhou)


def test_a_paper_of_the_other_market_has_none_of_our_rows(house: House, other_house: House) -> None:
    factories.dossier(house)
    with scope(market=other_house.market):
        assert exports.dossiers(by=other_house.liang, purpose=PURPOSE).rows == 0
