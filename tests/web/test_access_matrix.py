"""Every route, every role: declared, and answered as declared."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django_scopes import scope

from gongqiao.foundation.organisations.roles import Role
from gongqiao.needs.postings.models import Shift
from gongqiao.web.access import Door
from tests import factories
from tests.conftest import signed_in
from tests.factories import House

DESK = {Role.SPECIALIST, Role.SOCIAL_WORKER, Role.MANAGER, Role.AUDITOR}
WRITERS = DESK - {Role.AUDITOR}
SPECIALISTS = {Role.SPECIALIST, Role.MANAGER}
RECORDERS = {Role.SPECIALIST, Role.MANAGER, Role.SOCIAL_WORKER}
DISPATCHERS = {Role.SPECIALIST, Role.MANAGER, Role.SYSTEM}

EXPECTED: dict[str, object] = {
    "door:home": Door.PUBLIC,
    "door:sign-in": Door.PUBLIC,
    "door:send-code": Door.PUBLIC,
    "door:use-code": Door.PUBLIC,
    "door:sign-out": Door.SIGNED_IN,
    "door:posts": Door.SIGNED_IN,
    "door:second-factor": Door.SIGNED_IN,
    "door:set-second-factor": Door.SIGNED_IN,
    "door:language": Door.PUBLIC,
    "door:edition": Door.PUBLIC,
    "desk:today": DESK,
    "desk:audit": {Role.MANAGER, Role.AUDITOR},
    "desk:register": WRITERS,
    "desk:dossiers": DESK,
    "desk:dossier": DESK,
    "desk:dossier-edit": WRITERS,
    "desk:check-in": WRITERS,
    "desk:dossier-code": WRITERS,
    "desk:employers": DESK,
    "desk:employer-new": SPECIALISTS,
    "desk:employer": DESK,
    "desk:employer-edit": SPECIALISTS,
    "desk:employer-act": SPECIALISTS,
    "desk:employer-licence": SPECIALISTS,
    "desk:employer-block": SPECIALISTS,
    "desk:postings": DESK,
    "desk:posting-new": SPECIALISTS,
    "desk:posting": DESK,
    "desk:posting-edit": SPECIALISTS,
    "desk:posting-claim-act": SPECIALISTS,
    "desk:posting-shifts-act": SPECIALISTS,
    "desk:shift-act": SPECIALISTS,
    "desk:posting-submit": SPECIALISTS,
    "desk:posting-verify": SPECIALISTS,
    "desk:posting-refuse": SPECIALISTS,
    "desk:posting-close": SPECIALISTS,
    "desk:verify-queue": SPECIALISTS,
    "desk:board": DESK,
    "desk:dispatch-run": DISPATCHERS,
    "desk:board-shift": DESK,
    "desk:offer": DISPATCHERS,
    "desk:board-apply": DISPATCHERS,
    "desk:calls": DISPATCHERS,
    "desk:call": DISPATCHERS,
    "desk:attendance": DESK,
    "desk:assignment-act": RECORDERS,
    "desk:wages": DESK,
    "desk:wage-act": RECORDERS,
    "employer:home": {Role.EMPLOYER},
    "employer:post": {Role.EMPLOYER},
    "employer:repeat": {Role.EMPLOYER},
    "employer:posting-act": {Role.EMPLOYER},
    "employer:shift-act": {Role.EMPLOYER},
    "employer:act": {Role.EMPLOYER},
    "employer:wages": {Role.EMPLOYER},
    "employer:pay": {Role.EMPLOYER},
    "employer:count-act": {Role.EMPLOYER},
    "worker:jobs": Door.PUBLIC,
    "worker:communities": Door.PUBLIC,
    "worker:job": Door.PUBLIC,
    "worker:apply": {Role.WORKER},
    "worker:work": {Role.WORKER},
    "worker:answer": {Role.WORKER},
    "worker:pay": {Role.WORKER},
    "worker:dispute": {Role.WORKER},
    "worker:personal": {Role.WORKER},
    "public:policy": Door.PUBLIC,
    "public:run": Door.PUBLIC,
    "api-1:markets": Door.PUBLIC,
    "api-1:shifts": Door.PUBLIC,
    "api-1:openapi-json": Door.PUBLIC,
    "api-1:api-root": Door.PUBLIC,
}
READABLE = [
    "desk:today",
    "desk:audit",
    "desk:register",
    "desk:dossiers",
    "desk:employers",
    "desk:employer-new",
    "desk:postings",
    "desk:posting-new",
    "desk:verify-queue",
    "desk:board",
    "desk:calls",
    "desk:attendance",
    "desk:wages",
    "employer:home",
    "employer:post",
    "employer:wages",
]
STAFF = {
    "mo": Role.SPECIALIST,
    "zhou": Role.SOCIAL_WORKER,
    "liang": Role.MANAGER,
    "shen": Role.AUDITOR,
}


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else prefix)
        else:
            yield f"{prefix}{pattern.name}", pattern


def test_every_route_is_declared_as_this_table_says() -> None:
    declared = {}
    for name, pattern in routes(get_resolver().url_patterns):
        access = pattern.callback.access  # type: ignore[union-attr]
        declared[name] = set(access.roles()) if access.door is Door.RIGHT else access.door
    assert declared == EXPECTED


@pytest.mark.parametrize("username", STAFF)
def test_staff_pages_answer_as_declared(house: House, username: str) -> None:
    client = signed_in(username)
    for name in READABLE:
        expected = EXPECTED[name]
        assert isinstance(expected, set)
        allowed = STAFF[username] in expected
        assert client.get(reverse(name)).status_code == (200 if allowed else 403), name


@pytest.mark.parametrize("name", READABLE)
def test_nobody_is_sent_to_the_door(house: House, name: str) -> None:
    answer = Client().get(reverse(name))
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("door:sign-in"))


def test_rows_of_the_other_market_do_not_exist_here(house: House, other_house: House) -> None:
    with scope(market=other_house.market):
        theirs = factories.dossier(other_house)
        shift = factories.verified(other_house)
    client = signed_in("mo")
    paths = [
        reverse("desk:dossier", args=[theirs.pk]),
        reverse("desk:employer", args=[shift.posting.employer_id]),
        reverse("desk:posting", args=[shift.posting_id]),
        reverse("desk:board-shift", args=[shift.pk]),
    ]
    assert [client.get(path).status_code for path in paths] == [404, 404, 404, 404]


def test_rows_of_the_own_market_open(house: House) -> None:
    mine, shift = factories.dossier(house), factories.verified(house)
    client = signed_in("mo")
    assert client.get(reverse("desk:dossier", args=[mine.pk])).status_code == 200
    assert client.get(reverse("desk:posting", args=[shift.posting_id])).status_code == 200
    assert Shift.objects.count() == 1


def test_public_pages_answer_everybody(house: House) -> None:
    shift = factories.verified(house)
    paths = ["/", "/m/yufeng/", f"/m/yufeng/jobs/{shift.pk}/", "/m/yufeng/public/dispatch/", "/api/v1/markets"]
    assert [Client().get(path).status_code for path in paths] == [200, 200, 200, 200, 200]


def test_unverified_demand_is_not_shown_to_the_public(house: House) -> None:
    row = factories.posting(house)
    assert Client().get(f"/m/yufeng/jobs/{row.shifts.get().pk}/").status_code == 404
    assert Client().get("/api/v1/markets/yufeng/shifts").json() == []
