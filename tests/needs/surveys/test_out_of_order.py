"""What comes in an order that nobody planned: late, edited, under another number, after an end or a withdrawal."""

from datetime import datetime, time, timedelta

import pytest

from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.files.models import StoredFile
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers.actions import Facts
from gongqiao.needs.dossiers.models import Dossier, DossierValue
from gongqiao.needs.surveys import queries
from gongqiao.needs.surveys.actions import fieldwork, intake, proposals, review
from gongqiao.needs.surveys.actions.intake import Delivery
from gongqiao.needs.surveys.enums import CampaignState, FieldTaskState, FlagKind, ProposalState, SubmissionState
from gongqiao.needs.surveys.errors import Differs
from gongqiao.needs.surveys.models import Campaign, DossierProposal, FieldTask, FormVersion, Submission, Wave
from tests import factories
from tests.factories import House
from tests.needs.surveys.given_forms import JPEG, answers, published

pytestmark = pytest.mark.data
FAST = timedelta(seconds=1)


def opened(house: House, version: FormVersion) -> Wave:
    facts = fieldwork.CampaignFacts("问", "为", "同意")
    campaign = fieldwork.start_campaign(facts, [house.liang], by=house.zhou)
    today = clock.now().astimezone(house.market.tz).date()
    row = fieldwork.open_wave(campaign, version, today, today + timedelta(days=9), by=house.zhou)
    fieldwork.run(campaign, by=house.zhou)
    return row


@pytest.fixture
def wave(house: House) -> Wave:
    return opened(house, published(house))


@pytest.fixture
def wei(house: House) -> Dossier:
    return factories.dossier(house, values={"pay_floor": 1500})


def task_of(wave: Wave, dossier: Dossier) -> FieldTask:
    return FieldTask.objects.get(wave=wave, dossier=dossier)


def pay_of(dossier: Dossier) -> int | None:
    return Dossier.objects.get(pk=dossier.pk).pay_floor


# --- a form, a campaign that ends


def test_a_form_put_right_goes_on_in_the_wave_that_asks_with_it(house: House, wave: Wave, wei: Dossier) -> None:
    fieldwork.assign(wave, dossiers=[wei], by=house.zhou)
    late = answers(file_no=wei.number)
    second = published(house, "2")
    today = clock.now().astimezone(house.market.tz).date()
    assert list(queries.handed_out(house.mo, today)) == [second]
    assert intake.receive(Delivery(late), by=house.mo).wave == wave
    assert intake.receive(Delivery(answers(version="2", wish="新的")), by=house.mo).wave == wave
    assert task_of(wave, wei).state == FieldTaskState.DONE


def test_a_wave_that_is_over_keeps_the_form_it_asked_with(house: House, wave: Wave) -> None:
    first = wave.version
    fieldwork.end(Campaign.objects.get(), by=house.zhou)
    published(house, "2")
    assert Wave.objects.get(pk=wave.pk).version == first


def test_an_answer_on_its_way_when_the_campaign_ended_still_counts(house: House, wave: Wave, wei: Dossier) -> None:
    fieldwork.assign(wave, dossiers=[wei], by=house.zhou)
    content = answers(file_no=wei.number, photo="1.jpg")
    assert intake.receive(Delivery(content), by=house.mo).state == SubmissionState.RECEIVING
    fieldwork.end(Campaign.objects.get(), by=house.zhou)
    row = intake.receive(Delivery(content, {"1.jpg": JPEG}), by=house.mo)
    assert (row.wave, row.task, Campaign.objects.get().state) == (wave, task_of(wave, wei), CampaignState.ENDED)
    assert task_of(wave, wei).state == FieldTaskState.DONE
    review.review(row, SubmissionState.APPROVED, by=house.liang)  # or nobody could ever look at it


def test_a_campaign_that_was_only_prepared_takes_nothing(house: House) -> None:
    version = published(house)
    campaign = fieldwork.start_campaign(fieldwork.CampaignFacts("问", "为", "同意"), [house.liang], by=house.zhou)
    today = clock.now().astimezone(house.market.tz).date()
    fieldwork.open_wave(campaign, version, today, today, by=house.zhou)
    assert intake.receive(Delivery(answers()), by=house.mo).wave is None


# --- an edit


def test_a_verdict_on_a_version_that_was_replaced_meanwhile_is_stale(house: House, wave: Wave, wei: Dossier) -> None:
    row = intake.receive(Delivery(answers(instance="uuid:1", file_no=wei.number, age="45")), by=house.mo)
    intake.receive(Delivery(answers(instance="uuid:2", deprecated="uuid:1", file_no=wei.number, age="46")), by=house.mo)
    row = Submission.objects.get(pk=row.pk)
    with pytest.raises(Stale):
        review.review(row, SubmissionState.APPROVED, by=house.liang, seen=1)
    review.review(row, SubmissionState.APPROVED, by=house.liang, seen=2)
    assert row.state == SubmissionState.APPROVED


