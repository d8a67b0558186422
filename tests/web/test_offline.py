"""What a desk that was without a network sends, over HTTP: each answer, and each refusal by name."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from gongqiao.channels.offline import actions, queries
from gongqiao.channels.offline.enums import Kind, State
from gongqiao.channels.offline.models import DeskKey, Entry
from gongqiao.channels.offline.sent import Sent
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.queries import system_of
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers import cards
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.placement.models import QueueTicket
from tests import factories
from tests.channels.offline.given import FORM, as_json, sealed, sent
from tests.conftest import signed_in
from tests.factories import House

pytestmark = pytest.mark.data
SEND, KEEP, THROW, ARRIVED = (
    "/desk/offline/send/",
    "/desk/offline/keep/",
    "/desk/offline/throw/",
    "/desk/offline/arrived/",
)


def send(client: Client, entry: Sent, *, by: Membership, **changed: object) -> HttpResponse:
    said = {**as_json(sealed(entry, by=by)), **changed}
    return client.post(SEND, json.dumps(said), content_type="application/json")  # type: ignore[return-value]


def refused(response: HttpResponse) -> str:
    assert response.status_code == 409, response.content.decode()
    return str(json.loads(response.content)["refused"])


def test_a_registration_is_done_as_of_the_day_it_was_said_under_its_own_channel(house: House) -> None:
    entry = sent(Kind.REGISTER, FORM, minutes=2 * 24 * 60)
    answer = send(signed_in("zhou"), entry, by=house.zhou)
    dossier = Dossier.objects.get()
    expected = {
        "state": "done",
        "why": "",
        "file": dossier.number,
        "number": 0,
        "href": f"/desk/dossiers/{dossier.pk}/",
    }
    assert answer.json() == expected  # type: ignore[attr-defined]
    kept = Entry.objects.get()
    assert (kept.state, kept.body, kept.by_id, kept.dossier_id) == (State.DONE, "", house.zhou.pk, dossier.pk)
    assert abs((kept.arrived_at - kept.made_at) - timedelta(days=2)) < timedelta(seconds=5)
    said_on = timezone.localdate(kept.made_at, house.market.tz)
    assert {value.as_of for value in dossier.values.all()} == {said_on}
    events = AuditEvent.objects.filter(channel="offline desk").values_list("action", flat=True)
    assert sorted(events) == ["dossier.registered", "offline.arrived"]


def test_sent_again_it_is_the_same_and_nothing_more_is_done(house: House) -> None:
    client, entry = signed_in("zhou"), sent(Kind.REGISTER, FORM)
    first, second = send(client, entry, by=house.zhou), send(client, entry, by=house.zhou)
    assert first.content == second.content
    assert (Dossier.objects.count(), Entry.objects.count()) == (1, 1)


def test_the_same_key_with_other_words_is_refused_by_name(house: House) -> None:
    client, entry = signed_in("zhou"), sent(Kind.REGISTER, FORM)
    send(client, entry, by=house.zhou)
    other = Sent(entry.key, Kind.REGISTER, (("name", "陆大海"), ("channel", "none")), entry.said_at)
    assert refused(send(client, other, by=house.zhou)).startswith("这个编号已经用别的内容交过一次")
    assert Dossier.objects.count() == 1


def test_what_one_sealed_another_cannot_send(house: House) -> None:
    entry = sent(Kind.REGISTER, FORM)
    answer = send(signed_in("mo"), entry, by=house.zhou)
    assert refused(answer) == "这一条是周社工记的，要本人登录才能发。"
    assert not Dossier.objects.exists()


def test_a_key_somebody_else_used_is_not_his(house: House) -> None:
    entry = sent(Kind.REGISTER, FORM)
    send(signed_in("zhou"), entry, by=house.zhou)
    assert refused(send(signed_in("mo"), entry, by=house.mo)) == "这个编号是周社工用过的。"


def test_changed_on_the_way_or_under_another_key_it_does_not_open(house: House) -> None:
    client, entry = signed_in("zhou"), sent(Kind.REGISTER, FORM)
    box = as_json(sealed(entry, by=house.zhou))["box"]
    assert isinstance(box, dict)
    broken = {**box, "c": ("A" if box["c"][0] != "A" else "B") + box["c"][1:]}
    for changed in ({"box": broken}, {"key": str(uuid4())}, {"box": {**box, "e": "AAAA"}}, {"box": {**box, "n": "é"}}):
        assert refused(send(client, entry, by=house.zhou, **changed)).startswith("这一条打不开")
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b"\xff", b'{"key": 1}', b'{"key": "x", "to": "y", "box": {}, "sentAt": 1}', b"[" * 3000],
)
def test_what_is_no_entry_is_refused_and_nothing_is_kept(house: House, body: bytes) -> None:
    for path in (SEND, THROW):
        answer = signed_in("zhou").post(path, body, content_type="application/json")
        assert refused(answer) == "这一条读不出来。"  # type: ignore[arg-type]
    assert not Entry.objects.exists()


@pytest.mark.parametrize("sent_at", [-1, 10**15, 1.5, "now", True, None])
def test_a_time_that_is_none_is_refused(house: House, sent_at: object) -> None:
    answer = send(signed_in("zhou"), sent(Kind.REGISTER, FORM), by=house.zhou, sentAt=sent_at)
    assert refused(answer) == "这一条读不出来。"


def test_what_was_scanned_or_typed_at_the_arrivals_is_found_as_the_page_would_have(house: House) -> None:
    wei = factories.dossier(house, "韦建国", phone="15400001234")
    sea = factories.dossier(house, "陆大海")
    client = signed_in("zhou")
    for who, number in ((cards.card_code(wei), 1), ("ldh", 2)):
        answer = send(client, sent(Kind.CHECK_IN, (("who", who),)), by=house.zhou).json()  # type: ignore[attr-defined]
        assert (answer["state"], answer["number"]) == ("done", number)
    chosen = sent(Kind.CHECK_IN, (("dossier", str(factories.dossier(house, "覃小妹").pk)),))
    assert send(client, chosen, by=house.zhou).json()["number"] == 3  # type: ignore[attr-defined]
    tickets = QueueTicket.objects.order_by("number").values_list("dossier__person__name", flat=True)
    assert list(tickets) == [wei.person.name, sea.person.name, "覃小妹"]


def test_at_the_arrivals_nobody_or_two_wait_for_somebody_to_look(house: House) -> None:
    first = factories.dossier(house, "韦建国", phone="15400001234")
    factories.dossier(house, "陆大海", phone="15500001234")
    client = signed_in("zhou")
    told = []
    for who in ("1234", "9999", "GQ1:LIUNAN:1001:45"):
        answer = send(client, sent(Kind.CHECK_IN, (("who", who),)), by=house.zhou).json()  # type: ignore[attr-defined]
        told.append((answer["state"], answer["why"]))
    assert told[:2] == [("waits", "“1234”不止一位，看看是谁。"), ("waits", "没找到“9999”。")]
    assert told[2][0] == "waits"
    entry = Entry.objects.get(why__startswith="“1234”")
    assert "报到时扫的或写的是：1234。" in client.get(f"{ARRIVED}{entry.pk}/").content.decode()
    client.post(f"{ARRIVED}{entry.pk}/do/check-in/", {"number": first.number})
    assert QueueTicket.objects.get().dossier_id == first.pk


def test_without_the_right_or_a_session_nothing_is_taken(house: House) -> None:
    entry = sent(Kind.REGISTER, FORM)
    assert send(signed_in("shen"), entry, by=house.zhou).status_code == 403
    assert send(Client(), entry, by=house.zhou).status_code == 302
    assert signed_in("shen").post(KEEP).status_code == 403


def test_a_key_is_forgotten_after_a_month_and_then_nothing_opens(house: House) -> None:
    entry = sent(Kind.REGISTER, FORM)
    said = as_json(sealed(entry, by=house.zhou))
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert actions.forget_keys(by=system_of(house.market)) == 1
        answer = signed_in("zhou").post(SEND, json.dumps(said), content_type="application/json")
        assert refused(answer).startswith("封这一条的钥匙已经没有了")  # type: ignore[arg-type]
    assert not DeskKey.objects.exists()


def test_a_wrong_clock_is_shown_and_not_believed(house: House) -> None:
    entry = sent(Kind.REGISTER, FORM, minutes=0)
    fast = timezone.now() + timedelta(hours=9)
    said = Sent(entry.key, entry.kind, entry.fields, fast - timedelta(minutes=30))
    letter = as_json(sealed(said, by=house.zhou, sent_at=fast))
    signed_in("zhou").post(SEND, json.dumps(letter), content_type="application/json")
    kept = Entry.objects.get()
    assert abs(kept.clock_off_s - 9 * 3600) < 5
    assert abs((kept.arrived_at - kept.made_at) - timedelta(minutes=30)) < timedelta(seconds=5)
    assert "那台电脑的钟不准" in signed_in("zhou").get(ARRIVED).content.decode()


def test_somebody_who_may_be_here_already_waits_and_is_no_second_file(house: House) -> None:
    known = factories.dossier(house, "韦建国")
    answer = send(signed_in("zhou"), sent(Kind.REGISTER, FORM), by=house.zhou).json()  # type: ignore[attr-defined]
    assert (answer["state"], answer["why"]) == ("waits", f"已有档案，可能是同一个人：{known.number}。")
    page = signed_in("mo").get(answer["href"]).content.decode()
    assert "都不是，是另一个人，登记" in page
    assert Dossier.objects.count() == 1


def test_looked_at_he_is_another_and_is_registered(house: House) -> None:
    factories.dossier(house, "韦建国")
    send(signed_in("zhou"), sent(Kind.REGISTER, FORM), by=house.zhou)
    entry = Entry.objects.get()
    path = f"{ARRIVED}{entry.pk}/do/register/"
    client = signed_in("mo")
    assert client.post(path, dict(FORM)).status_code == 422  # still alike
    assert client.post(path, {**dict(FORM), "another": "1"}).status_code == 302
    entry.refresh_from_db()
    assert (entry.state, entry.body, entry.settled_by_id, Dossier.objects.count()) == (State.DONE, "", house.mo.pk, 2)
    assert client.post(path, {**dict(FORM), "another": "1"}).status_code in (409, 422)
    assert Dossier.objects.count() == 2


def test_a_number_that_is_registered_waits_and_is_settled_as_the_same(house: House) -> None:
    known = factories.dossier(house, "韦建国")
    form = (*FORM, ("number", known.person.identity))
    said = send(signed_in("zhou"), sent(Kind.REGISTER, form), by=house.zhou).json()  # type: ignore[attr-defined]
    assert said["state"] == "waits"
    entry = Entry.objects.get()
    page = signed_in("zhou").get(said["href"]).content.decode()
    assert f'name="dossier" value="{known.pk}"' in page
    signed_in("zhou").post(f"{ARRIVED}{entry.pk}/do/same/", {"dossier": known.pk})
    entry.refresh_from_db()
    assert (entry.state, entry.dossier_id, Dossier.objects.count()) == (State.DONE, known.pk, 1)


def test_what_the_form_does_not_take_waits_with_its_words(house: House) -> None:
    entry = sent(Kind.REGISTER, (*FORM, ("phone", "123")))
    said = send(signed_in("zhou"), entry, by=house.zhou).json()  # type: ignore[attr-defined]
    assert said["state"] == "waits"
    assert said["why"].startswith("手机：")
    assert "123" in signed_in("zhou").get(said["href"]).content.decode()


def check_in(house: House, *fields: tuple[str, str], **facts: object) -> dict[str, object]:
    entry = sent(Kind.CHECK_IN, fields, **facts)  # type: ignore[arg-type]
    return dict(send(signed_in("zhou"), entry, by=house.zhou).json())  # type: ignore[attr-defined]


def test_a_check_in_by_number_and_given_name_gets_a_number_of_its_day(house: House) -> None:
    known = factories.dossier(house, "欧阳建国")
    said = check_in(house, ("number", known.number), ("name", "建国"))
    assert (said["state"], said["number"]) == ("done", 1)
    ticket = QueueTicket.objects.get()
    assert ticket.day == timezone.localdate(Entry.objects.get().made_at, house.market.tz)


def test_check_ins_that_cannot_be_say_why(house: House) -> None:
    kept, gone, rests = (factories.dossier(house, name) for name in ("韦建国", "韦建军", "陆大海"))
    dossiers.merge(gone, kept, by=house.zhou)
    dossiers.pause(rests, by=house.zhou)
    told = [
        check_in(house, ("number", number), ("name", name))["why"]
        for number, name in (
            ("Y-9999", "谁"),
            (gone.number, "建军"),
            (kept.number, "大海"),
            (rests.number, "大海"),
        )
    ]
    assert told == [
        "没有档案号 Y-9999。",
        f"{gone.number} 已经并到 {kept.number}。",
        f"{kept.number} 不叫“大海”，看看是不是写错了号。",
        f"{rests.number} 停着，暂时不找活。",
    ]
    assert not QueueTicket.objects.exists()
    client = signed_in("mo")
    waiting = Entry.objects.get(why__startswith=rests.number)
    assert client.post(f"{ARRIVED}{waiting.pk}/do/check-in/", {"number": rests.number}).status_code == 409
    answer = client.post(f"{ARRIVED}{waiting.pk}/do/check-in/", {"number": rests.number, "anyway": "on"})
    assert answer.status_code == 302
    assert QueueTicket.objects.get().dossier_id == rests.pk


def test_a_check_in_follows_its_registration_through_what_waits(house: House) -> None:
    factories.dossier(house, "韦建国")
    first = sent(Kind.REGISTER, FORM)
    client = signed_in("zhou")
    send(client, first, by=house.zhou)
    said = check_in(house, follows=first.key)
    assert said["state"] == "waits"
    entry = Entry.objects.get(key=first.key)
    client.post(f"{ARRIVED}{entry.pk}/do/register/", {**dict(FORM), "another": "1"})
    follower = Entry.objects.get(follows=entry)
    entry.refresh_from_db()
    assert (follower.state, follower.dossier_id) == (State.DONE, entry.dossier_id)
    assert QueueTicket.objects.get().dossier_id == entry.dossier_id


def test_a_check_in_whose_registration_never_came_says_so_and_takes_a_number(house: House) -> None:
    known = factories.dossier(house, "韦建国")
    assert check_in(house, follows=uuid4())["why"] == "登记他的那一条没有到。"
    entry = Entry.objects.get()
    answer = signed_in("zhou").post(f"{ARRIVED}{entry.pk}/do/check-in/", {"number": known.number})
    assert (answer.status_code, QueueTicket.objects.get().dossier_id) == (302, known.pk)


@pytest.mark.parametrize(("hour", "reads", "writes"), [(9, 12, 12), (20, 4, 12), (23, 1, 12)])
def test_the_list_ends_at_midnight_and_writing_does_not(house: House, hour: int, reads: int, writes: int) -> None:
    moment = factories.times(house, start=hour)[0]
    with time_machine.travel(moment, tick=False):
        said = signed_in("zhou").post(KEEP).json()
    passed = [(said[name] - said["now"]) / 3_600_000 for name in ("until", "writes")]
    assert passed == [reads, writes]


def test_thrown_away_with_a_reason_what_was_typed_is_gone(house: House) -> None:
    factories.dossier(house, "韦建国")
    send(signed_in("zhou"), sent(Kind.REGISTER, FORM), by=house.zhou)
    entry = Entry.objects.get()
    client = signed_in("zhou")
    assert client.post(f"{ARRIVED}{entry.pk}/do/drop/", {"reason": " "}).status_code == 409
    assert client.post(f"{ARRIVED}{entry.pk}/do/drop/", {"reason": "写重了"}).status_code == 302
    entry.refresh_from_db()
    assert (entry.state, entry.why, entry.body) == (State.DROPPED, "写重了", "")


def test_thrown_away_on_the_pc_it_is_on_record_and_never_comes_in(house: House) -> None:
    client, entry = signed_in("zhou"), sent(Kind.REGISTER, FORM)
    at = int(timezone.now().timestamp() * 1000)
    said = {"key": str(entry.key), "kind": "register", "saidAt": at, "sentAt": at, "reason": "写重了"}
    answer = client.post(THROW, json.dumps(said), content_type="application/json")
    assert answer.json()["state"] == "dropped"
    assert send(client, entry, by=house.zhou).json()["state"] == "dropped"  # type: ignore[attr-defined]
    assert not Dossier.objects.exists()
    nothing = client.post(THROW, json.dumps({**said, "reason": ""}), content_type="application/json")
    assert refused(nothing) == "请写为什么不要了。"  # type: ignore[arg-type]


def test_the_list_that_a_desk_takes_along_is_short_masked_and_on_record(house: House) -> None:
    known = factories.dossier(house, "欧阳建国", phone="15400001234")
    rests = factories.dossier(house, "陆大海")
    dossiers.pause(rests, by=house.zhou)
    answer = signed_in("zhou").post(KEEP)
    said = answer.json()
    assert said["people"] == [[known.number, "建国", "1234"]]
    assert (said["post"], said["who"]) == (str(house.zhou.pk), "周社工")
    assert 0 < said["until"] - said["now"] <= said["writes"] - said["now"] == 12 * 3600 * 1000
    cookie = answer.cookies["desk_key"]
    assert (cookie["path"], cookie["samesite"], cookie["max-age"], cookie["expires"]) == ("/desk/", "Strict", "", "")
    assert "private" not in answer.content.decode()
    assert AuditEvent.objects.get(action="offline.kept").detail == {"people": 1}
    with time_machine.travel(timezone.now() + timedelta(days=61), tick=False):
        assert queries.to_keep(house.zhou, timezone.now()) == []


def test_signing_out_takes_the_key_of_the_list_along(house: House) -> None:
    client = signed_in("zhou")
    client.post(KEEP)
    assert client.post("/sign-out/").cookies["desk_key"]["max-age"] == 0


def test_the_ordinary_page_sent_twice_registers_once(house: House) -> None:
    client, key = signed_in("zhou"), str(uuid4())
    first = client.post("/desk/register/", {**dict(FORM), "key": key})
    second = client.post("/desk/register/", {**dict(FORM), "key": key})
    assert (first.status_code, first["Location"]) == (302, second["Location"])
    other = client.post("/desk/register/", {"name": "陆大海", "channel": "none", "key": key})
    assert other.status_code == 422
    assert "这个编号已经用别的内容交过一次" in other.content.decode()
    assert Dossier.objects.count() == 1


def test_the_ordinary_page_and_the_drawer_are_the_same_entry(house: House) -> None:
    client, entry = signed_in("zhou"), sent(Kind.REGISTER, FORM)
    client.post("/desk/register/", {**dict(FORM), "key": str(entry.key)})
    assert send(client, entry, by=house.zhou).json()["state"] == "done"  # type: ignore[attr-defined]
    assert Dossier.objects.count() == 1


def test_the_worker_names_what_it_keeps_and_may_serve_the_desk(house: House) -> None:
    answer = Client().get("/desk/offline/worker.js")
    assert (answer["Service-Worker-Allowed"], answer["Content-Type"]) == ("/desk/", "text/javascript; charset=utf-8")
    assert "/static/ui/outbox.js" in answer.content.decode()


def test_entries_of_another_market_do_not_exist(house: House, other_house: House) -> None:
    entry = sent(Kind.REGISTER, FORM)
    letter = as_json(sealed(entry, by=house.zhou))
    answer = signed_in("huang-zhou").post(SEND, json.dumps(letter), content_type="application/json")
    assert refused(answer).startswith("封这一条的钥匙已经没有了")  # type: ignore[arg-type]


def test_what_staff_are_shown_is_not_kept_by_the_browser(house: House) -> None:
    assert signed_in("zhou").get("/desk/dossiers/")["Cache-Control"] == "no-store"
    assert "Cache-Control" not in Client().get("/m/yufeng/")
