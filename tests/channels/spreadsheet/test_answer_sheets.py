"""Answers that go out: the workbook read back is the Answer rows, over versions; nothing that the taker may not see."""

import csv
import io
import tracemalloc
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import openpyxl
import pytest

from gongqiao.channels.papers import Paper
from gongqiao.channels.spreadsheet import answer_sheets
from gongqiao.channels.spreadsheet.answer_sheets import Asked
from gongqiao.foundation import clock
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.errors import Refused
from gongqiao.needs.surveys.actions import fieldwork, intake, publishing, review
from gongqiao.needs.surveys.actions.fieldwork import CampaignFacts
from gongqiao.needs.surveys.actions.intake import Delivery
from gongqiao.needs.surveys.actions.publishing import Draft
from gongqiao.needs.surveys.enums import Subject
from gongqiao.needs.surveys.models import Answer, Campaign, FormVersion, Submission, SubmissionVersion, Wave
from tests.factories import House
from tests.needs.surveys.given_forms import FORM

pytestmark = pytest.mark.data
PEAK = 24 * 2**20  # bytes; most of it the file itself
WHY = "给街道写需求报告"
EVIL = '=HYPERLINK("http://x","点我")'


def _second() -> str:
    """The form's second version: another question after the age, one fewer at the end."""
    return (
        FORM.format(version="2")
        .replace("<age/>", "<age/><born/>")
        .replace('<bind nodeset="/data/pay"', '<bind nodeset="/data/born" type="date"/><bind nodeset="/data/pay"')
        .replace(
            '<input ref="/data/pay">', '<input ref="/data/born"><label>生日</label></input><input ref="/data/pay">'
        )
        .replace("<wish/>", "")
        .replace('<input ref="/data/wish"><label>还想说什么</label></input>', "")
    )


def _version(house: House, source: str) -> FormVersion:
    row = publishing.add_version(Draft(source, Subject.WORKER), by=house.zhou)
    publishing.publish(row, by=house.zhou)
    return row


def _campaign(house: House) -> Campaign:
    return fieldwork.start_campaign(CampaignFacts("秋季调查", "为", "同意"), [house.liang], by=house.zhou)


def _wave(house: House, campaign: Campaign, version: FormVersion) -> Wave:
    today = clock.now().astimezone(house.market.tz).date()
    return fieldwork.open_wave(campaign, version, today, today + timedelta(days=9), by=house.zhou)


def _said(version: str, inside: str) -> bytes:
    end = clock.now()
    start = (end - timedelta(minutes=12)).isoformat()
    return (
        f'<data id="needs" version="{version}"><start>{start}</start><end>{end.isoformat()}</end>'
        f"<consent>yes</consent>{inside}<meta><instanceID>uuid:{uuid4()}</instanceID></meta></data>"
    ).encode()


@pytest.fixture
def campaign(house: House) -> Campaign:
    """Two waves with two versions of the form, four answers, one of them taken back."""
    row = _campaign(house)
    _wave(house, row, _version(house, FORM.format(version="1")))
    fieldwork.run(row, by=house.zhou)
    first = f"<age>45</age><pay>20.50</pay><trades>cleaner loader</trades><wish>{EVIL}</wish>"
    first += "<skill><what>砌墙</what></skill><skill><what>做饭</what></skill>"
    intake.receive(Delivery(_said("1", first)), by=house.mo)
    gone = intake.receive(Delivery(_said("1", "<age>61</age><wish>不要写</wish>")), by=house.mo)
    _wave(house, row, _version(house, _second()))
    second = "<age>39</age><born>1987-03-05</born><trades>loader</trades>"
    intake.receive(Delivery(_said("2", second + "<skill><what>开叉车</what></skill>")), by=house.mo)
    intake.receive(Delivery(_said("2", "<age>52</age>")), by=house.mo)
    review.withdraw(gone, by=house.zhou)
    return row


