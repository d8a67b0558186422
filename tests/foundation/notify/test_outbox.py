"""The outbox: in the transaction of the act, once, leased, tried again, never late."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.notify import actions, channels
from gongqiao.foundation.notify.models import CallState, CallTask, Message, MessageState
from tests.factories import House

pytestmark = pytest.mark.data
NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


@pytest.fixture
def now() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


class Line:
    """An outside line that writes down what it was given, and breaks as often as it is told to."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.breaks = 0

    def __call__(self, message: Message) -> None:
        if self.breaks:
            self.breaks -= 1
            raise OSError("the line is down")
        self.sent.append(message.body)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    made = Line()
    monkeypatch.setitem(channels._channels, "test line", channels.Line("test line", made, "test"))
    return made


def note(house: House, key: str = "one", channel: str = "test line", **facts: Any) -> actions.Note:
    person = facts.pop("person", None) or house.mo.person
    expires = facts.pop("expires_at", NOON + timedelta(hours=1))
    return actions.Note(
        person=person,
        channel=channel,
        key=key,
        subject="叫人",
        body=facts.pop("body", "明天八点"),
        about="assignment:1",
        expires_at=expires,
        **facts,
    )


def test_what_is_due_is_sent_once(house: House, now: Any, line: Line) -> None:
    actions.tell(house.market, [note(house)])
    assert actions.deliver() == {"sent": 1, "late": 0, "failed": 0}
    assert actions.deliver() == {"sent": 0, "late": 0, "failed": 0}
    assert (line.sent, Message.objects.get().state) == (["明天八点"], MessageState.SENT)


def test_telling_twice_with_one_key_is_one_message(house: House, now: Any, line: Line) -> None:
    actions.tell(house.market, [note(house), note(house)])
    actions.tell(house.market, [note(house, body="again")])
    actions.deliver()
    assert line.sent == ["明天八点"]


def test_an_act_that_is_undone_tells_nobody(house: House, now: Any, line: Line) -> None:
    @transaction.atomic
    def act() -> None:
        actions.tell(house.market, [note(house)])
        raise IntegrityError

    with pytest.raises(IntegrityError):
        act()
    actions.deliver()
    assert line.sent == []


def test_a_line_nobody_knows_is_a_fault_when_telling_not_when_sending(house: House) -> None:
    with pytest.raises(KeyError):
        actions.tell(house.market, [note(house, channel="pigeon")])
    assert Message.objects.count() == 0


def test_too_late_is_dropped(house: House, now: Any, line: Line) -> None:
    actions.tell(house.market, [note(house)])
    now.shift(timedelta(hours=1))
    assert actions.deliver() == {"sent": 0, "late": 1, "failed": 0}
    assert (line.sent, Message.objects.get().state) == ([], MessageState.EXPIRED)


def test_what_becomes_late_while_others_are_sent_is_not_sent(house: House, now: Any, line: Line) -> None:
    def slow(message: Message) -> None:
        now.shift(timedelta(minutes=2))
        line(message)

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(channels._channels, "slow line", channels.Line("slow line", slow, "slow"))
        actions.tell(house.market, [note(house, "first", "slow line", body="first")])
        now.shift(timedelta(seconds=1))
        soon = NOON + timedelta(minutes=1)
        actions.tell(house.market, [note(house, "second", body="second", expires_at=soon)])
        assert actions.deliver() == {"sent": 1, "late": 0, "failed": 0}
    assert line.sent == ["first"]
    assert actions.deliver()["late"] == 1


def test_what_another_process_has_in_hand_is_left_to_it_until_its_lease_ends(
    house: House, now: Any, line: Line
) -> None:
    actions.tell(house.market, [note(house)])
    Message.objects.update(lease_until=NOON + actions.LEASE)
    assert actions.deliver()["sent"] == 0
    now.shift(actions.LEASE)
    assert actions.deliver()["sent"] == 1  # that process died


def test_what_another_process_is_sending_is_not_called_late_under_its_hands(house: House, now: Any, line: Line) -> None:
    actions.tell(house.market, [note(house, expires_at=NOON + timedelta(minutes=1))])
    Message.objects.update(lease_until=NOON + actions.LEASE)
    now.shift(timedelta(minutes=1, seconds=30))
    assert actions.deliver() == {"sent": 0, "late": 0, "failed": 0}


def test_a_broken_line_is_tried_again_later_and_later_and_then_given_up(house: House, now: Any, line: Line) -> None:
    line.breaks = 99
    actions.tell(house.market, [note(house, expires_at=NOON + timedelta(days=1))])
    waits = []
    for _try in range(actions.MOST_TRIES):
        assert actions.deliver()["failed"] == 1
        row = Message.objects.get()
        waits.append((row.next_at - datetime.now(UTC)).total_seconds())
        assert actions.deliver() == {"sent": 0, "late": 0, "failed": 0}  # not before its time
        now.shift(timedelta(seconds=waits[-1]))
    assert waits == [60, 120, 240, 480, 960, 1920]
    assert (row.state, row.tries, row.last_error) == (MessageState.DEAD, 6, "OSError: the line is down")
    assert actions.deliver()["failed"] == 0


def test_one_broken_line_does_not_stop_the_others(house: House, now: Any, line: Line) -> None:
    line.breaks = 1
    actions.tell(house.market, [note(house, "first", body="first"), note(house, "second", body="second")])
    counts = actions.deliver()
    assert (counts["sent"], counts["failed"], len(line.sent)) == (1, 1, 1)


@pytest.mark.parametrize("end", ["sent", "late", "dead"])
def test_secret_words_are_forgotten_however_it_ends(house: House, now: Any, line: Line, end: str) -> None:
    line.breaks = 99 if end == "dead" else 0
    actions.tell(house.market, [note(house, secret=True, body="123456", expires_at=NOON + timedelta(days=1))])
    if end == "late":
        now.shift(timedelta(days=1))
    for _try in range(actions.MOST_TRIES):
        actions.deliver()
        now.shift(timedelta(hours=1))
    assert Message.objects.get().body == ""


def test_delivering_one_message_twice_makes_one_call(house: House, now: Any) -> None:
    actions.tell(house.market, [note(house, channel="hall")])
    message = Message.objects.select_related("market", "person").get()
    channels.sender("hall")(message)
    channels.sender("hall")(message)
    assert [(task.how, task.person_id) for task in CallTask.objects.all()] == [("hall", house.mo.person_id)]


def test_three_calls_that_reach_nobody_end_in_the_open(house: House, now: Any) -> None:
    actions.tell(house.market, [note(house, channel="phone")])
    actions.deliver()
    task = CallTask.objects.get()
    for tries in (1, 2, 3):
        actions.record_call(task, by=house.mo, reached=False)
        assert CallTask.objects.get().tries == tries
    assert CallTask.objects.get().state == CallState.GIVEN_UP


def test_only_who_dispatches_records_a_call(house: House, now: Any) -> None:
    actions.tell(house.market, [note(house, channel="phone")])
    actions.deliver()
    with pytest.raises(Refused):
        actions.record_call(CallTask.objects.get(), by=house.zhou, reached=True)


def test_a_matter_settled_another_way_takes_its_calls_and_messages_along(house: House, now: Any, line: Line) -> None:
    actions.tell(house.market, [note(house, channel="phone")])
    actions.deliver()
    actions.tell(house.market, [note(house, "later")])
    actions.close_calls("assignment:1")
    assert CallTask.objects.get().state == CallState.EXPIRED
    assert actions.deliver()["sent"] == 0