def test_an_edit_with_the_right_number_leaves_the_wrong_person(house: House, wave: Wave, wei: Dossier) -> None:
    other = factories.dossier(house, "覃海", values={"pay_floor": 1500})
    fieldwork.assign(wave, dossiers=[wei, other], by=house.zhou)
    intake.receive(Delivery(answers(instance="uuid:1", file_no=wei.number)), by=house.mo)
    edited = answers(instance="uuid:2", deprecated="uuid:1", file_no=other.number, pay="19")
    row = intake.receive(Delivery(edited), by=house.mo)
    told = [(flag.kind, flag.detail) for flag in row.flags.all()]
    assert (row.dossier, told) == (other, [(FlagKind.UNLINKED, f"原来记在 {wei.number} 名下")])
    assert (task_of(wave, wei).state, task_of(wave, other).state) == (FieldTaskState.RESERVED, FieldTaskState.DONE)
    assert pay_of(other) == 1500  # somebody looks first
    review.review(row, SubmissionState.APPROVED, by=house.liang)
    assert (pay_of(wei), pay_of(other)) == (1500, 1900)


def test_an_edit_that_takes_the_consent_back_names_nobody(house: House, wave: Wave, wei: Dossier) -> None:
    fieldwork.assign(wave, dossiers=[wei], by=house.zhou)
    fast = answers(instance="uuid:1", file_no=wei.number, pay="19", took=FAST)
    intake.receive(Delivery(fast), by=house.mo)
    edited = answers(instance="uuid:2", deprecated="uuid:1", consent="no", file_no=wei.number, pay="19")
    row = intake.receive(Delivery(edited), by=house.mo)
    assert (row.dossier, row.task, row.consented) == (None, None, False)
    assert [each.state for each in DossierProposal.objects.all()] == [ProposalState.SUPERSEDED]
    assert (task_of(wave, wei).state, pay_of(wei)) == (FieldTaskState.DONE, 1500)


def test_a_picture_that_an_edit_leaves_out_is_forgotten(house: House, wave: Wave) -> None:
    first = answers(instance="uuid:1", photo="1.jpg", card="2.jpg")
    intake.receive(Delivery(first, {"1.jpg": JPEG, "2.jpg": JPEG + b"2"}), by=house.mo)
    row = intake.receive(Delivery(answers(instance="uuid:2", deprecated="uuid:1", photo="1.jpg")), by=house.mo)
    assert [slot.name for slot in row.slots.all()] == ["1.jpg"]
    assert StoredFile.objects.filter(kind="image/jpeg", forgotten_at=None).count() == 1


def test_nothing_is_taken_over_while_an_edit_waits_for_its_files(house: House, wave: Wave, wei: Dossier) -> None:
    fast = answers(instance="uuid:1", file_no=wei.number, pay="19", took=FAST)
    intake.receive(Delivery(fast), by=house.mo)
    edited = answers(instance="uuid:2", deprecated="uuid:1", file_no=wei.number, pay="25", photo="1.jpg")
    intake.receive(Delivery(edited), by=house.mo)
    waiting = DossierProposal.objects.select_related("submission").get()
    with pytest.raises(Refused, match="还差附件"):
        proposals.apply(waiting, by=house.liang)
    assert pay_of(wei) == 1500
    again = answers(instance="uuid:3", deprecated="uuid:2", file_no=wei.number, pay="26")
    assert (
        intake.receive(Delivery(again), by=house.mo).state == SubmissionState.RECEIVED
    )  # edited again, no picture now
    assert pay_of(wei) == 2600


# --- taken back


def test_taken_back_before_all_its_files_came(house: House, wave: Wave) -> None:
    content = answers(instance="uuid:1", photo="1.jpg", card="2.jpg")
    row = intake.receive(Delivery(content, {"1.jpg": JPEG}), by=house.mo)
    review.withdraw(row, by=house.zhou)
    with pytest.raises(Differs, match="撤回"):
        intake.receive(Delivery(content, {"2.jpg": JPEG}), by=house.mo)
    with pytest.raises(Differs, match="撤回"):
        intake.receive(Delivery(answers(instance="uuid:2", deprecated="uuid:1")), by=house.mo)
    row = Submission.objects.get(pk=row.pk)
    assert (row.state, row.digest, row.versions.count()) == (SubmissionState.WITHDRAWN, "", 1)
    assert StoredFile.objects.filter(forgotten_at=None).count() == 0


