"""删除: two people, a reason when it cannot be, and afterwards not a word of him in any column or file."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from gongqiao.foundation import clock
from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.audit.chain import verify
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.files import queries as files
from gongqiao.foundation.files.models import StoredFile
from gongqiao.foundation.organisations import actions as organisations
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.foundation.people.models import Person
from gongqiao.foundation.people.queries import by_phone, called
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers import queries as found
from gongqiao.needs.dossiers.actions import Facts
from gongqiao.needs.dossiers.enums import State
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.feedback import actions as feedback
from gongqiao.needs.feedback.actions import Voice
from gongqiao.needs.feedback.enums import Category, EntryKind, Outcome, Step
from gongqiao.needs.feedback.enums import State as TicketState
from gongqiao.needs.feedback.tick import tick
from gongqiao.services.lending import actions as lending
from gongqiao.services.lending.enums import LoanState
from gongqiao.services.mydata import actions as mydata
from gongqiao.services.mydata import erasure, punches
from gongqiao.services.mydata.models import Erasure, ErasureState
from gongqiao.services.placement.actions import attendance, offers, wages
from gongqiao.services.placement.enums import Decline, Side
from gongqiao.services.placement.models import Assignment, WageRecord
from gongqiao.services.placement.snapshot import take
from tests import factories
from tests.conftest import signed_in
from tests.factories import House
from tests.needs.family import given as relatives
from tests.needs.interviews import given as talks
from tests.needs.surveys.given_forms import JPEG
from tests.web.world import _survey

pytestmark = [pytest.mark.django_db, pytest.mark.data]
WORK = reverse("worker:work", args=["yufeng"])
NAME, PHONE, NOTE = "欧阳铁柱", "15417171717", "膝盖不好要坐着干"
SAYS = "老板欠我中秋那三天"
WITNESS, AGREED = "上官二牛看见的", "讲好一天一百九"


@pytest.fixture
def gone(house: House) -> Dossier:
    return factories.dossier(house, NAME, phone=PHONE, values={"note": NOTE, "channel_note": "找侄子司徒小宝"})


def post_of(dossier: Dossier) -> Membership:
    return Membership.objects.get(person=dossier.person, role=Role.WORKER)


def lived(house: House, dossier: Dossier) -> WageRecord:
    """All that can be kept of somebody: work, pay, notes, a ticket with a voice, answers, a talk, a helper, a loan."""
    shift = factories.verified(house)
    row = offers.offer(shift, dossier, by=house.mo)
    offers.accept(row, by=house.mo)
    with time_machine.travel(shift.starts_at, tick=False):
        attendance.arrive(row, by=house.mo)
        photo = ("手.jpg", JPEG)
        said = punches.Noted(minutes=480, witness=WITNESS, agreed=AGREED, photo=photo)
        punches.note(row, said, by=post_of(dossier))
    with time_machine.travel(shift.ends_at, tick=False):
        attendance.record_hours(row, 480, Side.WORKER, by=house.mo)
        wage = attendance.record_hours(row, 480, Side.EMPLOYER, by=house.mo)
        assert wage is not None
        wages.pay(wage, wage.due_fen, by=house.mo, note=f"当面给了{NAME}")
    ticket = factories.ticket(house, text=SAYS, person=dossier.person, voice=Voice("话.ogg", b"OggS" + bytes(99)))
    feedback.take(ticket, by=house.mo)
    feedback.resolve(ticket, Outcome.DONE, f"跟{NAME}说好了。", by=house.mo)
    _survey(house, dossier)
    talks.written(house, talks.interview(house, talks.study(house), person=dossier.person, name=NAME))
    relatives.helper(house, dossier)
    kind = lending.add_tools("手套", 2, by=house.liang)
    lending.end(lending.lend(kind, dossier, by=house.mo), LoanState.RETURNED, by=house.mo)
    return wage


def every_word() -> Iterator[tuple[str, str]]:
    """Each value of each column of each row, as the models read it (decrypted) and as it stands in the database; and
    each file that still has a key."""
    for model in apps.get_models():
        for row in model._base_manager.all():
            for field in model._meta.concrete_fields:
                yield f"{model._meta.label}.{field.name}", str(getattr(row, field.attname))
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            for raw in cursor.fetchall():
                yield f"raw {model._meta.label}", str([bytes(v) if isinstance(v, memoryview) else v for v in raw])
    for file in StoredFile._base_manager.filter(forgotten_at=None):
        yield f"file {file.pk}", files.content(file).decode("utf-8", "replace")


def where(*words: str) -> set[str]:
    with scopes_disabled():
        return {place for place, text in every_word() if any(word in text for word in words)}


def erase(house: House, dossier: Dossier) -> None:
    erasure.approve(erasure.propose(dossier, by=house.zhou), by=house.liang)


def test_not_a_word_of_him_stays_in_any_column_or_file(house: House, gone: Dossier) -> None:
    wage = lived(house, gone)
    mydata.ask(mydata.Kind.DELETE, f"我是{NAME}，回老家了", by=post_of(gone))
    person, number = gone.person, gone.person.identity
    words = (
        NAME,
        PHONE,
        number,
        NOTE,
        "司徒小宝",
        SAYS,
        WITNESS,
        AGREED,
        person.phone_index,
        person.identity_index or "-",
    )
    voices = StoredFile.objects.filter(forgotten_at=None).count()
    assert len(where(*words)) > 10

    erase(house, gone)
    assert where(*words) == set()
    assert StoredFile.objects.filter(forgotten_at=None).count() < voices - 1
    assert verify(house.market.code).fault == ""
    done = AuditEvent.objects.get(action="erasure.done")
    assert (done.thing, done.on_behalf_of) == (f"dossiers.dossier:{gone.pk}", f"people.person:{person.pk}")

    wage.refresh_from_db()  # what the law keeps: hours, pay and days, under the file's number
    assert (wage.state, wage.minutes, wage.paid_fen) == ("paid", 480, wage.due_fen)
    gone.refresh_from_db()
    assert (gone.state, gone.number) == (State.ERASED, gone.number)
    assert Erasure.objects.get().keep_until == wage.paid_at.astimezone(house.market.tz).date().replace(  # type: ignore[union-attr]
        year=wage.paid_at.astimezone(house.market.tz).year + 3  # type: ignore[union-attr]
    )


@pytest.mark.parametrize("stands", ["new", "assigned", "waiting", "approval"])
def test_his_own_request_ends_with_it_however_far_it_had_come(house: House, gone: Dossier, stands: str) -> None:
    factories.handlers(house)
    ticket = mydata.ask(mydata.Kind.DELETE, "", by=post_of(gone)).ticket
    if stands != "new":
        feedback.take(ticket, by=house.mo)
    if stands == "waiting":
        feedback.answer(ticket, "您确定吗？", by=house.mo, ask=True)
    if stands == "approval":
        feedback.resolve(ticket, Outcome.DONE, "提了删除。", by=house.mo)
    ticket.refresh_from_db()
    assert ticket.state == stands
    erase(house, gone)
    ticket.refresh_from_db()
    handler = house.liang if stands == "new" else house.mo
    assert (ticket.state, ticket.outcome, ticket.handler) == (TicketState.CLOSED, Outcome.DONE, handler)
    steps = ticket.entries.filter(kind=EntryKind.STEP).order_by("place").values_list("step", flat=True)
    assert list(steps)[-2:] == [Step.RESOLVED, Step.CLOSED]
    last = AuditEvent.objects.order_by("number").filter(action__in=("ticket.resolved", "ticket.closed", "erasure.done"))
    assert [event.action for event in last][-3:] == ["ticket.resolved", "ticket.closed", "erasure.done"]
    assert {event.actor for event in last} == {f"{house.liang.pk} 梁经理"}
    assert AuditEvent.objects.get(action="erasure.done").detail["requests"] == 1
    assert tick()["raised"] == 0


def test_a_deletion_that_is_refused_or_fails_midway_ends_no_request(
    house: House, gone: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = mydata.ask(mydata.Kind.DELETE, "", by=post_of(gone)).ticket
    proposed = erasure.propose(gone, by=house.zhou)
    with pytest.raises(Refused, match="岗位不能"):
        erasure.approve(proposed, by=house.zhou)

    def killed(*_args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(erasure.people, "blank", killed)
        with pytest.raises(KeyboardInterrupt):
            erasure.approve(proposed, by=house.liang)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.entries.filter(kind=EntryKind.RESOLUTION).count()) == (TicketState.NEW, 0)
    proposed.refresh_from_db()
    erasure.drop(proposed, "他又不走了", by=house.zhou)
    ticket.refresh_from_db()
    assert ticket.state == TicketState.NEW  # he is to be answered


def test_a_request_of_somebody_else_and_one_that_ended_are_left_alone(house: House, gone: Dossier) -> None:
    factories.handlers(house)
    other = factories.dossier(house, "别人", phone="15400000003")
    theirs = mydata.ask(mydata.Kind.DELETE, "", by=post_of(other)).ticket
    ended = mydata.ask(mydata.Kind.CORRECT, "电话不对", by=post_of(gone)).ticket
    feedback.take(ended, by=house.mo)
    feedback.resolve(ended, Outcome.EXPLAINED, "是对的。", by=house.mo)
    feedback.approve(ended, by=house.zhou)
    erase(house, gone)
    for ticket, state in ((theirs, TicketState.NEW), (ended, TicketState.RESOLVED)):
        ticket.refresh_from_db()
        assert ticket.state == state
    assert AuditEvent.objects.get(action="erasure.done").detail["requests"] == 0


def test_nobody_finds_him_and_he_comes_in_no_more(house: House, gone: Dossier) -> None:
    session = Client()
    code = accounts.new_code(PHONE)
    session.post("/sign-in/code/use/", {"phone": PHONE, "code": str(code)})
    assert session.get(WORK).status_code == 200
    day = clock.now().astimezone(house.market.tz).date() + timedelta(days=1)
    factories.verified(house)
    before = len(take(house.market, day, moment=clock.now()).workers)
    erase(house, gone)
    assert len(take(house.market, day, moment=clock.now()).workers) == before - 1
    assert session.get(WORK).status_code == 302  # to the door
    assert accounts.new_code(PHONE) is None
    assert (by_phone(PHONE), list(called(NAME)), list(called("oytz"))) == ([], [], [])
    assert list(found.visible_to(house.liang).filter(pk=gone.pk)) == []
    desk = signed_in("liang")
    assert desk.get(f"/desk/dossiers/{gone.pk}/").status_code == 404
    assert NAME not in desk.get("/desk/dossiers/", {"q": NAME}).content.decode().replace(f'value="{NAME}"', "")


def test_the_same_phone_later_is_somebody_new(house: House, gone: Dossier) -> None:
    number = gone.person.identity
    erase(house, gone)
    who = dossiers.Identity(NAME, PHONE, number, seen=True)
    again = dossiers.register(who, Facts(), by=house.zhou)
    assert again.person_id != gone.person_id
    assert again.file_no != gone.file_no
    assert by_phone(PHONE) == [again.person]
    assert Assignment.objects.filter(person=again.person).count() == 0


def test_what_is_open_stands_in_the_way_and_says_so(house: House, gone: Dossier) -> None:
    row = offers.offer(factories.verified(house), gone, by=house.mo)
    offers.accept(row, by=house.mo)
    with pytest.raises(Refused, match="还有 1 个活没干完或没回话"):
        erasure.propose(gone, by=house.zhou)
    assert erasure.plan(gone, house.zhou).against == ["还有 1 个活没干完或没回话，请先说去不去"]
    offers.decline(row, Decline.BUSY, by=house.mo)
    factories.ticket(house, Category.JOB, person=gone.person)
    lending.lend(lending.add_tools("雨衣", 1, by=house.liang), gone, by=house.mo)
    assert erasure.plan(gone, house.zhou).against == ["还有 1 件诉求没办完", "还有 1 样工具没还"]


def test_what_came_up_between_the_two_stops_the_second(house: House, gone: Dossier) -> None:
    proposed = erasure.propose(gone, by=house.zhou)
    offers.offer(factories.verified(house), gone, by=house.mo)
    with pytest.raises(Refused, match="现在还不能删"):
        erasure.approve(proposed, by=house.liang)
    assert Person.objects.get(pk=gone.person_id).name == NAME


def test_one_person_alone_deletes_nobody(house: House, gone: Dossier) -> None:
    proposed = erasure.propose(gone, by=house.liang)
    with pytest.raises(Refused, match="要另一个人来点头"):
        erasure.approve(proposed, by=house.liang)
    with pytest.raises(Refused, match="岗位不能"):
        erasure.approve(proposed, by=house.zhou)
    with pytest.raises(Refused, match="岗位不能"):
        erasure.propose(gone, by=house.shen)
    with pytest.raises(Refused, match="岗位不能"):
        erasure.propose(gone, by=post_of(gone))
    with pytest.raises(Refused, match="已经提过了"):
        erasure.propose(gone, by=house.zhou)


def test_not_done_says_why(house: House, gone: Dossier) -> None:
    proposed = erasure.propose(gone, by=house.zhou)
    with pytest.raises(Refused, match="请写为什么不删"):
        erasure.drop(proposed, " ", by=house.zhou)
    erasure.drop(proposed, "他又不走了", by=house.zhou)
    proposed.refresh_from_db()
    assert (proposed.state, proposed.why) == (ErasureState.DROPPED, "他又不走了")
    assert erasure.open_one(gone) is None


def test_who_holds_another_post_here_gives_it_back_first(house: House, gone: Dossier) -> None:
    organisations.give_post(house.market, by=house.liang, title="帮手", role=Role.SPECIALIST, person=gone.person)
    with pytest.raises(Refused, match="别的岗位"):
        erasure.propose(gone, by=house.zhou)


def test_another_market_keeps_him_and_this_one_knows_him_no_more(
    house: House, other_house: House, gone: Dossier
) -> None:
    with scope(market=other_house.market):
        who = dossiers.Identity(NAME, PHONE, gone.person.identity, seen=True)
        there = dossiers.register(who, Facts({"note": "那边的话"}), by=other_house.zhou)
    assert there.person_id == gone.person_id
    row = offers.offer(factories.verified(house), gone, by=house.mo)
    offers.decline(row, Decline.BUSY, by=house.mo)
    erase(house, gone)
    gone.refresh_from_db()
    row.refresh_from_db()
    assert (gone.person.name, row.person) == ("（已删除）", gone.person)
    with scope(market=other_house.market):
        there = Dossier.objects.select_related("person").get(pk=there.pk)
        assert (there.person.name, there.person.phone, there.note) == (NAME, PHONE, "那边的话")
    assert accounts.new_code(PHONE) is not None
    assert where(NOTE) == set()


def test_on_the_screen_one_proposes_and_the_manager_agrees(house: House, gone: Dossier) -> None:
    path = f"/desk/dossiers/{gone.pk}/erasure/"
    first, second = signed_in("zhou"), signed_in("liang")
    assert "要抹掉的" in first.get(path).content.decode()
    assert first.post(path, {"act": "propose"}).status_code == 302
    assert first.post(path, {"act": "approve"}).status_code == 409
    assert gone.number in second.get("/desk/").content.decode()
    answer = second.post(path, {"act": "approve"})
    assert (answer.status_code, answer["Location"]) == (302, "/desk/dossiers/")
    assert second.get(path).status_code == 404
    nothing: dict[str, Any] = {"act": "approve"}
    assert second.post(path, nothing).status_code == 404
