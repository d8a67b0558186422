"""表格 through the web client: look, confirm, take back; what is refused and in which words; what goes out."""

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django_scopes import scope

from gongqiao.channels.spreadsheet import actions, safety
from gongqiao.channels.spreadsheet.enums import BatchState, Kind
from gongqiao.channels.spreadsheet.models import ImportBatch
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers.actions import Facts
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.surveys.actions import intake
from gongqiao.needs.surveys.actions.intake import Delivery
from tests import factories
from tests.channels.spreadsheet import sheets
from tests.channels.spreadsheet.test_reading import bomb
from tests.conftest import signed_in
from tests.factories import House
from tests.needs.surveys.given import running
from tests.needs.surveys.given_forms import answers, published


def upload(client: Client, kind: str, content: bytes, name: str = "本周.xlsx") -> Any:
    return client.post(reverse("desk:sheet-upload", args=[kind]), {"file": SimpleUploadedFile(name, content)})


def looked_at(client: Client, kind: str, content: bytes) -> ImportBatch:
    answer = upload(client, kind, content)
    assert answer.status_code == 302, answer.content.decode()
    batch: ImportBatch = ImportBatch.objects.order_by("-at")[0]
    assert answer["Location"] == reverse("desk:sheet", args=[batch.pk])
    return batch


def page(client: Client, batch: ImportBatch, query: str = "") -> str:
    return str(client.get(reverse("desk:sheet", args=[batch.pk]) + query).content.decode())


def test_a_sheet_from_looking_to_taking_back(house: House) -> None:
    mo = signed_in("mo")
    batch = looked_at(mo, "workers", sheets.workers({}, {"姓名": "莫三", "手机": ""}, {"姓名": "", "手机": ""}))
    shown = page(mo, batch)
    assert "登记 2 人" in shown
    assert "姓名不能空着。" in shown
    assert "A4" in shown
    assert Dossier.objects.count() == 0

    answer = mo.post(reverse("desk:sheet-confirm", args=[batch.pk]), {"agreed": "1"}, follow=True)
    done = answer.content.decode()
    for row in Dossier.objects.all():
        assert reverse("desk:dossier", args=[row.pk]) in done
    assert Dossier.objects.count() == 2
    assert "姓名不能空着。" in page(mo, batch, "?tab=findings")

    edited = Dossier.objects.get(person__name="莫三")
    dossiers.update(edited, Facts({"pay_floor": 2500}), by=house.zhou)
    answer = mo.post(reverse("desk:sheet-revert", args=[batch.pk]), follow=True)
    left = answer.content.decode()
    assert "撤回了，但有 1 条没有撤" in left
    assert "登记以后有人改过。" in left
    assert "莫三" in left
    assert [row.person.name for row in Dossier.objects.select_related("person")] == ["莫三"]


def test_demand_comes_in_and_waits_for_a_specialist(house: House) -> None:
    mo, day = signed_in("mo"), timezone.localdate() + timedelta(days=2)
    batch = looked_at(mo, "postings", sheets.postings({"日期": day.isoformat()}))
    assert "登记 1 个班" in page(mo, batch)
    done = mo.post(reverse("desk:sheet-confirm", args=[batch.pk]), follow=True).content.decode()
    assert "晚市洗碗" in done
    assert "看等核实的需求" in done


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "空.xlsx", "这个文件是空的。"),
        (bomb(), "炸弹.xlsx", "不像正常的表，没有打开"),
        (b"%PDF-1.7", "表.xlsx", "这不是 Excel 或 WPS 的表，请另存为 .xlsx 再上传。"),
        (sheets.saved(sheets.book([["一", "二"]])), "乱.xlsx", "没有找到表头"),
        (sheets.saved(sheets.book([["手机", "工种"], ["1", "2"]])), "缺.xlsx", "第 1 行的表头缺：姓名"),
    ],
    ids=["empty", "bomb", "pdf", "no header", "header lacks a name"],
)
def test_a_file_that_cannot_be_read_is_answered_beside_its_field(
    house: House, content: bytes, name: str, says: str
) -> None:
    answer = upload(signed_in("mo"), "workers", content, name)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert says in shown
    assert shown.count('class="error"') + shown.count("class='error'") >= 1
    assert ImportBatch.objects.count() == 0


