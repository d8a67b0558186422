"""An employer's program: his demand, who comes, who came; another's is not there."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from gongqiao.foundation import clock
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.postings.models import Posting
from gongqiao.services.placement.actions import offers
from tests import factories
from tests.api.given import Api, boss_post, key, secret
from tests.factories import House

pytestmark = pytest.mark.data


@pytest.fixture
def firm(house: House) -> Employer:
    return factories.employer(house)


@pytest.fixture
def api(house: House, firm: Employer) -> Api:
    return Api(secret(boss_post(house, firm)))


def wanted(house: House, **facts: Any) -> dict[str, Any]:
    day = timezone.localdate(clock.now(), house.market.tz) + timedelta(days=1)
    begins = datetime.combine(day, time(8), house.market.tz)
    start: dict[str, Any] = {
        "trade": "loader",
        "title": "家电卸车",
        "content": "把冰箱、洗衣机从车上搬到仓库，两人一台。",
        "pay_unit": "day",
        "pay_fen": 18000,
        "pay_when": "same_day",
        "community": factories.JIANPAN,
        "place": "箭盘路 1 号仓库",
        "meeting_point": "仓库大门",
        "valid_until": (day + timedelta(days=7)).isoformat(),
        "shifts": [
            {"starts_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=8)).isoformat(), "headcount": 3}
        ],
    }
    return {**start, **facts}


def test_asking_for_hands_waits_for_a_specialist(house: House, firm: Employer, api: Api) -> None:
    made = api.post("/postings", wanted(house))
    row = Posting.objects.get()
    assert (made.status_code, made.json()["state"], made.json()["id"]) == (201, "submitted", row.pk)
    assert (row.employer, row.pay_fen, row.shifts.get().headcount) == (firm, 18000, 3)
    assert api.get("/postings").json()["items"] == [made.json()]
    assert api.get(f"/postings/{row.pk}").json() == made.json()


def test_the_same_key_posts_once(house: House, api: Api) -> None:
    said = wanted(house)
    first, again = (api.post("/postings", said, **key("k")) for _each in range(2))
    other = api.post("/postings", wanted(house, title="另一样"), **key("k"))
    assert (first.json(), again["Idempotency-Replayed"], other.status_code) == (again.json(), "true", 409)
    assert Posting.objects.count() == 1


def test_what_the_law_forbids_is_refused_and_nothing_is_kept(house: House, api: Api) -> None:
    done = api.post("/postings", wanted(house, conditions="只要男的，交押金 200 元"))
    assert (done.status_code, done.json()["code"], Posting.objects.count()) == (409, "refused", 0)


def test_a_draft_is_sent_later_and_closed(house: House, api: Api) -> None:
    made = api.post("/postings", wanted(house, submit=False)).json()
    assert made["state"] == "draft"
    assert api.post(f"/postings/{made['id']}/submission").json()["state"] == "submitted"
    assert api.post(f"/postings/{made['id']}/closing", {"reason": "不用了"}).json()["state"] == "closed"
    assert api.post(f"/postings/{made['id']}/closing", {"reason": "不用了"}).status_code == 409


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({"trade": "nonsense"}, 409),
        ({"certificates": ["nonsense"]}, 409),
        ({"community": "999999999999"}, 409),
        ({"valid_until": "9999-12-31"}, 409),
        ({"pay_fen": "18000"}, 422),
        ({"pay_fen": 10_000_001}, 422),
        ({"pay_fen": -1}, 422),
        ({"pay_unit": "week"}, 422),
        ({"title": ""}, 422),
        ({"title": "a\x00b"}, 422),
        ({"title": "\ud800"}, 422),
        ({"title": "字" * 61}, 422),
        ({"shifts": []}, 422),
        ({"wage": 5}, 422),
        ({"submit": "yes"}, 422),
        ({"valid_until": "2026-02-30"}, 422),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(house: House, api: Api, facts: Any, status: int) -> None:
    done = api.post("/postings", wanted(house, **facts))
    assert (done.status_code, done["Content-Type"]) == (status, "application/problem+json")
    assert Posting.objects.count() == 0


@pytest.mark.parametrize(
    ("shift", "status"),
    [
        ({"starts_at": "9999-12-31T23:59:59+00:00"}, 409),
        ({"ends_at": "0001-01-01T00:00:00+14:00"}, 409),
        ({"starts_at": "2026-11-27T08:00:00"}, 422),
        ({"headcount": 501}, 422),
        ({"headcount": True}, 422),
        ({"at_least": 4}, 409),
        ({"break_minutes": 480}, 409),
    ],
)
def test_a_shift_that_cannot_be_is_none(house: House, api: Api, shift: Any, status: int) -> None:
    said = wanted(house)
    said["shifts"][0] |= shift
    assert api.post("/postings", said).status_code == status
    assert Posting.objects.count() == 0


def test_who_comes_is_told_as_far_as_both_agreed(house: House, firm: Employer, api: Api) -> None:
    shift = factories.verified(house, firm, headcount=3)
    wei = factories.dossier(house, "韦建国", phone="15400001234")
    row = offers.offer(shift, wei, by=house.mo)
    offers.apply(shift, factories.dossier(house, "陆大海"), by=house.mo)  # only put his name down: not theirs to see
    way = f"/postings/{shift.posting_id}/arrivals"
    (asked,) = api.get(way).json()["items"]
    offers.accept(row, by=house.mo)
    (agreed,) = api.get(way).json()["items"]
    assert [(each["name"], each["phone"]) for each in (asked, agreed)] == [("韦师傅", ""), ("韦建国", "15400001234")]
    assert wei.person.identity not in str(agreed)


def test_settled_and_arrived(house: House, firm: Employer, api: Api) -> None:
    shift = factories.verified(house, firm)
    row = offers.offer(shift, factories.dossier(house), by=house.mo)
    offers.accept(row, by=house.mo)
    assert api.post(f"/arrivals/{row.pk}", {"what": "confirmed"}).json()["state"] == "confirmed"
    with clock.held_at(shift.starts_at):
        token = Api(api.headers["Authorization"].split()[1])
        arrived = [token.post(f"/arrivals/{row.pk}", {"what": "arrived"}, **key("a")) for _each in range(2)]
    assert [each.status_code for each in arrived] == [200, 200]
    assert arrived[0].json()["state"] == arrived[1].json()["state"] == "on_site"


def test_another_employers_demand_is_not_there(house: House, api: Api) -> None:
    shift = factories.verified(house, factories.employer(house, "陆记米粉"))
    row = offers.offer(shift, factories.dossier(house), by=house.mo)
    pk = shift.posting_id
    asked = [
        api.get(f"/postings/{pk}"),
        api.get(f"/postings/{pk}/arrivals"),
        api.post(f"/postings/{pk}/submission"),
        api.post(f"/postings/{pk}/closing", {"reason": "x"}),
        api.post(f"/arrivals/{row.pk}", {"what": "confirmed"}),
    ]
    assert [each.status_code for each in asked] == [404] * 5
    assert api.get("/postings").json()["items"] == []
    shift.posting.refresh_from_db()
    assert shift.posting.state == "open"
