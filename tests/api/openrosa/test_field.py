"""A phone in the field: what it is given, how its answers come in, when it is told no."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django_scopes import scope

from gongqiao.foundation import clock
from gongqiao.foundation.organisations import actions as organisations
from gongqiao.needs.surveys.actions import fieldwork, publishing, tokens
from gongqiao.needs.surveys.actions.fieldwork import CampaignFacts
from gongqiao.needs.surveys.actions.publishing import Draft
from gongqiao.needs.surveys.enums import Subject, SubmissionState
from gongqiao.needs.surveys.models import CollectorToken, FormVersion, Submission
from tests.api.openrosa.collect import Collect, NotOpenRosa
from tests.factories import House
from tests.needs.surveys.given_forms import FORM, JPEG, answers

pytestmark = pytest.mark.data
PLACES = "name,label\n450203001001,五里亭\n".encode()
WITH_FILE = FORM.format(version="1").replace(
    "<bind ", '<instance id="places" src="jr://file-csv/places.csv"/><bind ', 1
)


def running(house: House, xform: str = WITH_FILE) -> FormVersion:
    row = publishing.add_version(Draft(xform, Subject.WORKER, media={"places.csv": PLACES}), by=house.zhou)
    publishing.publish(row, by=house.zhou)
    campaign = fieldwork.start_campaign(CampaignFacts("问", "为", "同意"), [house.liang], by=house.zhou)
    today = clock.now().astimezone(house.market.tz).date()
    fieldwork.open_wave(campaign, row, today, today + timedelta(days=9), by=house.zhou)
    fieldwork.run(campaign, by=house.zhou)
    return row


def phone(house: House) -> Collect:
    token = tokens.issue(house.mo, by=house.mo)
    return Collect(f"http://testserver/k/{token}")


def test_a_phone_gets_forms_and_files_with_the_digests_they_have(house: House) -> None:
    row, collect = running(house), phone(house)
    (form,) = collect.forms()
    assert (form.form_id, form.name, form.version) == ("needs", "零工需求", "1")
    assert collect.download(form) == (row.xform.encode(), {"places.csv": PLACES})


def test_answers_in_three_parts_and_again(house: House) -> None:
    running(house)
    collect, files = phone(house), {"照片 1.jpg": JPEG, "2.jpg": JPEG + b"2"}
    xml = answers(photo="照片 1.jpg", card="2.jpg")
    assert collect.send(xml, files, parts=3) == "收到了。"
    assert collect.send(xml, files) == "收到了。"
    row = Submission.objects.get()
    assert (row.state, row.device, row.collector) == (SubmissionState.RECEIVED, "collect:1", house.mo)
    assert {slot.name for slot in row.slots.exclude(file=None)} == set(files)
    assert CollectorToken.objects.get().heard_at is not None


def test_whole_is_what_the_answers_name_whatever_the_flag_says(house: House) -> None:
    running(house)
    collect, xml = phone(house), answers(photo="1.jpg", card="2.jpg")
    assert collect.send(xml, {"1.jpg": JPEG}) == "收到一部分，还差附件。"
    assert Submission.objects.get().state == SubmissionState.RECEIVING
    assert collect.send(xml, {"2.jpg": JPEG}) == "收到了。"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda xml: xml.replace(b'"needs"', b'"nix"'), 404),
        (lambda xml: xml.replace(b"</age>", b"</agf>"), 400),
        (lambda xml: b'<!DOCTYPE a [<!ENTITY b SYSTEM "nobodys-file">]>' + xml.partition(b"?>")[2], 400),
    ],
)
def test_what_is_not_taken_says_why_and_leaves_nothing(house: House, change: object, status: int) -> None:
    running(house)
    with pytest.raises(NotOpenRosa, match=f"POST: {status}: .+"):
        phone(house).send(change(answers()), {})  # type: ignore[operator]
    assert Submission.objects.count() == 0


def test_other_bytes_under_the_same_id_are_a_conflict(house: House) -> None:
    running(house)
    collect = phone(house)
    collect.send(answers(instance="uuid:1"), {})
    with pytest.raises(NotOpenRosa, match="POST: 409"):
        collect.send(answers(instance="uuid:1", wish="别的"), {})


def test_a_form_out_of_its_wave_leaves_the_list_and_still_takes_answers(house: House) -> None:
    row, collect = running(house), phone(house)
    publishing.close(row, by=house.zhou)
    assert collect.forms() == []
    assert collect.send(answers(), {}) == "收到了。"


def test_a_lost_phone_a_browser_and_a_stranger_get_nothing(house: House, other_house: House) -> None:
    running(house)
    collect = phone(house)
    addresses = [f"{collect.base}/formList", f"{collect.base}/forms/needs.xml", f"{collect.base}/submission"]
    for address in addresses:
        method = Client().post if address.endswith("submission") else Client().get
        assert method(address).status_code == 400
    tokens.revoke(CollectorToken.objects.get(), by=house.zhou)
    with pytest.raises(NotOpenRosa, match="404"):
        collect.forms()
    with pytest.raises(NotOpenRosa, match="HEAD: 404"):
        collect.send(answers(), {})
    stranger = Collect(
        f"http://testserver{reverse('openrosa:form-list', kwargs={'token': 'x' * 32})}".rpartition("/")[0]
    )
    with pytest.raises(NotOpenRosa, match="404"):
        stranger.forms()


def test_revoked_between_two_parts_the_rest_comes_from_the_next_phone(house: House) -> None:
    running(house)
    lost, files = phone(house), {"1.jpg": JPEG, "2.jpg": JPEG + b"2"}
    xml = answers(photo="1.jpg", card="2.jpg")
    lost.send(xml, {"1.jpg": JPEG})
    tokens.revoke(CollectorToken.objects.get(), by=house.zhou)
    with pytest.raises(NotOpenRosa, match="404"):
        lost.send(xml, files)
    row = Submission.objects.get()
    assert (row.state, row.slots.exclude(file=None).count()) == (SubmissionState.RECEIVING, 1)
    assert phone(house).send(xml, files) == "收到了。"
    row.refresh_from_db()
    assert (row.state, row.collector) == (SubmissionState.RECEIVED, house.mo)


def test_a_collector_who_left_sends_nothing_more(house: House) -> None:
    running(house)
    collect = phone(house)
    organisations.withdraw(house.mo, by=house.liang)
    with pytest.raises(NotOpenRosa, match="404"):
        collect.forms()
    with pytest.raises(NotOpenRosa, match="404"):
        collect.send(answers(), {})
    assert Submission.objects.count() == 0


def test_another_markets_phone_sees_only_its_own(house: House, other_house: House) -> None:
    running(house)
    with scope(market=other_house.market):
        collect = phone(other_house)
    assert collect.forms() == []
    with pytest.raises(NotOpenRosa, match="404"):
        collect.send(answers(), {})
