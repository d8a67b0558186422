"""A submission comes in once, whole, and is read."""

from datetime import timedelta

import pytest

from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.files import queries as files
from gongqiao.needs.surveys import queries
from gongqiao.needs.surveys.actions import fieldwork, intake, publishing, review
from gongqiao.needs.surveys.actions.fieldwork import CampaignFacts
from gongqiao.needs.surveys.actions.intake import Delivery
from gongqiao.needs.surveys.actions.publishing import Draft
from gongqiao.needs.surveys.enums import FieldTaskState, FlagKind, ProposalState, Subject, SubmissionState
from gongqiao.needs.surveys.errors import Differs, NotKnown, Unreadable
from gongqiao.needs.surveys.models import Answer, DossierProposal, FieldTask, Submission, Wave
from tests import factories
from tests.factories import House
from tests.needs.surveys.given_forms import FORM, JPEG, answers, published

pytestmark = pytest.mark.data


@pytest.fixture
def wave(house: House) -> Wave:
    campaign = fieldwork.start_campaign(CampaignFacts("问", "为", "同意"), [house.liang], by=house.zhou)
    today = clock.now().astimezone(house.market.tz).date()
    row = fieldwork.open_wave(campaign, published(house), today, today + timedelta(days=9), by=house.zhou)
    fieldwork.run(campaign, by=house.zhou)
    return row


def flags(row: Submission) -> set[str]:
    return set(row.flags.values_list("kind", flat=True))


def test_the_same_bytes_again_change_nothing_and_others_are_refused(house: House, wave: Wave) -> None:
    content = answers(instance="uuid:1", wish="多干几天")
    row = intake.receive(Delivery(content), by=house.mo)
    assert intake.receive(Delivery(content), by=house.mo) == row
    assert (Submission.objects.count(), row.state, row.wave) == (1, SubmissionState.RECEIVED, wave)
    with pytest.raises(Differs, match="内容不一样"):
        intake.receive(Delivery(answers(instance="uuid:1", wish="别的")), by=house.mo)
    version = row.versions.select_related("raw").get()
    assert files.content(version.raw) == content


def test_answers_are_rows_codes_in_clear_and_words_sealed(house: House, wave: Wave) -> None:
    row = intake.receive(
        Delivery(answers(pay="18.5", trades="loader cleaner", wish="少走路", skill="瓦工|电焊")), by=house.mo
    )
    found = sorted((line.path, line.row, line.code, line.number, line.text) for line in row.answers.all())
    assert found == [
        ("/data/age", "", "45", 45.0, ""),
        ("/data/consent", "", "yes", None, ""),
        ("/data/pay", "", "18.5", 18.5, ""),
        ("/data/skill/what", "1", "", None, "瓦工"),
        ("/data/skill/what", "2", "", None, "电焊"),
        ("/data/trades", "", "cleaner", None, ""),
        ("/data/trades", "", "loader", None, ""),
        ("/data/wish", "", "", None, "少走路"),
    ]
    assert not Answer.objects.filter(code__contains="少走路").exists()
    assert row.ended_at is not None
    assert row.ended_at - row.started_at == timedelta(minutes=12)
    assert row.filled_on == clock.now().astimezone(house.market.tz).date()


def test_it_is_whole_when_every_file_that_it_names_is_there(house: House, wave: Wave) -> None:
    content = answers(photo="1.jpg", card="2.jpg")
    row = intake.receive(Delivery(content, {"1.jpg": JPEG, "lost.jpg": JPEG}), by=house.mo)
    assert (row.state, list(row.slots.filter(file=None).values_list("name", flat=True))) == ("receiving", ["2.jpg"])
    assert row.answers.count() == 0
    with pytest.raises(Differs, match="附件"):
        intake.receive(Delivery(content, {"1.jpg": JPEG + b"x"}), by=house.mo)
    with pytest.raises(Refused, match="不是能收的文件"):
        intake.receive(Delivery(content, {"2.jpg": b"MZ not a picture"}), by=house.mo)
    row = intake.receive(Delivery(content, {"2.jpg": JPEG}), by=house.mo)
    assert (row.state, row.slots.count()) == (SubmissionState.RECEIVED, 2)


def test_an_edit_names_the_newest_and_replaces_its_rows(house: House, wave: Wave) -> None:
    wei = factories.dossier(house, values={"pay_floor": 1500})
    first = intake.receive(Delivery(answers(instance="uuid:1", file_no=wei.number, pay="18")), by=house.mo)
    edited = answers(instance="uuid:2", deprecated="uuid:1", file_no=wei.number, pay="19")
    row = intake.receive(Delivery(edited), by=house.mo)
    assert (row.pk, Submission.objects.count(), row.versions.count()) == (first.pk, 1, 2)
    assert [line.code for line in row.answers.filter(path="/data/pay")] == ["19"]
    wei.refresh_from_db()
    assert wei.pay_floor == 1900
    with pytest.raises(Differs, match="更新的一份"):
        intake.receive(Delivery(answers(deprecated="uuid:1")), by=house.mo)
    with pytest.raises(NotKnown, match="要改的"):
        intake.receive(Delivery(answers(deprecated="uuid:9")), by=house.mo)


