"""By which line: the wish, the market's lines, the hour, the money, what failed; never nobody in silence."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine

from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.consent import actions as consent
from gongqiao.foundation.consent.models import Purpose
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.notify import actions, channels, planning, queries, wishes
from gongqiao.foundation.notify.enums import Ending, Kind, Quiet, Result
from gongqiao.foundation.notify.models import Attempt, CallTask, Message, MessageState
from gongqiao.needs.dossiers.models import Dossier
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data
NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)  # 12:00 in the market
LATE = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)  # 23:00


@pytest.fixture
def now() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


class Gateway:
    """An outside line that costs one unit a message and fails as often as it is told to."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.fails: list[channels.LineError] = []

    def __call__(self, message: Message) -> None:
        if self.fails:
            raise self.fails.pop()
        self.sent.append(message.key)


@pytest.fixture
def text(monkeypatch: pytest.MonkeyPatch) -> Gateway:
    gateway = Gateway()
    line = channels.Line(
        "sms",
        gateway,
        "text",
        outside=True,
        reaches=lambda message: bool(message.person and message.person.phone),
        parts=lambda message: 1,
    )
    monkeypatch.setitem(channels._channels, "sms", line)
    return gateway


@pytest.fixture
def wei(house: House, text: Gateway, now: Any) -> Dossier:
    """He wishes to be sent texts, and the market sends them."""
    wishes.set_lines({"machines": ["sms"]}, by=house.liang)
    return factories.dossier(house, phone="15400001234", values={"channel": "sms"})


def tell(house: House, dossier: Dossier, kind: Kind = Kind.OFFER, *, minutes: int = 60, key: str = "one") -> Message:
    expires = datetime.now(UTC) + timedelta(minutes=minutes)
    note = actions.Note(
        person=dossier.person,
        kind=kind,
        key=key,
        subject="叫人",
        body="去不去",
        about=f"assignment:{key}",
        expires_at=expires,
    )
    actions.tell(house.market, [note])
    row: Message = Message.objects.get(key=key)
    return row


def tried() -> list[tuple[str, str]]:
    return list(Attempt.objects.order_by("pk").values_list("line", "result"))


def test_his_wish_goes_first(house: House, wei: Dossier, text: Gateway) -> None:
    tell(house, wei)
    actions.deliver()
    assert (text.sent, tried(), CallTask.objects.count()) == (["one"], [("sms", Result.SENT)], 0)


@pytest.mark.parametrize(("channel", "line"), [("phone", "phone"), ("family", "family"), ("none", "hall")])
def test_whoever_wishes_a_person_gets_a_person(house: House, text: Gateway, now: Any, channel: str, line: str) -> None:
    wishes.set_lines({"machines": ["sms"]}, by=house.liang)
    tell(house, factories.dossier(house, "覃海", phone="15400001235", values={"channel": channel}))
    actions.deliver()
    assert ([task.how for task in CallTask.objects.all()], text.sent) == ([line], [])


def test_where_no_line_is_on_a_person_calls(house: House, text: Gateway, now: Any) -> None:
    tell(house, factories.dossier(house, phone="15400001234", values={"channel": "sms"}))
    actions.deliver()
    assert (tried(), text.sent) == ([("phone", Result.LISTED)], [])


def test_silence_after_a_text_is_a_call_after_a_share_of_the_time(
    house: House, wei: Dossier, text: Gateway, now: Any
) -> None:
    message = tell(house, wei, minutes=20)
    actions.deliver()
    now.shift(timedelta(minutes=6, seconds=59))
    actions.deliver()
    assert CallTask.objects.count() == 0
    now.shift(timedelta(seconds=1))
    actions.deliver()
    assert tried() == [("sms", Result.SENT), ("phone", Result.LISTED)]
    task = CallTask.objects.get()
    assert (task.how, task.due_at, text.sent) == ("phone", message.expires_at, ["one"])
    actions.deliver()
    assert len(tried()) == 2


def test_an_answer_in_time_is_no_call(house: House, wei: Dossier, now: Any) -> None:
    tell(house, wei, minutes=20)
    actions.deliver()
    actions.close_calls("assignment:one")
    now.shift(timedelta(minutes=10))
    actions.deliver()
    assert (CallTask.objects.count(), Message.objects.get().state) == (0, MessageState.SENT)


def test_news_that_was_sent_asks_nobody_to_call(house: House, wei: Dossier, now: Any) -> None:
    tell(house, wei, Kind.OFF)
    actions.deliver()
    now.shift(timedelta(minutes=50))
    actions.deliver()
    assert tried() == [("sms", Result.SENT)]


