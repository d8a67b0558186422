"""The manager's page of lines, and the list of those whom nothing reached."""

from datetime import timedelta

import pytest

from gongqiao.foundation import clock
from gongqiao.foundation.notify import actions, queries
from gongqiao.foundation.notify.models import Attempt, CallTask, LineSettings, Message
from tests import factories
from tests.conftest import signed_in
from tests.factories import House

pytestmark = pytest.mark.data
WANTED = {"quiet_from": "21:00", "quiet_to": "06:00", "day_fen": "5", "month_fen": "90", "text_fen": "0.04"}
WANTED |= {"pushes_a_day": "3", "place_sms": "2", "place_manual": "1"}


def test_the_manager_puts_the_lines_in_order_and_bounds_the_money(house: House) -> None:
    liang = signed_in("liang")
    assert liang.post("/desk/lines/", WANTED).status_code == 302
    row = LineSettings.objects.get()
    assert (row.machines, row.day_fen, f"{row.quiet_from:%H:%M}") == (["manual", "sms"], 500, "21:00")
    assert (row.text_fen, row.pushes_a_day) == (4, 3)
    assert 'value="0.04"' in liang.get("/desk/lines/").content.decode()
    assert liang.post("/desk/lines/", {**WANTED, "day_fen": "9999"}).status_code == 422
    assert liang.post("/desk/lines/", {**WANTED, "text_fen": "1.01"}).status_code == 422
    assert liang.post("/desk/lines/", {**WANTED, "pushes_a_day": "11"}).status_code == 422
    assert LineSettings.objects.get().day_fen == 500


def test_a_test_goes_by_the_line_asked_for_and_its_fate_is_shown(house: House) -> None:
    liang = signed_in("liang")
    assert liang.post("/desk/lines/", {"try": "sms"}).status_code == 302
    actions.deliver()
    assert [(row.line, row.result) for row in Attempt.objects.all()] == [("sms", "failed")]
    assert "这台服务器上没有设好" in liang.get("/desk/lines/").content.decode()
    liang.post("/desk/lines/", {"try": "pigeon"})
    assert Message.objects.count() == 1


def test_who_stands_on_a_list_is_not_counted_as_told(house: House) -> None:
    """Until a person has said it to him."""
    wei = factories.dossier(house)
    facts = {"subject": "叫", "body": "明天去", "expires_at": clock.now() + timedelta(hours=2)}
    actions.tell(house.market, [actions.Note(person=wei.person, key="list", about="news:2", **facts)])
    actions.deliver()
    since = clock.now() - timedelta(days=1)
    assert [(row.line, row.sent, row.listed, row.failed) for row in queries.by_day(house.liang, since)] == [
        ("hall", 0, 1, 0)
    ]
    actions.record_call(CallTask.objects.get(), by=house.mo, reached=True)
    assert [(row.sent, row.listed) for row in queries.by_day(house.liang, since)] == [(1, 1)]


def test_whom_nothing_reached_stands_on_the_list_until_somebody_sees_to_it(house: House) -> None:
    wei = factories.dossier(house)
    note = actions.Note(
        person=wei.person,
        key="late",
        subject="叫",
        body="明天不用去了",
        about="news:1",
        expires_at=clock.now() - timedelta(minutes=1),
    )
    actions.tell(house.market, [note])
    actions.deliver()
    mo = signed_in("mo")
    assert "明天不用去了" in mo.get("/desk/not-told/").content.decode()
    assert mo.post("/desk/not-told/", {"message": "late", "note": "当面说了"}).status_code == 302
    assert "明天不用去了" not in mo.get("/desk/not-told/").content.decode()
    assert mo.post("/desk/not-told/", {"message": "late", "note": "again"}).status_code == 404
    assert Attempt.objects.get().by == house.mo
