"""A worker's program: look, apply, withdraw, answer, my work, my history, my file, my switch."""

from typing import Any

import pytest

from gongqiao.foundation import clock
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.tokens.models import Answered
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.placement.actions import attendance, offers, wages
from gongqiao.services.placement.enums import Side, State
from gongqiao.services.placement.models import Assignment
from tests import factories
from tests.api.given import Api, boss_post, key, secret, worker_post
from tests.factories import House

pytestmark = pytest.mark.data


@pytest.fixture
def wei(house: House) -> Dossier:
    return factories.dossier(house, "韦建国", phone="15400001234")


@pytest.fixture
def api(wei: Dossier) -> Api:
    return Api(secret(worker_post(wei)))


def worked(house: House, wei: Dossier, *, paid: bool = True) -> Assignment:
    row = offers.offer(factories.verified(house), wei, by=house.mo)
    offers.accept(row, by=house.mo)
    with clock.held_at(row.starts_at):
        attendance.arrive(row, by=house.mo)
        attendance.record_hours(row, 480, Side.WORKER, by=house.mo)
        wage = attendance.record_hours(row, 480, Side.EMPLOYER, by=house.mo)
        if paid and wage is not None:
            wages.pay(wage, wage.due_fen, by=house.mo)
    return row


def test_who_i_am(house: House, wei: Dossier, api: Api) -> None:
    told = {"name": "韦建国", "number": wei.number, "market": "yufeng", "personalised": True}
    assert api.get("/me").json() == told


def test_applying_is_one_application_however_often(house: House, wei: Dossier, api: Api) -> None:
    shift = factories.verified(house)
    way = f"/shifts/{shift.pk}/applications"
    first, again, other = api.post(way, **key("a")), api.post(way, **key("a")), api.post(way)
    assert [each.status_code for each in (first, again, other)] == [201, 201, 200]
    assert first.json() == again.json() == other.json()
    assert (again["Idempotency-Replayed"], first.json()["state"]) == ("true", "applied")
    row = Assignment.objects.get()
    assert (row.dossier, row.channel) == (wei, "self")
    assert AuditEvent.objects.filter(action="assignment.applied").count() == 1


def test_a_key_is_for_one_request(house: House, api: Api) -> None:
    one, two = factories.verified(house), factories.verified(house, start=17, length=3)
    api.post(f"/shifts/{one.pk}/applications", **key("a"))
    wrong = api.post(f"/shifts/{two.pk}/applications", **key("a"))
    assert (wrong.status_code, wrong.json()["code"], Assignment.objects.count()) == (409, "key_reused", 1)


def test_with_no_seat_left_he_waits(house: House, api: Api) -> None:
    shift = factories.verified(house, headcount=1)
    offers.offer(shift, factories.dossier(house, "陆大海"), by=house.mo)
    assert api.post(f"/shifts/{shift.pk}/applications").json()["state"] == "waitlisted"


def test_what_the_rules_refuse_is_said_and_nothing_is_kept(house: House, api: Api) -> None:
    shift = factories.verified(house, trade="electrician")
    done = api.post(f"/shifts/{shift.pk}/applications", **key("a"))
    assert (done.status_code, done.json()["code"]) == (409, "refused")
    assert (Assignment.objects.count(), Answered.objects.count()) == (0, 0)


def test_withdrawing_keeps_the_reason(house: House, api: Api) -> None:
    shift = factories.verified(house)
    way = f"/shifts/{shift.pk}/applications"
    assert api.delete(way).status_code == 404
    api.post(way)
    gone = api.delete(f"{way}?reason=far")
    assert (gone.status_code, gone.json()["state"]) == (200, "declined")
    assert Assignment.objects.get().decline == "far"
    assert api.delete(way).status_code == 404


def test_an_offer_is_answered(house: House, wei: Dossier, api: Api) -> None:
    yes = offers.offer(factories.verified(house), wei, by=house.mo)
    no = offers.offer(factories.verified(house, start=17, length=3), wei, by=house.mo)
    assert api.post(f"/me/answers/{yes.pk}", {"go": True}).json()["state"] == "accepted"
    unsaid = api.post(f"/me/answers/{no.pk}", {"go": False})
    assert (unsaid.status_code, unsaid.json()["code"]) == (409, "refused")
    assert api.post(f"/me/answers/{no.pk}", {"go": False, "reason": "pay"}).json()["state"] == "declined"
    assert api.post(f"/me/answers/{no.pk}", {"go": True}).status_code == 409


def test_my_work_is_paged_newest_first(house: House, wei: Dossier, api: Api) -> None:
    made = [offers.offer(factories.verified(house, start=6 + 4 * n, length=3), wei, by=house.mo).pk for n in range(3)]
    first = api.get("/me/work?limit=2").json()
    last = api.get(f"/me/work?limit=2&cursor={first['next']}").json()
    assert [row["id"] for row in first["items"] + last["items"]] == made[::-1]
    assert last["next"] == ""
    assert first["items"][0]["shift"]["verified_by"] == "莫专员"


def test_history_says_what_was_verified_by_whom(house: House, wei: Dossier, api: Api) -> None:
    row = worked(house, wei)
    offers.offer(factories.verified(house, start=20, length=3), wei, by=house.mo)  # not worked: no history
    told = api.get("/me/work-history").json()
    firm = row.shift.posting.employer.short_name
    (one,) = told["items"]
    assert (told["worker"]["name"], one["id"], one["state"]) == ("韦建国", row.pk, "done")
    assert (one["minutes_said_by_worker"], one["minutes_said_by_employer"]) == (480, 480)
    assert [(each["what"], each["by"]) for each in one["verified"]] == [
        ("posting", "莫专员"),
        ("hours", firm),
        ("wage", firm),
    ]
    assert (one["wage"]["state"], one["wage"]["paid_fen"], one["wage"]["due_fen"]) == ("paid", 18000, 18000)


def test_my_file_comes_whole(house: House, wei: Dossier, api: Api) -> None:
    told = api.get("/me/data").json()
    assert (told["phone"], len(told["identity_last4"]), told["skills"][0]["trade"]) == ("15400001234", 4, "loader")
    assert {row["field"] for row in told["values"]} >= {"birth", "phone"}
    assert all(row["by"] == "周社工" for row in told["values"])
    assert wei.person.identity not in str(told)


def test_the_switch_obeys_at_once_and_a_repeat_writes_nothing(house: House, wei: Dossier, api: Api) -> None:
    told = [api.put("/me/personalisation", {"on": on}).json() for on in (False, False)]
    assert told == [{"personalised": False}] * 2
    assert api.get("/me").json()["personalised"] is False
    assert AuditEvent.objects.filter(action="dossier.personalised").count() == 1


def test_another_workers_rows_are_not_there(house: House, wei: Dossier, api: Api) -> None:
    lu = factories.dossier(house, "陆大海")
    row = offers.offer(factories.verified(house), lu, by=house.mo)
    asked: list[Any] = [
        api.post(f"/me/answers/{row.pk}", {"go": True}),
        api.delete(f"/shifts/{row.shift_id}/applications"),
    ]
    assert [each.status_code for each in asked] == [404, 404]
    assert api.get("/me/work").json()["items"] == []
    row.refresh_from_db()
    assert row.state == State.OFFERED


def test_an_employers_token_is_for_none_of_this(house: House) -> None:
    boss = Api(secret(boss_post(house, factories.employer(house))))
    shift = factories.verified(house)
    for done in (boss.get("/me"), boss.get("/me/work"), boss.post(f"/shifts/{shift.pk}/applications")):
        assert (done.status_code, done.json()["code"]) == (403, "scope")