def test_a_bad_number_is_a_call_at_once(house: House, wei: Dossier, text: Gateway) -> None:
    text.fails = [channels.LineError("空号", for_good=True)]
    tell(house, wei)
    actions.deliver()
    actions.deliver()
    assert tried() == [("sms", Result.FAILED), ("phone", Result.LISTED)]


def test_a_gateway_that_is_down_is_tried_again_and_then_left(
    house: House, wei: Dossier, text: Gateway, now: Any
) -> None:
    text.fails = [channels.LineError("busy")] * 3
    tell(house, wei)
    for _round in range(4):
        actions.deliver()
        now.shift(timedelta(minutes=2))
    assert tried() == [("sms", Result.AGAIN), ("sms", Result.AGAIN), ("sms", Result.FAILED), ("phone", Result.LISTED)]
    assert Attempt.objects.earliest("pk").why == "busy"


def test_three_calls_unheard_are_a_shout_in_the_hall_and_then_stand_in_the_open(
    house: House, wei: Dossier, text: Gateway, now: Any
) -> None:
    message = tell(house, wei, Kind.STOP)
    for _turn in range(3):
        actions.deliver()
        task = CallTask.objects.get()
        for _call in range(3):
            task.refresh_from_db()
            if task.state == "open":
                actions.record_call(task, by=house.mo, reached=False)
    actions.deliver()
    message.refresh_from_db()
    listed = [(line, result) for line, result in tried() if result != Result.MISSED]
    assert listed == [("phone", Result.LISTED), ("sms", Result.SENT)]
    assert (message.state, text.sent) == (MessageState.SENT, ["one"])


def test_nobody_is_told_nothing_in_silence(house: House, now: Any) -> None:
    message = tell(house, factories.dossier(house, values={"channel": "none"}))
    actions.deliver()
    task = CallTask.objects.get()
    for _call in range(3):
        actions.record_call(task, by=house.mo, reached=False)
        task.refresh_from_db()
    actions.deliver()
    message.refresh_from_db()
    assert (message.state, message.ending) == (MessageState.DEAD, Ending.NO_LINE)
    assert list(queries.not_told(house.mo)) == [message]
    with pytest.raises(Refused):
        actions.seen_to(message, by=house.zhou, note="")
    actions.seen_to(message, by=house.mo, note="在门口碰到，当面说了")
    assert (list(queries.not_told(house.mo)), tried()[-1]) == ([], ("desk", Result.REACHED))


def test_what_nobody_called_about_in_time_stands_in_the_open(house: House, now: Any) -> None:
    message = tell(house, factories.dossier(house, values={"channel": "none"}))
    actions.deliver()
    now.shift(timedelta(hours=1))
    actions.lapse_calls()
    assert list(queries.not_told(house.mo)) == [message]
    message.refresh_from_db()
    assert message.ending == Ending.LATE


def test_machines_are_quiet_at_night_and_what_can_wait_waits(
    house: House, wei: Dossier, text: Gateway, now: Any
) -> None:
    now.move_to(LATE)
    tell(house, wei, Kind.PAY, minutes=24 * 60)
    actions.deliver()
    assert (tried(), text.sent) == ([], [])
    now.move_to(datetime(2026, 11, 25, 20, 59, tzinfo=UTC))  # 04:59
    actions.deliver()
    assert text.sent == []
    now.shift(timedelta(minutes=1))
    actions.deliver()
    assert text.sent == ["one"]


def test_what_cannot_wait_for_the_morning_goes_to_a_person_at_once(
    house: House, wei: Dossier, text: Gateway, now: Any
) -> None:
    now.move_to(LATE)
    tell(house, wei, minutes=60)
    actions.deliver()
    assert tried() == [("sms", Result.SKIPPED), ("phone", Result.LISTED)]


@pytest.mark.parametrize(
    ("wish", "sent"),
    [
        (wishes.Wish(quiet=Quiet.NEVER), ["one"]),
        (wishes.Wish(quiet=Quiet.OWN, own=(time(6), time(14))), ["one"]),  # a night shift: asleep by day
        (wishes.Wish(quiet=Quiet.OWN, own=(time(20), time(7))), []),
    ],
)
def test_whoever_works_at_night_has_hours_of_his_own(
    house: House, wei: Dossier, text: Gateway, now: Any, wish: wishes.Wish, sent: list[str]
) -> None:
    wishes.set_preference(wei.person, wish, by=house.mo)
    now.move_to(LATE)
    tell(house, wei, Kind.PAY, minutes=24 * 60)
    actions.deliver()
    assert text.sent == sent


