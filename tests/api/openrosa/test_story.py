"""A questionnaire from its author's spreadsheet to two sources in a dossier: uploaded, through the gate, downloaded by
a phone, filled by the engine that is inside Collect, posted five times at once in three parts with two photos; one
submission, its rows, its proposals: one written, one in conflict and decided by a person. What our own engine hands in
for the same answers becomes the same rows.
"""

import re
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from benchmarks.xforms import questionnaire
from gongqiao.engines.xforms import Session, load, submission
from gongqiao.foundation import clock
from gongqiao.foundation.files import queries as files
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers.actions import Facts
from gongqiao.needs.dossiers.enums import Source
from gongqiao.needs.dossiers.models import Dossier, DossierValue
from gongqiao.needs.surveys.actions import fieldwork, intake, tokens
from gongqiao.needs.surveys.actions.fieldwork import CampaignFacts
from gongqiao.needs.surveys.actions.intake import Delivery
from gongqiao.needs.surveys.enums import Channel, Conflict, FlagKind, ProposalState, SubmissionState
from gongqiao.needs.surveys.models import DossierProposal, FormVersion, Submission, SubmissionVersion
from tests import factories
from tests.api.openrosa.collect import Collect
from tests.conftest import signed_in
from tests.factories import House
from tests.fuzz.sheets import packed
from tests.needs.surveys.given_forms import JPEG
from tools import javarosa

pytestmark = pytest.mark.data
DISTRICTS, DISTRICTS_CSV = questionnaire.DISTRICTS, questionnaire.DISTRICTS_CSV
PHOTOS = {"1.jpg": JPEG, "2.jpg": JPEG + b"2"}
SAID = {
    "consent": "yes",
    "about/name": "韦建国",
    "about/age": "51",
    "about/sex": "m",
    "about/phone": "13807720000",
    "about/city": "liuzhou",
    "about/district": "450203",
    "work/looking": "now",
    "work/days": "sat sun",
    "work/from": "08:00:00.000+08:00",
    "work/until": "18:00:00.000+08:00",
    "work/pay": "25",
    "work/kilometres": "10",
    "skill[1]/trade": "mason",
    "skill[1]/years": "12",
    "skill[1]/certified": "yes",
    "skill[1]/photo": "1.jpg",
    "skill[2]": "+",
    "skill[2]/trade": "cook",
    "skill[2]/years": "3",
    "skill[2]/certified": "yes",
    "skill[2]/photo": "2.jpg",
    "owed": "yes",
    "owed_amount": "1200.5",
    "owed_since": "2026-09-01",
    "feeling/calm": "2",
    "feeling/slept": "3",
}
ANSWERS = {f"/data/{place}": value for place, value in SAID.items()}


def written_by_its_author() -> dict[str, list[dict[str, str]]]:
    """46 rows: the questionnaire of the benchmark, asking for the file's number, two answers saved to the dossier."""
    sheets = deepcopy(questionnaire.sheets())
    rows = {row["name"]: row for row in sheets["survey"]}
    for row in sheets["survey"]:
        row.pop("save_to", None)
    rows["pay"]["save_to"], rows["kilometres"]["save_to"] = "pay_floor_yuan", "max_km"
    zh, en = (f"label::{language}" for language in (questionnaire.ZH, questionnaire.EN))
    rows["photo"]["parameters"] = "max-pixels=1600"
    rows["remark"] |= {"name": "file_no", zh: "档案号", en: "File number"}
    assert len(sheets["survey"]) == 46
    return sheets


def uploaded_and_published(author: Client) -> FormVersion:
    data = {
        "form": SimpleUploadedFile("零工需要.xlsx", packed(written_by_its_author())),
        "subject": "worker",
        "attached": [SimpleUploadedFile(DISTRICTS, DISTRICTS_CSV)],
    }
    assert author.post("/desk/surveys/forms/add/", data).status_code == 302
    row = FormVersion.objects.get()
    assert (row.state, row.channels, row.findings) == ("tested", ["web", "desk", "collect"], [])
    assert author.post(f"/desk/surveys/forms/{row.pk}/publish/").status_code == 302
    row.refresh_from_db()
    return row


def campaign(house: House, version: FormVersion, asked: Dossier) -> None:
    facts = CampaignFacts("秋季需要", "知道大家要什么", "我同意把回答写进档案。")
    row = fieldwork.start_campaign(facts, [house.zhou], by=house.zhou)
    today = clock.now().astimezone(house.market.tz).date()
    wave = fieldwork.open_wave(row, version, today, today + timedelta(days=9), by=house.zhou)
    fieldwork.assign(wave, dossiers=[asked], by=house.zhou)
    fieldwork.run(row, by=house.zhou)


def filled_by_javarosa(phone: Collect, rosa: javarosa.JavaRosa, folder: Path, number: str) -> bytes:
    """On the phone: the form and its list as they were handed out."""
    (form,) = phone.forms()
    xform, media = phone.download(form)
    for name, content in media.items():
        (folder / name).write_bytes(content)
    rosa.load(xform.decode(), folder)
    found = rosa.fill({**ANSWERS, "/data/file_no": number})
    assert [(path, what) for path, what in found.passed if what not in ("", "ok")] == []
    return found.xml.encode()


