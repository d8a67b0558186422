"""The worker's own sheet: in steps, without a script, kept at every step, handed in once, with the same rows."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from gongqiao.foundation import clock
from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.consent.models import Purpose
from gongqiao.foundation.files.models import StoredFile
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.feedback.models import Ticket
from gongqiao.needs.surveys import forms
from gongqiao.needs.surveys.actions import fieldwork, intake, publishing, review
from gongqiao.needs.surveys.actions.fieldwork import CampaignFacts
from gongqiao.needs.surveys.actions.intake import Delivery
from gongqiao.needs.surveys.actions.publishing import Draft
from gongqiao.needs.surveys.enums import Subject
from gongqiao.needs.surveys.models import Answer, Campaign, DraftFile, FieldTask, FormVersion, SheetDraft, Submission
from tests import factories
from tests.conftest import signed_in
from tests.factories import House
from tests.needs.surveys.given_forms import JPEG, answers, published

pytestmark = pytest.mark.data
TYPED = {"/data/age": "33", "/data/pay": "18", "/data/wish": "离家近"}
RANKED = {
    "survey": [
        {"type": "rank things", "name": "order", "label::中文 (zh)": "先看重什么"},
        {"type": "text", "name": "wish", "label::中文 (zh)": "还想说什么"},
    ],
    "choices": [
        {"list_name": "things", "name": name, "label::中文 (zh)": words}
        for name, words in (("pay", "工钱"), ("near", "离家近"), ("warm", "人好"))
    ],
    "settings": [{"form_title": "排一排", "form_id": "ranked", "version": "1"}],
}
PICTURED = {
    "survey": [
        {
            "type": "select_one tools",
            "name": "tool",
            "label::中文 (zh)": "用过哪样",
            "media::image::中文 (zh)": "all.jpg",
            "media::audio::中文 (zh)": "read.ogg",
        }
    ],
    "choices": [
        {"list_name": "tools", "name": "saw", "label::中文 (zh)": "锯", "media::image::中文 (zh)": "saw.jpg"},
        {"list_name": "tools", "name": "drill", "label::中文 (zh)": "钻", "media::image::中文 (zh)": "nowhere.jpg"},
    ],
    "settings": [{"form_title": "工具", "form_id": "tools", "version": "1"}],
}
OGG = b"OggS" + bytes(99)
NEEDED = ("/consent", "/often")
SAID = {"/data/consent": "yes", "/data/trades": ["loader", "cleaner"], **TYPED}


def asked(house: House, *people: Dossier, version: str = "1") -> list[FieldTask]:
    return _asked_with(house, published(house, version), *people)


def _asked_with(house: House, form: FormVersion, *people: Dossier) -> list[FieldTask]:
    campaign = fieldwork.start_campaign(
        CampaignFacts("秋季调查", "知道大家要什么", "我同意。"), [house.liang], by=house.zhou
    )
    today = clock.now().astimezone(house.market.tz).date()
    wave = fieldwork.open_wave(campaign, form, today, today + timedelta(days=9), by=house.zhou)
    fieldwork.run(campaign, by=house.zhou)
    fieldwork.assign(wave, dossiers=people, by=house.zhou)
    return [wave.tasks.get(dossier=dossier) for dossier in people]


def as_worker(client: Client, dossier: Dossier, edition: str = "") -> Client:
    client.force_login(accounts.user_of(dossier.person))
    if edition:
        client.cookies["edition"] = edition
    return client


def page(task: FieldTask) -> str:
    return reverse("worker:survey", args=[task.market.code, task.pk])


def key_of(content: str) -> str:
    found = re.search(r'name="at" value="([^"]*)"', content)
    assert found is not None
    return found[1]


def test_filled_on_the_page_it_is_the_same_as_from_a_phone(client: Client, house: House) -> None:
    wei, lu = factories.dossier(house), factories.dossier(house)
    (task,) = asked(house, wei)
    as_worker(client, wei)
    assert "有一份问卷请您填" in client.get(reverse("worker:work", args=[house.market.code])).content.decode()
    first = client.get(page(task)).content.decode()
    assert "我同意。" in first
    assert "档案号" not in first  # who is signed in need not say who he is
    assert SheetDraft.objects.count() == 0
    answer = client.post(page(task), {"at": key_of(first), "do": "next", **SAID, "/data/photo": picture("a.jpg")})
    assert (answer.status_code, StoredFile.objects.count(), DraftFile.objects.count()) == (302, 1, 1)
    turn = client.get(answer["Location"]).content.decode()
    more = client.post(page(task), {"at": key_of(turn), "do": "add /data skill"})
    asks = client.get(more["Location"]).content.decode()
    assert 'name="/data/skill[1]/what"' in asks
    last = client.post(page(task), {"at": key_of(asks), "do": "next", "/data/skill[1]/what": "砌墙"})
    assert "at=end" in last["Location"]
    look = client.get(last["Location"]).content.decode()
    assert "搬运、保洁" in look
    with time_machine.travel(clock.now() + timedelta(minutes=9)):  # not faster than one can read
        client.post(page(task), {"do": "send"})
    sheet, name = Submission.objects.get(), Answer.objects.get(path="/data/photo").code
    phone = answers(
        consent="yes",
        age="33",
        pay="18",
        trades="loader cleaner",
        wish="离家近",
        photo=name,
        skill="砌墙",
        file_no=lu.number,
    )
    other = intake.receive(Delivery(phone, {name: JPEG}), by=house.mo)
    assert rows(sheet) == [row for row in rows(other) if row[0] != "/data/file_no"]
    assert (sheet.channel, sheet.dossier, sheet.state) == ("web", wei, "received")
    assert FieldTask.objects.get(pk=task.pk).state == "done"
    assert (SheetDraft.objects.count(), DraftFile.objects.count()) == (0, 0)
    kept = [file.kind for file in StoredFile.objects.filter(forgotten_at=None)]
    assert sorted(kept) == ["image/jpeg", "image/jpeg", "text/xml", "text/xml"]  # of each sheet
    wei.refresh_from_db()
    assert (wei.pay_floor, wei.preferred) == (1800, ["loader", "cleaner"])
    assert "交过了" in client.get(page(task)).content.decode()
    assert client.post(page(task), {"do": "send"}).status_code == 200
    assert Submission.objects.count() == 2


def picture(name: str, content: bytes = JPEG) -> Any:
    return SimpleUploadedFile(name, content, "image/jpeg")


def rows(sheet: Submission) -> list[tuple[Any, ...]]:
    told = sheet.answers.order_by("path", "row", "code")
    return [(each.path, each.row, each.code, each.number, each.text) for each in told]


def test_one_question_a_page_in_the_elder_edition(client: Client, house: House) -> None:
    wei = factories.dossier(house)
    (task,) = asked(house, wei)
    as_worker(client, wei, "elder")
    seen, at = [], page(task)
    said = iter(["yes", "40", "20", ["loader"], "", "", ""])
    while "at=end" not in at:
        content = client.get(at).content.decode()
        names = set(re.findall(r'name="(/data/[^"]*)"', content))
        assert len(names) <= 1
        seen += names
        answer = {name: next(said) for name in names}
        if any(name in ("/data/photo", "/data/card") for name in names):
            answer = {}
        at = client.post(page(task), {"at": key_of(content), "do": "next", **answer})["Location"]
    paths = ["consent", "age", "pay", "trades", "wish", "photo", "card"]
    assert seen == [f"/data/{name}" for name in paths]
    assert client.post(page(task), {"do": "send"}).status_code == 302
    assert Submission.objects.get().answers.filter(path="/data/age").get().number == 40


def test_what_is_wrong_or_missing_is_said_where_it_stands(client: Client, house: House) -> None:
    wei = factories.dossier(house)
    (task,) = asked(house, wei)
    as_worker(client, wei)
    first = client.get(page(task)).content.decode()
    young = client.post(page(task), {"at": key_of(first), "do": "next", **SAID, "/data/age": "15"})
    assert (young.status_code, "这样答不行" in young.content.decode()) == (422, True)
    kept = client.get(page(task)).content.decode()  # the rest is there, on whatever phone he goes on
    assert 'value="离家近"' in kept
    gone = client.post(page(task), {"do": "send"})
    assert (gone.status_code, "这一题要答" in gone.content.decode()) == (422, True)
    text = client.post(page(task), {"at": key_of(first), "do": "next", "/data/age": "三十"})
    assert text.status_code == 422
    script = client.post(
        page(task),
        {"at": key_of(first), "do": "next", "/data/photo": picture("a.jpg", b"MZ" + bytes(50))},
    )
    assert (script.status_code, "不是能收的文件" in script.content.decode()) == (422, True)
    assert (DraftFile.objects.count(), Submission.objects.count()) == (0, 0)


def test_a_page_left_open_and_a_turn_that_is_not_there_are_stale(client: Client, house: House) -> None:
    wei = factories.dossier(house)
    (task,) = asked(house, wei)
    as_worker(client, wei)
    at = key_of(client.get(page(task)).content.decode())
    for do in (
        "remove /data/skill[3]",
        "add /data nothing",
        "add /nobody skill",
        "remove /data",
        "remove /data/skill[x]",
    ):
        assert client.post(page(task), {"at": at, "do": do}).status_code == 409
    assert SheetDraft.objects.count() == 0


def test_only_whom_it_asks_and_only_while_it_runs(client: Client, house: House) -> None:
    wei, lu = factories.dossier(house), factories.dossier(house)
    (task,) = asked(house, wei)
    assert as_worker(Client(), lu).get(page(task)).status_code == 404
    as_worker(client, wei)
    at = key_of(client.get(page(task)).content.decode())
    client.post(page(task), {"at": at, "do": "next", **SAID, "/data/photo": picture("a.jpg")})
    fieldwork.end(Campaign.objects.get(), by=house.zhou)
    assert client.get(page(task)).status_code == 404
    assert client.post(page(task), {"do": "send"}).status_code == 404
    assert (SheetDraft.objects.count(), StoredFile.objects.exclude(forgotten_at=None).count()) == (0, 1)
    assert FormVersion.objects.count() == 1


def test_who_will_not_be_named_is_counted_and_asked_no_more(client: Client, house: House) -> None:
    wei = factories.dossier(house)
    (task,) = asked(house, wei)
    as_worker(client, wei)
    at = key_of(client.get(page(task)).content.decode())
    client.post(page(task), {"at": at, "do": "next", **SAID, "/data/consent": "no"})
    client.post(page(task), {"do": "send"})
    sheet = Submission.objects.get()
    assert (sheet.dossier, sheet.consented, FieldTask.objects.get().state) == (None, False, "refused")
    assert client.get(page(task)).status_code == 404


def test_what_cannot_stand_in_xml_does_not_spoil_the_sheet(client: Client, house: House) -> None:
    wei = factories.dossier(house)
    (task,) = asked(house, wei)
    as_worker(client, wei)
    at = key_of(client.get(page(task)).content.decode())
    wish = "近\x0b一\ufffe点 <b>&"
    assert client.post(page(task), {"at": at, "do": "next", **SAID, "/data/wish": wish}).status_code == 302
    assert 'value="近一点 &lt;b&gt;&amp;"' in client.get(page(task)).content.decode()


def test_a_step_of_another_edition_takes_no_tick_away(client: Client, house: House) -> None:
    wei = factories.dossier(house)
    (task,) = asked(house, wei)
    as_worker(client, wei)
    plain = key_of(client.get(page(task)).content.decode())
    client.post(page(task), {"at": plain, "do": "next", **SAID})
    client.cookies["edition"] = "elder"
    assert client.post(page(task), {"at": plain, "do": "next"}).status_code == 409
    assert 'value="yes" checked' in client.get(page(task)).content.decode()


def test_questions_that_an_answer_brings_up_in_the_same_step_are_asked_first(client: Client, house: House) -> None:
    wei = factories.dossier(house)
    row = publishing.add_version(Draft(forms.WORKER_NEEDS, Subject.WORKER), by=house.zhou)
    publishing.publish(row, by=house.zhou)
    (task,) = _asked_with(house, row, wei)
    as_worker(client, wei)
    learning = step_with(client, task, "/learn")
    asked_of_all = names_in(learning)
    (learn,) = (name for name in asked_of_all if name.endswith("/learn"))
    said = {"at": key_of(learning), "do": "next", learn: "yes"}
    shown = client.post(page(task), said)["Location"]
    more = client.get(shown).content.decode()
    assert key_of(more) == key_of(learning)
    (wishes, *_when) = [name for name in names_in(more) if name not in asked_of_all]
    assert shown.endswith(f"#{wishes}")
    assert wishes.endswith("/wishes")
    assert key_of(client.get(client.post(page(task), said)["Location"]).content.decode()) != key_of(learning)


def step_with(client: Client, task: FieldTask, ending: str) -> str:
    """Going on from the first step, the consent given and nothing else said."""
    at = page(task)
    while True:
        content: str = client.get(at).content.decode()
        if any(name.endswith(ending) for name in names_in(content)):
            return content
        needed = {name: first_choice(name, content) for name in names_in(content) if name.endswith(NEEDED)}
        at = client.post(page(task), {"at": key_of(content), "do": "next", **needed})["Location"]
        assert "at=end" not in at


def names_in(content: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'name="(/data/[^"]*)"', content)))


def first_choice(name: str, content: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', content)
    assert found is not None
    return found[1]


def test_who_wants_something_dealt_with_is_shown_the_code_and_the_day(client: Client, house: House) -> None:
    wei = factories.dossier(house)
    form = publishing.add_version(Draft(forms.WORKER_SATISFACTION, Subject.WORKER), by=house.zhou)
    publishing.publish(form, by=house.zhou)
    (task,) = _asked_with(house, form, wei)
    as_worker(client, wei)
    said = {"/data/used": ["none"], "/data/overall": "3", "/data/say": "上回扣了我一百块。"}
    said |= {"/data/open_ticket": "nameless", "/data/ticket_about": "job"}
    at = page(task)
    while "at=end" not in at:
        key = key_of(client.get(at).content.decode())
        at = client.post(page(task), {"at": key, "do": "next", **said})["Location"]
    sent = client.post(page(task), {"do": "send"})
    ticket = Ticket.objects.get()
    assert (sent.status_code, sent["Location"]) == (302, reverse("worker:thread", args=[house.market.code]))
    assert ticket.code_in_fours in client.get(sent["Location"]).content.decode()
    assert (ticket.person, ticket.entered_by) == (None, house.system)


def test_ranks_that_say_a_place_twice_are_told_at_the_question_and_stay_as_written(
    client: Client, house: House
) -> None:
    wei = factories.dossier(house)
    ranked = publishing.add_version(Draft(RANKED, Subject.WORKER), by=house.zhou)
    publishing.publish(ranked, by=house.zhou)
    (task,) = _asked_with(house, ranked, wei)
    as_worker(client, wei)
    at = key_of(client.get(page(task)).content.decode())
    places = {"/data/order#pay": "1", "/data/order#near": "1", "/data/order#warm": "3"}
    said = {"at": at, "do": "next", "/data/wish": "暖和"}
    wrong = client.post(page(task), {**said, **places})
    told = wrong.content.decode()
    assert (wrong.status_code, "排先后：每一项写一个数，不要重。" in told) == (422, True)
    assert re.findall(r"<option selected>(\d)</option>", told) == ["1", "1", "3"]
    assert 'value="暖和"' in client.get(page(task)).content.decode()  # the other answer of the page is kept
    assert client.post(page(task), {**said, **places, "/data/order#near": "2"}).status_code == 302
    client.post(page(task), {"do": "send"})
    order = Submission.objects.get().answers.filter(path="/data/order").order_by("number")
    assert [row.code for row in order] == ["pay", "near", "warm"]


@pytest.mark.parametrize("by_consent", [True, False])
def test_taken_back_what_was_begun_goes_too(client: Client, house: House, by_consent: bool) -> None:
    wei, lu = factories.dossier(house, "韦建国"), factories.dossier(house, "陆大海")
    his, hers = asked(house, wei, lu)
    first = fieldwork.open_wave(his.wave.campaign, his.wave.version, his.wave.opens_on, his.due, by=house.zhou)
    fieldwork.assign(first, dossiers=[wei], by=house.zhou)
    phone = answers(consent="yes", file_no=wei.number, age="33")
    sheet = intake.receive(Delivery(phone), by=house.mo)
    (left,) = FieldTask.objects.filter(dossier=wei).exclude(state="done")
    for dossier, task in ((wei, left), (lu, hers)):
        as_worker(client, dossier)
        at = key_of(client.get(page(task)).content.decode())
        client.post(page(task), {"at": at, "do": "next", **SAID, "/data/photo": picture("a.jpg")})
    assert (SheetDraft.objects.count(), DraftFile.objects.count()) == (2, 2)
    if by_consent:
        dossiers.withdraw_consent(wei, Purpose.MESSAGES, by=house.zhou)
        assert SheetDraft.objects.count() == 2
        dossiers.withdraw_consent(wei, Purpose.MATCHING, by=house.zhou)
    else:
        review.withdraw(sheet, by=house.zhou)
    assert SheetDraft.objects.get().task == hers
    assert DraftFile.objects.get().draft.task == hers
    pictures = StoredFile.objects.filter(forgotten_at=None, kind="image/jpeg")
    assert pictures.count() == 1


def test_pictures_and_voices_of_the_form_stand_beside_what_they_show(client: Client, house: House) -> None:
    wei, lu = factories.dossier(house), factories.dossier(house)
    held = {"all.jpg": JPEG, "saw.jpg": JPEG + b"2", "read.ogg": OGG, "list.csv": b"a,b\n"}
    form = publishing.add_version(Draft(PICTURED, Subject.WORKER, media=held), by=house.zhou)
    publishing.publish(form, by=house.zhou)
    (task,) = _asked_with(house, form, wei)
    as_worker(client, wei)
    keyer, paper = signed_in("mo"), reverse("desk:survey-paper", args=[task.wave_id])
    for reader, path in ((client, page(task)), (keyer, paper)):
        shown = re.findall(r'src="\?media=([^"]*)"', reader.get(path).content.decode())
        assert shown == ["all.jpg", "read.ogg", "saw.jpg"]  # one that did not come with it leaves no hole
        for name in shown:
            answer = reader.get(path, {"media": name})
            assert (answer.status_code, answer.content, answer["Cache-Control"]) == (
                200, held[name], "private, max-age=3600",
            )  # fmt: skip
        assert [reader.get(path, {"media": name}).status_code for name in ("list.csv", "nowhere.jpg")] == [404, 404]
    assert as_worker(Client(), lu).get(page(task), {"media": "saw.jpg"}).status_code == 404
    assert Client().get(paper, {"media": "saw.jpg"}).status_code == 302
    assert signed_in("shen").get(paper, {"media": "saw.jpg"}).status_code == 403
