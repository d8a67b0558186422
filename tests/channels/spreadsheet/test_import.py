"""A sheet is shown before anything is written, registered once, and taken back as long as nobody has touched it."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone
from django_scopes import scope

from gongqiao.channels.spreadsheet import actions, queries
from gongqiao.channels.spreadsheet.enums import BatchState, Kind, Outcome
from gongqiao.channels.spreadsheet.models import ImportBatch
from gongqiao.channels.spreadsheet.previews import Preview
from gongqiao.foundation.audit.chain import verify
from gongqiao.foundation.errors import Refused
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
    batch = shown(house, Kind.WORKERS, sheets.workers({}, again))
    assert (batch.taken, batch.known) == (2, 1)
    assert Preview.unpack(batch.preview).findings[0].message.startswith(f"这个人已经登记过（{known.number}）")
    actions.confirm(batch, by=house.mo)
    assert outcomes(batch) == [(2, Outcome.MADE, ""), (3, Outcome.REFUSED, f"已经登记过（{known.number}）。")]
    twice = shown(house, Kind.WORKERS, sheets.workers({}, again))
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


def test_a_batch_belongs_to_its_market_and_to_those_who_import(house: House, other_house: House) -> None:
    batch = shown(house, Kind.WORKERS, sheets.workers())
    assert list(queries.visible_to(house.mo)) == [batch]
    assert list(queries.visible_to(house.zhou)) == []
    with scope(market=other_house.market):
        assert list(queries.visible_to(other_house.mo)) == []
        with pytest.raises(Refused):
            actions.confirm(batch, by=other_house.mo)
    with pytest.raises(Refused):
        actions.preview(by=house.zhou, kind=Kind.WORKERS, filename="a.xlsx", content=sheets.workers())


def test_a_dropped_batch_forgets_what_it_read(house: House) -> None:
    batch = shown(house, Kind.WORKERS, sheets.workers())
    actions.drop(batch, by=house.mo)
    batch.refresh_from_db()
    assert (batch.state, batch.content, batch.preview) == (BatchState.DROPPED, "", "")
    with pytest.raises(Refused):
        actions.confirm(batch, by=house.mo)
