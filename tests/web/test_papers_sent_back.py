"""A keyed paper that was sent back is opened again where it was keyed; what a colleague left is gone on with."""

import html
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.files.models import StoredFile
from gongqiao.needs.surveys.actions import fieldwork, review
from gongqiao.needs.surveys.models import FieldTask, Paper, SheetDraft, Submission, Wave
from tests import factories
from tests.conftest import signed_in
from tests.factories import House
from tests.needs.surveys.given_forms import published
from tests.web.test_paper_keying import SAID, head, page, picture, rows, seen, today, wave_of

pytestmark = pytest.mark.data
NOTE = "工钱写错了"


@pytest.fixture
def wave(house: House) -> Wave:
    type(house.luo).objects.update(starts_on=today(house) - timedelta(days=90))
    found = wave_of(house, published(house))
    people = [factories.dossier(house, "韦建国"), factories.dossier(house, "陆大海")]
    fieldwork.assign(found, dossiers=people, by=house.zhou)
    return found


def keyed(house: House, wave: Wave, **more: Any) -> Submission:
    """Keyed by 莫专员, asked by 罗专员."""
    said = {**head(house, "韦建国"), **SAID, "/data/photo": picture("b.jpg"), "do": "send", **more}
    assert signed_in("mo").post(page(wave), {**said, "scanned": [picture(), picture()]}).status_code == 302
    return Submission.objects.get()


def verdict(sheet: Submission, what: str) -> None:
    number = sheet.versions.count()
    said = {"verdict": what, "note": NOTE, "seen": str(number)}
    assert signed_in("liang").post(f"/desk/surveys/answers/{sheet.pk}/do/review/", said).status_code == 302


def reopened(client: Client, sheet: Submission) -> Any:
    return client.post(f"/desk/surveys/answers/{sheet.pk}/do/reopen/")


def test_what_was_sent_back_is_put_right_and_handed_in_again(house: House, wave: Wave) -> None:
    sheet, keyer = keyed(house, wave), signed_in("mo")
    verdict(sheet, "correction")
    assert "打开来改" in keyer.get(f"/desk/surveys/answers/{sheet.pk}/").content.decode()
    at = reopened(keyer, sheet)["Location"]
    assert reopened(keyer, sheet)["Location"] == at  # opened once
    content = keyer.get(at).content.decode()
    assert (NOTE in content, 'value="18"' in content, 'value="离家近"' in content) == (True, True, True)
    corrected = {**head(house, "韦建国", days_ago=2), **SAID, "/data/pay": "20", "seen": seen(content), "do": "send"}
    assert keyer.post(at, corrected)["Location"] == f"/desk/surveys/answers/{sheet.pk}/"
    sheet.refresh_from_db()
    day = today(house) - timedelta(days=2)
    assert (sheet.state, sheet.keyed_by, sheet.collector, sheet.filled_on) == ("received", house.mo, house.luo, day)
    assert Submission.objects.count() == 1
    assert [each.number for each in sheet.versions.order_by("number")] == [1, 2]
    assert ("/data/pay", "", "20", 20.0, "") in rows(sheet)
    assert (sheet.slots.filter(scan=True).count(), sheet.slots.filter(scan=False, file__isnull=False).count()) == (2, 1)
    assert (Paper.objects.count(), SheetDraft.objects.count()) == (0, 0)
    assert FieldTask.objects.get(dossier=sheet.dossier).state == "done"
    assert StoredFile.objects.filter(forgotten_at=None).count() == 5  # two versions, the picture, two of the paper
    told = sheet.proposals.get(field="pay_floor", state="applied", value=2000)
    assert told.dossier.pay_floor == 2000
    verdict(sheet, "approved")
    assert reopened(keyer, sheet).status_code == 409


def test_it_may_turn_out_to_be_another_mans_but_not_nobodys(house: House, wave: Wave) -> None:
    sheet, keyer = keyed(house, wave), signed_in("mo")
    first = sheet.dossier
    verdict(sheet, "correction")
    at = reopened(keyer, sheet)["Location"]
    said = {**head(house, ""), **SAID, "seen": seen(keyer.get(at).content.decode()), "do": "send"}
    assert keyer.post(at, said).status_code == 422
    assert keyer.post(at, {**said, **head(house, "陆大海")}).status_code == 302
    sheet.refresh_from_db()
    assert sheet.dossier is not None
    assert (sheet.dossier.person.name, sheet.state) == ("陆大海", "flagged")
    assert [(flag.kind, flag.detail) for flag in sheet.flags.all()] == [("unlinked", f"原来记在 {first.number} 名下")]  # type: ignore[union-attr]
    assert {task.dossier.person.name: task.state for task in FieldTask.objects.all() if task.dossier} == {
        "韦建国": "reserved",
        "陆大海": "done",
    }


def test_one_at_a_time_and_only_what_was_keyed_and_sent_back(house: House, wave: Wave) -> None:
    sheet = keyed(house, wave)
    assert reopened(signed_in("mo"), sheet).status_code == 409  # nobody looked at it yet
    verdict(sheet, "correction")
    assert reopened(signed_in("zhou"), sheet).status_code == 404  # not hers to see
    assert reopened(signed_in("luo"), sheet).status_code == 302
    refused = reopened(signed_in("mo"), sheet)
    assert (refused.status_code, "别的同事正在改" in refused.content.decode()) == (409, True)
    assert Paper.objects.get().keyed_by == house.luo


def test_a_verdict_meanwhile_and_a_withdrawal_end_it(house: House, wave: Wave) -> None:
    sheet, keyer = keyed(house, wave), signed_in("mo")
    verdict(sheet, "correction")
    at = reopened(keyer, sheet)["Location"]
    verdict(sheet, "approved")
    said = {**head(house, "韦建国"), **SAID, "seen": seen(keyer.get(at).content.decode()), "do": "send"}
    refused = keyer.post(at, said)
    assert (refused.status_code, "不用改了" in html.unescape(refused.content.decode())) == (409, True)
    assert sheet.versions.count() == 1
    review.withdraw(Submission.objects.get(), by=house.zhou)
    assert (Paper.objects.count(), SheetDraft.objects.count()) == (0, 0)
    assert StoredFile.objects.filter(forgotten_at=None).count() == 0


def test_what_a_colleague_who_is_gone_was_keying_goes_on(house: House, wave: Wave) -> None:
    said = {**head(house, "韦建国"), **SAID, "do": "save", "scanned": picture()}
    assert signed_in("mo").post(page(wave), said).status_code == 302
    row, other = Paper.objects.get(), signed_in("luo")
    assert "我接着录" not in other.get(page(wave)).content.decode()
    refused = other.post(page(wave), {"left": row.pk})
    assert (refused.status_code, Paper.objects.get().keyed_by) == (409, house.mo)
    type(house.mo).objects.filter(pk=house.mo.pk).update(ends_on=today(house) - timedelta(days=1))
    content = other.get(page(wave)).content.decode()
    assert ("莫专员走了，没录完：" in content, "韦建国" in content) == (True, True)
    at = other.post(page(wave), {"left": row.pk})["Location"]
    shown = other.get(at).content.decode()
    assert ('value="离家近"' in shown, "存好了 1 张" in shown) == (True, True)
    sent = other.post(at, {**said, "scanned": [], "collector": house.zhou.pk, "seen": seen(shown), "do": "send"})
    assert sent.status_code == 302, sent.content.decode()
    assert Submission.objects.get().keyed_by == house.luo
    assert AuditEvent.objects.filter(action="survey.paper_taken_over").count() == 1