def test_what_was_taken_back_is_not_found_to_be_somebodys(house: House, wave: Wave, wei: Dossier) -> None:
    row = intake.receive(Delivery(answers(pay="19")), by=house.mo)
    review.withdraw(row, by=house.zhou)
    with pytest.raises(Refused, match="本人撤回"):
        intake.link(row, wei, by=house.liang)
    assert Submission.objects.get(pk=row.pk).dossier is None


# --- found out whose it is, and what stood there


def test_found_out_whose_it_is_he_is_not_asked_again(house: House, wave: Wave, wei: Dossier) -> None:
    fieldwork.assign(wave, dossiers=[wei], by=house.zhou)
    row = intake.receive(Delivery(answers(pay="19")), by=house.mo)
    again = Submission.objects.get(pk=row.pk)
    intake.link(row, wei, by=house.liang)
    assert (task_of(wave, wei).state, task_of(wave, wei).submission) == (FieldTaskState.DONE, row)
    with pytest.raises(Refused, match="已经知道"):
        intake.link(again, factories.dossier(house, "覃海"), by=house.liang)
    assert Submission.objects.get(pk=row.pk).dossier == wei


def test_changed_at_the_desk_while_the_answer_waited_the_older_word_does_not_win(
    house: House, wave: Wave, wei: Dossier
) -> None:
    row = intake.receive(Delivery(answers(file_no=wei.number, pay="19", took=FAST)), by=house.mo)
    dossiers.update(wei, Facts({"pay_floor": 2500}), by=house.zhou)
    review.review(row, SubmissionState.APPROVED, by=house.liang)
    waiting = DossierProposal.objects.select_related("submission", "dossier").get()
    assert (pay_of(wei), waiting.state) == (2500, ProposalState.PENDING)
    standing = proposals.standing_values([waiting])[waiting.pk]
    dossiers.update(wei, Facts({"pay_floor": 2600}), by=house.zhou)
    with pytest.raises(Stale):  # the page showed 25 yuan
        proposals.apply(waiting, by=house.liang, seen=str(standing.pk))
    assert pay_of(wei) == 2600
    now = proposals.standing_values([waiting])[waiting.pk]
    twin = DossierProposal.objects.select_related("submission", "dossier").get()
    proposals.apply(waiting, by=house.liang, seen=str(now.pk))
    with pytest.raises(Stale):
        proposals.apply(twin, by=house.liang)
    assert pay_of(wei) == 1900


def test_a_file_merged_since_the_list_was_printed(house: House, wave: Wave, wei: Dossier) -> None:
    spare = factories.dossier(house, birth=None, values={"pay_floor": 1500})
    fieldwork.assign(wave, dossiers=[spare], by=house.zhou)
    dossiers.merge(spare, wei, by=house.zhou)
    row = intake.receive(Delivery(answers(file_no=spare.number, pay="19")), by=house.mo)
    assert (row.dossier, task_of(wave, spare).state, pay_of(wei)) == (wei, FieldTaskState.DONE, 1900)


def test_merged_while_a_proposal_waits_the_other_files_word_stands(house: House, wave: Wave, wei: Dossier) -> None:
    spare = factories.dossier(house, birth=None, values={"pay_floor": 1500})
    dossiers.update(wei, Facts({"pay_floor": 2500}), by=house.zhou)
    row = intake.receive(Delivery(answers(file_no=spare.number, pay="19", took=FAST)), by=house.mo)
    dossiers.merge(spare, wei, by=house.zhou)
    review.review(row, SubmissionState.APPROVED, by=house.liang)
    assert (pay_of(wei), pay_of(spare)) == (2500, 1500)
    proposals.apply(DossierProposal.objects.get(), by=house.liang)
    assert (pay_of(wei), pay_of(spare)) == (1900, 1500)


def test_a_phone_whose_clock_runs_ahead_has_not_asked_tomorrow(house: House, wave: Wave, wei: Dossier) -> None:
    with clock.held_at(clock.now() + timedelta(days=400)):
        content = answers(file_no=wei.number, pay="19")
    row = intake.receive(Delivery(content), by=house.mo)
    today = clock.now().astimezone(house.market.tz).date()
    assert (row.filled_on, row.ended_at, row.wave) == (today, row.received_at, wave)
    value = DossierValue.objects.get(dossier=wei, field="pay_floor", superseded_at=None)
    assert (value.value, value.as_of) == (1900, today)


def test_just_after_midnight_the_day_is_the_markets(house: House, wave: Wave) -> None:
    midnight = datetime.combine(clock.now().astimezone(house.market.tz).date(), time(0), house.market.tz)
    for minutes, day in ((-1, midnight.date() - timedelta(days=1)), (1, midnight.date())):
        with clock.held_at(midnight + timedelta(minutes=minutes)):
            content = answers(pay=str(20 + minutes))
        assert intake.receive(Delivery(content), by=house.mo).filled_on == day