def test_a_file_too_large_is_not_even_read(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(**_facts: object) -> None:
        raise AssertionError("read")

    monkeypatch.setattr(actions, "preview", never)
    answer = upload(signed_in("mo"), "workers", b"x" * (safety.MOST_FILE_BYTES + 1))
    assert answer.status_code == 422
    assert "最多 20 MB。请分成几个表。" in answer.content.decode()


def test_no_file_is_said(house: House) -> None:
    answer = signed_in("mo").post(reverse("desk:sheet-upload", args=["workers"]), {})
    assert answer.status_code == 422
    assert "还没有选文件。" in answer.content.decode()


def test_who_may_bring_in_what(house: House) -> None:
    mo, zhou, shen = signed_in("mo"), signed_in("zhou"), signed_in("shen")
    wishes = looked_at(mo, "postings", sheets.postings())
    assert upload(zhou, "workers", sheets.workers()).status_code == 302
    assert upload(zhou, "postings", sheets.postings()).status_code == 404
    assert zhou.get(reverse("desk:sheet-template", args=["postings"])).status_code == 404
    assert zhou.get(reverse("desk:sheet", args=[wishes.pk])).status_code == 404
    assert upload(shen, "workers", sheets.workers()).status_code == 403
    assert mo.get(reverse("desk:sheet-template", args=["nothing"])).status_code == 404


def test_sheets_of_the_other_market_do_not_exist_here(house: House, other_house: House) -> None:
    with scope(market=other_house.market):
        theirs = actions.preview(by=other_house.mo, kind=Kind.WORKERS, filename="他们的.xlsx", content=sheets.workers())
    mo = signed_in("mo")
    for name in ("desk:sheet", "desk:sheet-corrections"):
        assert mo.get(reverse(name, args=[theirs.pk])).status_code == 404, name
    for name in ("desk:sheet-confirm", "desk:sheet-drop", "desk:sheet-revert"):
        assert mo.post(reverse(name, args=[theirs.pk])).status_code == 404, name
    assert "他们的.xlsx" not in mo.get(reverse("desk:sheets")).content.decode()


def test_not_this_one_forgets_and_says_so(house: House) -> None:
    mo = signed_in("mo")
    batch = looked_at(mo, "workers", sheets.workers())
    assert "读过的内容已经删掉" in mo.post(reverse("desk:sheet-drop", args=[batch.pk]), follow=True).content.decode()
    batch.refresh_from_db()
    assert (batch.state, batch.content) == (BatchState.DROPPED, "")
    assert "只留文件的指纹" in page(mo, batch)
    answer = mo.post(reverse("desk:sheet-confirm", args=[batch.pk]))
    assert (answer.status_code, "不能改成" in answer.content.decode()) == (409, True)
    assert mo.get(reverse("desk:sheet-corrections", args=[batch.pk])).status_code == 409


def test_the_findings_by_weight_and_as_a_sheet(house: House) -> None:
    mo = signed_in("mo")
    batch = looked_at(mo, "workers", sheets.workers({"姓名": ""}, {"手机": "", "家在社区": "不知道"}))
    warnings = page(mo, batch, "?show=warning")
    assert "没有找到社区" in warnings
    assert "姓名不能空着" not in warnings
    answer = mo.get(reverse("desk:sheet-corrections", args=[batch.pk]))
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(answer.content)).active.rows]
    assert [row[1:3] for row in rows] == [["哪一格（行）", "轻重"], ["A2", "要改"], ["E3", "看一眼"]]


def test_opening_a_sheet_of_people_is_an_event(house: House) -> None:
    mo, zhou = signed_in("mo"), signed_in("zhou")
    batch = looked_at(mo, "workers", sheets.workers())
    page(zhou, batch)
    last = AuditEvent.objects.filter(chain="yufeng").order_by("-number")[0]
    assert (last.action, last.thing) == ("sheet.read", f"spreadsheet.importbatch:{batch.pk}")
    assert last.actor.endswith("周社工")


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_lists_take_the_same_queries_for_one_and_three(house: House) -> None:
    """Of the list of imports, and of the rows of one import; those of the side bar come on top of either."""
    mo, counts = signed_in("mo"), []
    for people in (1, 3):
        batch = looked_at(
            mo, "workers", sheets.workers(*({"姓名": f"韦{people}{n}", "手机": ""} for n in range(people)))
        )
        looked_at(mo, "postings", sheets.postings())
        actions.confirm(batch, by=house.mo)
        counts.append((queries_of(mo, reverse("desk:sheets")), queries_of(mo, reverse("desk:sheet", args=[batch.pk]))))
    assert counts[0] == counts[1]


