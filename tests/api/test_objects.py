"""Object by object: what is one caller's is nobody else's, whatever token is shown, and nothing changes by asking."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django_scopes import scope, scopes_disabled

from gongqiao.api.v1 import api
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.tokens import actions, queries
from gongqiao.needs.postings.models import Posting, Shift
from gongqiao.services.placement.actions import offers
from gongqiao.services.placement.models import Assignment
from tests import factories
from tests.api.given import Api, boss_post, secret, worker_post
from tests.factories import House

pytestmark = pytest.mark.data
BODIES: dict[str, Any] = {
    "/me/answers/{assignment}": {"go": True},
    "/postings/{posting}/closing": {"reason": "不用了"},
    "/arrivals/{assignment}": {"what": "confirmed"},
}
WORKERS = [("POST", "/me/answers/{assignment}"), ("DELETE", "/shifts/{shift}/applications")]
EMPLOYERS = [
    ("GET", "/postings/{posting}"),
    ("GET", "/postings/{posting}/arrivals"),
    ("POST", "/postings/{posting}/submission"),
    ("POST", "/postings/{posting}/closing"),
    ("POST", "/arrivals/{assignment}"),
]
APPLY = [("POST", "/shifts/{shift}/applications")]  # a published shift is everybody's of its own market
PUBLIC = [("GET", "/shifts/{shift}")]


@dataclass
class Side:
    """One market's worker, employer, and the rows between them."""

    worker: Api
    boss: Api
    narrow: Api
    ended: list[Api] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)


def side(house: House, name: str, firm_name: str) -> Side:
    with scope(market=house.market):
        firm, person = factories.employer(house, firm_name), factories.dossier(house, name)
        shift = factories.verified(house, firm)
        row = offers.offer(shift, person, by=house.mo)
        boss, post = boss_post(house, firm), worker_post(person)
        ended = [secret(each) for each in (boss, post)]
        for each in ended:
            token = queries.bearer(each)
            assert token is not None
            actions.revoke(token, by=token.post)
        rows = {"shift": shift.pk, "posting": shift.posting_id, "assignment": row.pk}
        narrow = Api(secret(post, "shifts:read"))
        return Side(Api(secret(post)), Api(secret(boss)), narrow, [Api(each) for each in ended], rows)


def state() -> list[Any]:
    """Everything that one of these requests could have changed."""
    with scopes_disabled():
        return [
            list(Assignment.objects.order_by("pk").values_list("pk", "state", "decline")),
            list(Posting.objects.order_by("pk").values_list("pk", "state")),
            list(Shift.objects.order_by("pk").values_list("pk", "state", "headcount")),
            AuditEvent.objects.count(),
        ]


def asked(caller: Api, ways: list[tuple[str, str]], rows: dict[str, int]) -> dict[str, int]:
    found = {}
    for method, way in ways:
        response = caller.ask(method, way.format(**rows), BODIES.get(way))
        found[f"{method} {way}"] = response.status_code
    return found


def all_of(ways: list[tuple[str, str]], status: int) -> dict[str, int]:
    return {f"{method} {way}": status for method, way in ways}


@pytest.fixture
def mine(house: House) -> Side:
    return side(house, "韦建国", "覃记大排档")


@pytest.fixture
def neighbours(house: House, mine: Side) -> Side:
    """Of the same market."""
    return side(house, "陆大海", "陆记米粉")


@pytest.fixture
def strangers(other_house: House, mine: Side) -> Side:
    """Of another market."""
    return side(other_house, "黄小妹", "黄记粥铺")


def test_every_operation_that_names_an_object_is_tried_here() -> None:
    paths: Any = api.get_openapi_schema(path_prefix="")["paths"]
    named = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods if "{pk}" in path}
    tried = {f"{method} {way}" for method, way in WORKERS + EMPLOYERS + APPLY + PUBLIC}
    for row in ("shift", "posting", "assignment"):
        tried = {each.replace(f"{{{row}}}", "{pk}") for each in tried}
    assert tried == named


def test_rows_of_the_same_market_are_not_anothers(mine: Side, neighbours: Side) -> None:
    before = state()
    assert asked(neighbours.worker, WORKERS, mine.rows) == all_of(WORKERS, 404)
    assert asked(neighbours.boss, EMPLOYERS, mine.rows) == all_of(EMPLOYERS, 404)
    assert state() == before


def test_rows_of_another_market_are_not_there_at_all(mine: Side, strangers: Side) -> None:
    before = state()
    assert asked(strangers.worker, WORKERS + APPLY, mine.rows) == all_of(WORKERS + APPLY, 404)
    assert asked(strangers.boss, EMPLOYERS, mine.rows) == all_of(EMPLOYERS, 404)
    assert asked(mine.worker, WORKERS + APPLY, strangers.rows) == all_of(WORKERS + APPLY, 404)
    assert asked(mine.boss, EMPLOYERS, strangers.rows) == all_of(EMPLOYERS, 404)
    assert state() == before


def test_the_other_kind_of_post_and_a_narrower_token_may_not(mine: Side) -> None:
    before = state()
    assert asked(mine.boss, WORKERS + APPLY, mine.rows) == all_of(WORKERS + APPLY, 403)
    assert asked(mine.worker, EMPLOYERS, mine.rows) == all_of(EMPLOYERS, 403)
    every = WORKERS + APPLY + EMPLOYERS
    assert asked(mine.narrow, every, mine.rows) == all_of(every, 403)
    assert state() == before


def test_a_token_taken_back_and_none_at_all_open_nothing(mine: Side) -> None:
    before, every = state(), WORKERS + APPLY + EMPLOYERS
    for caller in (*mine.ended, Api()):
        assert asked(caller, every, mine.rows) == all_of(every, 401)
    assert state() == before


def test_his_own_open(mine: Side) -> None:
    assert asked(mine.worker, PUBLIC + APPLY, mine.rows) == all_of(PUBLIC + APPLY, 200)
    assert asked(mine.boss, EMPLOYERS[:2], mine.rows) == all_of(EMPLOYERS[:2], 200)
    assert asked(mine.worker, WORKERS, mine.rows) == all_of(WORKERS, 200)