# --- files that will never come, reviewers who left


def test_a_lost_phones_answers_are_read_without_its_pictures(house: House, wave: Wave, wei: Dossier) -> None:
    content = answers(file_no=wei.number, pay="19", photo="1.jpg", card="2.jpg")
    row = intake.receive(Delivery(content, {"1.jpg": JPEG}, device="phone-1"), by=house.mo)
    assert list(queries.loose(house.mo)) == [row]
    for by, note, why in ((house.liang, "丢了", "别的同事"), (house.mo, " ", "为什么")):
        with pytest.raises(Refused, match=why):
            intake.do_without(row, note=note, by=by)
    intake.do_without(row, note="手机掉河里了", by=house.mo)
    row = Submission.objects.get(pk=row.pk)
    told = [(flag.kind, flag.detail) for flag in row.flags.all()]
    assert (row.state, row.dossier, row.wave) == (SubmissionState.FLAGGED, wei, wave)
    assert told == [(FlagKind.INVALID, "附件来不了：手机掉河里了（2.jpg）")]
    assert (pay_of(wei), list(queries.loose(house.mo))) == (1500, [])
    with pytest.raises(Refused, match="不缺附件"):
        intake.do_without(row, note="丢了", by=house.mo)
    row = intake.receive(Delivery(content, {"2.jpg": JPEG}), by=house.mo)  # it dried
    assert (row.state, row.slots.filter(file=None).count()) == (SubmissionState.FLAGGED, 0)
    review.review(row, SubmissionState.APPROVED, by=house.liang)
    assert pay_of(wei) == 1900


def test_another_reviews_what_came_before_he_was_named(house: House, wave: Wave, wei: Dossier) -> None:
    row = intake.receive(Delivery(answers(file_no=wei.number)), by=house.mo)
    with pytest.raises(Refused):
        review.review(row, SubmissionState.APPROVED, by=house.luo)
    for by, reviewers, why in (
        (house.mo, [house.luo], "出调查表"),
        (house.zhou, [], "谁来审"),
        (house.zhou, [house.shen], "不能去问人"),
    ):
        with pytest.raises(Refused, match=why):
            fieldwork.name_reviewers(wave.campaign, reviewers, by=by)
    fieldwork.name_reviewers(wave.campaign, [house.luo], by=house.zhou)
    assert list(queries.visible_to(house.luo)) == [row]
    review.review(row, SubmissionState.APPROVED, by=house.luo)


def test_a_worker_reads_his_own_answers_those_under_a_merged_file_too(house: House, wave: Wave, wei: Dossier) -> None:
    spare = factories.dossier(house, birth=None)
    stranger = factories.dossier(house, "覃海")
    rows = [intake.receive(Delivery(answers(file_no=each.number)), by=house.mo) for each in (wei, spare)]
    intake.receive(Delivery(answers()), by=house.mo)  # nobody's
    dossiers.merge(spare, wei, by=house.zhou)
    workers = [Membership.objects.get(person=each.person, role=Role.WORKER) for each in (wei, stranger)]
    assert [sorted(row.pk for row in queries.visible_to(worker)) for worker in workers] == [
        [row.pk for row in rows],
        [],
    ]


# --- doubts


def test_a_phone_that_was_out_of_the_net_all_day_is_no_burst(house: House, wave: Wave) -> None:
    now, rows = clock.now(), []
    for number in range(7):
        with clock.held_at(now + timedelta(minutes=20 * number)):
            rows.append(answers(pay=str(20 + number)))
    with clock.held_at(now + timedelta(hours=12)):
        kept = [intake.receive(Delivery(content, device="phone-1"), by=house.mo) for content in rows]
    assert [row.flags.filter(kind=FlagKind.BURST).exists() for row in kept] == [False] * 7


def test_the_same_few_answers_are_chance_and_the_same_many_are_not(house: House, wave: Wave) -> None:
    few = [intake.receive(Delivery(answers()), by=house.mo) for _person in range(2)]
    long = {"pay": "19", "trades": "loader", "wish": "多干几天", "skill": "瓦工|电焊|木工"}
    many = [intake.receive(Delivery(answers(**long)), by=house.mo) for _person in range(2)]
    doubtful = [row.flags.filter(kind=FlagKind.DUPLICATE).exists() for row in (*few, *many)]
    assert doubtful == [False, False, False, True]


def test_a_version_that_is_there_already_is_refused_in_words(house: House, wave: Wave) -> None:
    with pytest.raises(Refused, match="已经有了"):
        published(house)
