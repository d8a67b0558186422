"""A ticket from the first word to the last: filed once, answered in time, ended with a reason, asked about."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from gongqiao.foundation import clock
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.files import queries as files
from gongqiao.foundation.organisations import actions as organisations
from gongqiao.foundation.organisations.roles import Role
from gongqiao.needs.feedback import actions, queries
from gongqiao.needs.feedback.actions import Photo, Said, Voice
from gongqiao.needs.feedback.categories import DUE_RULES, due, is_watched, rule_of, soon
from gongqiao.needs.feedback.enums import (
    CallBackState,
    Category,
    Channel,
    EntryKind,
    Outcome,
    Satisfaction,
    State,
    Step,
    Why,
)
from gongqiao.needs.feedback.models import CallBack, Entry, Ticket
from gongqiao.needs.feedback.tick import tick
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data
ZONE = ZoneInfo("Asia/Shanghai")
TUESDAY = datetime(2026, 11, 24, 9, tzinfo=ZONE)
OGG = b"OggS" + bytes(200)
JPEG = b"\xff\xd8\xff\xe0" + bytes(200)


def at(day: int, hour: int = 9, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=ZONE)


def steps(ticket: Ticket) -> list[str]:
    return list(Entry.objects.filter(ticket=ticket, kind=EntryKind.STEP).order_by("at").values_list("step", flat=True))


def solved(house: House, **facts: object) -> Ticket:
    ticket = factories.ticket(house, **facts)  # type: ignore[arg-type]
    actions.take(ticket, by=house.mo)
    actions.resolve(ticket, Outcome.DONE, "跟老板说好了，多的两小时补钱。", by=house.mo)
    return ticket


def test_said_without_a_name_it_has_a_code_and_a_promise(house: House) -> None:
    with clock.held_at(TUESDAY):
        ticket = factories.ticket(house)
    assert (ticket.state, ticket.person, ticket.anonymous) == (State.NEW, None, True)
    assert ticket.answer_by == at(27, 20)  # three working days, until the doors close
    assert (ticket.due_rule, ticket.provisional) == ("job@2026-01-01", False)
    assert queries.by_code(ticket.code_in_fours) == ticket
    assert queries.by_code("0000 0000 0000") is None
    assert queries.by_code("48 21") is None


def test_what_was_said_and_the_code_are_not_in_the_database_in_clear(house: House) -> None:
    ticket = factories.ticket(house, contact_name="韦建国", contact_phone="15400001234")
    with connection.cursor() as cursor:
        cursor.execute("SELECT text, code, contact_name, contact_phone FROM feedback_ticket")
        stored = cursor.fetchone()
    for clear in (ticket.text, ticket.code, "韦建国", "15400001234"):
        assert all(clear not in cell for cell in stored)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"text": " "}, "请写几句"),
        ({"text": "字" * 2001}, "太长了"),
        ({"contact_phone": "138"}, "手机"),
        ({"said_on": date(2099, 1, 1)}, "今天以后"),
        ({"voice": Voice("话.exe", b"MZ" + bytes(50))}, "不是能收的文件"),
        ({"pictures": (Photo("图.ogg", OGG),)}, "不是能收的文件"),
        ({"pictures": (Photo("图.jpg", JPEG + bytes(3_000_000)),)}, "太大"),
        ({"pictures": (Photo("图.jpg", JPEG),) * 4}, "照片最多 3 张"),
        ({"text": "", "pictures": (Photo("图.jpg", JPEG),)}, "请写几句"),
    ],
)
def test_what_cannot_be_filed_is_refused_and_nothing_is_kept(house: House, facts: dict[str, object], why: str) -> None:
    with pytest.raises(Refused, match=why):
        factories.ticket(house, **facts)  # type: ignore[arg-type]
    assert (Ticket.objects.count(), Entry.objects.count()) == (0, 0)


def test_sent_twice_with_one_key_it_is_filed_once(house: House) -> None:
    said = Said(Category.JOB, Channel.PAGE, "活不一样", key="k-1")
    first, second = (actions.file(said, by=house.system) for _each in range(2))
    assert (first.fresh, second.fresh, first.ticket, Ticket.objects.count()) == (True, False, second.ticket, 1)
    with pytest.raises(Refused, match="别的话"):
        actions.file(Said(Category.JOB, Channel.PAGE, "另外的话", key="k-1"), by=house.system)
    factories.ticket(house)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.update(key="k-2")


def test_an_employer_or_an_auditor_files_for_nobody(house: House) -> None:
    said = Said(Category.JOB, Channel.WINDOW, "活不一样")
    for post in (house.shen, house.system):
        with pytest.raises(Refused, match="不能替人登记诉求"):
            actions.file(said, by=post)
    assert actions.file(said, by=house.zhou).ticket.entered_by == house.zhou


def test_a_note_from_the_box_is_answered_from_the_day_it_was_written(house: House) -> None:
    with clock.held_at(TUESDAY):
        ticket = factories.ticket(house, channel=Channel.PAPER, by=house.zhou, said_on=date(2026, 11, 20))
    assert (ticket.said_on, ticket.answer_by) == (date(2026, 11, 20), at(25, 20))


def test_the_promise_follows_the_markets_own_calendar(house: House) -> None:
    house.market.holidays = {"2026-11-25": {"kind": "holiday", "name": "三月三"}}
    promised = due(Category.JOB, date(2026, 11, 24), house.market)
    assert promised.answer_by == at(30, 20)  # the 25th is off here, then a weekend
    assert due(Category.JOB, date(2026, 12, 30), house.market).provisional is True


def test_the_rule_in_force_on_the_day_is_the_newest_before_it() -> None:
    assert {rule.category for rule in DUE_RULES} == set(Category)
    assert rule_of(Category.WAGES, date(2020, 1, 1)).days == rule_of(Category.WAGES, date(2030, 1, 1)).days == 5


@pytest.mark.parametrize(("hour", "expected"), [(9, at(24, 9)), (3, at(24, 4)), (20, at(25, 4)), (23, at(25, 4))])
def test_minutes_count_when_the_doors_are_open(house: House, hour: int, expected: datetime) -> None:
    assert soon(at(24, hour), 15, house.market) == expected + timedelta(minutes=15)
    assert is_watched(at(24, hour), house.market) is (hour == 9)


def test_it_is_taken_answered_asked_about_and_ended(house: House) -> None:
    with clock.held_at(TUESDAY):
        ticket = factories.ticket(house)
        actions.take(ticket, by=house.mo)
        actions.answer(ticket, "是哪一天的事？", by=house.mo, ask=True)
    assert (ticket.state, ticket.handler) == (State.WAITING, house.mo)
    with clock.held_at(at(26)):
        actions.reply(ticket, "星期一", by=house.system)
    assert (ticket.state, ticket.answer_by) == (State.WORKING, at(1, 20, month=12))  # two working days were waited
    with clock.held_at(at(27)):
        actions.resolve(ticket, Outcome.DONE, "补了两小时的钱。", by=house.mo)
        actions.rate(ticket, Satisfaction.GOOD, by=house.system)
    assert (ticket.state, ticket.outcome, ticket.satisfaction) == (State.CLOSED, Outcome.DONE, Satisfaction.GOOD)
    assert steps(ticket) == [
        Step.FILED,
        Step.ASSIGNED,
        Step.WAITING,
        Step.RESUMED,
        Step.RESOLVED,
        Step.CLOSED,
    ]
    assert CallBack.objects.count() == 0


def test_only_who_has_it_in_hand_answers(house: House) -> None:
    ticket = factories.ticket(house)
    for post in (house.mo, house.zhou, house.shen):
        with pytest.raises(Refused, match="不是您在办"):
            actions.answer(ticket, "好的", by=post)
    actions.take(ticket, by=house.mo)
    with pytest.raises(Refused, match="有人在办"):
        actions.assign(ticket, house.zhou, by=house.zhou)
    actions.assign(ticket, house.zhou, by=house.mo, note="我明天不在")
    assert ticket.handler == house.zhou
    with pytest.raises(Refused, match="不是您在办"):
        actions.answer(ticket, "好的", by=house.mo)


def test_an_auditor_takes_no_ordinary_ticket(house: House) -> None:
    with pytest.raises(Refused, match="审计"):
        actions.take(factories.ticket(house), by=house.shen)


def test_it_ends_with_one_account_or_not_at_all(house: House) -> None:
    ticket = factories.ticket(house)
    actions.take(ticket, by=house.mo)
    with pytest.raises(Refused, match="怎么办的"):
        actions.resolve(ticket, Outcome.DONE, " ", by=house.mo)
    actions.resolve(ticket, Outcome.EXPLAINED, "合同上写的是十小时。", by=house.mo)
    with pytest.raises(Refused, match="已经办完"):
        actions.resolve(ticket, Outcome.DONE, "再说一次", by=house.mo)
    assert Entry.objects.filter(ticket=ticket, kind=EntryKind.RESOLUTION).count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(outcome="")


def test_a_bad_word_is_called_back_in_two_working_days(house: House) -> None:
    with clock.held_at(TUESDAY):
        ticket = solved(house, contact_phone="15400001234")
        actions.rate(ticket, Satisfaction.BAD, by=house.system, text="根本没补")
        row = CallBack.objects.get()
        assert row.due_at == at(26, 20)
        with pytest.raises(Refused, match="已经评过"):
            actions.rate(ticket, Satisfaction.GOOD, by=house.system)
        for reached in (False, False):
            actions.record_call_back(row, by=house.mo, reached=reached, note="没接")
        actions.record_call_back(row, by=house.mo, reached=True, note="说只补了一半")
    assert (row.state, row.tries) == (CallBackState.REACHED, 3)
    assert Entry.objects.filter(ticket=ticket, kind=EntryKind.NOTE).count() == 3


def test_three_calls_without_answer_give_up_in_the_open(house: House) -> None:
    ticket = solved(house)
    actions.rate(ticket, Satisfaction.BAD, by=house.system)
    row = CallBack.objects.get()
    for _each in range(3):
        actions.record_call_back(row, by=house.mo, reached=False, note="没接")
    assert row.state == CallBackState.GIVEN_UP
    with pytest.raises(Refused):
        actions.record_call_back(row, by=house.mo, reached=True, note="又通了")


def test_it_is_opened_again_within_thirty_days(house: House) -> None:
    with clock.held_at(TUESDAY):
        ticket = solved(house)
        actions.rate(ticket, Satisfaction.BAD, by=house.system)
    with clock.held_at(TUESDAY + timedelta(days=30)):
        actions.reopen(ticket, "还是没补", by=house.system)
    assert (ticket.state, ticket.handler, ticket.reopened, ticket.outcome) == (State.WORKING, house.mo, 1, "")
    assert ticket.answer_by == at(29, 20, month=12)
    with clock.held_at(TUESDAY + timedelta(days=30)):
        actions.resolve(ticket, Outcome.DONE, "这回补齐了。", by=house.mo)
    with clock.held_at(TUESDAY + timedelta(days=61)), pytest.raises(Refused, match="不能再打开"):
        actions.reopen(ticket, "还有", by=house.system)


def test_silence_closes_after_a_week(house: House) -> None:
    with clock.held_at(TUESDAY):
        ticket = solved(house)
    with clock.held_at(TUESDAY + timedelta(days=7)):
        assert tick()["silent"] == 0
    with clock.held_at(TUESDAY + timedelta(days=7, seconds=1)):
        assert (tick()["silent"], tick()["silent"]) == (1, 0)
        ticket.refresh_from_db()
        actions.rate(ticket, Satisfaction.FAIR, by=house.system)
    assert (ticket.state, ticket.satisfaction) == (State.CLOSED, Satisfaction.FAIR)


def test_what_is_late_goes_up_once_and_what_waits_for_the_person_does_not(house: House) -> None:
    with clock.held_at(TUESDAY):
        late, asked = factories.ticket(house), factories.ticket(house)
        actions.take(asked, by=house.mo)
        actions.answer(asked, "哪一天？", by=house.mo, ask=True)
    with clock.held_at(at(27, 20) + timedelta(minutes=1)):
        assert (tick()["raised"], tick()["raised"]) == (1, 0)
        assert list(queries.listed(house.liang, "up")) == [late]
        assert list(queries.listed(house.liang, "overdue")) == [late]
    late.refresh_from_db()
    assert (late.escalated_to, late.escalated_why) == (Role.MANAGER, Why.OVERDUE)


def test_a_call_back_that_is_late_goes_up(house: House) -> None:
    with clock.held_at(TUESDAY):
        ticket = solved(house)
        actions.rate(ticket, Satisfaction.BAD, by=house.system)
    with clock.held_at(at(26, 21)):
        assert tick()["raised"] == 1
    ticket.refresh_from_db()
    assert ticket.escalated_why == Why.CALL_BACK


def test_whoever_leaves_leaves_no_ticket_behind(house: House) -> None:
    ticket = factories.ticket(house)
    actions.take(ticket, by=house.mo)
    organisations.withdraw(house.mo, by=house.liang)
    assert tick()["orphans"] == 1
    ticket.refresh_from_db()
    assert (ticket.state, ticket.handler, ticket.escalated_why) == (State.NEW, None, Why.NOBODY)


def test_pictures_are_kept_sealed_in_their_order(house: House) -> None:
    ticket = factories.ticket(house, pictures=(Photo("一.jpg", JPEG), Photo("二.jpg", JPEG + b"2")))
    opened = queries.opened(house.mo, ticket.pk)
    assert [files.content(each.file) for each in opened.pictures.all()] == [JPEG, JPEG + b"2"]


def test_the_same_words_with_another_picture_are_another_ticket(house: House) -> None:
    said = {"key": "k1", "pictures": (Photo("一.jpg", JPEG),)}
    first = factories.ticket(house, **said)
    assert factories.ticket(house, **said).pk == first.pk
    with pytest.raises(Refused, match="已经用别的话交过"):
        factories.ticket(house, key="k1", pictures=(Photo("二.jpg", JPEG + b"2"),))


def test_a_voice_is_kept_sealed_and_written_down_by_its_handler(house: House) -> None:
    ticket = factories.ticket(house, text="", voice=Voice("话.ogg", OGG))
    assert ticket.voice is not None
    assert files.content(ticket.voice) == OGG
    actions.take(ticket, by=house.mo)
    actions.transcribe(ticket, "他说押金没退", by=house.mo)
    assert [entry.text for entry in queries.thread(ticket) if entry.kind == EntryKind.TRANSCRIPT] == ["他说押金没退"]
    silent = factories.ticket(house)
    actions.take(silent, by=house.mo)
    with pytest.raises(Refused, match="没有语音"):
        actions.transcribe(silent, "什么", by=house.mo)


def test_what_staff_tell_one_another_stays_with_them(house: House) -> None:
    ticket = factories.ticket(house, about_employer=factories.employer(house))
    actions.take(ticket, by=house.mo)
    actions.note(ticket, "这家第三次了", by=house.mo)
    actions.ask_employer(ticket, "有人说超时，请您说明", by=house.mo)
    assert {entry.kind for entry in queries.thread(ticket)} == {EntryKind.STEP}


def test_sorted_anew_it_keeps_the_earlier_promise_and_stays_sensitive(house: House) -> None:
    with clock.held_at(TUESDAY):
        ticket = factories.ticket(house)
        actions.take(ticket, by=house.mo)
        actions.sort_anew(ticket, Category.SAFETY, by=house.mo)
        assert (ticket.sensitive, ticket.answer_by) == (True, at(25, 20))
        actions.sort_anew(ticket, Category.OTHER, by=house.mo)
    assert (ticket.sensitive, ticket.answer_by) == (True, at(25, 20))


def test_every_act_stands_in_the_log_without_a_word_of_what_was_said(house: House) -> None:
    factories.handlers(house)
    ticket = factories.ticket(house, Category.WAGES, "老板拖欠工资", contact_name="韦建国")
    actions.take(ticket, by=house.mo)
    actions.answer(ticket, "马上去问", by=house.mo)
    events = AuditEvent.objects.filter(thing=f"feedback.ticket:{ticket.pk}").order_by("number")
    assert [event.action for event in events] == [
        "ticket.filed",
        "ticket.offered",
        "ticket.assigned",
        "ticket.answered",
    ]
    assert not any("韦" in str(event.__dict__) or "工资" in str(event.__dict__) for event in events)
