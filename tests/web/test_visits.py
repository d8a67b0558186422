"""The visit to an employer on the desk: from the round to the form, from the form to the posting."""

import pytest
from django.test import Client

from gongqiao.needs.postings.enums import PostingState
from gongqiao.needs.postings.models import Posting, Shift
from gongqiao.needs.surveys import reading
from gongqiao.needs.surveys.enums import Channel, ProposalState, Subject
from gongqiao.needs.surveys.models import FieldTask, SheetDraft, Submission, Wave
from gongqiao.services.demand.models import EmployerAnswer, PostingProposal
from tests import factories
from tests.conftest import signed_in
from tests.factories import House
from tests.services.demand import given

pytestmark = pytest.mark.data
ANSWERS = "/desk/rounds/answers/"


@pytest.fixture
def shift(house: House) -> Shift:
    return factories.verified(house)


@pytest.fixture
def wave(house: House) -> Wave:
    return given.visits(house)


def _path(wave: Wave, name: str) -> str:
    return next(f"/{'/'.join(place)}" for place in reading.form_of(wave.version).controls if place[-1] == name)


def _said(wave: Wave, **said: object) -> dict[str, object]:
    return {_path(wave, name): value for name, value in said.items()}


def test_from_the_round_to_the_form_kept_and_handed_in(house: House, shift: Shift, wave: Wave) -> None:
    mo, firm = signed_in("mo"), shift.posting.employer
    new = factories.employer(house, "新来的")
    assert f"/desk/employers/{new.pk}/set-out/" in mo.get("/desk/rounds/").content.decode()
    answer = mo.post(f"/desk/employers/{firm.pk}/set-out/")
    task = FieldTask.objects.get()
    form = f"/desk/rounds/visits/{task.pk}/"
    assert (answer.status_code, answer["Location"]) == (302, form)
    page = mo.get(form).content.decode()
    assert shift.posting.title in page
    assert _path(wave, "employer_no") not in page
    for still, asked in (("changed", True), ("ended", False), ("same", False)):
        assert mo.post(form, {**_said(wave, consent="yes", how="phone", still=still), "do": "save"}).status_code == 302
        assert (_path(wave, "headcount") in mo.get(form).content.decode()) is asked
    assert mo.post(form, {**_said(wave, still="changed"), "do": "save"}).status_code == 302
    usual = {"trade": "loader", "headcount": 4, "pay_unit": "day", "pay": 180, "posting_no": shift.posting_id}
    second = _said(wave, consent="yes", how="phone", still="changed")
    wrong = mo.post(form, {**second, **_said(wave, **{**usual, "headcount": 0}), "do": "send"})
    assert (wrong.status_code, Submission.objects.count()) == (422, 0)
    assert mo.post(form, {**second, **_said(wave, **usual), "do": "save"})["Location"] == form
    sent = mo.post(form, {**second, **_said(wave, **usual), "do": "send"})
    assert sent["Location"] == ANSWERS
    sheet = Submission.objects.get()
    assert (sheet.channel, sheet.collector, sheet.employer, sheet.task) == (Channel.DESK, house.mo, firm, task)
    assert list(sheet.flags.all()) == []
    assert not SheetDraft.objects.exists()
    row = PostingProposal.objects.get()
    assert (row.field, row.base, row.value, row.posting_id) == ("headcount", 2, 4, shift.posting_id)
    assert mo.get(form)["Location"] == f"/desk/employers/{firm.pk}/visit/"
    assert "1 处不一样，改了 0 处，还有 1 处没看。" in mo.get(f"/desk/employers/{firm.pk}/visit/").content.decode()


def test_a_colleague_neither_reads_nor_writes_what_is_half_said(house: House, shift: Shift, wave: Wave) -> None:
    mo, luo, firm = signed_in("mo"), signed_in("luo"), shift.posting.employer
    mo.post(f"/desk/employers/{firm.pk}/set-out/")
    form = f"/desk/rounds/visits/{FieldTask.objects.get().pk}/"
    mo.post(form, {**_said(wave, consent="yes", how="phone", still="changed"), "do": "save"})
    assert luo.get(form)["Location"] == f"/desk/employers/{firm.pk}/visit/"
    assert luo.post(form, {"do": "send"})["Location"] == f"/desk/employers/{firm.pk}/visit/"
    assert "莫专员" in luo.post(f"/desk/employers/{firm.pk}/set-out/").content.decode()
    assert not Submission.objects.exists()


