"""台账: the same table on paper and as a sheet, for a period, by the manager alone; each taking is written down."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from gongqiao.channels import registers
from gongqiao.channels.registers import Register
from gongqiao.foundation import clock
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.errors import Refused
from gongqiao.services.placement.actions import attendance, offers, wages
from gongqiao.services.placement.enums import Side
from tests import factories
from tests.conftest import signed_in
from tests.factories import House

pytestmark = pytest.mark.data


def worked(house: House) -> None:
    """韦建国 was introduced to 覃记 for tomorrow, went, and was paid."""
    shift = factories.verified(house, factories.employer(house))
    row = offers.offer(shift, factories.dossier(house, phone="15400001234"), by=house.mo)
    offers.accept(row, by=house.mo)
    with clock.held_at(row.starts_at):
        attendance.arrive(row, by=house.mo)
        attendance.record_hours(row, 480, Side.WORKER, by=house.mo)
        wage = attendance.record_hours(row, 480, Side.EMPLOYER, by=house.mo)
        assert wage is not None
        wages.pay(wage, 18000, by=house.mo)


def test_each_register_holds_its_rows_of_the_period(house: House) -> None:
    worked(house)
    today = timezone.localdate()
    tomorrow = today + timedelta(days=1)
    people, demand, introduced = (registers.opened(kind, today, tomorrow, by=house.liang).rows for kind in Register)
    assert people == [[1, today, "韦建国", "Y-1001", "154****1234", "五里亭", "装卸工", "找活"]]
    assert demand == [[1, today, "覃记大排档", "家电卸车", "装卸工", 2, "180 元/天", f"莫专员 {today}", "招人中"]]
    line = [1, tomorrow, "08:00–16:00", "覃记大排档", "家电卸车", "韦建国", "Y-1001", "180 元/天", "干完", 8, 180]
    assert introduced == [line]
    before = today - timedelta(days=3)
    assert [registers.opened(kind, before, before, by=house.liang).rows for kind in Register] == [[], [], []]
    assert AuditEvent.objects.filter(action="register.opened").count() == 6


def test_nobody_but_the_manager_and_no_more_than_a_year(house: House) -> None:
    today = timezone.localdate()
    with pytest.raises(Refused, match="莫专员的岗位不能导出表格"):
        registers.opened(Register.PEOPLE, today, today, by=house.mo)
    for first, last in ((today, today - timedelta(days=1)), (today - timedelta(days=366), today)):
        with pytest.raises(Refused, match="最多一年"):
            registers.sheet(Register.PEOPLE, first, last, by=house.liang)


def test_more_rows_than_a_register_holds_are_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registers, "MOST_ROWS", 1)
    for name in ("韦建国", "陆大海"):
        factories.dossier(house, name)
    today = timezone.localdate()
    with pytest.raises(Refused, match="超过 1 行"):
        registers.opened(Register.PEOPLE, today, today, by=house.liang)


def test_the_paper_and_the_sheet_say_the_same(house: House, other_house: House) -> None:
    worked(house)
    liang, today = signed_in("liang"), timezone.localdate()
    path, period = "/desk/registers/people/", {"first": f"{today}", "last": f"{today}"}
    shown = liang.get(path, period).content.decode()
    for text in (
        "鱼峰零工驿站 零工登记台账",
        "单位：",
        "期间：",
        "制表：",
        "审核：",
        "154****1234",
        "韦建国",
        f"{today}",
    ):
        assert text in shown, text
    assert "15400001234" not in shown
    answer = liang.get(path, {**period, "as": "xlsx"})
    page = load_workbook(io.BytesIO(answer.content)).active
    assert [cell.value for cell in page[4]][2:5] == ["韦建国", "Y-1001", "154****1234"]
    assert AuditEvent.objects.filter(action="sheet.exported", detail__kind="register.people").count() == 1
    assert liang.get(path).status_code == 409
    assert liang.get("/desk/registers/wages/", period).status_code == 404
    assert signed_in("huang-liang").get(path, period).content.decode().count("韦建国") == 0
