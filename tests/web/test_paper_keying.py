"""Papers keyed at the desk: one page, the head first, kept at every save; who asked and who typed stand beside it."""

import html
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gongqiao.foundation import clock
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.files.models import StoredFile
from gongqiao.foundation.organisations import actions as organisations
from gongqiao.foundation.organisations.roles import Role
from gongqiao.needs.surveys.actions import fieldwork, intake, review
from gongqiao.needs.surveys.actions.fieldwork import CampaignFacts
from gongqiao.needs.surveys.actions.intake import Delivery
from gongqiao.needs.surveys.enums import SubmissionState
from gongqiao.needs.surveys.models import FieldTask, FormVersion, Paper, SheetDraft, Submission, Wave
from tests import factories
from tests.conftest import signed_in
from tests.factories import House
from tests.needs.surveys.given_forms import JPEG, answers, published

pytestmark = pytest.mark.data
SAID = {
    "/data/consent": "yes",
    "/data/age": "33",
    "/data/pay": "18",
    "/data/trades": ["loader", "cleaner"],
    "/data/wish": "离家近",
}


def today(house: House) -> date:
    return clock.now().astimezone(house.market.tz).date()


def wave_of(house: House, form: FormVersion, *, anonymous: bool = False) -> Wave:
    """Begun twenty days ago; 梁经理 reviews."""
    facts = CampaignFacts("秋季调查", "知道大家要什么", "我同意。", anonymous_use=anonymous)
    campaign = fieldwork.start_campaign(facts, [house.liang], by=house.zhou)
    begun = today(house) - timedelta(days=20)
    wave = fieldwork.open_wave(campaign, form, begun, begun + timedelta(days=40), by=house.zhou)
    fieldwork.run(campaign, by=house.zhou)
    return wave


@pytest.fixture
def wave(house: House) -> Wave:
    """Of those who asked, 罗专员 was there from long before."""
    type(house.luo).objects.update(starts_on=today(house) - timedelta(days=90))
    return wave_of(house, published(house))


def page(wave: Wave) -> str:
    return f"/desk/surveys/waves/{wave.pk}/paper/"


def head(house: House, who: str, days_ago: int = 3) -> dict[str, Any]:
    day = today(house) - timedelta(days=days_ago)
    return {"who": who, "asked_on": day.isoformat(), "collector": house.luo.pk}


def seen(content: str) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', content)
    assert found is not None
    return html.unescape(found[1])


