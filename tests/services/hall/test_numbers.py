"""Numbers of the day: drawn, called, passed on, come back to, and none left without a reason."""

import pytest
from django.db import IntegrityError, transaction

from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.services.hall import actions, queries
from gongqiao.services.hall.actions.setup import ServiceFacts, WindowFacts
from gongqiao.services.hall.enums import Reason, Source, State
from gongqiao.services.hall.models import Number
from gongqiao.services.hall.tick import tick
from tests import factories
from tests.factories import House
from tests.services.hall import given

pytestmark = pytest.mark.data


def shown(numbers: list[Number]) -> list[str]:
    return [number.shown for number in numbers]


def states() -> dict[str, str]:
    return {number.shown: number.state for number in Number.objects.order_by("letter", "number")}


def test_each_letter_counts_for_itself_and_begins_again_the_next_day(house: House) -> None:
    (register, wages), _windows = given.hall(house)
    with given.morning(house):
        assert shown(given.drawn(house, register, 2) + given.drawn(house, wages)) == ["A001", "A002", "B001"]
    Number.objects.update(day="2026-01-01")
    with given.morning(house):
        assert shown(given.drawn(house, register)) == ["A001"]


def test_the_database_knows_a_number_once(house: House) -> None:
    (register, _wages), _windows = given.hall(house)
    with given.morning(house):
        given.drawn(house, register, 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Number.objects.filter(number=2).update(number=1)


def test_a_known_person_who_draws_twice_keeps_his_number(house: House) -> None:
    (register, wages), _windows = given.hall(house)
    wei = factories.dossier(house)
    with given.morning(house):
        first = actions.draw(register, by=house.mo, source=Source.DESK, dossier=wei)
        again = actions.draw(register, by=house.system, source=Source.PHONE, dossier=wei)
        other = actions.draw(wages, by=house.system, source=Source.PHONE, dossier=wei)
    assert (again.pk, other.shown) == (first.pk, "B001")


def test_the_event_names_the_person_and_the_wall_does_not(house: House) -> None:
    (register, _wages), windows = given.hall(house)
    wei = factories.dossier(house)
    with given.morning(house) as moment:
        actions.draw(register, by=house.mo, source=Source.DESK, dossier=wei)
        actions.call_next(windows[0], by=house.mo)
        row = queries.called(moment.date())[0]
    event = AuditEvent.objects.get(action="hall.number_drawn")
    assert (event.on_behalf_of, event.channel) == (f"people.person:{wei.person_id}", "desk")
    assert wei.person.name not in f"{row} {vars(row)}"


@pytest.mark.parametrize(
    ("hour", "minute", "opens"), [(2, 59, False), (3, 0, True), (4, 0, True), (19, 59, True), (20, 0, False)]
)
def test_a_number_is_drawn_from_an_hour_before_the_first_window_until_the_last_shuts(
    house: House, hour: int, minute: int, opens: bool
) -> None:
    (register, _wages), _windows = given.hall(house)
    with given.morning(house, hour, minute):
        if opens:
            assert shown(given.drawn(house, register)) == ["A001"]
        else:
            with pytest.raises(Refused, match="04:00–20:00"):
                given.drawn(house, register)


def test_what_is_not_offered_or_has_no_window_is_not_drawn(house: House) -> None:
    (register, wages), _windows = given.hall(house)
    actions.set_service(ServiceFacts("B", "工钱的事", 10, offered=False), by=house.liang)
    for number, does in {1: "A", 2: "A"}.items():
        actions.set_window(WindowFacts(number, does, in_use=False), by=house.liang)
    with given.morning(house):
        for service, says in ((wages, "现在不办"), (register, "窗口现在没开")):
            with pytest.raises(Refused, match=says):
                given.drawn(house, service)


def test_a_window_that_is_shut_on_holidays_draws_nothing_on_one(house: House) -> None:
    from gongqiao.foundation.calendar import DayKind
    from gongqiao.foundation.markets import actions as markets

    (_register, wages), _windows = given.hall(house)
    for number in (2, 3):
        actions.set_window(WindowFacts(number, "B", on_holidays=False), by=house.liang)
    with given.morning(house) as moment:
        markets.set_day(house.market, moment.date(), DayKind.HOLIDAY, "三月三", by=house.liang)
        with pytest.raises(Refused, match="窗口现在没开"):
            given.drawn(house, wages)


def test_windows_take_from_the_line_what_is_theirs_in_order(house: House) -> None:
    (register, wages), (one, two, three) = given.hall(house)
    with given.morning(house):
        given.drawn(house, register, 2)
        given.drawn(house, wages, 2)
        called = [actions.call_next(window, by=house.mo) for window in (three, one, two, one)]
    assert [number and number.shown for number in called] == ["B001", "A001", "A002", None]
    assert states() == {"A001": "served", "A002": "called", "B001": "called", "B002": "waiting"}


def test_called_again_not_there_and_back_behind_the_next_three(house: House) -> None:
    (register, _wages), (one, _two, _three) = given.hall(house)
    for minute in range(6):
        with given.morning(house, 5, minute):
            given.drawn(house, register)
    with given.morning(house):
        first = actions.call_next(one, by=house.mo)
        assert first is not None
        actions.call_again(first, by=house.mo)
        first.refresh_from_db()
        assert first.calls == 2
        actions.absent(first, by=house.mo)
        second = actions.call_next(one, by=house.mo)
        actions.come_back(first, by=house.mo)
        assert second is not None
        assert shown(list(queries.line(one, first.day))) == ["A003", "A004", "A005", "A001", "A006"]


def test_passed_on_he_is_next_there_and_nowhere_else(house: House) -> None:
    (register, wages), (one, two, three) = given.hall(house)
    with given.morning(house) as moment:
        given.drawn(house, register)
        given.drawn(house, wages, 2)
        number = actions.call_next(one, by=house.mo)
        assert number is not None
        actions.pass_on(number, three, by=house.mo)
        lines = [shown(list(queries.line(window, moment.date()))) for window in (one, two, three)]
        again = actions.call_next(three, by=house.luo)
    assert lines == [[], ["B001", "B002"], ["A001", "B001", "B002"]]
    assert again == number


def test_he_is_not_passed_to_where_he_stands_nor_to_a_window_out_of_use(house: House) -> None:
    (register, _wages), (one, two, _three) = given.hall(house)
    with given.morning(house):
        given.drawn(house, register)
        number = actions.call_next(one, by=house.mo)
        assert number is not None
        two = actions.set_window(WindowFacts(2, "AB", in_use=False), by=house.liang)
        for window, says in ((one, "就在这个窗口"), (two, "停用了")):
            with pytest.raises(Refused, match=says):
                actions.pass_on(number, window, by=house.mo)


def test_what_was_done_with_a_number_meanwhile_is_seen(house: House) -> None:
    (register, _wages), (one, _two, _three) = given.hall(house)
    with given.morning(house):
        given.drawn(house, register)
        mine = actions.call_next(one, by=house.mo)
        assert mine is not None
        theirs = Number.objects.select_related("market", "service").get(pk=mine.pk)
        actions.served(mine, by=house.mo)
        for act in (actions.served, actions.absent, actions.call_again):
            with pytest.raises(Stale):
                act(theirs, by=house.luo)


def test_how_many_are_before_me_and_how_long(house: House) -> None:
    """Four minutes each for A at two windows; what window 2 does besides waits before him too."""
    (register, wages), (one, _two, _three) = given.hall(house)
    with given.morning(house) as moment:
        given.drawn(house, wages)
        mine = given.drawn(house, register, 4)[3]
        place = queries.place_of(mine, moment)
        assert (place.ahead, place.minutes, place.windows) == (4, 8, [1, 2])
        actions.call_next(one, by=house.mo)
        assert queries.place_of(mine, moment).ahead == 3
    assert queries.place_of(mine, given.at(house, 3, 30)).minutes is None


def test_at_closing_who_waits_is_told_why_and_who_stands_at_a_window_an_hour_later(house: House) -> None:
    (register, wages), (one, _two, _three) = given.hall(house)
    with given.morning(house):
        given.drawn(house, register, 2)
        given.drawn(house, wages)
        actions.call_next(one, by=house.mo)
    with given.morning(house, 19, 59):
        assert tick()["numbers_left"] == 0
    with given.morning(house, 20, 0):
        assert (tick()["numbers_left"], tick()["numbers_left"]) == (2, 0)
    with given.morning(house, 21, 0):
        assert tick()["numbers_left"] == 1
    reasons = {number.shown: number.reason for number in Number.objects.filter(state=State.LEFT)}
    assert reasons == {"A001": "unsaid", "A002": "closed", "B001": "closed"}
    assert AuditEvent.objects.filter(action="hall.number_left").count() == 3


def test_yesterdays_are_ended_whatever_the_hour(house: House) -> None:
    (register, _wages), _windows = given.hall(house)
    with given.morning(house):
        given.drawn(house, register)
    Number.objects.update(day="2026-01-01")
    with given.morning(house, 5):
        assert tick()["numbers_left"] == 1
    assert Number.objects.get().reason == Reason.CLOSED


def test_who_does_not_want_to_wait_ends_it_once(house: House) -> None:
    (register, _wages), _windows = given.hall(house)
    with given.morning(house):
        number = given.drawn(house, register)[0]
        actions.give_up(number, by=house.system)
        with pytest.raises(Refused, match="自己不等了"):
            actions.give_up(number, by=house.system)
    assert states() == {"A001": "given_up"}


def test_who_may_not_does_not(house: House, other_house: House) -> None:
    (register, _wages), (one, _two, _three) = given.hall(house)
    with given.morning(house):
        number = given.drawn(house, register)[0]
        for refused in (
            lambda: actions.draw(register, by=house.shen, source=Source.DESK),
            lambda: actions.draw(register, by=other_house.mo, source=Source.DESK),
            lambda: actions.draw(register, by=other_house.system, source=Source.KIOSK),
            lambda: actions.call_next(one, by=house.shen),
            lambda: actions.call_next(one, by=other_house.mo),
            lambda: actions.leave(number, Reason.STOPPED, by=house.shen),
            lambda: actions.set_service(ServiceFacts("C", "别的"), by=house.mo),
            lambda: actions.set_window(WindowFacts(4, "A"), by=house.zhou),
        ):
            with pytest.raises(Refused):
                refused()
    assert states() == {"A001": "waiting"}


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        (WindowFacts(1, "Z"), "没有字母 Z"),
        (WindowFacts(1, ""), "办的事"),
        (WindowFacts(0, "A"), "几号窗口.*1"),
        (WindowFacts(100, "A"), "几号窗口.*99"),
    ],
)
def test_a_window_of_nothing_or_of_no_number_is_refused(house: House, facts: WindowFacts, says: str) -> None:
    given.hall(house)
    with pytest.raises(Refused, match=says):
        actions.set_window(facts, by=house.liang)


def test_a_window_opens_before_it_shuts(house: House) -> None:
    from datetime import time

    given.hall(house)
    with pytest.raises(Refused, match="开门要早于关门"):
        actions.set_window(WindowFacts(1, "A", time(9), time(9)), by=house.liang)


def test_set_anew_the_same_letter_is_the_same_service(house: House) -> None:
    (register, _wages), _windows = given.hall(house)
    again = actions.set_service(ServiceFacts("A", "登记", 6), by=house.liang)
    assert (again.pk, again.name, again.minutes) == (register.pk, "登记", 6)
