"""Checking in by the square on the screen, at the desk's field, at the kiosk; and what is refused."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django_scopes import scope

from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.needs.dossiers import cards
from gongqiao.needs.feedback.models import Ticket
from gongqiao.services.hall import tokens
from gongqiao.services.hall.models import Number
from gongqiao.services.placement.actions import offers
from gongqiao.services.placement.models import Assignment, QueueTicket
from tests import factories
from tests.conftest import signed_in
from tests.factories import House
from tests.services.hall import given

PHONE = "15400001234"


def scanned(client: Client, house: House, after: timedelta = timedelta(0)) -> str:
    """The mark of the page that the square opens, so long after it was read; empty when it opens none."""
    moment = given.at(house, 5)
    token = tokens.token(house.market, moment)
    with time_machine.travel(moment + after, tick=False):
        page = client.get("/m/yufeng/here/", {"t": token}).content.decode()
    found = re.search(r'name="mark" value="([^"]+)"', page)
    assert found or "这个码过时了" in page
    return found[1] if found else ""


def check_in(client: Client, house: House, who: str, mark: str, minutes: int = 1, **more: str) -> tuple[int, str]:
    with time_machine.travel(given.at(house, 5, minutes), tick=False):
        answer = client.post("/m/yufeng/here/", {"mark": mark, "who": who, **more})
    return answer.status_code, answer.content.decode()


def numbers() -> list[int]:
    return list(QueueTicket.objects.order_by("number").values_list("number", flat=True))


def test_a_phone_in_the_hall_checks_in_with_its_number_and_no_name_shows(house: House) -> None:
    row = factories.dossier(house, "韦建国", phone=PHONE)
    client = Client()
    status, page = check_in(client, house, PHONE, scanned(client, house))
    assert (status, numbers()) == (200, [1])
    assert '<p class="hall-number num">1</p>' in page
    assert "韦" not in page
    event = AuditEvent.objects.get(action="queue.checked_in")
    assert (event.on_behalf_of, event.channel) == (f"people.person:{row.person_id}", "phone")


def test_the_card_in_the_hand_does_as_well_and_twice_is_once(house: House) -> None:
    row = factories.dossier(house)
    client = Client()
    mark = scanned(client, house)
    typed = f"{row.file_no}{cards.check_figures('yufeng', row.file_no)}"
    for who in (typed, cards.card_code(row)):
        assert check_in(client, house, who, mark)[0] == 200
    assert numbers() == [1]


@pytest.mark.parametrize(("seconds", "opens"), [(0, True), (29, True), (59, True), (60, False), (3600, False)])
def test_a_square_opens_the_page_for_two_periods_and_not_from_home(house: House, seconds: int, opens: bool) -> None:
    assert bool(scanned(Client(), house, timedelta(seconds=seconds))) == opens


def test_a_square_of_another_market_or_of_nobody_opens_nothing(house: House, other_house: House) -> None:
    moment = given.at(house, 5)
    with time_machine.travel(moment, tick=False):
        for token in (tokens.token(other_house.market, moment), "", "5-0", "x" * 500, "电"):
            assert "这个码过时了" in Client().get("/m/yufeng/here/", {"t": token}).content.decode()


def test_a_page_kept_open_and_a_made_up_mark_check_nobody_in(house: House, other_house: House) -> None:
    factories.dossier(house, phone=PHONE)
    client = Client()
    mark = scanned(client, house)
    theirs = tokens.opened(other_house.market, given.at(house, 5))
    for wrong, minutes in ((mark, 5), (mark + "x", 1), ("", 1), (theirs, 1)):
        status, page = check_in(client, house, PHONE, wrong, minutes)
        assert (status, "这个码过时了" in page) == (409, True)
    assert numbers() == []


@pytest.mark.parametrize(
    ("who", "says"),
    [("15400009999", "没有登记过"), ("100199", "号码对不上"), ("12", "请输入卡上的号码"), ("", "请输入卡上的号码")],
)
def test_whoever_is_not_known_is_told_what_to_do(house: House, who: str, says: str) -> None:
    factories.dossier(house, phone=PHONE)
    client = Client()
    status, page = check_in(client, house, who, scanned(client, house))
    assert (status, says in page, numbers()) == (422, True, [])


def test_a_family_phone_is_told_apart_by_the_last_four_and_by_no_name(house: House) -> None:
    factories.dossier(house, "韦建国", phone=PHONE)
    son = factories.dossier(house, "韦小军", phone=PHONE)
    client = Client()
    mark = scanned(client, house)
    status, page = check_in(client, house, PHONE, mark)
    assert (status, "几个人一起用" in page, "韦" in page) == (422, True, False)
    assert check_in(client, house, PHONE, mark, last4="0000")[0] == 422
    assert check_in(client, house, PHONE, mark, last4=son.person.identity[-4:])[0] == 200
    assert QueueTicket.objects.get().dossier == son


def test_whoever_is_signed_in_needs_one_tap(house: House) -> None:
    wei = factories.dossier(house, phone=PHONE)
    client = worker()
    mark = scanned(client, house)
    with time_machine.travel(given.at(house, 5, 1), tick=False):
        assert client.post("/m/yufeng/here/", {"mark": mark, "own": "1"}).status_code == 200
    assert QueueTicket.objects.get().dossier == wei


def worker() -> Client:
    client = Client()
    code = accounts.new_code(PHONE, address="test")
    assert client.post("/sign-in/code/use/", {"phone": PHONE, "code": str(code)}).status_code == 302
    return client


def test_a_number_from_the_phone_is_watched_and_given_up(house: House) -> None:
    given.hall(house)
    wei = factories.dossier(house, phone=PHONE)
    client = Client()
    mark = scanned(client, house)
    _status, page = check_in(client, house, PHONE, mark)
    known = re.search(r'name="known" value="([^"]+)"', page)
    assert known
    with time_machine.travel(given.at(house, 5, 1), tick=False):
        first = client.post("/m/yufeng/here/draw/", {"mark": mark, "letter": "A", "known": known[1]})
        again = client.post("/m/yufeng/here/draw/", {"mark": mark, "letter": "A", "known": known[1]})
        assert first["Location"] == again["Location"]
        assert "前面还有 0 位" in client.get(first["Location"]).content.decode()
        client.post(first["Location"])
    number = Number.objects.get()
    assert (number.shown, number.state, number.source, number.dossier) == ("A001", "given_up", "phone", wei)


def test_one_page_draws_only_a_few(house: House) -> None:
    given.hall(house)
    client = Client()
    mark = scanned(client, house)
    with time_machine.travel(given.at(house, 5, 1), tick=False):
        seen = [client.post("/m/yufeng/here/draw/", {"mark": mark, "letter": "A"}).status_code for _each in range(5)]
        late = client.post("/m/yufeng/here/draw/", {"mark": "x", "letter": "A"}).status_code
    assert (seen, late, Number.objects.count()) == ([302, 302, 302, 409, 409], 409, 3)


def test_the_desk_checks_in_by_card_last_four_or_choice_and_is_ready_for_the_next(house: House) -> None:
    wei, lan = factories.dossier(house, "韦建国", phone=PHONE), factories.dossier(house, "蓝大海", phone="15411111234")
    client = signed_in("zhou")
    assert client.post("/desk/arrivals/", {"who": cards.card_code(wei)}).status_code == 302
    page = client.post("/desk/arrivals/", {"who": "1234"}).content.decode()
    assert ("是哪一位" in page, f'value="{lan.pk}"' in page) == (True, True)
    assert client.post("/desk/arrivals/", {"dossier": lan.pk}).status_code == 302
    assert client.post("/desk/arrivals/", {"who": "没有这个人"}).status_code == 422
    assert client.post("/desk/arrivals/", {"who": cards.card_code(wei)[:-1] + "0"}).status_code == 409
    assert [(row.number, row.dossier) for row in QueueTicket.objects.order_by("number")] == [(1, wei), (2, lan)]


# --- the kiosk


@pytest.fixture
def kiosk(house: House) -> Client:
    """A machine that 周社工 has made a kiosk, signed out again."""
    given.hall(house)
    client = signed_in("zhou")
    assert client.post("/desk/windows/machine/kiosk/").status_code == 302
    assert "/sign-in/" in client.get("/desk/")["Location"]
    return client


def at_five(house: House) -> time_machine.travel:
    return time_machine.travel(given.at(house, 5, 1), tick=False)


def test_the_same_page_at_home_checks_nobody_in_and_draws_nothing(house: House) -> None:
    given.hall(house)
    factories.dossier(house, phone=PHONE)
    home = Client()
    with at_five(house):
        for path, said in {
            "here/": {"who": PHONE},
            "draw/": {"letter": "A"},
            "mine/": {"phone": PHONE},
            "help/": {"category": "wages"},
        }.items():
            answer = home.post(f"/m/yufeng/kiosk/{path}", said)
            assert (answer.status_code, "还没有设成自助机" in answer.content.decode()) == (409, True)
    assert (numbers(), Number.objects.count(), Ticket.objects.count()) == ([], 0, 0)


def test_a_mark_of_another_market_or_of_nobody_is_none(house: House, kiosk: Client) -> None:
    kiosk.cookies["kiosk"] = "x"
    assert kiosk.post("/m/yufeng/kiosk/draw/", {"letter": "A"}).status_code == 409


def test_checked_in_at_the_kiosk_draws_and_after_the_wiping_nothing_opens(house: House, kiosk: Client) -> None:
    factories.dossier(house, "韦建国", phone=PHONE)
    with at_five(house):
        first = kiosk.post("/m/yufeng/kiosk/here/", {"who": PHONE})
        page = kiosk.get(first["Location"]).content.decode()
        known = re.search(r'name="known" value="([^"]+)"', page)
        assert known
        assert ('<p class="hall-number num">1</p>' in page, "韦" in page) == (True, False)
        drawn = kiosk.post("/m/yufeng/kiosk/draw/", {"letter": "A", "known": known[1]})
        assert "A001" in kiosk.get(drawn["Location"]).content.decode()
        assert kiosk.post("/m/yufeng/kiosk/wipe/").status_code == 302
        for address in (first["Location"], drawn["Location"]):
            after = kiosk.get(address).content.decode()
            assert ("A001" in after, "hall-number" in after, "kiosk-start" in after) == (False, False, True)
    assert AuditEvent.objects.get(action="queue.checked_in").channel == "kiosk"


def test_what_came_of_it_is_shown_for_two_minutes(house: House, kiosk: Client) -> None:
    with at_five(house):
        address = kiosk.post("/m/yufeng/kiosk/draw/", {"letter": "A"})["Location"]
    with time_machine.travel(given.at(house, 5, 4), tick=False):
        assert "A001" not in kiosk.get(address).content.decode()


def signed_in_at(kiosk: Client) -> str:
    """By phone, then by the code that the desk gave; the page that comes."""
    page = kiosk.post("/m/yufeng/kiosk/mine/", {"phone": PHONE}).content.decode()
    assert 'name="code"' in page
    code = accounts.new_code(PHONE, address="desk")
    assert kiosk.post("/m/yufeng/kiosk/mine/", {"phone": PHONE, "code": str(code)}).status_code == 302
    return kiosk.get("/m/yufeng/kiosk/mine/").content.decode()


def test_my_work_is_seen_and_answered_and_gone_after_the_wiping(house: House, kiosk: Client) -> None:
    wei = factories.dossier(house, phone=PHONE)
    shift = factories.verified(house)
    asked = offers.offer(shift, wei, by=house.mo)
    assert shift.posting.title in signed_in_at(kiosk)
    assert kiosk.post("/m/yufeng/kiosk/mine/", {"assignment": asked.pk, "act": "accept"}).status_code == 302
    assert Assignment.objects.get().state == "accepted"
    kiosk.post("/m/yufeng/kiosk/wipe/")
    page = kiosk.get("/m/yufeng/kiosk/mine/").content.decode()
    assert (shift.posting.title in page, 'name="phone"' in page) == (False, True)
    assert "/sign-in/" in kiosk.get(reverse("worker:work", args=["yufeng"]))["Location"]
    assert "sessionid" not in kiosk.cookies or kiosk.cookies["sessionid"].value == ""


def test_i_want_to_go_is_said_at_the_kiosk(house: House, kiosk: Client) -> None:
    factories.dossier(house, phone=PHONE)
    shift = factories.verified(house)
    job = f"/m/yufeng/kiosk/jobs/{shift.pk}/"
    assert kiosk.post(job)["Location"] == "/m/yufeng/kiosk/mine/"
    assert Assignment.objects.count() == 0
    signed_in_at(kiosk)
    kiosk.post(job)
    assert Assignment.objects.get().state == "applied"


def test_whoever_has_no_file_here_is_sent_to_the_desk(house: House, other_house: House, kiosk: Client) -> None:
    with scope(market=other_house.market):
        factories.dossier(other_house, phone=PHONE)
    page = signed_in_at(kiosk)
    assert ("没有零工档案" in page, 'name="phone"' in page) == (True, True)


def test_a_wrong_code_says_so_and_nobody_is_in(house: House, kiosk: Client) -> None:
    factories.dossier(house, phone=PHONE)
    accounts.new_code(PHONE, address="desk")
    answer = kiosk.post("/m/yufeng/kiosk/mine/", {"phone": PHONE, "code": "000000"})
    assert (answer.status_code, "验证码不对" in answer.content.decode()) == (422, True)
    assert "sessionid" not in kiosk.cookies or kiosk.cookies["sessionid"].value == ""


def test_a_call_for_help_is_one_tap_and_has_a_date(house: House, kiosk: Client) -> None:
    factories.handlers(house)
    answer = kiosk.post("/m/yufeng/kiosk/help/", {"category": "wages"})
    ticket = Ticket.objects.get()
    page = kiosk.get(answer["Location"]).content.decode()
    assert (ticket.category, ticket.person, ticket.code in page) == ("wages", None, True)
    assert f"{ticket.answer_by:%Y-%m-%d}" in page
    assert kiosk.post("/m/yufeng/kiosk/help/", {"category": "nothing"}).status_code == 409


def test_no_page_of_the_hall_is_kept_by_a_browser(house: House) -> None:
    for path in ("screen/", "caller/", "here/", "kiosk/", "kiosk/jobs/", "kiosk/here/", "kiosk/mine/", "kiosk/help/"):
        answer = Client().get(f"/m/yufeng/{path}")
        assert (path, answer.status_code, answer["Cache-Control"]) == (path, 200, "no-store")