def test_who_agreed_and_gave_his_number_is_known_and_his_wish_is_taken(house: House, wave: Wave) -> None:
    wei = factories.dossier(house, values={"pay_floor": 1500})
    fieldwork.assign(wave, dossiers=[wei], by=house.zhou)
    row = intake.receive(Delivery(answers(file_no=wei.number, pay="18.5", trades="cleaner")), by=house.mo)
    wei.refresh_from_db()
    assert (row.dossier, wei.pay_floor, wei.preferred) == (wei, 1850, ["cleaner"])
    task = FieldTask.objects.get(wave=wave)
    assert (task.state, task.collector, row.task) == (FieldTaskState.DONE, house.mo, task)


def test_without_consent_nobody_is_named_and_nothing_proposed(house: House, wave: Wave) -> None:
    wei = factories.dossier(house)
    row = intake.receive(Delivery(answers(consent="no", file_no=wei.number, pay="30")), by=house.mo)
    assert (row.dossier, row.consented, DossierProposal.objects.count()) == (None, False, 0)
    with pytest.raises(Refused, match="没有同意"):
        intake.link(row, wei, by=house.liang)


def test_doubts_are_named_and_nothing_is_written_before_a_reviewer_agrees(house: House, wave: Wave) -> None:
    wei = factories.dossier(house, values={"pay_floor": 1500})
    fast = answers(file_no=wei.number, pay="18", age="12", took=timedelta(seconds=3))
    row = intake.receive(Delivery(fast, device="phone-1"), by=house.mo)
    assert flags(row) == {FlagKind.SPEED, FlagKind.INVALID}
    wei.refresh_from_db()
    assert (row.state, wei.pay_floor) == (SubmissionState.FLAGGED, 1500)
    review.review(row, SubmissionState.APPROVED, by=house.liang)
    wei.refresh_from_db()
    assert wei.pay_floor == 1800
    again = intake.receive(Delivery(answers(file_no=wei.number, pay="20")), by=house.luo)
    assert flags(again) == {FlagKind.DUPLICATE}


def test_many_from_one_phone_and_one_of_nobody(house: House, wave: Wave) -> None:
    wei = factories.dossier(house, values={"pay_floor": 1500})
    rows = [
        intake.receive(Delivery(answers(pay=str(20 + number)), device="phone-1"), by=house.mo) for number in range(6)
    ]
    assert [FlagKind.BURST in flags(row) for row in rows] == [False] * 5 + [True]
    assert all(FlagKind.UNLINKED in flags(row) for row in rows)
    intake.link(rows[0], wei, by=house.liang)
    assert [row.state for row in DossierProposal.objects.all()] == [ProposalState.PENDING]
    review.review(rows[0], SubmissionState.APPROVED, by=house.liang)
    wei.refresh_from_db()
    assert wei.pay_floor == 2000


def test_taken_back_its_content_is_gone_and_it_cannot_come_again(house: House, wave: Wave) -> None:
    wei = factories.dossier(house, values={"concerns": []})
    content = answers(file_no=wei.number, photo="1.jpg", pay="18")
    row = intake.receive(Delivery(content, {"1.jpg": JPEG}), by=house.mo)
    review.withdraw(row, by=house.zhou)
    version = row.versions.select_related("raw").get()
    assert (row.state, row.answers.count(), version.raw.forgotten_at is None) == (SubmissionState.WITHDRAWN, 0, False)
    with pytest.raises(LookupError):
        files.content(version.raw)
    with pytest.raises(Differs, match="撤回"):
        intake.receive(Delivery(content), by=house.mo)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", Unreadable),
        (b"<data/>", Unreadable),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><data id="needs">&b;</data>', Unreadable),
        (b'<data id="needs" version="7"><meta><instanceID>1</instanceID></meta></data>', NotKnown),
        (b'<other id="needs" version="1"><meta><instanceID>1</instanceID></meta></other>', Unreadable),
        (b'<data id="needs" version="1"><x>1</x><meta><instanceID>1</instanceID></meta></data>', Unreadable),
    ],
)
def test_what_is_no_submission_leaves_nothing_behind(
    house: House, wave: Wave, content: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        intake.receive(Delivery(content), by=house.mo)
    assert (Submission.objects.count(), Answer.objects.count()) == (0, 0)


def test_older_versions_are_taken_until_they_are_closed(house: House, wave: Wave) -> None:
    old = wave.version
    published(house, "2")
    old.refresh_from_db()
    assert intake.receive(Delivery(answers()), by=house.mo).state == SubmissionState.RECEIVED
    publishing.close(old, by=house.zhou, at_once=True)
    with pytest.raises(NotKnown, match="不收了"):
        intake.receive(Delivery(answers()), by=house.mo)
    with pytest.raises(Refused, match="已经有了"):
        publishing.add_version(Draft(FORM.format(version="2"), Subject.WORKER), by=house.zhou)
    with pytest.raises(Refused, match="用不了"):
        publishing.add_version(Draft("<a/>", Subject.WORKER), by=house.zhou)


def test_answers_are_for_the_collector_the_reviewers_and_the_person(
    house: House, wave: Wave, other_house: House
) -> None:
    wei = factories.dossier(house)
    row = intake.receive(Delivery(answers(file_no=wei.number)), by=house.mo)
    seen = {who: list(queries.visible_to(getattr(house, who))) for who in ("mo", "luo", "zhou", "liang", "shen")}
    assert seen == {"mo": [row], "luo": [], "zhou": [], "liang": [row], "shen": []}
    with pytest.raises(Refused):
        intake.receive(Delivery(answers()), by=house.shen)
