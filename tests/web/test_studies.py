"""The screens of interviews and focus groups: what a team does there, and that nobody else gets anything."""

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.needs.interviews.actions import talks, withdrawal
from gongqiao.needs.interviews.enums import RecordingState, TalkState
from gongqiao.needs.interviews.models import Code, Excerpt, Recording, Study, Talk
from gongqiao.needs.surveys.models import DossierProposal
from tests import factories
from tests.conftest import signed_in
from tests.factories import House
from tests.needs.interviews import given

pytestmark = pytest.mark.data


def step(client: Client, talk: Talk, act: str, **fields: Any) -> int:
    return int(client.post(f"/desk/studies/talks/{talk.pk}/do/{act}/", fields).status_code)


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_a_study_and_its_first_interview_are_made_on_the_screens(house: House) -> None:
    zhou = signed_in("zhou")
    said = {"title": "早市", "purpose": "为", "guide": "问", "words": "同意书"}
    assert zhou.post("/desk/studies/new/", said).status_code == 302
    study = Study.objects.get()
    do = f"/desk/studies/{study.pk}/do"
    zhou.post(f"{do}/code/", {"name": "来得早", "definition": "说到起早"})
    zhou.post(f"{do}/member/", {"post": house.mo.pk})
    plan = {
        "kind": "interview",
        "topic": "早",
        "place": "小屋",
        "starts_at": "2026-01-05T09:00",
        "leader": house.zhou.pk,
    }
    assert zhou.post(f"/desk/studies/{study.pk}/plan/", plan).status_code == 302
    talk = Talk.objects.get()
    assert step(zhou, talk, "invite", name="", file_no=factories.dossier(house).number) == 302
    agreed = {"participant": str(given.participant(talk).pk), "notes": "on", "audio": "on", "quote": "on"}
    assert step(zhou, talk, "agree", **agreed) == 302
    assert step(zhou, talk, "hold") == 302
    assert step(zhou, talk, "record", audio=SimpleUploadedFile("话.wav", given.tone())) == 302
    assert step(zhou, talk, "transcribe", text=given.SAID.replace("\n", "\r\n")) == 302
    assert step(zhou, talk, "accept", transcript=str(talk.transcripts.get().pk)) == 302
    assert step(zhou, talk, "pick", pasted="四点半。", codes=[Code.objects.get().pk]) == 302
    assert step(zhou, talk, "coded") == 302
    talk.refresh_from_db()
    assert (talk.state, Excerpt.objects.get().text) == (TalkState.CODED, "四点半。")
    shown = page(zhou, f"/desk/studies/talks/{talk.pk}/")
    assert shown.count("四点半。") == 3  # in the field to write a further version, in the text, among the excerpts


def test_what_is_refused_is_said_in_words_and_changes_nothing(house: House) -> None:
    talk = given.planned(house, given.study(house))
    zhou = signed_in("zhou")
    for act, fields in (
        ("invite", {"file_no": "Y-9"}),
        ("agree", {"participant": "x"}),
        ("hold", {}),
        ("record", {}),
        ("pick", {}),
        ("cancel", {"why": "x"}),
    ):
        answer = zhou.post(f"/desk/studies/talks/{talk.pk}/do/{act}/", fields)
        assert answer.status_code in (403, 409, 422), (act, answer.status_code)
    assert step(zhou, talk, "nothing") == 404
    talk.refresh_from_db()
    assert (talk.state, talk.participants.count()) == (TalkState.PLANNED, 0)


def test_a_phase_that_is_not_minutes_and_words_is_named(house: House) -> None:
    study = given.study(house)
    facts = {"kind": "group", "topic": "早", "place": "屋", "starts_at": "2026-01-05T09:00", "leader": house.zhou.pk}
    path = f"/desk/studies/{study.pk}/plan/"
    answer = signed_in("zhou").post(path, {**facts, "note_taker": house.mo.pk, "phases": "10 开场\n工钱"})
    assert (answer.status_code, "工钱”没写成" in answer.content.decode(), Talk.objects.count()) == (422, True, 0)
    assert signed_in("zhou").post(path, {**facts, "phases": "10 开场\n30 工钱"}).status_code == 302
    assert list(Talk.objects.get().phases.values_list("minutes", "title")) == [(10, "开场"), (30, "工钱")]


@pytest.fixture
def told(house: House) -> Talk:
    """Of a team of two: coded, recorded."""
    study = given.study(house)
    talk = given.interview(house, study)
    talks.record(talk, "话.wav", given.tone(), by=house.zhou)
    given.picked(house, given.written(house, talk), 2, given.code(house, study))
    return talk


def paths(talk: Talk) -> list[str]:
    study = f"/desk/studies/{talk.study_id}/"
    parts = [study, *(f"{study}{part}/" for part in ("plan", "findings", "heard", "sheet"))]
    own = f"/desk/studies/talks/{talk.pk}/"
    return [*parts, own, f"{own}recording/", f"/desk/studies/codes/{Code.objects.get().pk}/"]


@pytest.mark.parametrize(("who", "status"), [("zhou", 200), ("mo", 200), ("luo", 404), ("liang", 404), ("shen", 403)])
def test_every_page_and_file_opens_for_the_team_alone(house: House, told: Talk, who: str, status: int) -> None:
    client = signed_in(who)
    assert [client.get(path).status_code for path in paths(told)] == [status] * 8
    assert step(client, told, "note", text="记") == (302 if status == 200 else status)