def picture(name: str = "a.jpg", content: bytes = JPEG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/jpeg")


def rows(sheet: Submission) -> list[tuple[Any, ...]]:
    told = sheet.answers.order_by("path", "row", "code")
    return [(each.path, each.row, each.code, each.number, each.text) for each in told]


def test_typed_in_saved_and_handed_in_it_says_who_asked_when_and_who_typed(house: House, wave: Wave) -> None:
    wei, lu = factories.dossier(house, "韦建国"), factories.dossier(house, "陆大海")
    fieldwork.assign(wave, dossiers=[wei, lu], by=house.zhou)
    keyer = signed_in("mo")
    first = keyer.get(page(wave)).content.decode()
    assert "档案号" not in first.split('id="paper"')[1].split("</section>", 1)[1]  # the head says who he is
    assert Paper.objects.count() == 0
    kept = keyer.post(page(wave), {**head(house, "韦建国"), **SAID, "do": "save", "scanned": [picture(), picture()]})
    row = Paper.objects.get()
    assert kept["Location"].startswith(f"{page(wave)}?paper={row.pk}")
    again = keyer.get(kept["Location"]).content.decode()
    assert 'value="离家近"' in again
    assert "存好了 2 张" in again
    more = {**head(house, wei.number), **SAID, "/data/wish": "离家近一点", "/data/photo": picture("b.jpg")}
    sent = keyer.post(kept["Location"], {**more, "seen": seen(again), "do": "send"})
    assert sent.status_code == 302, sent.content.decode()
    assert f"collector={house.luo.pk}" in sent["Location"]
    sheet = Submission.objects.get()
    day = today(house) - timedelta(days=3)
    assert (sheet.channel, sheet.collector, sheet.keyed_by, sheet.filled_on) == ("desk", house.luo, house.mo, day)
    assert (sheet.state, sheet.dossier, sheet.wave, sheet.started_at) == ("received", wei, wave, None)
    assert FieldTask.objects.get(dossier=wei).state == "done"
    kinds = [slot.file.kind for slot in sheet.slots.order_by("name") if slot.file]
    assert (kinds, sheet.slots.filter(scan=True).count()) == (["image/jpeg"] * 3, 2)
    assert (Paper.objects.count(), SheetDraft.objects.count()) == (0, 0)
    assert StoredFile.objects.filter(forgotten_at=None).count() == 4  # the sheet, its picture, two of the paper
    phone = answers(consent="yes", age="33", pay="18", trades="loader cleaner", wish="离家近一点", photo="b.jpg")
    other = intake.receive(Delivery(phone, {"b.jpg": JPEG}, dossier=lu), by=house.luo)
    pictured = {row[0] for row in rows(sheet)}
    assert pictured == {row[0] for row in rows(other)}
    assert [row for row in rows(sheet) if row[0] != "/data/photo"] == [
        row for row in rows(other) if row[0] != "/data/photo"
    ]
    wei.refresh_from_db()
    assert (wei.pay_floor, wei.preferred) == (1800, ["loader", "cleaner"])


def test_the_list_the_sheet_and_the_download_tell_both(house: House, wave: Wave) -> None:
    wei = factories.dossier(house, "韦建国")
    fieldwork.assign(wave, dossiers=[wei], by=house.zhou)
    keyer = signed_in("mo")
    keyer.post(page(wave), {**head(house, "韦建国"), **SAID, "do": "send", "scanned": picture()})
    sheet = Submission.objects.get()
    for who in ("liang", "mo", "luo"):
        client = signed_in(who)
        shown = client.get(f"/desk/surveys/answers/{sheet.pk}/").content.decode()
        assert ("罗专员 · 柜台录入 · 莫专员录的" in shown, "纸表" in shown) == (True, True), who
        listed = client.get(f"/desk/surveys/{wave.campaign_id}/?list=all").content.decode()
        assert "莫专员录的" in listed
        scan = client.get(f"/desk/surveys/answers/files/{sheet.slots.get(scan=True).pk}/")
        assert b"".join(scan) == JPEG
    told = signed_in("liang").post(f"/desk/surveys/{wave.campaign_id}/export/", {"kind": "csv", "purpose": "年底看看"})
    names, values = (line.split(",") for line in told.content.decode("utf-8-sig").splitlines()[:2])
    found = dict(zip(names, values, strict=True))
    day = (today(house) - timedelta(days=3)).isoformat()
    assert [found[name] for name in ("filled_on", "channel", "collector", "keyed_by")] == [
        day,
        "desk",
        "罗专员",
        "莫专员",
    ]
    assert signed_in("zhou").get(f"/desk/surveys/answers/{sheet.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"who": "没这个人"}, "who", "没有“没这个人”"),
        ({"who": ""}, "who", "不收不留名的"),
        ({"who": "韦"}, "who", "对得上的有几个"),
        ({"asked_on": "ahead"}, "asked_on", "还没有到"),
        ({"asked_on": "before"}, "asked_on", "才开始"),
        ({"asked_on": ""}, "asked_on", ""),
        ({"collector": "fresh"}, "collector", "那天不在岗"),
        ({"collector": "auditor"}, "collector", ""),
        ({"scanned": "program"}, "scanned", "不是能收的文件"),
    ],
)
def test_a_head_that_cannot_be_keeps_nothing_and_loses_nothing(
    house: House, wave: Wave, wrong: dict[str, str], field: str, words: str
) -> None:
    people = [factories.dossier(house, "韦建国"), factories.dossier(house, "韦国建")]
    fieldwork.assign(wave, dossiers=people, by=house.zhou)
    fresh = organisations.give_post(house.market, by=house.system, title="新社工", role=Role.SOCIAL_WORKER)
    meant = {
        "ahead": today(house) + timedelta(days=1),
        "before": wave.opens_on - timedelta(days=1),
        "fresh": fresh.pk,
        "auditor": house.shen.pk,
        "program": picture("a.jpg", b"MZ" + bytes(50)),
        "韦": "韦",
    }
    given = {name: meant.get(value, value) for name, value in wrong.items()}
    if wrong.get("who") == "韦":
        for each in people:
            each.person.name = "韦建国"
            each.person.save(update_fields=["name"])
        given["who"] = "韦建国"
    answer = signed_in("mo").post(page(wave), {**head(house, people[0].number), **SAID, **given, "do": "send"})
    content = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#id_{field}' in content
    assert words in content
    assert 'value="离家近"' in content  # nothing that was typed is lost
    assert 'value="yes" checked' in content
    assert (Paper.objects.count(), SheetDraft.objects.count(), Submission.objects.count()) == (0, 0, 0)