def posted_at_once(phone: Collect, xml: bytes, times: int) -> list[str]:
    """Each in three parts, all of the same instance."""
    told: list[str] = []

    def post() -> None:
        try:
            told.append(Collect(phone.base).send(xml, PHOTOS, parts=3))
        except Exception as why:  # told to the test, which fails on it
            told.append(repr(why))
        finally:
            connection.close()

    threads = [Thread(target=post) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def rows_of(row: Submission) -> list[tuple[str, str, str, float | None, str]]:
    return sorted((each.path, each.row, each.code, each.number, each.text) for each in row.answers.all())


def test_questionnaire_from_its_author_to_two_sources_in_a_dossier(
    shared_house: House, rosa: javarosa.JavaRosa, tmp_path: Path
) -> None:
    house, author = shared_house, signed_in("zhou")
    wei = factories.dossier(house, "韦建国", values={"pay_floor": 2000, "max_distance_m": 5000})
    version = uploaded_and_published(author)
    campaign(house, version, wei)
    phone = Collect(f"http://testserver/k/{tokens.issue(house.mo, by=house.mo)}")
    xml = filled_by_javarosa(phone, rosa, tmp_path, wei.number)
    # After he was asked and before his answer arrives, he says another figure at the window.
    dossiers.update(wei, Facts({"pay_floor": 2200}), by=house.luo)

    assert posted_at_once(phone, xml, 5) == ["收到了。"] * 5
    sheet = Submission.objects.get()
    assert SubmissionVersion.objects.count() == 1
    assert {slot.name: files.content(slot.file) for slot in sheet.slots.all() if slot.file} == PHOTOS
    assert (sheet.state, sheet.dossier, sheet.collector, sheet.consented) == (
        SubmissionState.FLAGGED, wei, house.mo, True,
    )  # fmt: skip
    assert {flag.kind for flag in sheet.flags.all()} == {FlagKind.SPEED}  # an engine answers in no time at all
    proposed = {row.field: (row.value, row.conflict, row.state) for row in sheet.proposals.all()}
    assert proposed == {
        "pay_floor": (2500, Conflict.HARD, ProposalState.PENDING),
        "max_distance_m": (10_000, Conflict.SOFT, ProposalState.PENDING),
    }
    _reviewed(author, sheet)
    _both_sources_in_the_dossier(wei, author)
    _the_same_rows_from_our_engine(house, version, sheet, wei)


def _reviewed(reviewer: Client, sheet: Submission) -> None:
    """周社工 finds it usable: the distance is written, the conflict waits for her; she takes the newer word."""
    page = f"/desk/surveys/answers/{sheet.pk}/"
    shown = " ".join(re.sub("<[^>]*>", " ", reviewer.get(page).content.decode()).split())
    assert f"周社工 · {Source.DESK.label}" in shown  # whose the older value is, beside the new one
    assert reviewer.post(f"{page}do/review/", {"verdict": "approved", "note": ""}).status_code == 302
    states = dict(DossierProposal.objects.values_list("field", "state"))
    assert states == {"max_distance_m": ProposalState.APPLIED, "pay_floor": ProposalState.PENDING}
    waiting = DossierProposal.objects.get(state=ProposalState.PENDING)
    assert reviewer.post(f"{page}proposals/apply/", {"proposal": str(waiting.pk)}).status_code == 302
    waiting.refresh_from_db()
    assert waiting.state == ProposalState.APPLIED


def _both_sources_in_the_dossier(wei: Dossier, reader: Client) -> None:
    """What was said at the window and what the survey said both stand, the one after the other."""
    said = DossierValue.objects.filter(dossier=wei, field="pay_floor").order_by("recorded_at", "pk")
    assert [(row.value, row.source, row.superseded_at is None) for row in said] == [
        (2000, Source.DESK, False),
        (2200, Source.DESK, False),
        (2500, Source.SURVEY, True),
    ]
    shown = reader.get(reverse("desk:dossier-history", args=[wei.pk])).content.decode()
    told = re.findall(r'data-label="来源">([^<]*)<', shown)
    assert {str(Source.SURVEY.label), str(Source.DESK.label)} <= set(told)


def _the_same_rows_from_our_engine(house: House, version: FormVersion, sheet: Submission, wei: Dossier) -> None:
    """Here our page without JavaScript comes in: it answers a Session and hands in what is done here by itself."""
    form = load(version.xform, zone=house.market.tz, files={DISTRICTS: DISTRICTS_CSV})
    session = Session(form, now=clock.now(), seed=1)
    for path, value in {**ANSWERS, "/data/file_no": wei.number}.items():
        turn = re.search(r"\[(\d)\]", path)
        if turn and len(session.root.named("skill")) < int(turn[1]):
            session.add_turn(session.root, ("data", "skill"))
        if value != "+":
            assert session.answer(session.node(path), value) is None, path
    assert session.finish(now=clock.now() + timedelta(minutes=12)) == []
    delivery = Delivery(submission.write(session.root), PHOTOS, Channel.DESK)
    other = intake.receive(delivery, by=house.mo)
    assert Submission.objects.count() == 2
    assert rows_of(other) == rows_of(sheet)
