"""The employer's pages: six answers, the same again, who comes, taking back, rating; only his own."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from gongqiao.foundation.markets.enums import AttendanceWording
from gongqiao.foundation.markets.models import Market
from gongqiao.needs.employers import actions as employers
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.postings.enums import PostingState
from gongqiao.needs.postings.models import Posting, Shift
from gongqiao.needs.postings.templates_data import MOST_QUESTIONS, templates
from gongqiao.services.placement.actions import attendance, offers
from gongqiao.services.placement.enums import Party, Side, State
from gongqiao.services.placement.models import Assignment, Rating, WageRecord
from gongqiao.web.employer.forms import FastPostForm
from tests import factories
from tests.conftest import signed_in
from tests.factories import House

TOMORROW = timedelta(days=1)


@pytest.fixture
def firm(house: House) -> Employer:
    made = factories.employer(house, "覃记螺蛳粉")
    employers.give_account(made, name="覃老板", phone="", by=house.mo, username="qin", password=factories.PASSWORD)
    return made


@pytest.fixture
def boss(firm: Employer) -> Client:
    return signed_in("qin")


@pytest.fixture
def agreed(house: House, firm: Employer) -> Assignment:
    row = offers.offer(factories.verified(house, firm), factories.dossier(house), by=house.mo)
    offers.accept(row, by=house.mo)
    return row


def answers(**changed: str) -> dict[str, str]:
    day = timezone.localdate() + TOMORROW
    hours = {"hours_from": "22:00", "hours_to": "06:00", "hours_break": "30"}
    said = {"trade": "loader", "headcount": "2", "day": day.isoformat(), **hours, "pay": "180"}
    return {**said, "place": "粉店后门", "pay_when": "next_day", **changed}


def test_every_trade_is_posted_with_at_most_six_answers(house: House, firm: Employer) -> None:
    for template in templates().values():
        form = FastPostForm(employer=firm, template=template)
        asked = [name for name, field in form.fields.items() if field.required]
        assert asked == [question.key for question in template.questions]
        assert len(asked) <= MOST_QUESTIONS


def test_six_answers_make_a_posting_that_waits_for_verification(boss: Client, firm: Employer) -> None:
    assert boss.post("/employer/post/", answers()).status_code == 302
    row, shift = Posting.objects.get(), Shift.objects.get()
    assert (row.state, row.employer, row.pay_fen, row.pay_when) == (PostingState.SUBMITTED, firm, 18000, "next_day")
    assert (row.meals, row.travel, row.insurance) == ("", "", "")
    assert (shift.ends_at - shift.starts_at, shift.break_minutes) == (timedelta(hours=8), 30)


def test_many_days_are_one_posting(boss: Client) -> None:
    last = timezone.localdate() + timedelta(days=3)
    boss.post("/employer/post/", answers(until=last.isoformat()))
    assert (Shift.objects.count(), Posting.objects.get().valid_until) == (3, last)


def test_a_draft_is_kept_and_sent_later(boss: Client) -> None:
    boss.post("/employer/post/", answers(draft="1"))
    row = Posting.objects.get()
    assert row.state == PostingState.DRAFT
    boss.post(f"/employer/postings/{row.pk}/submit/")
    row.refresh_from_db()
    assert row.state == PostingState.SUBMITTED


@pytest.mark.parametrize("missing", ["headcount", "day", "hours_from", "pay", "place", "pay_when"])
def test_an_answer_left_out_is_asked_for(boss: Client, missing: str) -> None:
    assert boss.post("/employer/post/", answers(**{missing: ""})).status_code == 422
    assert Posting.objects.count() == 0


def test_the_same_again_in_one_press(house: House, boss: Client, firm: Employer) -> None:
    first = factories.verified(house, firm)
    day = timezone.localdate() + timedelta(days=4)
    boss.post(f"/employer/postings/{first.posting_id}/repeat/", {"day": day.isoformat()})
    again = Posting.objects.exclude(pk=first.posting_id).get()
    assert (again.state, timezone.localdate(again.shifts.get().starts_at)) == (PostingState.SUBMITTED, day)


def test_he_sees_names_of_those_who_agreed_only(house: House, boss: Client, agreed: Assignment) -> None:
    asked = offers.offer(agreed.shift, factories.dossier(house, "覃海生"), by=house.mo)
    page = boss.get("/employer/").content.decode()
    assert "韦建国" in page
    assert "覃海生" not in page
    assert asked.person.polite_name in page


def test_he_confirms_sends_home_and_gives_a_reason(boss: Client, agreed: Assignment) -> None:
    boss.post(f"/employer/assignments/{agreed.pk}/confirm/")
    agreed.refresh_from_db()
    assert agreed.state == State.CONFIRMED
    assert boss.post(f"/employer/assignments/{agreed.pk}/cancel/", {"note": ""}).status_code == 409
    boss.post(f"/employer/assignments/{agreed.pk}/cancel/", {"note": "货没到"})
    agreed.refresh_from_db()
    assert (agreed.state, agreed.ended_by) == (State.CANCELLED, Party.EMPLOYER)


def test_fewer_hands_stay_open_and_more_go_back(house: House, boss: Client, firm: Employer) -> None:
    shift = factories.verified(house, firm)
    for headcount, state in (("1", PostingState.OPEN), ("4", PostingState.SUBMITTED)):
        boss.post(f"/employer/shifts/{shift.pk}/headcount/", {"headcount": headcount})
        assert Posting.objects.get().state == state
    assert boss.post(f"/employer/shifts/{shift.pk}/headcount/", {"headcount": "viele"}).status_code == 409


def test_his_minimum_is_his_to_change_and_a_higher_one_goes_back(house: House, boss: Client, firm: Employer) -> None:
    shift = factories.verified(house, firm, headcount=4, at_least=2)
    for at_least, state in (("1", PostingState.OPEN), ("3", PostingState.SUBMITTED)):
        boss.post(f"/employer/shifts/{shift.pk}/at-least/", {"at_least": at_least})
        assert Posting.objects.get().state == state
    assert boss.post(f"/employer/shifts/{shift.pk}/at-least/", {"at_least": "5"}).status_code == 409
    assert "少于 3 人不开工" in boss.get("/employer/").content.decode()


def test_another_employers_rows_do_not_exist_for_him(house: House, boss: Client, agreed: Assignment) -> None:
    other = factories.verified(house)
    theirs = offers.offer(other, factories.dossier(house, "覃海"), by=house.mo)
    paths = [
        f"/employer/postings/{other.posting_id}/close/",
        f"/employer/postings/{other.posting_id}/repeat/",
        f"/employer/shifts/{other.pk}/cancel/",
        f"/employer/assignments/{theirs.pk}/arrive/",
    ]
    assert [boss.post(path, {"reason": "x", "day": "2030-01-01"}).status_code for path in paths] == [404] * 4


@pytest.mark.parametrize("wording", AttendanceWording)
def test_being_there_is_called_as_the_market_says(
    house: House, boss: Client, agreed: Assignment, wording: AttendanceWording
) -> None:
    Market.objects.filter(pk=house.market.pk).update(attendance_wording=wording)
    button = f'<button class="btn small">{wording.label}</button>'
    day = timezone.localdate(agreed.starts_at).isoformat()
    assert button in boss.get("/employer/").content.decode()
    assert button in signed_in("mo").get(f"/desk/attendance/?day={day}").content.decode()


def test_both_rate_and_neither_sees_the_others_word_first(house: House, boss: Client, agreed: Assignment) -> None:
    with time_machine.travel(agreed.starts_at):
        attendance.arrive(agreed, by=house.mo)
        for side in Side:
            attendance.record_hours(agreed, 480, side, by=house.mo)
    scores = {"quality": "5", "reliability": "4", "clarity": "3", "attitude": "2"}
    mo, path = signed_in("mo"), f"/desk/assignments/{agreed.pk}/rate/"
    mo.post(path, {"face": "4"})
    assert "零工评您" not in boss.get("/employer/").content.decode()
    assert boss.post(f"/employer/assignments/{agreed.pk}/rate/", {**scores, "clarity": ""}).status_code == 409
    boss.post(f"/employer/assignments/{agreed.pk}/rate/", scores)
    assert "零工评您：好" in boss.get("/employer/").content.decode()
    assert [(r.side, r.face, r.clarity) for r in Rating.objects.order_by("side")] == [
        ("employer", None, 3),
        ("worker", 4, None),
    ]


def test_pieces_are_counted_before_they_are_paid(house: House, boss: Client, firm: Employer) -> None:
    shift = factories.verified(house, firm, pay_unit="piece", pay_fen=50)
    row = offers.offer(shift, factories.dossier(house), by=house.mo)
    offers.accept(row, by=house.mo)
    with time_machine.travel(row.starts_at):
        attendance.arrive(row, by=house.mo)
        for side in Side:
            attendance.record_hours(row, 480, side, by=house.mo)
    wage = WageRecord.objects.get()
    assert wage.due_fen == 0
    assert boss.post(f"/employer/wages/{wage.pk}/count/", {"yuan": "120", "note": ""}).status_code == 409
    boss.post(f"/employer/wages/{wage.pk}/count/", {"yuan": "120", "note": "240 件"})
    wage.refresh_from_db()
    assert (wage.due_fen, wage.note) == (12000, "240 件")


def test_the_hint_on_subsidies_is_the_same_whoever_comes(house: House, firm: Employer, boss: Client) -> None:
    def hint() -> str:
        page = boss.get("/employer/").content.decode()
        return page[
            page.index("招残疾人、就业困难的人") : page.index("</details>", page.index("招残疾人、就业困难的人"))
        ]

    before = hint()
    shift = factories.verified(house, firm)
    offers.accept(offers.offer(shift, factories.dossier(house), by=house.mo), by=house.mo)
    assert (hint(), "就业促进法第十七条" in before, "残疾人就业条例第八条" in before) == (before, True, True)
