"""Being told, on screens: who was recommended a posting, the call for it, the preferences, every attempt."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Any

import pytest
import time_machine
from django.test import Client

from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.notify import wishes
from gongqiao.foundation.notify.enums import Quiet
from gongqiao.foundation.notify.models import CallTask, Preference
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.employers import actions as employers
from gongqiao.services.placement.actions import offers
from gongqiao.services.placement.enums import State
from gongqiao.services.placement.models import Assignment
from gongqiao.services.recommending.enums import Said
from gongqiao.services.recommending.models import Recommendation
from gongqiao.services.recommending.tick import tick
from tests import factories
from tests.conftest import signed_in
from tests.factories import House

pytestmark = pytest.mark.data
NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)  # 12:00 in the market
PHONE = "15400001234"
ALL = {"kinds": ["suggest", "changed", "pay", "ticket"], "quiet": "market", "quiet_from": "21:00", "quiet_to": "07:00"}


@pytest.fixture(autouse=True)
def now() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def wei(house: House) -> Dossier:
    """He has no line of his own but a voice in the hall, and was recommended tomorrow's work."""
    row = factories.dossier(house, "韦师傅", phone=PHONE, values={"preferred": ["loader"]})
    factories.verified(house, headcount=1)
    tick()
    notify.deliver()
    return row


def worker() -> Client:
    client = Client()
    code = accounts.new_code(PHONE, address="test")
    assert client.post("/sign-in/code/use/", {"phone": PHONE, "code": str(code)}).status_code == 302
    return client


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


def test_the_posting_says_who_was_told_and_what_came_of_it(house: House, wei: Dossier) -> None:
    row, mo = Recommendation.objects.get(), signed_in("mo")
    page = text(mo, f"/desk/postings/{row.posting_id}/")
    assert [words in page for words in ("缺 1 个位置，想告诉 3 人，找到 1 人。", "韦师傅", "自己想干")] == [True] * 3
    assert "在电话单上" in page
    offers.apply(row.shift, wei, by=house.mo)
    page = text(mo, f"/desk/postings/{row.posting_id}/")
    assert ("在电话单上" in page, "报了名" in page) == (False, True)


def test_an_employer_never_learns_who_was_told(house: House, wei: Dossier) -> None:
    row = Recommendation.objects.get()
    firm = row.posting.employer
    employers.give_account(firm, name="覃老板", phone="", by=house.mo, username="qin", password=factories.PASSWORD)
    assert "韦师傅" not in text(signed_in("qin"), "/employer/")


def test_the_call_puts_his_name_down(house: House, wei: Dossier) -> None:
    mo, task = signed_in("mo"), CallTask.objects.get()
    assert "有空再告诉" in text(mo, "/desk/calls/")
    assert mo.post(f"/desk/calls/{task.pk}/", {"answer": "perhaps"}).status_code == 409
    assert mo.post(f"/desk/calls/{task.pk}/", {"answer": "apply"}).status_code == 302
    made = Assignment.objects.get()
    assert (made.dossier, made.state, made.channel) == (wei, State.APPLIED, "hall")
    assert CallTask.objects.get().state == "done"
    assert "有空再告诉" not in text(mo, "/desk/calls/")


def test_a_no_on_the_phone_stands_on_the_posting(house: House, wei: Dossier) -> None:
    mo, task, row = signed_in("mo"), CallTask.objects.get(), Recommendation.objects.get()
    assert mo.post(f"/desk/calls/{task.pk}/", {"answer": "no"}).status_code == 302
    row.refresh_from_db()
    assert (row.said, Assignment.objects.count()) == (Said.NO, 0)
    assert "不想去" in text(mo, f"/desk/postings/{row.posting_id}/")


def test_who_calls_for_nobody_cannot_answer_such_a_call(house: House, wei: Dossier) -> None:
    task = CallTask.objects.get()
    assert signed_in("zhou").post(f"/desk/calls/{task.pk}/", {"answer": "apply"}).status_code == 403
    assert Assignment.objects.count() == 0


def test_full_work_is_recommended_on_no_list(house: House, wei: Dossier) -> None:
    offers.offer(Recommendation.objects.get().shift, factories.dossier(house, "覃海"), by=house.mo)
    assert "有空再告诉" not in text(signed_in("mo"), "/desk/calls/")


def test_he_sees_what_was_recommended_and_why_and_says_no(house: House, wei: Dossier) -> None:
    client, row = worker(), Recommendation.objects.get()
    page = text(client, "/m/yufeng/told/")
    assert [words in page for words in ("家电卸车", "您说想干这个", "在大厅叫")] == [True] * 3
    assert client.post("/m/yufeng/told/", {"no": row.pk}).status_code == 302
    row.refresh_from_db()
    assert row.said_to is not None
    assert (row.said, row.said_to.person) == (Said.NO, wei.person)
    assert client.post("/m/yufeng/told/", {"no": row.pk + 999}).status_code == 404


