"""Tokens: who hands them out, what they open at this very moment, and that a request is answered once."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.db import connection
from django_scopes import scope

from gongqiao.foundation import clock
from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.accounts.models import User
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.foundation.people.models import Person
from gongqiao.foundation.tokens import actions, queries, rules
from gongqiao.foundation.tokens.actions import Answer, Issued, KeyReused
from gongqiao.foundation.tokens.enums import Scope
from gongqiao.foundation.tokens.models import Answered, Token
from gongqiao.needs.employers import actions as employers
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data
DAY = timedelta(days=1)


def worker(house: House, name: str = "韦建国", phone: str = "15400001234") -> Membership:
    dossier = factories.dossier(house, name, phone=phone)
    return Membership.objects.select_related("market", "person").get(person=dossier.person, role=Role.WORKER)


def boss(house: House) -> Membership:
    return employers.give_account(factories.employer(house), name="覃老板", phone="", by=house.mo)


def given(post: Membership, *scopes: str, by: Membership | None = None, life: timedelta = DAY) -> Issued:
    return actions.issue(post, label="小程序", scopes=scopes or ["work:read"], life=life, by=by or post)


def test_a_token_is_kept_as_a_digest_and_comes_back_with_its_post(house: House) -> None:
    wei = worker(house)
    issued = given(wei, "work:read", "me:read")
    found = queries.bearer(issued.secret)
    assert found is not None
    assert (found.post, found.scopes) == (wei, ["me:read", "work:read"])
    assert issued.secret not in str(Token.objects.values().get())
    assert AuditEvent.objects.get(action="token.issued").detail == {"scopes": ["me:read", "work:read"]}


@pytest.mark.parametrize("secret", ["", "gq_", "gq_" + "x" * 43, "gq_" + "x" * 4000, "gq_汉", "Bearer", "gq_\x00"])
def test_nobodys_token_opens_nothing(house: House, secret: str) -> None:
    assert queries.bearer(secret) is None


def test_a_token_ends_at_its_time_and_when_it_is_taken_back(house: House) -> None:
    wei = worker(house)
    first, second = given(wei), given(wei)
    actions.revoke(first.token, by=wei)
    actions.revoke(first.token, by=wei)
    assert [queries.bearer(each.secret) is None for each in (first, second)] == [True, False]
    assert AuditEvent.objects.filter(action="token.revoked").count() == 1
    with time_machine.travel(clock.now() + DAY, tick=False):
        assert queries.bearer(second.secret) is None


def test_a_token_opens_no_more_than_its_owner_may_now(house: House) -> None:
    qin = boss(house)
    secret = given(qin, "postings:write").secret
    assert queries.bearer(secret) is not None
    Membership.objects.filter(pk=qin.pk).update(withdrawn_at=clock.now())
    assert queries.bearer(secret) is None


def test_the_token_of_a_closed_account_or_a_merged_person_opens_nothing(house: House) -> None:
    wei, lu = worker(house), worker(house, "陆大海", "15400001235")
    mine, his = given(wei).secret, given(lu).secret
    assert wei.person is not None
    User.objects.filter(pk=accounts.user_of(wei.person).pk).update(is_active=False)
    Person.objects.filter(pk=lu.person_id).update(merged_into=wei.person)
    assert (queries.bearer(mine), queries.bearer(his)) == (None, None)


def test_a_scope_beyond_the_post_is_refused(house: House) -> None:
    for scopes in (["postings:write"], [], ["everything"], ["work:read", "nonsense"]):
        with pytest.raises(Refused):
            actions.issue(worker_of(house), label="x", scopes=scopes, life=DAY, by=worker_of(house))
    assert rules.scopes_for(house.liang) == [Scope.SHIFTS_READ, Scope.TICKETS_WRITE]


def worker_of(house: House) -> Membership:
    return Membership.objects.select_related("market", "person").filter(role=Role.WORKER).first() or worker(house)


@pytest.mark.parametrize("life", [timedelta(0), timedelta(seconds=59), timedelta(days=401)])
def test_a_life_out_of_bounds_is_refused(house: House, life: timedelta) -> None:
    with pytest.raises(Refused):
        given(worker(house), life=life)


@pytest.mark.parametrize("label", ["", " ", "字" * 61, "a\x00b", "a\nb"])
def test_a_label_that_names_nothing_is_refused(house: House, label: str) -> None:
    wei = worker(house)
    with pytest.raises(Refused):
        actions.issue(wei, label=label, scopes=["me:read"], life=DAY, by=wei)


def test_the_manager_hands_out_those_of_integrations_and_nobody_elses(house: House) -> None:
    qin, wei = boss(house), worker(house)
    issued = given(qin, "postings:read", by=house.liang)
    own = given(wei, "work:read")
    for post, by in ((wei, house.liang), (qin, house.mo), (qin, wei), (wei, qin)):
        with pytest.raises(Refused):
            given(post, "tickets:write", by=by)
    with pytest.raises(Refused):
        actions.revoke(own.token, by=house.liang)
    assert list(queries.visible_to(house.liang)) == [issued.token]
    assert list(queries.visible_to(qin)) == [issued.token]
    assert list(queries.visible_to(wei)) == [own.token]
    assert list(queries.visible_to(house.mo)) == []


def test_another_markets_manager_neither_sees_nor_ends_it(house: House, other_house: House) -> None:
    issued = given(boss(house), "postings:read", by=house.liang)
    with scope(market=other_house.market):
        assert list(queries.visible_to(other_house.liang)) == []
        with pytest.raises(Refused):
            actions.revoke(issued.token, by=other_house.liang)


def test_there_are_so_many_and_no_more(house: House) -> None:
    wei = worker(house)
    for _each in range(rules.MOST_LIVE):
        last = given(wei)
    with pytest.raises(Refused):
        given(wei)
    actions.revoke(last.token, by=wei)
    assert given(wei).secret


def test_last_use_is_kept_to_the_minute(house: House) -> None:
    token = given(worker(house)).token
    with time_machine.travel(clock.now(), tick=False):
        first = clock.now()
        actions.touch(token)
    for seconds, seen in ((30, 0), (61, 61)):
        with time_machine.travel(first + timedelta(seconds=seconds), tick=False):
            token.refresh_from_db()
            actions.touch(token)
            token.refresh_from_db()
            assert token.last_used_at == first + timedelta(seconds=seen)


def test_a_request_is_done_once_for_its_key(house: House) -> None:
    token, done = given(worker(house)).token, []

    def act() -> Answer:
        done.append(1)
        return Answer(201, {"id": len(done)})

    first, again = (actions.once(token, "k", "asked", act) for _each in range(2))
    assert (first.again, again.again, again.status, again.body, done) == (False, True, 201, {"id": 1}, [1])
    with pytest.raises(KeyReused):
        actions.once(token, "k", "something else", act)
    with time_machine.travel(clock.now() + DAY + timedelta(seconds=1), tick=False):
        assert actions.once(token, "k", "something else", act).body == {"id": 2}


def test_what_was_refused_may_be_tried_again(house: House) -> None:
    token = given(worker(house)).token

    def refuse() -> Answer:
        raise Refused("不行")

    with pytest.raises(Refused):
        actions.once(token, "k", "asked", refuse)
    assert actions.once(token, "k", "asked", lambda: Answer(200, {})).again is False


def test_two_at_the_same_time_are_one(shared_house: House) -> None:
    token, barrier, answers = given(worker(shared_house)).token, Barrier(4), []

    def ask(number: int) -> None:
        try:
            with scope(market=shared_house.market):
                barrier.wait(10)
                answers.append(actions.once(token, "k", "asked", lambda: Answer(201, {"by": number})))
        finally:
            connection.close()

    threads = [Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    bodies: set[Any] = {answer.body["by"] for answer in answers}
    assert (len(answers), len(bodies), sorted(answer.again for answer in answers)) == (4, 1, [False, True, True, True])
    assert Answered.objects.count() == 1
