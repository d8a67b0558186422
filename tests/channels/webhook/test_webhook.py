"""Webhooks: signed as the specification says, told once for each event, tried again, given up, never sent inside."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django_scopes import scope

from gongqiao.channels.webhook import actions, guard, post, queries, sending, signing
from gongqiao.channels.webhook.enums import DeliveryState, HookState
from gongqiao.channels.webhook.models import Attempt, Delivery, Hook
from gongqiao.channels.webhook.tick import tick
from gongqiao.foundation import clock
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.notify.models import Message
from gongqiao.services.placement.actions import offers
from gongqiao.web.desk.views import hooks
from tests import factories
from tests.channels.webhook.given import Receiver, line, receiving
from tests.conftest import signed_in
from tests.factories import House

pytestmark = pytest.mark.data


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    with receiving() as books:
        settings.WEBHOOK_ALLOW = [books.url.split("/")[2]]
        yield books


def connected(house: House, receiver: Receiver, *events: str) -> Hook:
    made = line(house, receiver.url, *events)
    receiver.secrets.append(made.secret)
    return made.hook


def test_the_signature_is_that_of_the_specification() -> None:
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    seen = signing.signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert seen == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="  # of the specification's own libraries


def test_what_happens_is_told_once_with_ids_and_states_and_nobodys_name(house: House, receiver: Receiver) -> None:
    connected(house, receiver)
    wei = factories.dossier(house, "韦建国", phone="15400001234")
    shift = factories.verified(house)
    row = offers.offer(shift, wei, by=house.mo)
    offers.accept(row, by=house.mo)
    ticket = factories.ticket(house, person=wei.person)
    assert [tick()["webhooks_taken"], tick()["webhooks_taken"]] == [4, 0]
    told = [(body["type"], {k: v for k, v in body["data"].items() if k != "at"}) for _id, body in receiver.seen]
    about = {"market": "yufeng", "assignment": row.pk, "shift": shift.pk, "posting": shift.posting_id}
    assert told == [
        ("posting.verified", {"market": "yufeng", "posting": shift.posting_id, "state": "open"}),
        ("assignment.changed", {**about, "happened": "offered"}),
        ("assignment.changed", {**about, "happened": "accepted"}),
        ("ticket.received", {"market": "yufeng", "ticket": ticket.number}),
    ]
    said = json.dumps([body for _id, body in receiver.seen], ensure_ascii=False)
    assert [word in said for word in ("韦", "1540000", wei.number, "莫专员")] == [False] * 4
    assert receiver.refused == []


def test_only_what_was_asked_for_from_now_on_and_of_this_market(
    house: House, other_house: House, receiver: Receiver
) -> None:
    factories.verified(house)  # before it was connected
    connected(house, receiver, "ticket.received")
    factories.verified(house)
    with scope(market=other_house.market):
        factories.ticket(other_house)
    number = factories.ticket(house).number
    tick()
    assert [body["data"]["ticket"] for _id, body in receiver.seen] == [number]


def test_a_failure_is_tried_again_under_the_same_id_with_a_growing_wait(house: House, receiver: Receiver) -> None:
    hook = connected(house, receiver)
    receiver.answers = [500, 503]
    delivery = actions.try_it(hook, by=house.liang)
    tick()
    for wait in sending.WAITS[:2]:
        delivery.refresh_from_db()
        with time_machine.travel(delivery.next_at - timedelta(seconds=1), tick=False):
            assert Delivery.objects.get().next_at - clock.now() <= wait
            before = Attempt.objects.count()
            tick()
            assert Attempt.objects.count() == before
        with time_machine.travel(delivery.next_at, tick=False):
            tick()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == (DeliveryState.DONE, 3)
    statuses = Attempt.objects.order_by("pk").values_list("status", "why")
    assert list(statuses) == [(500, "HTTP 500"), (503, "HTTP 503"), (204, "")]
    assert [seen for seen, _body in receiver.seen] == [delivery.webhook_id]


def test_the_same_message_twice_has_the_same_id(house: House, receiver: Receiver) -> None:
    """A worker killed between the sending and the writing down sends again; the receiver knows it by its id."""
    hook = connected(house, receiver)
    delivery = actions.try_it(hook, by=house.liang)
    tick()
    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.WAITING, next_at=clock.now())
    tick()
    assert [seen for seen, _body in receiver.seen] == [delivery.webhook_id] * 2


def test_after_the_last_try_it_is_given_up(house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    hook = connected(house, receiver)
    monkeypatch.setattr(sending, "WAITS", (timedelta(0), timedelta(0)))
    receiver.answers = [500] * 9
    actions.try_it(hook, by=house.liang)
    for _round in range(5):
        tick()
    row = Delivery.objects.get()
    assert (row.state, row.tries, Attempt.objects.count()) == (DeliveryState.GIVEN_UP, 3, 3)


def test_after_five_days_of_failing_it_stops_and_the_manager_is_told(house: House, receiver: Receiver) -> None:
    hook = connected(house, receiver)
    Hook.objects.update(failing_since=clock.now() - timedelta(days=5))
    receiver.answers = [500]
    actions.try_it(hook, by=house.liang)
    tick()
    hook.refresh_from_db()
    assert hook.state == HookState.FAILED
    assert Message.objects.get(about=f"webhook:{hook.pk}").person_id == house.liang.person_id
    assert AuditEvent.objects.filter(action="webhook.failed").count() == 1
    assert tick() == {"webhooks_put": 0, "webhooks_taken": 0}
    actions.resume(hook, by=house.liang)
    assert tick()["webhooks_taken"] == 1


def test_a_receiver_that_is_gone_is_left_at_once(house: House, receiver: Receiver) -> None:
    hook = connected(house, receiver)
    receiver.answers = [410]
    actions.try_it(hook, by=house.liang)
    tick()
    assert Hook.objects.get().state == HookState.FAILED


def test_while_a_secret_is_changed_both_sign_and_afterwards_one(house: House, receiver: Receiver) -> None:
    hook = connected(house, receiver)
    made = actions.rotate(hook, by=house.liang)
    actions.try_it(made.hook, by=house.liang)
    tick()
    assert len(receiver.seen) == 1  # the receiver still holds the old one alone
    receiver.secrets = [made.secret]
    actions.try_it(made.hook, by=house.liang)
    tick()
    assert (len(receiver.seen), receiver.refused) == (2, [])
    Hook.objects.update(old_until=clock.now())
    receiver.secrets = [signing.new_secret()]
    actions.try_it(made.hook, by=house.liang)
    tick()
    assert receiver.refused == ["signature"]


def test_a_slow_receiver_is_not_waited_for(house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post, "WAIT", 0.3)
    receiver.slow = 1.5
    hook = connected(house, receiver)
    actions.try_it(hook, by=house.liang)
    tick()
    assert Attempt.objects.values_list("status", "why").get() == (None, "0 秒里没有回答")


def test_a_redirect_into_the_house_is_not_followed(house: House, receiver: Receiver) -> None:
    with receiving() as inside:
        receiver.answers, receiver.location = [302], inside.url
        hook = connected(house, receiver)
        actions.try_it(hook, by=house.liang)
        tick()
        assert (inside.seen, inside.refused) == ([], [])
    assert Attempt.objects.values_list("status", "why").get() == (302, "对方让去别的地址，不去")


INSIDE = (
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"),
    *("255.255.255.255", "240.0.0.1", "198.18.0.1", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "not an address"),
)


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_inside_may_be_called(address: str) -> None:
    assert guard.may_go(address) is False


@pytest.mark.parametrize("address", ["8.8.8.8", "223.5.5.5", "2400:3200::1"])
def test_an_address_of_the_internet_may(address: str) -> None:
    assert guard.may_go(address) is True


WRONG = (
    *("http://receiver.example/", "ftp://receiver.example/", "https://", "receiver.example", "https://u:p@a.example/"),
    *("https://a.example:99999/", "https://a.example/#x", "https://a b.example/", "https://汉.example/"),
    *("https://127.0.0.1/", "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://169.254.169.254/latest"),
    *("javascript:1", "x" * 301),
)


@pytest.mark.parametrize("url", WRONG)
def test_an_address_that_is_none_is_refused_before_anything_is_kept(house: House, url: str) -> None:
    with pytest.raises(Refused):
        line(house, url)
    assert Hook.objects.count() == 0


def names(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """A name server that gives these answers one after the other; what it was asked for."""
    left, asked = list(answers), []

    def ask(host: str, port: int, **_kind: Any) -> list[Any]:
        asked.append(host)
        return [(0, 0, 0, "", (address, port)) for address in left.pop(0)]

    monkeypatch.setattr(guard.socket, "getaddrinfo", ask)
    return asked


def test_a_name_that_leads_inside_is_refused_whatever_else_it_leads_to(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = line(house).hook
    names(monkeypatch, ["8.8.8.8", "10.0.0.7"])
    actions.try_it(hook, by=house.liang)
    tick()
    assert Attempt.objects.values_list("status", "why").get() == (
        None,
        "这个地址通到内部网络，不发：receiver.example",
    )


def test_a_name_is_asked_once_and_the_address_that_was_looked_at_is_called(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a name server that says another address the second time (DNS rebinding) nobody asks a second time."""
    hook = line(house).hook
    asked, called = names(monkeypatch, ["8.8.8.8"], ["127.0.0.1"]), []

    def connect(address: tuple[str, int], timeout: float) -> Any:
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(post.socket, "create_connection", connect)
    actions.try_it(hook, by=house.liang)
    tick()
    assert (asked, called) == (["receiver.example"], [("8.8.8.8", 443)])