def test_templates_and_papers_are_files_to_save(house: House) -> None:
    liang, day = signed_in("liang"), (timezone.localdate() + timedelta(days=1)).isoformat()
    period = f"?first={day}&last={day}"
    for path, name in (
        (reverse("desk:sheet-template", args=["workers"]), "零工表（模板）.xlsx"),
        (reverse("desk:day-paper", args=["calls"]) + f"?day={day}", f"电话单 {day}.xlsx"),
        (reverse("desk:export-wages") + period, f"领款表 {day} 至 {day}.xlsx"),
        (reverse("desk:export-postings") + period, f"用工需求 {day} 至 {day}.xlsx"),
    ):
        answer = liang.get(path)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store"), path
        assert answer["Content-Disposition"] == content_disposition_header(True, name)
        assert openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames != []


def test_another_day_brings_only_its_papers(house: House) -> None:
    part = signed_in("mo").get(reverse("desk:sheets") + "?day=2026-12-01", headers={"HX-Request": "true"})
    shown = part.content.decode()
    assert "<html" not in shown
    assert reverse("desk:day-paper", args=["calls"]) + "?day=2026-12-01" in shown


def test_papers_refuse_in_words(house: House) -> None:
    mo, day = signed_in("mo"), (timezone.localdate() + timedelta(days=1)).isoformat()
    report = mo.get(reverse("desk:day-paper", args=["report"]) + f"?day={day}")
    assert (report.status_code, "还没有按办法派过工" in report.content.decode()) == (409, True)
    assert mo.get(reverse("desk:day-paper", args=["report"])).status_code == 409
    assert mo.get(reverse("desk:day-paper", args=["nothing"]) + f"?day={day}").status_code == 404
    assert mo.get(reverse("desk:export-wages") + "?first=x").status_code == 409
    calls = signed_in("zhou").get(reverse("desk:day-paper", args=["calls"]) + f"?day={day}")
    assert (calls.status_code, "不能派工、叫人、记回话" in calls.content.decode()) == (409, True)


def test_dossiers_go_out_by_a_button_with_a_purpose_never_by_a_link(house: House) -> None:
    factories.dossier(house)
    liang, path = signed_in("liang"), reverse("desk:export-dossiers")
    assert liang.get(path).status_code == 405
    missing = liang.post(path, {"q": "", "purpose": ""})
    assert missing.status_code == 422
    assert AuditEvent.objects.filter(action="sheet.exported").count() == 0
    answer = liang.post(path, {"q": "", "purpose": "街道招聘会电话通知"})
    assert answer["Content-Disposition"].startswith("attachment;")
    assert signed_in("mo").post(path, {"purpose": "街道招聘会电话通知"}).status_code == 403


def test_answers_go_out_to_their_reviewer_by_a_button_with_a_purpose(house: House) -> None:
    wave = running(house, published(house))
    intake.receive(Delivery(answers()), by=house.mo)
    path = reverse("desk:export-answers", args=[wave.campaign_id])
    liang = signed_in("liang")
    assert liang.get(path).status_code == 405
    assert liang.post(path, {"kind": "csv", "purpose": ""}).status_code == 409
    for kind, begins in (("csv", b"\xef\xbb\xbfsubmission,"), ("xlsx", b"PK")):
        answer = liang.post(path, {"kind": kind, "purpose": "给街道写需求报告"})
        assert answer["Content-Disposition"].startswith("attachment;")
        assert answer.content.startswith(begins)
    assert signed_in("zhou").post(path, {"kind": "csv", "purpose": "给街道写需求报告"}).status_code == 409
    assert AuditEvent.objects.filter(action="sheet.exported").count() == 2


def test_the_page_offers_each_post_what_it_may(house: House) -> None:
    seen = {who: signed_in(who).get(reverse("desk:sheets")).content.decode() for who in ("mo", "zhou", "liang", "shen")}
    words = ("上传，看一遍", "领款表", "下载零工档案", "写全身份证号", "电话单", "派工表")
    assert {who: [word in text.split('id="main"')[1] for word in words] for who, text in seen.items()} == {
        "mo": [True, True, False, False, True, True],
        "zhou": [True, True, False, False, False, True],
        "liang": [True, True, True, True, True, True],
        "shen": [False, False, False, False, False, True],
    }