def _seen(client: Client, field: str) -> dict[str, object]:
    lines = client.get(ANSWERS).context["lines"]
    proposed = next(each for line in lines for each in line.proposed if each.row.field == field)
    return {"wanted": str(proposed.row.pk), "seen": proposed.seen}


def test_both_values_with_their_sources_and_what_is_pressed(house: House, shift: Shift, wave: Wave) -> None:
    given.heard(wave, shift.posting, by=house.mo, headcount=3, pay=200)
    luo, answer = signed_in("luo"), EmployerAnswer.objects.get()
    page = luo.get(ANSWERS).content.decode()
    for words in ("180 元/天", "200 元/天", "2 人", "3 人", "罗专员", "莫专员"):
        assert words in page
    pay, heads = _seen(luo, "pay"), _seen(luo, "headcount")
    assert luo.post(f"{ANSWERS}{answer.pk}/apply/", {**pay, "seen": "{}"}).status_code == 409
    assert luo.post(f"{ANSWERS}{answer.pk}/apply/", pay)["Location"] == ANSWERS
    assert luo.post(f"{ANSWERS}{answer.pk}/refuse/", {**heads, "reason": " "}).status_code == 409
    assert luo.post(f"{ANSWERS}{answer.pk}/refuse/", {**heads, "reason": "说错了"})["Location"] == ANSWERS
    posting = Posting.objects.get(pk=shift.posting_id)
    assert (posting.pay_fen, posting.state) == (20000, PostingState.SUBMITTED)
    states = dict(PostingProposal.objects.values_list("field", "state"))
    assert states == {"pay": ProposalState.APPLIED, "headcount": ProposalState.REFUSED}
    assert "没有等着看的" in luo.get(ANSWERS).content.decode()


def test_all_at_once_and_which_work_was_meant(house: House, shift: Shift, wave: Wave) -> None:
    firm = shift.posting.employer
    factories.posting(house, firm)
    given.heard(wave, None, by=house.mo, employer_no=firm.pk, headcount=3, pay=200)
    luo, answer = signed_in("luo"), EmployerAnswer.objects.get()
    other = factories.posting(house)
    assert luo.post(f"{ANSWERS}{answer.pk}/posting/", {"posting": other.pk}).status_code == 404
    assert luo.post(f"{ANSWERS}{answer.pk}/posting/", {"posting": shift.posting_id}).status_code == 302
    (line,) = luo.get(ANSWERS).context["lines"]
    seen = {f"seen-{each.row.field}": each.seen for each in line.proposed}
    assert luo.post(f"{ANSWERS}{answer.pk}/all/", {**seen, "seen-pay": ""}).status_code == 409
    assert luo.post(f"{ANSWERS}{answer.pk}/all/", seen).status_code == 302
    shift.refresh_from_db()
    assert (shift.headcount, Posting.objects.get(pk=shift.posting_id).pay_fen) == (3, 20000)
    again = given.heard(wave, None, by=house.mo, employer_no=firm.pk, still="new")
    new = again.employer_answer
    assert (new.posting, luo.post(f"{ANSWERS}{new.pk}/nothing/").status_code) == (None, 404)
    shown = luo.get(ANSWERS).content.decode()
    assert ("立一条草稿" in shown, "说的是哪一条" in shown, "180" in shown) == (True, False, True)
    drafted = luo.post(f"{ANSWERS}{new.pk}/draft/")
    posting = Posting.objects.latest("pk")
    assert drafted["Location"] == f"/desk/postings/{posting.pk}/edit/"
    assert (luo.get(drafted["Location"]).status_code, luo.post(f"{ANSWERS}{new.pk}/leave/").status_code) == (200, 409)


def test_the_reviewer_says_which_employer_answered(house: House, shift: Shift, wave: Wave) -> None:
    sheet = given.heard(wave, None, by=house.mo, pay=200)
    assert (sheet.form.subject, sheet.employer) == (Subject.EMPLOYER, None)
    liang, address = signed_in("liang"), f"/desk/surveys/answers/{sheet.pk}/"
    assert "是哪家的（用工方编号）" in liang.get(address).content.decode()
    assert liang.post(f"{address}do/link/", {"number": "9999999999999999999"}).status_code == 409
    firm = shift.posting.employer
    assert liang.post(f"{address}do/link/", {"number": firm.pk}).status_code == 302
    page = liang.get(address).content.decode()
    assert (firm.short_name in page, "还有 1 处没看" in page) == (True, True)