def test_a_name_server_that_hangs_holds_up_nobody_else_and_is_not_asked_twice_at_a_time(
    house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """getaddrinfo cannot be stopped: whoever waits goes on without it, and at most one thread of a name hangs."""
    monkeypatch.setattr(guard, "NAME_WAIT", 0.2)
    answers, asked = threading.Event(), []
    real = socket.getaddrinfo

    def hang(host: str, *how: Any, **kind: Any) -> list[Any]:
        if host != "receiver.example":
            return real(host, *how, **kind)
        asked.append(host)
        answers.wait(20)
        raise OSError("no such name")

    monkeypatch.setattr(guard.socket, "getaddrinfo", hang)
    hung, quick = line(house).hook, connected(house, receiver)
    waiting = actions.try_it(hung, by=house.liang)
    actions.try_it(quick, by=house.liang)
    begun = time.monotonic()
    assert tick()["webhooks_taken"] == 1
    Delivery.objects.filter(pk=waiting.pk).update(next_at=clock.now())
    tick()
    assert time.monotonic() - begun < 10
    late = "查这个主机的地址，0 秒里没有回答：receiver.example"
    assert list(Attempt.objects.filter(delivery=waiting).values_list("status", "why")) == [(None, late)] * 2
    assert asked == ["receiver.example"]
    hanging = guard._asking("receiver.example", 443)
    answers.set()
    assert isinstance(hanging.exception(timeout=10), OSError)
    Delivery.objects.filter(pk=waiting.pk).update(next_at=clock.now())
    tick()
    assert Attempt.objects.filter(delivery=waiting).latest("pk").why == "找不到这个主机：receiver.example"
    assert asked == ["receiver.example"] * 2


def test_the_certificate_must_be_that_of_the_name() -> None:
    secure = post._Secure(guard.target("https://receiver.example/"), "8.8.8.8")
    assert (secure.host, secure.context.check_hostname, secure.context.verify_mode) == (
        "receiver.example",
        True,
        post.ssl.CERT_REQUIRED,
    )


def test_the_secret_is_sealed_and_forgotten_with_the_line(house: House) -> None:
    made = line(house)
    (stored,) = Hook.objects.values_list("secret", flat=True)
    assert made.secret not in str(getattr(stored, "text", stored))
    assert made.secret not in str(list(AuditEvent.objects.values()))
    actions.remove(made.hook, by=house.liang)
    assert Hook.objects.get().secret == ""
    with pytest.raises(Refused):
        actions.resume(made.hook, by=house.liang)


def test_only_the_manager_of_this_market(house: House, other_house: House) -> None:
    hook = line(house).hook
    for by in (house.mo, other_house.liang):
        for act in (actions.rotate, actions.stop, actions.remove, actions.try_it):
            with pytest.raises(Refused):
                act(hook, by=by)
    assert list(queries.visible_to(house.mo)) == []
    with pytest.raises(Refused):
        actions.subscribe(label="x", url="https://receiver.example/", events=["test"], by=house.liang)


def test_the_screens_show_the_secret_once_and_every_attempt(house: House, receiver: Receiver) -> None:
    liang = signed_in("liang")
    said = {"label": "排班系统", "url": receiver.url, "events": ["ticket.received"]}
    page = liang.post("/desk/hooks/", said).content.decode()
    hook = Hook.objects.get()
    assert hook.secret in page
    assert hook.secret not in liang.get(f"/desk/hooks/{hook.pk}/").content.decode()
    receiver.secrets.append(hook.secret)
    assert liang.post(f"/desk/hooks/{hook.pk}/do/test/").status_code == 302
    receiver.answers = [500]
    tick()
    shown = liang.get(f"/desk/hooks/{hook.pk}/").content.decode()
    assert ("HTTP 500" in shown, Delivery.objects.get().webhook_id in shown) == (True, True)
    assert "排班系统" in liang.get("/desk/hooks/").content.decode()
    assert liang.post("/desk/hooks/", {**said, "url": "https://10.0.0.1/"}).status_code == 422
    new = liang.post(f"/desk/hooks/{hook.pk}/do/rotate/").content.decode()
    hook.refresh_from_db()
    assert hook.secret in new
    for act, state in (("stop", "off"), ("resume", "on"), ("remove", "gone")):
        assert liang.post(f"/desk/hooks/{hook.pk}/do/{act}/").status_code == 302
        assert Hook.objects.get().state == state
    assert liang.get(f"/desk/hooks/{hook.pk}/").status_code == 404


def test_every_message_is_on_some_page_and_no_page_on_the_answer_to_a_step(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = line(house).hook
    monkeypatch.setattr(hooks, "PAGE", 2)
    ids = [actions.try_it(hook, by=house.liang).webhook_id for _number in range(3)][::-1]
    liang = signed_in("liang")

    def shown(number: int) -> list[bool]:
        page = liang.get(f"/desk/hooks/{hook.pk}/?page={number}").content.decode()
        return [each in page for each in ids]

    assert (shown(1), shown(2)) == ([True, True, False], [False, False, True])
    assert 'href="?page=2"' in liang.get(f"/desk/hooks/{hook.pk}/").content.decode()
    assert "?page=2" not in liang.post(f"/desk/hooks/{hook.pk}/do/rotate/").content.decode()