def test_stop_work_passes_the_night(house: House, wei: Dossier, text: Gateway, now: Any) -> None:
    now.move_to(LATE)
    wei.person.phone = ""
    wei.person.save(update_fields=["phone"])
    tell(house, wei, Kind.STOP)
    actions.deliver()
    assert tried() == [("phone", Result.SKIPPED), ("sms", Result.SKIPPED), ("hall", Result.LISTED)]


def test_a_line_declined_is_passed_and_a_kind_declined_is_not_sent(house: House, wei: Dossier, text: Gateway) -> None:
    wishes.set_preference(wei.person, wishes.Wish(no_lines=("sms",), no_kinds=("pay",)), by=house.mo)
    tell(house, wei)
    tell(house, wei, Kind.PAY, key="pay")
    actions.deliver()
    assert tried() == [("sms", Result.SKIPPED), ("phone", Result.LISTED)]
    assert Message.objects.get(key="pay").ending == Ending.MUTED
    assert AuditEvent.objects.latest("number").action == "lines.wished"


def test_what_he_must_know_cannot_be_declined(house: House, wei: Dossier) -> None:
    with pytest.raises(Refused):
        wishes.set_preference(wei.person, wishes.Wish(no_kinds=("off",)), by=house.mo)
    with pytest.raises(Refused):
        wishes.set_preference(wei.person, wishes.Wish(no_lines=("phone",)), by=house.mo)
    with pytest.raises(Refused):
        wishes.set_preference(wei.person, wishes.Wish(quiet=Quiet.OWN), by=house.mo)


def test_whoever_took_back_his_consent_is_neither_sent_to_nor_called(house: House, wei: Dossier) -> None:
    consent.give(wei.person, Purpose.MESSAGES, by=house.mo, channel="desk")
    consent.withdraw(wei.person, Purpose.MESSAGES, by=house.mo, channel="desk")
    tell(house, wei)
    actions.deliver()
    assert tried() == [("hall", Result.LISTED)]


def test_where_the_money_is_used_up_a_person_calls_and_the_manager_sees_it(
    house: House, wei: Dossier, text: Gateway, now: Any
) -> None:
    wishes.set_lines({"day_fen": 10, "text_fen": 5}, by=house.liang)
    for number in range(3):
        tell(house, wei, key=str(number))
    actions.deliver()
    assert (len(text.sent), CallTask.objects.count()) == (2, 1)
    seen = queries.spending(house.liang, datetime.now(UTC))
    assert (seen.day, seen.month, seen.day_limit, seen.passed, seen.stopped) == (10, 10, 10, 1, True)
    now.shift(timedelta(days=1))
    tell(house, wei, key="tomorrow")
    actions.deliver()
    assert len(text.sent) == 3


def test_within_a_request_no_gateway_is_asked(house: House, wei: Dossier, text: Gateway) -> None:
    tell(house, wei)
    tell(house, factories.dossier(house, "覃海", phone="15400001235", values={"channel": "phone"}), key="two")
    assert actions.hand_out() == {"sent": 1, "late": 0, "failed": 0}
    assert (text.sent, CallTask.objects.count()) == ([], 1)
    actions.deliver()
    assert text.sent == ["one"]


def test_only_the_manager_sets_the_lines(house: House) -> None:
    with pytest.raises(Refused):
        wishes.set_lines({"machines": []}, by=house.mo)
    with pytest.raises(Refused):
        wishes.set_lines({"machines": ["pigeon"]}, by=house.liang)
    with pytest.raises(Refused):
        wishes.set_lines({"day_fen": 5000, "month_fen": 4000}, by=house.liang)


def test_quiet_over_midnight_is_half_open() -> None:
    asked = [time(21, 59), time(22), time(0), time(4, 59), time(5)]
    assert [planning.is_quiet(at, time(22), time(5)) for at in asked] == [False, True, True, True, False]
    assert not planning.is_quiet(time(5), time(5), time(5))


def test_a_line_that_is_not_set_up_leaves_no_row_behind(house: House, now: Any) -> None:
    """The market's lines are the default, and no mini program is set on this server."""
    lan = factories.dossier(house, "覃海", phone="15400005678", values={"channel": "phone"})
    tell(house, lan)
    actions.deliver()
    assert [(row.line, row.result) for row in Attempt.objects.all()] == [("phone", Result.LISTED)]
