"""Slips, sheets and tools at the desk; what the station has, for anybody."""

from datetime import timedelta

import pytest
from django.test import Client

from gongqiao.foundation import clock
from gongqiao.needs.dossiers import cards
from gongqiao.services.lending import actions as lending
from gongqiao.services.lending.enums import LoanState, ToolState
from gongqiao.services.lending.models import Facility, Loan, Tool
from gongqiao.services.placement.actions import offers
from gongqiao.services.placement.enums import State
from gongqiao.services.placement.models import Assignment
from gongqiao.services.slips.models import Slip
from tests import factories
from tests.conftest import signed_in
from tests.factories import House

LENDING = "/desk/lending/"


def goes(house: House, name: str = "韦建国", **facts: object) -> Assignment:
    row = offers.offer(factories.verified(house, **facts), factories.dossier(house, name), by=house.mo)
    offers.accept(row, by=house.mo)
    return row


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def of(row: Assignment, house: House, paper: str = "letters") -> dict[str, object]:
    day = row.starts_at.astimezone(house.market.tz).date().isoformat()
    return {"day": day, "employer": row.shift.posting.employer_id, "paper": paper}


@pytest.mark.data
def test_a_slip_says_who_what_where_when_pay_and_who_verified_it(house: House) -> None:
    row, mo = goes(house), signed_in("mo")
    answer = mo.post("/desk/slips/print/", of(row, house), follow=True)
    shown, slip = answer.content.decode(), Slip.objects.get()
    assert (answer.status_code, "data-print-now" in shown, shown.count(slip.number)) == (200, True, 2)
    for text in (
        "兹介绍 韦建国",
        "家电卸车",
        "箭盘路 1 号仓库",
        "仓库大门",
        "180 元/天",
        "莫专员",
        "打电话",
        "0772-1234567",
        "沿线剪下",
    ):
        assert text in shown, text
    for secret in (row.person.identity, row.person.identity_last4):
        assert secret not in shown


@pytest.mark.parametrize(("paper", "words"), [("sheet", "当天名单"), ("order", "不扣证件（劳动合同法第九条）")])
def test_the_days_sheet_and_the_order_name_who_comes(house: House, paper: str, words: str) -> None:
    row, mo = goes(house), signed_in("mo")
    shown = mo.post("/desk/slips/print/", of(row, house, paper), follow=True).content.decode()
    assert (words in shown, "韦建国" in shown, row.dossier.number in shown) == (True, True, True)
    assert mo.post("/desk/slips/print/", of(row, house, "poster")).status_code == 404
    nobody = {**of(row, house, paper), "day": "2026-01-01"}
    assert mo.post("/desk/slips/print/", nobody).status_code == 409


@pytest.mark.data
def test_a_returned_slip_is_typed_by_its_number(house: House) -> None:
    row, mo = goes(house), signed_in("mo")
    mo.post("/desk/slips/print/", of(row, house))
    slip = Slip.objects.get()
    with clock.held_at(row.ends_at + timedelta(hours=1)):
        assert slip.number in page(mo, "/desk/slips/")
        found = mo.get("/desk/slips/", {"number": slip.code})
        assert found["Location"] == f"/desk/slips/{slip.pk}/"
        wrong = mo.post(found["Location"], {"came": "1", "hours": "八", "agreed": "on"})
        assert (wrong.status_code, "工时写成小时" in wrong.content.decode()) == (422, True)
        said = {"came": "1", "hours": "8", "agreed": "on", "paid": "180", "note": "干得好"}
        answer = mo.post(found["Location"], said, follow=True)
        assert "工钱也记上了" in answer.content.decode()
        assert slip.number not in page(mo, "/desk/slips/")
    assert Assignment.objects.get(pk=row.pk).state == State.DONE
    assert mo.get("/desk/slips/", {"number": "J1-00"}).status_code == 409


def test_a_slip_that_will_not_come_back_is_void(house: House) -> None:
    row, mo = goes(house), signed_in("mo")
    mo.post("/desk/slips/print/", of(row, house))
    path = f"/desk/slips/{Slip.objects.get().pk}/"
    assert mo.post(path, {"void": "1", "why": ""}).status_code == 409
    assert mo.post(path, {"void": "1", "why": "丢了"}).status_code == 302
    assert "照回执录" not in page(mo, path)


@pytest.mark.data
def test_a_tool_is_lent_by_card_or_number_and_brought_back(house: House) -> None:
    kind, wei, mo = lending.add_tools("手推车", 2, by=house.liang), factories.dossier(house), signed_in("mo")
    for who in (cards.card_code(wei), wei.number):
        answer = mo.post(f"{LENDING}do/lend/", {"who": who, "kind": kind.pk}, follow=True)
        assert "借给了韦建国，不收押金。" in answer.content.decode()
    again = mo.post(f"{LENDING}do/lend/", {"who": wei.number, "kind": kind.pk})
    assert (again.status_code, "都借出去了" in again.content.decode()) == (409, True)
    assert mo.post(f"{LENDING}do/lend/", {"who": "Y-9999", "kind": kind.pk}).status_code == 409
    first, second = Loan.objects.order_by("pk")
    assert mo.post(f"{LENDING}do/end/", {"loan": first.pk, "how": "returned"}).status_code == 302
    assert mo.post(f"{LENDING}do/end/", {"loan": second.pk, "how": "damaged", "note": "轮子掉了"}).status_code == 302
    assert mo.post(f"{LENDING}do/mend/", {"tool": second.tool_id, "to": "fit"}).status_code == 302
    assert set(Tool.objects.values_list("state", flat=True)) == {ToolState.FIT}
    assert [loan.state for loan in Loan.objects.order_by("pk")] == [LoanState.RETURNED, LoanState.DAMAGED]


def test_the_manager_keeps_tools_and_facilities_and_anybody_sees_them(house: House) -> None:
    liang, mo, nobody = signed_in("liang"), signed_in("mo"), Client()
    facility = {"kind": "water", "where": "大厅东边", "hours": "开门就有", "note": ""}
    assert mo.post(f"{LENDING}do/facility/", facility).status_code == 409
    assert liang.post(f"{LENDING}do/facility/", facility).status_code == 302
    assert liang.post(f"{LENDING}do/tools/", {"name": "安全帽", "count": 3, "days": 2}).status_code == 302
    lending.lend(Tool.objects.first().kind, factories.dossier(house), by=house.mo)  # type: ignore[union-attr]
    shown = page(nobody, "/m/yufeng/public/station/")
    for text in ("开水", "大厅东边，开门就有", "现在有 2 件，一共 3 件", "不收押金", "04:00–20:00", "12333"):
        assert text in shown, text
    assert "韦建国" not in shown
    assert liang.post(f"{LENDING}do/remove/", {"facility": Facility.objects.get().pk}).status_code == 302
    assert "大厅东边" not in page(nobody, "/m/yufeng/public/station/")
