"""The screen and the caller: jobs, numbers, whom to call out; nobody by name."""

import time_machine
from django.test import Client
from django.urls import reverse

from gongqiao.foundation.notify import actions as notify
from gongqiao.services.hall import actions, voice
from gongqiao.services.hall.enums import Source
from gongqiao.services.hall.models import Number
from gongqiao.services.placement.actions import offers, queue
from tests import factories
from tests.conftest import signed_in
from tests.factories import House
from tests.services.hall import given
from tests.services.spoken import given as recordings


def test_the_wall_shows_verified_jobs_with_their_free_seats_and_no_others(house: House) -> None:
    shift = factories.verified(house, trade="loader", headcount=3)
    factories.posting(house, title="没核实的活")
    page = Client().get("/m/yufeng/screen/").content.decode()
    assert ("还要 3 人" in page, shift.posting.region.short_name in page, "没核实的活" in page) == (True, True, False)


def test_a_called_number_stands_on_the_wall_with_its_window(house: House) -> None:
    (register, _wages), (one, _two, _three) = given.hall(house)
    wei = factories.dossier(house, "韦建国")
    with given.morning(house) as moment:
        actions.draw(register, by=house.mo, source=Source.DESK, dossier=wei)
        number = actions.call_next(one, by=house.mo)
        assert number is not None
    with time_machine.travel(moment, tick=False):
        wall, said = (Client().get(f"/m/yufeng/{page}/").content.decode() for page in ("screen", "caller"))
    assert f'data-call="{number.pk}:1"' in wall
    assert ("A001" in wall, "请到 1 号窗口" in wall) == (True, True)
    assert 'data-words="请 A 0 0 1 号，到 1 号窗口。"' in said
    assert "韦" not in wall + said


def test_a_number_passed_on_is_not_called_any_more(house: House) -> None:
    (register, _wages), (one, two, _three) = given.hall(house)
    with given.morning(house) as moment:
        given.drawn(house, register)
        number = actions.call_next(one, by=house.mo)
        assert number is not None
        actions.pass_on(number, two, by=house.mo)
    with time_machine.travel(moment, tick=False):
        assert "A001" not in Client().get("/m/yufeng/screen/").content.decode()


def test_who_has_no_phone_is_called_out_by_the_number_of_the_morning(house: House) -> None:
    came, away = factories.dossier(house, "韦建国"), factories.dossier(house, "蓝大海")
    shift = factories.verified(house)
    with given.morning(house, 5) as moment:
        queue.check_in(came, moment.date(), by=house.zhou)
        for dossier in (came, away):
            offers.offer(shift, dossier, by=house.mo)
        notify.deliver()
    with time_machine.travel(given.at(house, 5, 10), tick=False):
        wall = Client().get("/m/yufeng/screen/").content.decode()
    assert ("排队第 1 号" in wall, away.number in wall, "韦" in wall, "蓝" in wall) == (True, True, False, False)


def test_a_number_is_said_by_recorded_pieces_once_all_of_them_are_there(house: House) -> None:
    (register, _wages), (one, _two, _three) = given.hall(house)
    with given.morning(house) as moment:
        given.drawn(house, register)
        number = actions.call_next(one, by=house.mo)
        assert number is not None
    wanted = ["hall-please", "letter-A", "digit-0", "digit-0", "digit-1", "hall-number-to", "digit-1", "hall-window"]
    assert (voice.pieces(number), voice.recorded([number])) == (wanted, {str(number.pk): []})
    clips = {}
    for index, key in enumerate(dict.fromkeys(wanted)):
        assert voice.recorded([number]) == {str(number.pk): []}
        clips[key] = recordings.live(house, key, pitch=300 + 20 * index)
    with time_machine.travel(moment, tick=False):
        page = Client().get("/m/yufeng/caller/").content.decode()
    addresses = " ".join(reverse("worker:clip", args=["yufeng", clips[key].sha256]) for key in wanted)
    assert f'data-clips="{addresses}"' in page


def test_without_javascript_the_wall_turns_its_pages(house: House) -> None:
    firm = factories.employer(house)
    for hour in range(9):
        factories.verified(house, firm, start=8 + hour, length=1, pay_fen=2500)
    first, second = (Client().get("/m/yufeng/screen/", {"page": page}).content.decode() for page in (0, 1))
    assert ("url=?page=1" in first, "url=?page=0" in second) == (True, True)
    assert [page.count("data-page hidden") for page in (first, second)] == [1, 1]


def test_the_window_page_calls_and_says_what_came_of_it(house: House) -> None:
    (register, _wages), (one, _two, _three) = given.hall(house)
    client = signed_in("mo")
    with time_machine.travel(given.at(house, 6), tick=False):
        drawn = client.post("/desk/windows/draw/", {"letter": "A"})
        number = Number.objects.latest("drawn_at")
        assert (drawn.status_code, drawn["Location"]) == (302, f"/desk/windows/?drawn={number.pk}")
        ticket = f"/m/yufeng/number/{number.pk}/"
        assert ticket in client.get(drawn["Location"]).content.decode()
        assert client.get("/desk/windows/?drawn=nonsense").status_code == 404
        printed = Client().get(ticket).content.decode()
        assert ("data-print" in printed, "hall/ticket.css" in printed, number.shown in printed) == (True, True, True)
        assert client.post("/desk/windows/draw/", {"letter": "Q"}).status_code == 409
        page = f"/desk/windows/{one.pk}/"
        assert client.post(f"{page}next/").status_code == 302
        number = register.numbers.get()
        assert '<p class="big-number num">A001</p>' in client.get(page).content.decode()
        assert client.post(f"{page}served/", {"number": number.pk}).status_code == 302
        assert client.post(f"{page}served/", {"number": number.pk}).status_code == 409
        assert client.post(f"{page}dance/", {"number": number.pk}).status_code == 404
        client.post(f"{page}next/")
        assert "没有人在等了" in client.get(page).content.decode()


def test_the_manager_sets_the_windows_up_without_a_developer(house: House) -> None:
    client = signed_in("liang")
    service = {"form": "service", "letter": "a", "name": "找活登记", "minutes": 4, "offered": "on"}
    window = {"form": "window", "number": 1, "letters": "a", "opens_at": "04:00", "closes_at": "20:00", "in_use": "on"}
    assert client.post("/desk/windows/setup/", window).status_code == 422
    assert client.post("/desk/windows/setup/", service).status_code == 302
    assert client.post("/desk/windows/setup/", window).status_code == 302
    wrong = client.post("/desk/windows/setup/", {**window, "closes_at": "03:00"})
    assert (wrong.status_code, "开门要早于关门" in wrong.content.decode()) == (422, True)


def test_the_wall_and_the_caller_have_a_worker_that_may_look_after_them_and_nothing_else(house: House) -> None:
    answer = Client().get("/m/yufeng/wall-worker.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert "Service-Worker-Allowed" not in answer  # below its own folder only: each registers the page it is on
    for page in ("screen", "caller"):
        assert 'data-worker="/m/yufeng/wall-worker.js"' in Client().get(f"/m/yufeng/{page}/").content.decode()
    assert Client().get("/m/nowhere/wall-worker.js").status_code == 404