def test_what_is_wrong_on_it_is_said_where_it_stands_and_the_rest_is_kept(house: House, wave: Wave) -> None:
    wei = factories.dossier(house, "韦建国")
    fieldwork.assign(wave, dossiers=[wei], by=house.zhou)
    keyer = signed_in("mo")
    answer = keyer.post(page(wave), {**head(house, "韦建国"), **SAID, "/data/age": "十五", "do": "send"})
    content = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="十五"' in content  # as he typed it, to be looked at beside the paper
    row = Paper.objects.get()
    kept = keyer.get(f"{page(wave)}?paper={row.pk}").content.decode()
    assert ('value="离家近"' in kept, 'value="十五"' in kept) == (True, False)
    address = html.unescape(re.search(r'id="paper" method="post" action="([^"]*)"', content)[1])  # type: ignore[index]
    missing = keyer.post(
        address, {**head(house, "韦建国"), **SAID, "/data/age": "", "seen": seen(content), "do": "send"}
    )
    assert (missing.status_code, "这一题要答" in missing.content.decode()) == (422, True)
    assert Submission.objects.count() == 0


def test_two_windows_of_the_same_paper_do_not_write_over_each_other(house: House, wave: Wave) -> None:
    wei = factories.dossier(house, "韦建国")
    fieldwork.assign(wave, dossiers=[wei], by=house.zhou)
    keyer, said = signed_in("mo"), {**head(house, "韦建国"), **SAID, "do": "save"}
    at = keyer.post(page(wave), said)["Location"]
    opened = seen(keyer.get(at).content.decode())
    assert keyer.post(at, {**said, "/data/wish": "早一点", "seen": opened}).status_code == 302
    assert keyer.post(at, {**said, "/data/wish": "晚一点", "seen": opened}).status_code == 409
    assert 'value="早一点"' in keyer.get(at).content.decode()
    second = keyer.post(page(wave), said)
    assert (second.status_code, "已经有人在录" in second.content.decode()) == (422, True)


def test_what_is_being_keyed_is_seen_by_who_keys_it_alone(house: House, wave: Wave) -> None:
    wei = factories.dossier(house, "韦建国")
    fieldwork.assign(wave, dossiers=[wei], by=house.zhou)
    said = {**head(house, "韦建国"), **SAID, "do": "save", "scanned": picture()}
    at = signed_in("mo").post(page(wave), said)["Location"]
    for who in ("luo", "liang", "zhou"):
        client = signed_in(who)
        assert (client.get(at).status_code, client.post(at, {**said, "do": "drop"}).status_code) == (404, 404)
        assert "还没录完的" not in client.get(page(wave)).content.decode()
    assert signed_in("shen").get(page(wave)).status_code == 403
    keyer = signed_in("mo")
    assert "还没录完的" in keyer.get(page(wave)).content.decode()
    assert keyer.post(at, {"do": "drop"}).status_code == 302
    assert (Paper.objects.count(), SheetDraft.objects.count()) == (0, 0)
    assert StoredFile.objects.filter(forgotten_at=None).count() == 0
    assert list(
        AuditEvent.objects.filter(action__startswith="survey.paper").order_by("pk").values_list("action", flat=True)
    ) == [
        "survey.paper_begun",
        "survey.paper_dropped",
    ]


def test_another_markets_wave_and_one_that_takes_no_papers(house: House, wave: Wave, other_house: House) -> None:
    assert signed_in("huang-mo").get(page(wave)).status_code == 404
    draft = fieldwork.start_campaign(CampaignFacts("冬季", "为了", "同意。"), [house.liang], by=house.zhou)
    early = fieldwork.open_wave(draft, wave.version, today(house), today(house), by=house.zhou)
    assert signed_in("mo").get(page(early)).status_code == 409
    FormVersion.objects.update(channels=["web"])
    assert signed_in("mo").get(page(wave)).status_code == 409


