"""What nobody should type, typed everywhere: an answer in words, never a fault, on both databases."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from gongqiao.foundation.notify.models import Message
from gongqiao.foundation.organisations.roles import Role
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.postings.models import Posting
from tests import factories
from tests.conftest import signed_in
from tests.factories import House
from tests.web.world import World, routes, world

WRITTEN = (
    *("answer", "again", "amount", "contact", "day", "decline", "dossier", "evidence", "face", "field", "first"),
    *("headcount", "hours", "into", "kind", "last", "method", "more", "name", "next", "note", "number", "page"),
    *("phone", "post", "purpose", "q", "quality", "reason", "replaces", "show", "side", "source", "spare", "state"),
    *("token", "trade", "until", "yuan"),
    *("about_words", "category", "changed_on", "channel", "code", "contact_name", "contact_phone", "did", "drop"),
    *("employer", "entry", "file_no", "key", "list", "month", "offer", "outcome", "said", "said_on", "staff", "text"),
    *("ticket", "tickets", "yes"),
)
HOSTILE = ["²", "9" * 5000, "字" * 500, "a\x00b", "9999-12-31"]
SITES = ("desk", "employer", "worker", "public", "door")


def _who(name: str) -> Role:
    return {"worker": Role.WORKER, "employer": Role.EMPLOYER}.get(name.partition(":")[0], Role.MANAGER)


@pytest.mark.data
@pytest.mark.parametrize("typed", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_no_address_breaks_on_what_is_typed(house: House, typed: str) -> None:
    place: World = world(house)
    clients = {role: place.client(role) for role in (Role.MANAGER, Role.EMPLOYER, Role.WORKER)}
    said = dict.fromkeys(WRITTEN, typed)
    asked = {name: text for name, text in said.items() if len(text) < 100}
    broken = []
    for route in routes():
        if route.name.partition(":")[0] not in SITES or route.name == "door:sign-out":
            continue
        client = clients[_who(route.name)]
        for path in route.paths(house.market.code, place.rows):
            answers = (client.get(path, asked).status_code, client.post(path, said).status_code)
            if max(answers) >= 500:
                broken.append((path, answers))
    assert broken == []


@pytest.mark.parametrize("day", ["2026-02-30", "0001-01-01", "9999-12-31", "morgen", "２０２６"])
@pytest.mark.parametrize("path", ["/desk/board/", "/desk/attendance/", "/desk/sheets/", "/desk/sheets/day/report/"])
def test_a_day_that_is_none_is_refused_in_words(house: House, path: str, day: str) -> None:
    answer = signed_in("mo").get(path, {"day": day})
    assert (answer.status_code, f"“{day}”不是能用的日期" in answer.content.decode()) == (409, True)


def test_the_way_back_is_an_address_of_ours_or_none(house: House) -> None:
    said = [
        Client().post("/language/", {"language": "en", "next": to})["Location"] for to in ("/m/yufeng/", "x", "-1", "")
    ]
    assert said == ["/m/yufeng/", "/", "/", "/"]


def test_figures_of_any_width_find_the_file(house: House) -> None:
    row = factories.dossier(house)
    desk, number = signed_in("zhou"), str(row.file_no)
    wide = number.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    found = [row.number in desk.get("/desk/dossiers/", {"q": text}).content.decode() for text in (number, wide, "²")]
    assert found == [True, True, False]


# --- days and amounts out of reach


def _wish(firm: Employer, **other: str) -> dict[str, str]:
    tomorrow = timezone.localdate() + timedelta(days=1)
    start = {
        "employer": str(firm.pk),
        "trade": "loader",
        "title": "卸车",
        "content": "把纸箱从车上搬到仓库。",
        "headcount": "2",
        "day": tomorrow.isoformat(),
        "hours_from": "08:00",
        "hours_to": "17:00",
        "hours_break": "60",
        "pay": "180",
        "pay_unit": "day",
        "region_id": factories.JIANPAN,
        "meeting_point": "大门",
    }
    return {**start, **other}


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"pay": "100000.01"}, "工钱最多写 100000 元"),
        ({"pay": "9" * 5000}, "金额超过一亿元"),
        ({"day": "0001-01-01"}, "年份不对"),
        ({"day": "9999-12-31"}, "年份不对"),
        ({"valid_until": "9999-12-31"}, "年份不对"),
        ({"day": "2020-05-01"}, "这一天已经过去了"),
    ],
)
def test_a_wish_out_of_reach_is_refused_and_nothing_is_kept(house: House, other: dict[str, str], says: str) -> None:
    firm = factories.employer(house)
    answer = signed_in("luo").post("/desk/postings/new/", _wish(firm, **other))
    assert (answer.status_code, says in answer.content.decode(), Posting.objects.count()) == (422, True, 0)


def test_a_wish_in_reach_is_kept(house: House) -> None:
    answer = signed_in("luo").post("/desk/postings/new/", _wish(factories.employer(house), pay="100000"))
    assert (answer.status_code, Posting.objects.get().pay_fen) == (302, 10_000_000)


def test_an_amount_stands_in_its_field_to_the_last_fen(house: House) -> None:
    row = factories.posting(house, pay_fen=1_234_567)
    assert 'value="12345.67"' in signed_in("mo").get(f"/desk/postings/{row.pk}/edit/").content.decode()


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"birth": "9999-12-31"}, "出生日期不对"),
        ({"birth": "1850-01-01"}, "出生日期不对"),
        ({"pay_floor": "99999999"}, "每小时的最低工钱最多写 1000 元"),
        ({"name": "\u202e国建韦"}, "姓名里有看不见的符号"),
    ],
)
def test_a_walk_in_out_of_reach_is_refused_and_nothing_is_kept(house: House, other: dict[str, str], says: str) -> None:
    who = {"name": "韦建国", "birth": "1980-02-29", "channel": "none", **other}
    answer = signed_in("zhou").post("/desk/register/", who)
    assert (answer.status_code, says in answer.content.decode(), Dossier.objects.count()) == (422, True, 0)


# --- the first hours of our day are yesterday in UTC


def test_who_registered_before_eight_gets_his_code_at_once(house: House) -> None:
    morning = datetime.combine(timezone.localdate() + timedelta(days=1), time(5, 0), house.market.tz)
    with time_machine.travel(morning, tick=False) as now:
        factories.dossier(house, phone="15400000001")
        now.shift(timedelta(minutes=10))
        Client().post("/sign-in/code/", {"phone": "15400000001"})
    assert Message.objects.filter(about="sign-in").count() == 1


def test_the_code_of_a_family_phone_is_sent_to_one_who_has_a_post(house: House) -> None:
    gone = factories.dossier(house, "韦老大", phone="15400000001")
    wei = factories.dossier(house, "韦老二", phone="15400000001")
    gone.person.memberships.update(withdrawn_at=datetime.now(UTC))
    Client().post("/sign-in/code/", {"phone": "15400000001"})
    assert [row.person for row in Message.objects.filter(about="sign-in")] == [wei.person]


def test_a_day_in_reach_opens_the_board(house: House) -> None:
    assert signed_in("mo").get("/desk/board/", {"day": date(2100, 12, 31).isoformat()}).status_code == 200