def _tables(paper: Paper) -> dict[str, list[dict[str, Any]]]:
    book = openpyxl.load_workbook(io.BytesIO(paper.content))
    assert [cell for page in book for row in page.iter_rows() for cell in row if cell.data_type == "f"] == []
    tables = {}
    for page in book:
        head, *rows = [[cell.value for cell in row] for row in page.iter_rows()]
        tables[page.title] = [dict(zip(head, row, strict=True)) for row in rows]
    return tables


def _answers_of(tables: dict[str, list[dict[str, Any]]]) -> set[tuple[str, str, str, str]]:
    """The workbook as answer rows again: submission, path, turn, what was said."""
    kinds = {row["column"]: row["type"] for row in tables["columns"]}
    found = set()
    for sheet, key in (("answers", "submission"), ("skill", "parent")):
        for row in tables[sheet]:
            for name, value in row.items():
                if name in kinds and value is not None:
                    parts = value.split() if kinds[name] == "select" else [_text(value, kinds[name])]
                    found |= {(row[key], name, str(row.get("index", "")), part) for part in parts}
    return found


def _text(value: Any, kind: str) -> str:
    if kind == "date":
        return str(value.date())
    return str(Decimal(str(value)).normalize()) if kind in ("int", "decimal") else str(value)


def _rows() -> set[tuple[str, str, str, str]]:
    return {
        (
            row.submission.root_instance,
            row.path.removeprefix("/data/"),
            row.row,
            str(Decimal(row.code).normalize()) if row.number is not None else row.code or row.text,
        )
        for row in Answer.objects.select_related("submission")
    }


def test_the_workbook_read_back_is_the_answer_rows(house: House, campaign: Campaign) -> None:
    paper = answer_sheets.workbook(Asked(campaign, WHY), by=house.liang)
    tables = _tables(paper)
    assert _answers_of(tables) == _rows()
    assert (paper.rows, len(tables["answers"]), len(tables["skill"])) == (4, 4, 3)


def test_columns_are_the_union_of_the_versions_in_the_order_of_the_forms(house: House, campaign: Campaign) -> None:
    tables = _tables(answer_sheets.workbook(Asked(campaign, WHY), by=house.liang))
    columns = tables["columns"]
    assert [row["column"] for row in columns] == [
        "consent", "file_no", "age", "born", "pay", "trades", "wish", "photo", "card", "skill/what",
    ]  # fmt: skip
    known = {row["column"]: (row["type"], row["versions"], row["label_zh"], row["sheet"]) for row in columns}
    assert known["born"] == ("date", "2", "生日", "answers")
    assert known["wish"] == ("string", "1", "还想说什么", "answers")
    assert known["skill/what"] == ("string", "1 2", "本事", "skill")
    assert [(row["column"], row["code"], row["label_zh"]) for row in tables["choices"]] == [
        ("consent", "yes", "愿意"),
        ("consent", "no", "不愿意"),
        ("trades", "loader", "搬运"),
        ("trades", "cleaner", "保洁"),
    ]


def test_choices_are_codes_with_their_words_and_a_column_each(house: House, campaign: Campaign) -> None:
    first, gone, second, third = _tables(answer_sheets.workbook(Asked(campaign, WHY), by=house.liang))["answers"]
    assert (first["trades"], first["trades#label"]) == ("loader cleaner", "搬运、保洁")
    assert [(row["trades=loader"], row["trades=cleaner"]) for row in (first, second, third)] == [
        (1, 1), (1, 0), (None, None),
    ]  # fmt: skip
    assert (first["version"], first["wave"], second["version"], second["wave"]) == ("1", 1, "2", 2)
    submission = Submission.objects.get(root_instance=first["submission"])
    local = submission.received_at.astimezone(house.market.tz).replace(microsecond=0, tzinfo=None)
    assert first["received_at"] == local
    assert {name for name, value in gone.items() if value is not None} == {"submission", "version", "wave", "state"}
    assert gone["state"] == "withdrawn"


