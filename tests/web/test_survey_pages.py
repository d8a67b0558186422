"""Answers on the desk: who meets them by list, count, page, file, export, search, log; what a reviewer may do."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client
from django_scopes import scope

from gongqiao.foundation import clock
from gongqiao.foundation.organisations import actions as organisations
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers.actions import Facts
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.surveys.actions import fieldwork, intake, review
from gongqiao.needs.surveys.actions.intake import Delivery
from gongqiao.needs.surveys.enums import SubmissionState
from gongqiao.needs.surveys.models import DossierProposal, FormVersion, Slot, Submission, Wave
from tests import factories
from tests.conftest import signed_in
from tests.factories import House
from tests.needs.surveys.given_forms import JPEG, answers, published

pytestmark = pytest.mark.data
WORDS = "孩子要开刀，想多干几天"
STAFF = ("mo", "luo", "zhou", "liang", "shen")


@dataclass
class Given:
    """One answer: 莫专员 asked, 梁经理 reviews, 周社工 planned it; 罗专员 has nothing to do with it."""

    wave: Wave
    wei: Dossier
    sheet: Submission

    @property
    def path(self) -> str:
        return f"/desk/surveys/answers/{self.sheet.pk}/"


@pytest.fixture
def given(house: House) -> Given:
    facts = fieldwork.CampaignFacts("秋季需求调查", "为", "同意")
    campaign = fieldwork.start_campaign(facts, [house.liang], by=house.zhou)
    today = clock.now().astimezone(house.market.tz).date()
    wave = fieldwork.open_wave(campaign, published(house), today, today + timedelta(days=9), by=house.zhou)
    fieldwork.run(campaign, by=house.zhou)
    wei = factories.dossier(house, values={"pay_floor": 1500})
    content = answers(file_no=wei.number, pay="19", wish=WORDS, photo="1.jpg", took=timedelta(seconds=1))
    return Given(wave, wei, intake.receive(Delivery(content, {"1.jpg": JPEG}), by=house.mo))


def doors(client: Client, given: Given) -> dict[str, bool]:
    """Each way to meet it, and whether it is open."""
    campaign = client.get(f"/desk/surveys/{given.wave.campaign_id}/?list=all").content.decode()
    results = client.get(f"/desk/surveys/waves/{given.wave.pk}/").content.decode()
    file = client.get(f"/desk/surveys/answers/files/{Slot.objects.get().pk}/")
    detail = client.get(given.path)
    export = client.post(f"/desk/surveys/{given.wave.campaign_id}/export/", {"kind": "csv", "purpose": "年底看看"})
    found = [client.get(f"{path}?q={WORDS}").content.decode() for path in ("/desk/dossiers/", "/desk/tickets/")]
    return {
        "list": given.path in campaign,
        "count": '全部 <span class="num">1</span>' in campaign,
        "detail": detail.status_code == 200 and WORDS in detail.content.decode(),
        "file": file.status_code == 200 and b"".join(file) == JPEG,
        "export": export.status_code == 200 and WORDS in export.content.decode(),
        "found by its words": any(given.path in page for page in found),
        "words in the statistics": WORDS in results or WORDS in campaign,
        "name in the statistics": given.wei.person.name in results,
    }


RAW = {"list": True, "count": True, "detail": True, "file": True, "export": True}
NOTHING = dict.fromkeys(RAW, False)
STATISTICS = dict.fromkeys(["found by its words", "words in the statistics", "name in the statistics"], False)


@pytest.mark.parametrize(
    ("who", "sees"), [("mo", RAW), ("liang", RAW), ("luo", NOTHING), ("zhou", NOTHING), ("shen", NOTHING)]
)
def test_the_collector_and_the_reviewer_meet_it_and_nobody_else(
    house: House, given: Given, who: str, sees: dict[str, bool]
) -> None:
    assert doors(signed_in(who), given) == {**sees, **STATISTICS}


def test_one_of_another_market_and_one_who_left_meet_nothing(house: House, other_house: House, given: Given) -> None:
    stranger, left = signed_in("huang-liang"), signed_in("mo")
    assert [stranger.get(path).status_code for path in (given.path, f"/desk/surveys/{given.wave.campaign_id}/")] == [
        404,
        404,
    ]
    organisations.withdraw(house.mo, by=house.liang)
    assert left.get(given.path).status_code in (302, 403)
    with scope(market=other_house.market):
        assert signed_in("huang-zhou").get(given.path).status_code == 404


@pytest.mark.parametrize("who", [who for who in STAFF if who != "liang"])
def test_nobody_but_the_reviewer_decides(house: House, given: Given, who: str) -> None:
    client, row = signed_in(who), DossierProposal.objects.order_by("field").first()
    assert row is not None
    sent = [
        ("do/review/", {"verdict": "approved"}),
        ("do/link/", {"number": given.wei.number}),
        ("proposals/apply/", {"proposal": str(row.pk)}),
    ]
    answered = {client.post(given.path + path, words).status_code for path, words in sent}
    assert answered <= ({409, 403} if who == "mo" else {404, 403})
    assert Submission.objects.get().state == SubmissionState.FLAGGED
    assert set(DossierProposal.objects.values_list("state", flat=True)) == {"pending"}
    assert Dossier.objects.get(pk=given.wei.pk).pay_floor == 1500


def test_a_verdict_is_asked_for_once_and_on_what_was_seen(house: House, given: Given) -> None:
    client = signed_in("liang")
    page = client.get(given.path).content.decode()
    assert 'name="seen" value="1"' in page
    assert 'name="verdict"' in page
    replaced = Submission.objects.get().root_instance
    edit = answers(deprecated=replaced, file_no=given.wei.number, pay="17", took=timedelta(seconds=1))
    intake.receive(Delivery(edit), by=house.mo)
    assert client.post(f"{given.path}do/review/", {"verdict": "approved", "seen": "1"}).status_code == 409
    assert client.post(f"{given.path}do/review/", {"verdict": "approved", "seen": "2"}).status_code == 302
    assert Dossier.objects.get(pk=given.wei.pk).pay_floor == 1700
    assert 'name="verdict"' not in client.get(given.path).content.decode()


def test_what_stands_there_now_is_shown_beside_what_stood_there_then(house: House, given: Given) -> None:
    client = signed_in("liang")
    assert "中间有人改过" not in client.get(given.path).content.decode()
    dossiers.update(given.wei, Facts({"pay_floor": 2500}), by=house.zhou)
    row = DossierProposal.objects.get(field="pay_floor")
    page = client.get(given.path).content.decode()
    assert "中间有人改过" in page
    assert "25 元" in page
    dossiers.update(given.wei, Facts({"pay_floor": 2600}), by=house.luo)
    stale = page.split('name="seen" value="')[1].split('"')[0]
    apply = f"{given.path}proposals/apply/"
    assert client.post(apply, {"proposal": str(row.pk), "seen": stale}).status_code == 409
    fresh = client.get(given.path).content.decode().split('name="seen" value="')[1].split('"')[0]
    assert client.post(apply, {"proposal": str(row.pk), "seen": fresh}).status_code == 302
    assert Dossier.objects.get(pk=given.wei.pk).pay_floor == 1900


def test_a_reviewer_reaches_every_answer_and_first_what_waits(house: House, given: Given) -> None:
    for number in range(34):
        intake.receive(Delivery(answers(pay=str(20 + number))), by=house.mo)
    review.review(given.sheet, SubmissionState.APPROVED, by=house.liang)
    client, path = signed_in("liang"), f"/desk/surveys/{given.wave.campaign_id}/"
    waiting, second = (client.get(f"{path}{query}").content.decode() for query in ("", "?page=2"))
    assert tuple(page.count("/desk/surveys/answers/") for page in (waiting, second)) == (30, 4)
    assert given.path not in waiting + second
    assert given.path in client.get(f"{path}?list=all&page=2").content.decode()
    assert client.get(f"{path}?list=nonsense&page=x").status_code == 200


def test_taken_back_it_shows_that_there_was_one_and_nothing_of_it(house: House, given: Given) -> None:
    client = signed_in("mo")
    assert client.post(f"{given.path}do/withdraw/").status_code == 302
    page = client.get(given.path).content.decode()
    assert "本人撤回" in page
    assert WORDS not in page
    assert client.get(f"/desk/surveys/answers/files/{Slot.objects.get().pk}/").status_code == 404
    assert signed_in("liang").post(f"{given.path}do/link/", {"number": given.wei.number}).status_code == 409


def test_a_form_that_comes_with_the_house_is_added_by_its_name(house: House) -> None:
    author, page = signed_in("zhou"), "/desk/surveys/forms/add/"
    assert author.post(page, {"built_in": "worker_satisfaction", "subject": "employer"}).status_code == 302
    row = FormVersion.objects.select_related("form").get()
    assert (row.form.code, row.form.subject, row.state) == ("worker_satisfaction", "worker", "tested")
    again = author.post(page, {"built_in": "worker_satisfaction"})
    assert (again.status_code, "已经有了" in again.content.decode()) == (422, True)
    neither = author.post(page, {"built_in": "", "subject": "worker"})
    assert (neither.status_code, "只要一样" in neither.content.decode()) == (422, True)
    assert FormVersion.objects.count() == 1
