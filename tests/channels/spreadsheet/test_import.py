"""A sheet is shown before anything is written, registered once, and taken back as long as nobody has touched it."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes import scope

from gongqiao.channels.spreadsheet import actions, queries
from gongqiao.channels.spreadsheet.enums import BatchState, Kind, Outcome
from gongqiao.channels.spreadsheet.errors import SheetError
from gongqiao.channels.spreadsheet.models import ImportBatch
from gongqiao.channels.spreadsheet.previews import Preview
from gongqiao.channels.spreadsheet.templates import template
from gongqiao.channels.spreadsheet.tick import tick
from gongqiao.foundation.audit.chain import verify
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.people.models import Person
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers.actions import Facts
from gongqiao.needs.dossiers.enums import Source
from gongqiao.needs.dossiers.models import Dossier, DossierValue
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.postings import actions as postings
from gongqiao.needs.postings.enums import Method, PostingState
from gongqiao.needs.postings.models import Posting, Shift
from gongqiao.services.placement.actions import offers
from tests import factories
from tests.channels.spreadsheet import sheets
from tests.factories import House

pytestmark = pytest.mark.data


def shown(house: House, kind: Kind, content: bytes) -> ImportBatch:
    return actions.preview(by=house.mo, kind=kind, filename="本周.xlsx", content=content)


def outcomes(batch: ImportBatch) -> list[tuple[int, str, str]]:
    return [(item.row, item.outcome, item.note) for item in batch.items.order_by("row", "pk")]


def test_a_preview_writes_nobody_down(house: House) -> None:
    before = Person.objects.count()
    batch = shown(house, Kind.WORKERS, sheets.workers({}, {"姓名": "", "手机": "123"}))
    preview = Preview.unpack(batch.preview)
    assert (Dossier.objects.count(), Person.objects.count()) == (0, before)
    assert (batch.rows, batch.taken, batch.known, preview.counts) == (2, 1, 0, {"error": 2})
    assert [(finding.cell, finding.message) for finding in preview.findings] == [
        ("A3", "姓名不能空着。"),
        ("C3", "手机号要 11 位，这里有 3 位。"),
    ]
    assert preview.sample == [["韦建国", "暂缺", "搬运工2、洗碗工", "周一到周日 6–20 点"]]


@pytest.mark.parametrize(
    ("written", "skills"),
    [
        ("煮粉师傅、搬运工师傅", {"noodle-cook": None, "handler": 3}),  # a trade's whole name says no level
        ("煮粉师傅2", {"noodle-cook": 2}),
        ("搬运工（熟手）、洗碗工1", {"handler": 2, "dishwasher": 1}),
    ],
)
def test_a_level_is_what_stands_behind_the_whole_name_of_a_trade(
    house: House, written: str, skills: dict[str, int | None]
) -> None:
    actions.confirm(shown(house, Kind.WORKERS, sheets.workers({"工种": written})), by=house.mo)
    assert dict(Dossier.objects.get().skills.values_list("trade", "level")) == skills


def test_confirming_registers_through_the_counter_and_only_once(house: House) -> None:
    batch = shown(house, Kind.WORKERS, sheets.workers())
    actions.confirm(batch, by=house.mo, agreed=True)
    (row,) = Dossier.objects.select_related("person")
    assert (row.person.name, row.pay_floor, row.max_distance_m, row.home_id) == (
        "韦建国",
        1800,
        8000,
        factories.WULITING,
    )
    assert row.person.birth_date == date(1975, 3, 2)
    assert set(DossierValue.objects.filter(dossier=row).values_list("source", flat=True)) == {Source.SHEET}
    assert outcomes(batch) == [(2, Outcome.MADE, "")]
    assert batch.content == ""
    with pytest.raises(Refused, match="导入了"):
        actions.confirm(batch, by=house.mo)
    assert Dossier.objects.count() == 1
    assert verify(house.market.code).fault == ""


def test_who_is_registered_already_is_not_registered_again(house: House) -> None:
    known = factories.dossier(house, "覃海明")
    again = {"姓名": "覃海明", "身份证号": known.person.identity, "备注": ""}
    content = sheets.workers({}, again)  # made once: a workbook carries the second it was written in
    batch = shown(house, Kind.WORKERS, content)
    assert (batch.taken, batch.known) == (2, 1)
    assert Preview.unpack(batch.preview).findings[0].message.startswith(f"这个人已经登记过（{known.number}）")
    actions.confirm(batch, by=house.mo)
    assert outcomes(batch) == [(2, Outcome.MADE, ""), (3, Outcome.REFUSED, f"已经登记过（{known.number}）。")]
    twice = shown(house, Kind.WORKERS, content)
    assert twice.known == 2
    assert queries.confirmed_before(twice) == batch


def test_reverting_undoes_what_nobody_touched_and_names_the_rest(house: House) -> None:
    batch = shown(house, Kind.WORKERS, sheets.workers({}, {"姓名": "莫三", "手机": ""}, {"姓名": "梁四", "手机": ""}))
    actions.confirm(batch, by=house.mo, agreed=True)
    edited, placed = Dossier.objects.get(person__name="莫三"), Dossier.objects.get(person__name="梁四")
    dossiers.update(edited, Facts({"pay_floor": 2500}), by=house.zhou)
    offers.offer(factories.verified(house), placed, by=house.mo)
    actions.revert(batch, by=house.liang)
    assert outcomes(batch) == [
        (2, Outcome.UNDONE, ""),
        (3, Outcome.KEPT, "登记以后有人改过。"),
        (4, Outcome.KEPT, "已经有派工、排号或电话的记录。"),
    ]
    assert set(Dossier.objects.values_list("person__name", flat=True)) == {"莫三", "梁四"}
    assert not Person.objects.filter(name="韦建国").exists()
    assert verify(house.market.code).fault == ""


def test_after_a_day_a_batch_stays(house: House) -> None:
    batch = shown(house, Kind.WORKERS, sheets.workers())
    actions.confirm(batch, by=house.mo)
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1)), pytest.raises(Refused, match="24 小时"):
        actions.revert(batch, by=house.mo)
    assert Dossier.objects.count() == 1


def test_postings_come_in_waiting_for_a_specialist_never_verified(house: House) -> None:
    second_day = {"日期": "2026-11-26"}
    bad_words = {"工作内容": "限男性，能吃苦。", "标题": "洗碗（男）", "用工方": "莫姐早点铺"}
    with time_machine.travel("2026-11-24T10:00:00+08:00"):
        batch = shown(
            house,
            Kind.POSTINGS,
            sheets.postings({"有效期至": "2026-11-30"}, {"有效期至": "2026-11-30", **second_day}, bad_words),
        )
        assert (batch.rows, batch.taken) == (3, 3)
        actions.confirm(batch, by=house.mo)
    good, bad = Posting.objects.order_by("pk")
    assert (good.state, bad.state) == (PostingState.SUBMITTED, PostingState.DRAFT)
    assert Shift.objects.filter(posting=good).count() == 2
    assert Employer.objects.count() == 2
    assert [row[:2] for row in outcomes(batch)] == [(2, "made"), (2, "made"), (4, "made"), (4, "draft")]
    assert "就业促进法" in outcomes(batch)[-1][2]


def test_reverting_postings_keeps_what_was_verified(house: House) -> None:
    with time_machine.travel("2026-11-24T10:00:00+08:00"):
        batch = shown(house, Kind.POSTINGS, sheets.postings({}, {"标题": "午市洗碗", "开始": "10:00", "结束": "14:00"}))
        actions.confirm(batch, by=house.mo)
        kept = Posting.objects.order_by("pk").first()
        assert kept is not None
        postings.verify(kept, by=house.luo, method=Method.PHONE, note="跟覃老板通过电话")
        actions.revert(batch, by=house.mo)
    assert list(Posting.objects.all()) == [kept]
    assert [row[1:] for row in outcomes(batch)] == [
        ("kept", "这个用工方还有别的需求或账号。"),
        ("kept", "登记以后有人核实过或改过。"),
        ("undone", ""),
    ]


def test_a_batch_belongs_to_its_market_and_to_those_who_import_its_kind(house: House, other_house: House) -> None:
    people, wishes = shown(house, Kind.WORKERS, sheets.workers()), shown(house, Kind.POSTINGS, sheets.postings())
    assert set(queries.visible_to(house.mo)) == {people, wishes}
    assert list(queries.visible_to(house.zhou)) == [people]
    assert list(queries.visible_to(house.shen)) == []
    with scope(market=other_house.market):
        assert list(queries.visible_to(other_house.mo)) == []
        with pytest.raises(Refused, match="不是您所在市场的事"):
            actions.confirm(people, by=other_house.mo)
    with pytest.raises(Refused, match="周社工的岗位不能登记和改用工方"):
        actions.preview(by=house.zhou, kind=Kind.POSTINGS, filename="a.xlsx", content=sheets.postings())
    with pytest.raises(Refused, match="沈审计的岗位不能导入和撤回表格"):
        actions.preview(by=house.shen, kind=Kind.WORKERS, filename="a.xlsx", content=sheets.workers())


def test_what_the_sheet_says_otherwise_than_the_file_is_named(house: House) -> None:
    known = factories.dossier(house, "覃海明", values={"pay_floor": 1800}, skills={"loader": 2})
    said = {"姓名": "覃海明", "身份证号": known.person.identity, "备注": "", "最远公里": "", "怎么去": "", "手机": ""}
    other = {"最低时薪(元)": 25, "家在社区": "箭盘社区", "工种": "搬运工、焊工", "什么时候有空": ""}
    preview = Preview.unpack(shown(house, Kind.WORKERS, sheets.workers({**said, **other})).preview)
    (note,) = preview.findings
    assert (preview.known, preview.differs) == (1, 1)
    assert "表里和档案不同：住哪个社区、最低时薪（分）、工种；" in note.message
    same = {"最低时薪(元)": 18, "家在社区": "五里亭社区", "工种": catalogue().trades["loader"].name, "什么时候有空": ""}
    (note,) = Preview.unpack(shown(house, Kind.WORKERS, sheets.workers({**said, **same})).preview).findings
    assert note.message == f"这个人已经登记过（{known.number}），不再登记；要改请到他的档案。"


@pytest.mark.parametrize("people", [1, 3])
def test_a_preview_takes_the_same_queries_for_one_and_three(house: House, people: int) -> None:
    known = [factories.dossier(house, f"覃{index}") for index in range(people)]
    rows = [{"姓名": row.person.name, "身份证号": row.person.identity, "备注": ""} for row in known]
    with CaptureQueriesContext(connection) as seen:
        shown(house, Kind.WORKERS, sheets.workers(*rows))
    assert len(seen) == 13


def test_a_shift_asked_for_twice_is_posted_once(house: House) -> None:
    with time_machine.travel("2026-11-24T10:00:00+08:00"):
        batch = shown(house, Kind.POSTINGS, sheets.postings({}, {}))
        assert [(f.cell, f.message) for f in Preview.unpack(batch.preview).findings] == [
            ("K3", "和第 2 行是同一个班。要更多人，请改那一行的人数。")
        ]
        actions.confirm(batch, by=house.mo)
        later = {"有效期至": "2026-11-30"}
        again = shown(house, Kind.POSTINGS, sheets.postings(later, {**later, "日期": "2026-11-26"}))
        assert (again.taken, again.known) == (2, 1)
        actions.confirm(again, by=house.mo)
    assert Shift.objects.count() == 2
    assert [row for row in outcomes(again) if row[1] == "refused"] == [(2, "refused", "这一班已经登记过。")]


def test_a_minimum_of_people_comes_in_with_the_sheet(house: House) -> None:
    rows = sheets.table(
        sheets.POSTING | {"最少人数": ""}, {"人数": 5, "最少人数": 3}, {"日期": "2026-11-26", "人数": 4}
    )
    wrong = sheets.table(sheets.POSTING | {"最少人数": ""}, {"人数": 2, "最少人数": 3})
    with time_machine.travel("2026-11-24T10:00:00+08:00"):
        actions.confirm(shown(house, Kind.POSTINGS, sheets.saved(sheets.book(rows))), by=house.mo)
        refused = shown(house, Kind.POSTINGS, sheets.saved(sheets.book(wrong)))
    assert list(Shift.objects.order_by("starts_at").values_list("headcount", "at_least")) == [(5, 3), (4, 1)]
    assert refused.taken == 0
    assert [f.message for f in Preview.unpack(refused.preview).findings] == ["不能比要的人数还多。"]


def test_the_preview_says_which_demand_will_stay_a_draft(house: House) -> None:
    with time_machine.travel("2026-11-24T10:00:00+08:00"):
        bad = {"工作内容": "限男性，能吃苦。"}
        (finding,) = Preview.unpack(shown(house, Kind.POSTINGS, sheets.postings({}, bad)).preview).findings
    assert (finding.cell, finding.severity) == ("G3", "warning")
    assert finding.message.startswith("会存成草稿，不交给专员：不能这样写：“限男性”")


def test_the_template_reads_back_and_its_example_is_nobody(house: House) -> None:
    for kind in Kind:
        preview = Preview.unpack(shown(house, kind, template(kind, house.market)).preview)
        assert (preview.rows, preview.counts) == (0, {"note": 1}), kind
        assert preview.findings[0].message == "这一行是模板里的例子，没有读。"
    with pytest.raises(SheetError, match="表头缺：用工方"):
        shown(house, Kind.POSTINGS, template(Kind.WORKERS, house.market))


def test_the_example_without_its_mark_is_a_whole_row(house: House) -> None:
    """What the template shows is what the import takes."""
    for kind, first in ((Kind.WORKERS, "韦建国"), (Kind.POSTINGS, "覃记大排档")):
        made = openpyxl.load_workbook(io.BytesIO(template(kind, house.market)))
        made.worksheets[0]["A2"] = first
        batch = shown(house, kind, sheets.saved(made))
        assert (batch.rows, batch.taken, Preview.unpack(batch.preview).counts) == (1, 1, {}), kind


def test_long_numbers_stay_text_in_the_template(house: House) -> None:
    page = openpyxl.load_workbook(io.BytesIO(template(Kind.WORKERS, house.market))).worksheets[0]
    texts = [cell.value for cell in page[1] if page.column_dimensions[cell.column_letter].number_format == "@"]
    assert texts == ["身份证号", "手机", "家在社区"]


def test_after_the_import_no_name_is_left_in_it(house: House) -> None:
    batch = shown(house, Kind.WORKERS, sheets.workers({}, {"姓名": ""}))
    actions.confirm(batch, by=house.mo)
    kept = Preview.unpack(batch.preview)
    assert (batch.content, kept.sample, [finding.cell for finding in kept.findings]) == ("", [], ["A3"])


def test_what_nobody_confirms_is_forgotten_after_a_day(house: House) -> None:
    left, taken = shown(house, Kind.WORKERS, sheets.workers()), shown(house, Kind.WORKERS, sheets.workers())
    actions.confirm(taken, by=house.mo)
    assert tick() == {"forgotten": 0}
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1)):
        assert tick() == {"forgotten": 1}
        assert tick() == {"forgotten": 0}
        left.refresh_from_db()
        with pytest.raises(Refused, match="没有导入"):
            actions.confirm(left, by=house.mo)
    taken.refresh_from_db()
    assert (left.state, left.content, left.preview) == (BatchState.DROPPED, "", "")
    assert (taken.state, taken.preview) == (BatchState.CONFIRMED, "")
    with pytest.raises(Refused, match="到点自动办"):
        actions.forget_old(by=house.mo)
    assert verify(house.market.code).fault == ""


def test_every_step_is_an_event(house: House) -> None:
    batch = shown(house, Kind.WORKERS, sheets.workers())
    actions.record_reading(batch, by=house.zhou)
    actions.confirm(batch, by=house.mo)
    actions.revert(batch, by=house.mo)
    events = AuditEvent.objects.filter(chain="yufeng", thing=f"spreadsheet.importbatch:{batch.pk}").order_by("number")
    assert [event.action for event in events] == ["sheet.previewed", "sheet.read", "sheet.confirmed", "sheet.reverted"]
    assert "韦建国" not in str([event.detail for event in events])


def test_a_dropped_batch_forgets_what_it_read(house: House) -> None:
    batch = shown(house, Kind.WORKERS, sheets.workers())
    actions.drop(batch, by=house.mo)
    batch.refresh_from_db()
    assert (batch.state, batch.content, batch.preview) == (BatchState.DROPPED, "", "")
    with pytest.raises(Refused):
        actions.confirm(batch, by=house.mo)