def test_a_manager_outside_the_team_reads_figures_and_no_link(house: House, told: Talk) -> None:
    shown = page(signed_in("liang"), "/desk/studies/")
    assert ("早市的难处" in shown, f"/desk/studies/{told.study_id}/" in shown) == (True, False)
    assert "早市的难处" not in page(signed_in("luo"), "/desk/studies/")


def test_reading_and_hearing_are_written_down_and_the_log_holds_no_word_of_it(house: House, told: Talk) -> None:
    mo = signed_in("mo")
    for path in paths(told):
        mo.get(path)
    read = AuditEvent.objects.filter(actor__startswith=f"{house.mo.pk} ").values_list("action", flat=True)
    seen = [action for action in read if action.endswith((".read", ".heard", ".exported"))]
    assert seen == ["study.read", "study.read", "sheet.exported", "talk.read", "talk.heard", "study.read"]
    details = [str(event.detail) for event in AuditEvent.objects.all()]
    assert [text for text in details if "四点" in text or "韦" in text] == []


def test_a_sheet_of_codes_and_excerpts_says_what_may_be_quoted(house: House, told: Talk) -> None:
    answer = signed_in("mo").get(f"/desk/studies/{told.study_id}/sheet/")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert [cell.value for cell in book["编码"][3]] == ["来得早", "说到来得早的话", 1, 1, 1, 1]
    line = ["来得早", "访谈 1", "P1", "2–2", "四点半。", "可以", "四点半。"]
    assert [cell.value for cell in book["摘话"][4]] == line


def test_what_we_heard_shows_only_what_may_be_quoted(house: House) -> None:
    study = given.study(house)
    code = given.code(house, study, "工钱")
    talk = given.written(house, given.group(house, study, True, False, True), given.ROUND)
    for line in (2, 3, 4):
        given.picked(house, talk, line, code)
    shown = page(signed_in("mo"), f"/desk/studies/{study.pk}/heard/")
    assert [words in shown for words in ("工钱拖。", "拖了两个月", "路远。", "座谈 1 · P3", "韦")] == [
        True,
        False,
        True,
        True,
        False,
    ]


def test_a_search_in_the_excerpts_finds_sealed_words(house: House, told: Talk) -> None:
    mo, path = signed_in("mo"), f"/desk/studies/{told.study_id}/findings/"
    counts = [
        page(mo, f"{path}?q={word}").count('<td class="r num" data-label="几个人说到"><b>1</b></td>')
        for word in ("四点", "没")
    ]
    assert counts == [1, 0]


def test_a_recording_to_cut_is_heard_by_nobody_and_taken_out_by_a_lead_alone(house: House) -> None:
    study = given.study(house)
    talk = given.group(house, study)
    talks.record(talk, "话.wav", given.tone(), by=house.zhou)
    withdrawal.withdraw(given.participant(talk, 2), by=house.zhou)
    path = f"/desk/studies/talks/{talk.pk}/recording/"
    assert signed_in("mo").get(path).status_code in (403, 409, 422)
    taken = signed_in("zhou").get(path)
    assert (taken.status_code, taken["Content-Disposition"]) == (200, "attachment; filename=to-cut")
    row = Recording.objects.get()
    cut = SimpleUploadedFile("剪.wav", given.tone())
    assert step(signed_in("mo"), talk, "cut", recording=row.pk, audio=cut) == 302
    states = Recording.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [RecordingState.FORGOTTEN, RecordingState.OPEN]
    assert signed_in("mo").get(path)["Content-Disposition"] == "inline"


def test_what_was_heard_is_proposed_by_the_team_and_looked_at_outside_of_it_without_the_words(house: House) -> None:
    wei = factories.dossier(house)
    study = given.study(house)
    talk = given.written(house, given.interview(house, study, person=wei.person))
    excerpt = given.picked(house, talk, 2, given.code(house, study))
    mo, luo = signed_in("mo"), signed_in("luo")
    path, file = f"/desk/studies/talks/{talk.pk}/do/propose/", f"/desk/dossiers/{wei.pk}/"
    assert mo.post(path, {"excerpt": str(excerpt.pk), "concerns": ["unpaid"]}).status_code == 409  # nobody asked him
    assert mo.post(path, {"excerpt": str(excerpt.pk), "pay_floor_yuan": "-3", "agreed": "on"}).status_code == 409
    assert luo.post(path, {"excerpt": str(excerpt.pk), "agreed": "on"}).status_code == 404
    assert mo.post(path, {"excerpt": str(excerpt.pk), "concerns": ["unpaid"], "agreed": "on"}).status_code == 302
    shown = luo.get(file).content.decode()
    assert ["被拖欠工钱" in shown, "访谈里说" in shown, excerpt.text in shown] == [True, True, False]
    assert "您自己听来的" in mo.get(file).content.decode()
    proposal = str(DossierProposal.objects.get().pk)
    assert luo.post(f"{file}do/refuse-heard/", {"proposal": proposal}).status_code == 409
    assert mo.post(f"{file}do/take-heard/", {"proposal": proposal, "seen": ""}).status_code == 409
    assert luo.post(f"{file}do/take-heard/", {"proposal": proposal, "seen": ""}).status_code == 302
    wei.refresh_from_db()
    assert (wei.concerns, "访谈里说" in luo.get(file).content.decode()) == (["unpaid"], False)