def test_a_nameless_paper_counts_where_the_inquiry_says_so(house: House) -> None:
    wave = wave_of(house, published(house), anonymous=True)
    type(house.luo).objects.update(starts_on=today(house) - timedelta(days=90))
    fieldwork.assign(wave, cells=["早上的人"], by=house.zhou)
    keyer = signed_in("mo")
    sent = keyer.post(page(wave), {**head(house, ""), **SAID, "/data/consent": "no", "do": "send"})
    assert sent.status_code == 302
    nameless = Submission.objects.get()
    assert (nameless.dossier, nameless.task, nameless.state, nameless.proposals.count()) == (None, None, "received", 0)
    keyer.post(page(wave), {**head(house, "早上的人"), "/data/consent": "", "/data/age": "50", "do": "send"})
    placed = Submission.objects.exclude(pk=nameless.pk).get()
    assert (placed.task, placed.dossier) == (FieldTask.objects.get(), None)
    assert FieldTask.objects.get().state == "done"


def test_a_pile_keyed_in_a_minute_is_no_burst_and_the_same_paper_twice_is_told(house: House, wave: Wave) -> None:
    people = [factories.dossier(house, f"韦{number}") for number in range(6)]
    fieldwork.assign(wave, dossiers=people, by=house.zhou)
    keyer = signed_in("mo")
    for number, each in enumerate(people):
        said = {**head(house, each.number), **SAID, "/data/age": str(30 + number)}
        assert keyer.post(page(wave), {**said, "do": "send"}).status_code == 302
    assert set(Submission.objects.values_list("state", flat=True)) == {SubmissionState.RECEIVED}
    said = {**head(house, people[0].number), **SAID, "/data/wish": "远一点也行"}
    assert keyer.post(page(wave), {**said, "do": "send"}).status_code == 302  # he was asked twice
    twice = Submission.objects.latest("pk")
    assert [flag.kind for flag in twice.flags.all()] == ["duplicate"]
    assert (twice.task, twice.dossier) == (None, people[0])


def test_who_asked_and_who_typed_do_not_review_it(house: House, wave: Wave) -> None:
    wei = factories.dossier(house, "韦建国")
    fieldwork.assign(wave, dossiers=[wei], by=house.zhou)
    fieldwork.name_reviewers(wave.campaign, [house.liang, house.mo, house.luo], by=house.zhou)
    signed_in("mo").post(page(wave), {**head(house, "韦建国"), **SAID, "do": "send"})
    sheet = Submission.objects.get()
    verdict = {"verdict": "approved", "seen": "1"}
    answered = [
        signed_in(who).post(f"/desk/surveys/answers/{sheet.pk}/do/review/", verdict).status_code
        for who in ("mo", "luo", "liang")
    ]
    assert answered == [409, 409, 302]
    review.withdraw(Submission.objects.get(), by=house.zhou)
    assert StoredFile.objects.filter(forgotten_at=None).count() == 0


def test_who_will_not_be_named_is_asked_no_more(house: House, wave: Wave) -> None:
    wei = factories.dossier(house, "韦建国")
    fieldwork.assign(wave, dossiers=[wei], by=house.zhou)
    signed_in("mo").post(page(wave), {**head(house, "韦建国"), **SAID, "/data/consent": "no", "do": "send"})
    sheet, task = Submission.objects.get(), FieldTask.objects.get()
    assert (sheet.dossier, sheet.task, task.state, task.collector) == (None, None, "refused", house.luo)


def test_a_word_said_after_the_paper_was_filled_is_not_written_over(house: House, wave: Wave) -> None:
    wei = factories.dossier(house, "韦建国", values={"pay_floor": 2000})
    fieldwork.assign(wave, dossiers=[wei], by=house.zhou)
    signed_in("mo").post(page(wave), {**head(house, "韦建国", days_ago=3), **SAID, "do": "send"})
    told = Submission.objects.get().proposals.get(field="pay_floor")
    assert (told.conflict, told.state) == ("hard", "pending")  # the file is of today, the paper of three days ago


def test_the_first_thing_of_the_menu_is_marked_on_its_pages(house: House, wave: Wave) -> None:
    client: Client = signed_in("zhou")
    marked = {
        path: re.findall(r'<a href="([^"]*)" aria-current="(\w+)"', client.get(path).content.decode())
        for path in (page(wave), "/desk/surveys/", "/desk/", "/desk/tickets/new/")
    }
    assert marked == {
        page(wave): [("/desk/surveys/", "true")],
        "/desk/surveys/": [("/desk/surveys/", "page")],
        "/desk/": [("/desk/", "page")],
        "/desk/tickets/new/": [("/desk/tickets/new/", "page")],
    }