def test_the_wide_table_holds_every_turn_and_no_formula(house: House, campaign: Campaign) -> None:
    paper = answer_sheets.wide(Asked(campaign, WHY), by=house.liang)
    assert paper.content.startswith(b"\xef\xbb\xbf")
    first, gone, second, _third = csv.DictReader(io.StringIO(paper.content.decode("utf-8-sig")))
    assert (first["skill[1]/what"], first["skill[2]/what"]) == ("砌墙", "做饭")
    assert (second["skill[1]/what"], second["skill[2]/what"], second["born"]) == ("开叉车", "", "1987-03-05")
    assert (first["wish"], first["pay"], first["trades"]) == (f"'{EVIL}", "20.50", "loader cleaner")
    assert (gone["age"], gone["state"]) == ("", "withdrawn")


def test_one_wave_alone(house: House, campaign: Campaign) -> None:
    wave = campaign.waves.get(number=2)
    tables = _tables(answer_sheets.workbook(Asked(campaign, WHY, wave), by=house.liang))
    assert [row["age"] for row in tables["answers"]] == [39, 52]
    assert "wish" not in tables["answers"][0]


def test_a_collector_gets_his_own_and_who_reviews_nothing_gets_none(house: House, campaign: Campaign) -> None:
    assert answer_sheets.workbook(Asked(campaign, WHY), by=house.mo).rows == 4
    before = AuditEvent.objects.count()
    for stranger in (house.zhou, house.shen):
        with pytest.raises(Refused):
            answer_sheets.workbook(Asked(campaign, WHY), by=stranger)
    campaign.reviewers.set([house.zhou])
    with pytest.raises(Refused, match="没有您能看的答卷"):
        answer_sheets.wide(Asked(campaign, WHY), by=house.liang)
    assert AuditEvent.objects.count() == before


def test_taking_is_an_event_with_purpose_and_count(house: House, campaign: Campaign) -> None:
    paper = answer_sheets.wide(Asked(campaign, WHY), by=house.liang)
    event = AuditEvent.objects.filter(chain="yufeng").latest("number")
    assert (event.action, event.detail["kind"], event.detail["purpose"]) == ("sheet.exported", "answers", WHY)
    assert (event.detail["rows"], event.detail["sha256"], event.detail["wave"]) == (4, paper.sha256, None)
    with pytest.raises(Refused, match="拿这张表去做什么"):
        answer_sheets.wide(Asked(campaign, "看"), by=house.liang)


def test_five_thousand_answers_are_never_all_in_memory(house: House, campaign: Campaign) -> None:
    like = Submission.objects.get(wave__number=2, answers__path="/data/born")
    answers, version = list(like.answers.all()), like.versions.get()
    _many(house, like, answers, version, 4996)
    tracemalloc.start()
    try:
        paper = answer_sheets.workbook(Asked(campaign, WHY), by=house.liang)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert paper.rows == 5000
    assert peak < PEAK


def _many(house: House, like: Submission, answers: list[Answer], version: SubmissionVersion, number: int) -> None:
    rows = Submission.objects.bulk_create(
        [
            Submission(
                market=house.market, form=like.form, wave=like.wave, root_instance=f"uuid:many{index}",
                channel=like.channel, collector=house.mo, received_at=like.received_at, state=like.state,
            )
            for index in range(number)
        ],
        batch_size=500,
    )  # fmt: skip
    SubmissionVersion.objects.bulk_create(
        [
            SubmissionVersion(
                market=house.market, submission=row, form=like.form, version=version.version, number=1,
                instance=row.root_instance, raw=version.raw, received_at=row.received_at,
            )
            for row in rows
        ],
        batch_size=500,
    )  # fmt: skip
    Answer.objects.bulk_create(
        [
            Answer(market=house.market, submission=row, path=said.path, row=said.row, code=said.code,
                   number=said.number, text=said.text)
            for row in rows
            for said in answers
        ],
        batch_size=500,
    )  # fmt: skip
