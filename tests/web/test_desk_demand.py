"""The desk's pages of employers, demand, dispatch and pay: what staff do for everybody, and what they may not."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from gongqiao.foundation.errors import Stale
from gongqiao.foundation.notify.models import CallState, CallTask
from gongqiao.needs.employers import actions as employers
from gongqiao.needs.employers.actions import EmployerFacts
from gongqiao.needs.employers.models import Contact, Employer, Size
from gongqiao.needs.postings import actions as postings
from gongqiao.needs.postings.enums import Method, PostingState
from gongqiao.needs.postings.models import Posting, Shift, Verification
from gongqiao.needs.postings.rules import CHECKLIST, verified_facts
from gongqiao.services.placement.actions import offers
from gongqiao.services.placement.enums import Party, State, WageState
from gongqiao.services.placement.models import Assignment, Rating, WageRecord
from tests import factories
from tests.conftest import signed_in
from tests.factories import JIANPAN, House


@pytest.fixture
def mo(house: House) -> Client:
    return signed_in("mo")


@pytest.fixture
def shift(house: House) -> Shift:
    return factories.verified(house, headcount=1)


def board(shift: Shift) -> str:
    return f"/desk/board/?day={timezone.localdate(shift.starts_at).isoformat()}&shift={shift.pk}"


def wish(firm: Employer, **changed: object) -> dict[str, object]:
    day = timezone.localdate() + timedelta(days=1)
    said = {"employer": firm.pk, "trade": "loader", "title": "夜班卸车", "content": "卸货", "pay": "200"}
    hours = {"headcount": 2, "day": day.isoformat(), "hours_from": "22:00", "hours_to": "06:00", "hours_break": "30"}
    place = {"region_id": JIANPAN, "meeting_point": "仓库大门", "pay_unit": "day", "pay_when": "next_day"}
    return {**said, **hours, **place, **changed}


def test_a_posting_taken_down_by_phone_runs_past_midnight_on_the_days_chosen(house: House, mo: Client) -> None:
    monday = timezone.localdate() + timedelta(days=7 - timezone.localdate().weekday())
    days = {"day": monday.isoformat(), "until": (monday + timedelta(days=6)).isoformat(), "weekdays": ["0", "2", "4"]}
    answer = mo.post("/desk/postings/new/", wish(factories.employer(house), travel="报销公交", **days))
    assert answer.status_code == 302
    row = Posting.objects.get()
    shifts = list(row.shifts.order_by("starts_at"))
    assert [timezone.localdate(s.starts_at).weekday() for s in shifts] == [0, 2, 4]
    assert {(s.minutes, s.break_minutes) for s in shifts} == {(450, 30)}
    assert (row.travel, row.meals, row.valid_until) == ("报销公交", "", monday + timedelta(days=6))


def test_the_form_starts_from_the_pattern_of_a_trade(house: House, mo: Client) -> None:
    page = mo.get("/desk/postings/new/?trade=loader").content.decode()
    assert 'value="卸柜装车"' in page
    assert 'name="pay" value' not in page


def _seen(client: Client, path: str) -> dict[str, str]:
    """What the page of a form says it was opened over."""
    return {"seen_as": client.get(path).context["form"]["seen_as"].value()}


def test_verification_asks_for_evidence_and_shows_it(house: House, mo: Client) -> None:
    row = factories.posting(house)
    signed_in("luo").post(f"/desk/postings/{row.pk}/submit/")
    said = {
        "method": "phone",
        "note": "跟覃老板通过电话",
        "checked": list(CHECKLIST),
        **_seen(mo, f"/desk/postings/{row.pk}/"),
    }
    assert mo.post(f"/desk/postings/{row.pk}/verify/", said).status_code == 422
    assert mo.post(f"/desk/postings/{row.pk}/verify/", {**said, "evidence": "0772-1111111"}).status_code == 302
    assert Verification.objects.get().evidence == "0772-1111111"
    assert "凭据：0772-1111111" in mo.get(f"/desk/postings/{row.pk}/").content.decode()


def test_what_changed_while_the_specialist_was_on_the_phone_is_not_verified(house: House, mo: Client) -> None:
    row = factories.posting(house)
    postings.submit(row, by=house.luo)
    page = f"/desk/postings/{row.pk}/"
    said = {"method": "phone", "note": "跟覃老板通过电话", "evidence": "0772-1111111", "checked": list(CHECKLIST)}
    before = _seen(mo, page)
    postings.change(row, {"pay_fen": 17000}, by=house.luo)
    answer = mo.post(f"{page}verify/", {**said, **before})
    assert (answer.status_code, "有人改过" in answer.content.decode()) == (422, True)
    postings.set_headcount(row.shifts.get(), 5, by=house.luo)
    assert mo.post(f"{page}verify/", said).status_code == 422  # a page that says nothing of what it showed
    assert Verification.objects.count() == 0
    assert mo.post(f"{page}verify/", {**said, **_seen(mo, page)}).status_code == 302


def test_a_verification_of_facts_that_changed_this_instant_is_stale(house: House) -> None:
    row = factories.posting(house)
    postings.submit(row, by=house.luo)
    before = verified_facts(row)
    postings.change(Posting.objects.get(pk=row.pk), {"place": "另一个仓库"}, by=house.luo)
    with pytest.raises(Stale):
        postings.verify(row, by=house.mo, method=Method.PHONE, note="通过电话", seen=before)
    assert (Verification.objects.count(), Posting.objects.get().state) == (0, PostingState.SUBMITTED)


def test_a_tab_left_open_does_not_undo_what_another_wrote(house: House, mo: Client, shift: Shift) -> None:
    row, firm = shift.posting, shift.posting.employer
    path, desk = f"/desk/postings/{row.pk}/edit/", f"/desk/employers/{firm.pk}/edit/"
    form, firm_seen = mo.get(path).context["form"], _seen(mo, desk)
    said = {name: value for name, value in form.initial.items() if value not in (None, "", [])}
    old = {**said, "pay": "180", "meals": "管一餐", "seen_as": form["seen_as"].value()}
    postings.change(Posting.objects.get(pk=row.pk), {"pay_fen": 20000}, by=house.luo)
    employers.change(firm, EmployerFacts(name="覃记", size=Size.INDIVIDUAL, address="箭盘路"), by=house.luo)
    answers = [mo.post(path, old), mo.post(desk, {"name": "覃记", "size": "individual", **firm_seen})]
    assert [("有人改过" in answer.content.decode(), answer.status_code) for answer in answers] == [(True, 422)] * 2
    row.refresh_from_db()
    firm.refresh_from_db()
    assert (row.pay_fen, row.meals, firm.address) == (20000, "", "箭盘路")


def test_a_refusal_says_how_it_was_checked(house: House, mo: Client) -> None:
    row = factories.posting(house)
    signed_in("luo").post(f"/desk/postings/{row.pk}/submit/")
    assert mo.post(f"/desk/postings/{row.pk}/refuse/", {"note": "没有这家"}).status_code == 409
    mo.post(f"/desk/postings/{row.pk}/refuse/", {"note": "没有这家", "method": "visit"})
    assert [(v.method, v.outcome) for v in Verification.objects.all()] == [("visit", "refused")]


def test_a_correction_of_pay_goes_back_to_another_specialist(house: House, mo: Client, shift: Shift) -> None:
    path = f"/desk/postings/{shift.posting_id}/edit/"
    initial = mo.get(path).context["form"].initial
    said = {name: value for name, value in initial.items() if value not in (None, "", [])}
    mo.post(path, {**said, "pay": "150", "valid_until": shift.posting.valid_until, **_seen(mo, path)})
    row = Posting.objects.get()
    assert (row.pay_fen, row.state, row.entered_by) == (15000, PostingState.SUBMITTED, house.mo)
    assert "要由另一位专员核实" in mo.get(f"/desk/postings/{row.pk}/").content.decode()


def test_shifts_are_added_changed_and_cancelled(house: House, mo: Client, shift: Shift) -> None:
    day = timezone.localdate() + timedelta(days=3)
    hours = {"more-hours_from": "08:00", "more-hours_to": "12:00", "more-headcount": "1", "more-day": day.isoformat()}
    mo.post(f"/desk/postings/{shift.posting_id}/shifts/", hours)
    assert Shift.objects.count() == 2
    assert mo.post(f"/desk/postings/{shift.posting_id}/shifts/", {**hours, "more-day": ""}).status_code == 409
    mo.post(f"/desk/shifts/{shift.pk}/headcount/", {"headcount": "3"})
    mo.post(f"/desk/shifts/{shift.pk}/at-least/", {"at_least": "2"})
    assert "少于 2 人不开工" in mo.get(f"/desk/postings/{shift.posting_id}/").content.decode()
    for wrong in ("4", "0", "viele"):
        assert mo.post(f"/desk/shifts/{shift.pk}/at-least/", {"at_least": wrong}).status_code == 409
    assert mo.post(f"/desk/shifts/{shift.pk}/cancel/", {"reason": ""}).status_code == 409
    mo.post(f"/desk/shifts/{shift.pk}/cancel/", {"reason": "停电"})
    shift.refresh_from_db()
    assert (shift.headcount, shift.at_least, shift.state) == (3, 2, "cancelled")


def test_a_minimum_is_said_with_the_wish(house: House, mo: Client, shift: Shift) -> None:
    day = timezone.localdate() + timedelta(days=3)
    hours = {"more-hours_from": "08:00", "more-hours_to": "12:00", "more-headcount": "5", "more-day": day.isoformat()}
    path = f"/desk/postings/{shift.posting_id}/shifts/"
    assert mo.post(path, {**hours, "more-at_least": "6"}).status_code == 409
    assert Shift.objects.count() == 1
    mo.post(path, {**hours, "more-at_least": "3"})
    assert Shift.objects.order_by("pk").last().at_least == 3


def test_employers_are_corrected_and_their_people_let_in(house: House, mo: Client) -> None:
    firm = factories.employer(house)
    path, said = f"/desk/employers/{firm.pk}/edit/", {"name": "覃记大排档", "size": "individual"}
    mo.post(path, {**said, "note": "早上别打电话", **_seen(mo, path)})
    mo.post(f"/desk/employers/{firm.pk}/contact/", {"name": "覃嫂", "phone": "13800000002"})
    gone = Contact.objects.get(name="覃老板")
    mo.post(f"/desk/employers/{firm.pk}/contact-gone/", {"contact": str(gone.pk)})
    mo.post(f"/desk/employers/{firm.pk}/account/", {"name": "覃嫂", "phone": "13800000002"})
    firm.refresh_from_db()
    assert (firm.note, [contact.name for contact in firm.contacts.all()]) == ("早上别打电话", ["覃嫂"])
    assert "覃嫂" in mo.get(f"/desk/employers/{firm.pk}/").content.decode()


@pytest.mark.parametrize("act", ["contact", "account", "contact-gone"])
def test_a_social_worker_does_not_change_employers(house: House, act: str) -> None:
    firm = factories.employer(house)
    assert signed_in("zhou").post(f"/desk/employers/{firm.pk}/{act}/", {"name": "x"}).status_code == 403


def test_the_reasons_of_an_offer_are_the_engines_not_the_forms(house: House, mo: Client, shift: Shift) -> None:
    wei = factories.dossier(house, values={"preferred": ["loader"]})
    mo.post(f"/desk/board/shifts/{shift.pk}/offer/", {"dossier": wei.pk, "reason": "是我表弟"})
    assert "自己想干" in Assignment.objects.get().reasons["reasons"]
    assert "是我表弟" not in Assignment.objects.get().reasons["reasons"]


def test_rules_of_rest_and_hours_warn_on_the_board_and_do_not_block(house: House, mo: Client) -> None:
    wei = factories.dossier(house)
    offers.offer(factories.verified(house, start=6, length=6), wei, by=house.mo)
    late = factories.verified(house, start=13, length=6)
    assert "劳动法第四十一条" in mo.get(board(late)).content.decode()
    answer = mo.post(f"/desk/board/shifts/{late.pk}/offer/", {"dossier": wei.pk}, follow=True).content.decode()
    assert "这一天加起来超过 11 小时" in answer
    assert Assignment.objects.filter(shift=late, state=State.OFFERED).count() == 1


def test_one_ordinary_offer_warns_of_nothing(house: House, mo: Client, shift: Shift) -> None:
    path = f"/desk/board/shifts/{shift.pk}/offer/"
    answer = mo.post(path, {"dossier": factories.dossier(house).pk}, follow=True).content.decode()
    assert "小时" not in answer.split("<main")[1].split('class="cols"')[0]


def test_somebody_else_is_put_in_a_seat_and_the_first_one_is_told(house: House, mo: Client, shift: Shift) -> None:
    wei, qin = factories.dossier(house), factories.dossier(house, "覃海")
    held = offers.offer(shift, wei, by=house.mo)
    assert "换掉 韦建国" in mo.get(f"{board(shift)}&replace={held.pk}").content.decode()
    path = f"/desk/board/shifts/{shift.pk}/offer/"
    assert mo.post(path, {"dossier": qin.pk, "replaces": held.pk, "note": ""}).status_code == 409
    mo.post(path, {"dossier": qin.pk, "replaces": held.pk, "note": "早上没来"})
    held.refresh_from_db()
    assert (held.state, Assignment.objects.get(dossier=qin).replaces) == (State.REPLACED, held)
    news = CallTask.objects.get(about=f"news:{held.pk}")
    assert "不用去了" in mo.get("/desk/calls/").content.decode()
    assert mo.post(f"/desk/calls/{news.pk}/", {"answer": "yes"}).status_code == 404
    mo.post(f"/desk/calls/{news.pk}/", {"answer": "told"})
    news.refresh_from_db()
    assert news.state == CallState.DONE


def test_a_name_is_put_down_at_the_counter_by_file_number(house: House, mo: Client, shift: Shift) -> None:
    wei = factories.dossier(house)
    path = f"/desk/board/shifts/{shift.pk}/apply/"
    assert mo.post(path, {"number": "Y-9999"}).status_code == 409
    mo.post(path, {"number": wei.number.lower()})
    row = Assignment.objects.get()
    assert (row.dossier, row.state, row.channel) == (wei, State.APPLIED, "desk")


def test_the_desk_writes_down_everything_for_one_without_a_phone(house: House, mo: Client, shift: Shift) -> None:
    """Called, there, hours of both, pay too low, his word: one person after another, no other account."""
    row = offers.offer(shift, factories.dossier(house), by=house.mo)
    offers.accept(row, by=house.mo)
    act = f"/desk/assignments/{row.pk}/"
    assert mo.post(f"{act}arrive/").status_code == 409
    with time_machine.travel(shift.starts_at):
        mo = signed_in("mo")
        for path, said in (
            (f"{act}arrive/", {}),
            (f"{act}hours/", {"hours": "7.5", "side": "both"}),
            (f"{act}rate/", {"face": "2"}),
        ):
            assert mo.post(path, said).status_code == 302
        wage = WageRecord.objects.get()
        mo.post(f"/desk/wages/{wage.pk}/pay/", {"yuan": "168.75"})
        mo.post(f"/desk/wages/{wage.pk}/dispute/", {"note": "少算了半小时"})
    wage.refresh_from_db()
    assert (wage.minutes, wage.paid_fen, wage.state) == (450, 16875, WageState.DISPUTED)
    assert [(rating.side, rating.face) for rating in Rating.objects.all()] == [("worker", 2)]


@pytest.mark.parametrize(
    ("act", "said", "party"),
    [("decline", {"reason": "health"}, Party.WORKER), ("cancel", {"note": "下大雨"}, Party.STATION)],
)
def test_giving_up_and_taking_back_at_the_desk(
    house: House, mo: Client, shift: Shift, act: str, said: dict[str, str], party: Party
) -> None:
    row = offers.offer(shift, factories.dossier(house), by=house.mo)
    offers.accept(row, by=house.mo)
    assert mo.post(f"/desk/assignments/{row.pk}/{act}/").status_code == 409
    mo.post(f"/desk/assignments/{row.pk}/{act}/", said)
    row.refresh_from_db()
    assert (row.state, row.ended_by) == (State.CANCELLED, party)


def test_what_runs_out_soon_stands_in_the_queue(house: House, mo: Client) -> None:
    far = timezone.localdate() + timedelta(days=9)
    row = factories.verified(house, day=far, valid_until=far).posting
    Posting.objects.filter(pk=row.pk).update(verified_until=timezone.now() + timedelta(hours=5))
    assert "快到期" not in mo.get("/desk/verify/").content.decode()
    Posting.objects.filter(pk=row.pk).update(warned_at=timezone.now())
    assert "快到期" in mo.get("/desk/verify/").content.decode()
    assert "核实快到期了" in mo.get(f"/desk/postings/{row.pk}/").content.decode()


def test_rows_of_another_market_cannot_be_acted_on(house: House, other_house: House, shift: Shift) -> None:
    row = offers.offer(shift, factories.dossier(house), by=house.mo)
    huang = signed_in("huang-mo")
    paths = [
        f"/desk/postings/{shift.posting_id}/edit/",
        f"/desk/postings/{shift.posting_id}/claim/",
        f"/desk/shifts/{shift.pk}/cancel/",
        f"/desk/employers/{shift.posting.employer_id}/contact/",
        f"/desk/board/shifts/{shift.pk}/apply/",
        f"/desk/assignments/{row.pk}/cancel/",
    ]
    assert [huang.post(path, {"reason": "x", "note": "x"}).status_code for path in paths] == [404] * len(paths)