def test_another_worker_sees_and_answers_none_of_it(house: House, wei: Dossier) -> None:
    factories.dossier(house, "莫兰", phone="15400009999")
    client = Client()
    code = accounts.new_code("15400009999", address="test")
    client.post("/sign-in/code/use/", {"phone": "15400009999", "code": str(code)})
    assert "家电卸车" not in text(client, "/m/yufeng/told/")
    assert client.post("/m/yufeng/told/", {"no": Recommendation.objects.get().pk}).status_code == 404


def test_he_says_himself_how_he_wishes_to_be_told(house: House, wei: Dossier) -> None:
    wishes.set_lines({"machines": ["sms", "wechat"]}, by=house.liang)
    client = worker()
    said = {"lines": ["wechat"], "kinds": ["changed"], "quiet": "own", "quiet_from": "08:00", "quiet_to": "15:00"}
    assert client.post("/m/yufeng/told/", said).status_code == 302
    row = Preference.objects.get()
    assert (row.person, row.no_lines, row.no_kinds) == (wei.person, ["sms"], ["suggest", "pay", "ticket"])
    assert (row.quiet, row.quiet_from, row.quiet_to) == (Quiet.OWN, time(8), time(15))
    page = text(client, "/m/yufeng/told/")
    ticked = re.findall(r'name="(\w+)" value="(\w+)"[^>]* checked', page)
    assert ticked == [("lines", "wechat"), ("kinds", "changed"), ("quiet", "own")]
    assert client.post("/m/yufeng/told/", {**said, "quiet": "whenever"}).status_code == 422
    without = {name: value for name, value in said.items() if name != "quiet_to"}
    assert client.post("/m/yufeng/told/", without).status_code == 422
    assert client.post("/m/yufeng/told/", {**without, "quiet": "never"}).status_code == 302
    assert client.post("/m/yufeng/told/", {**said, "kinds": ["offer"]}).status_code == 422


def test_the_desk_writes_it_down_for_him_and_an_auditor_may_not(house: House, wei: Dossier) -> None:
    address = f"/desk/dossiers/{wei.pk}/told/"
    assert signed_in("zhou").post(address, {**ALL, "kinds": ["changed"]}).status_code == 302
    assert Preference.objects.get().no_kinds == ["suggest", "pay", "ticket"]
    assert signed_in("shen").post(address, ALL).status_code == 403


def test_a_line_that_the_market_has_not_got_stays_declined(house: House, wei: Dossier) -> None:
    wishes.set_preference(wei.person, wishes.Wish(no_lines=("sms",)), by=house.zhou)
    wishes.set_lines({"machines": ["wechat"]}, by=house.liang)
    signed_in("zhou").post(f"/desk/dossiers/{wei.pk}/told/", {**ALL, "lines": []})
    assert Preference.objects.get().no_lines == ["sms", "wechat"]


def test_a_file_and_a_seat_show_every_attempt(house: House, wei: Dossier) -> None:
    row = offers.offer(Recommendation.objects.get().shift, wei, by=house.mo)
    notify.deliver()
    zhou = signed_in("zhou")
    assert text(zhou, f"/desk/dossiers/{wei.pk}/").count("上了名单，由人去说") == 2
    page = text(zhou, f"/desk/board/?day=2026-11-26&shift={row.shift_id}")
    assert ("怎么告诉他的" in page, page.count("上了名单，由人去说")) == (True, 1)


def test_the_list_goes_along_on_paper_and_as_a_file_and_that_is_written_down(house: House, wei: Dossier) -> None:
    factories.dossier(house, "=韦", phone="15400007777", values={"channel": "phone"})
    offers.offer(factories.verified(house), Dossier.objects.get(person__name="=韦"), by=house.mo)
    notify.deliver()
    mo = signed_in("mo")
    assert [name in text(mo, "/desk/calls/paper/") for name in ("=韦", "韦师傅", "15400007777")] == [True] * 3
    lines = text(mo, "/desk/calls/paper/?as=csv&how=phone").removeprefix("\ufeff").splitlines()
    assert [line.split(",")[0] for line in lines] == ["手机号", "15400007777"]
    taken = AuditEvent.objects.filter(action="call.list_taken").order_by("pk")
    assert [event.detail for event in taken][-1] == {"rows": 1, "how": "phone", "form": "csv"}
    assert signed_in("zhou").get("/desk/calls/paper/").status_code == 403
