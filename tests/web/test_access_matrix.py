"""Every route, every role, own row, another's row, another market's row: declared, and answered as declared."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from gongqiao.foundation.organisations.roles import Role
from gongqiao.needs.postings.models import Posting
from gongqiao.web.access import Access, Door
from tests import factories
from tests.factories import House
from tests.web.world import KINDS, Route, World, routes, world

DESK = {Role.SPECIALIST, Role.SOCIAL_WORKER, Role.MANAGER, Role.AUDITOR}
WRITERS = DESK - {Role.AUDITOR}
SPECIALISTS = {Role.SPECIALIST, Role.MANAGER}
MANAGERS = {Role.MANAGER}
RECORDERS = {Role.SPECIALIST, Role.MANAGER, Role.SOCIAL_WORKER}
AUTHORS = {Role.SOCIAL_WORKER, Role.MANAGER}
DISPATCHERS = {Role.SPECIALIST, Role.MANAGER, Role.SYSTEM}

EXPECTED: dict[str, object] = {
    "door:home": Door.PUBLIC,
    "door:sign-in": Door.PUBLIC,
    "door:send-code": Door.PUBLIC,
    "door:use-code": Door.PUBLIC,
    "door:who": Door.PUBLIC,
    "door:enter": Door.PUBLIC,
    "door:sign-out": Door.SIGNED_IN,
    "door:posts": Door.SIGNED_IN,
    "door:asked": Door.SIGNED_IN,
    "door:password": Door.SIGNED_IN,
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
    "desk:dossier-erasure": WRITERS,
    "desk:dossier-history": DESK,
    "desk:dossier-merge": WRITERS,
    "desk:dossier-act": WRITERS,
    "desk:check-in": WRITERS,
    "desk:dossier-code": WRITERS,
    "desk:dossier-card": WRITERS,
    "desk:dossier-told": WRITERS,
    "desk:dossier-card-act": WRITERS,
    "desk:employers": DESK,
    "desk:employer-new": SPECIALISTS,
    "desk:employer": DESK,
    "desk:employer-edit": SPECIALISTS,
    "desk:employer-act": SPECIALISTS,
    "desk:employer-licence": SPECIALISTS,
    "desk:employer-block": SPECIALISTS,
    "desk:employer-keeper": SPECIALISTS,
    "desk:employer-visit": SPECIALISTS,
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
    "desk:studies": WRITERS,
    "desk:study-new": AUTHORS,
    "desk:study": WRITERS,
    "desk:study-plan": WRITERS,
    "desk:study-act": WRITERS,
    "desk:study-code": WRITERS,
    "desk:study-findings": WRITERS,
    "desk:study-heard": WRITERS,
    "desk:study-export": WRITERS,
    "desk:talk": WRITERS,
    "desk:talk-recording": WRITERS,
    "desk:talk-act": WRITERS,
    "desk:surveys": DESK,
    "desk:survey": DESK,
    "desk:survey-results": DESK,
    "desk:survey-series": DESK,
    "desk:export-answers": WRITERS,
    "desk:survey-new": AUTHORS,
    "desk:survey-act": AUTHORS,
    "desk:survey-upload": AUTHORS,
    "desk:survey-form": WRITERS,
    "desk:survey-form-act": AUTHORS,
    "desk:survey-tasks": WRITERS,
    "desk:survey-task-act": WRITERS,
    "desk:survey-phone": WRITERS,
    "desk:survey-paper": WRITERS,
    "desk:survey-answer": WRITERS,
    "desk:survey-answer-act": WRITERS,
    "desk:survey-proposal-act": WRITERS,
    "desk:survey-file": WRITERS,
    "desk:rounds": SPECIALISTS,
    "desk:visit-answers": SPECIALISTS,
    "desk:visit-answer-act": SPECIALISTS,
    "desk:visit-sheet": SPECIALISTS,
    "desk:employer-set-out": SPECIALISTS,
    "desk:picture": DESK,
    "desk:picture-trade": DESK,
    "desk:export-picture": {Role.MANAGER},
    "desk:board": DESK,
    "desk:dispatch-run": DISPATCHERS,
    "desk:board-shift": DESK,
    "desk:what-if": DESK,
    "desk:offer": DISPATCHERS,
    "desk:board-apply": DISPATCHERS,
    "desk:calls": DISPATCHERS,
    "desk:call-paper": DISPATCHERS,
    "desk:not-told": DISPATCHERS,
    "desk:call": DISPATCHERS,
    "desk:arrivals": WRITERS,
    "desk:windows": WRITERS,
    "desk:window": WRITERS,
    "desk:window-act": WRITERS,
    "desk:number-draw": WRITERS,
    "desk:hall-machine": WRITERS,
    "desk:hall-setup": MANAGERS,
    "desk:settings": MANAGERS,
    "desk:lines": MANAGERS,
    "desk:calendar": MANAGERS,
    "desk:calendar-clear": MANAGERS,
    "desk:mini": MANAGERS,
    "desk:mini-ask": MANAGERS,
    "desk:mini-poster": MANAGERS,
    "desk:tokens": MANAGERS | {Role.SYSTEM},
    "desk:token-revoke": MANAGERS | {Role.SYSTEM},
    "worker:tokens": {Role.WORKER},
    "worker:token-revoke": {Role.WORKER},
    "employer:tokens": {Role.EMPLOYER},
    "employer:token-revoke": {Role.EMPLOYER},
    "desk:hooks": MANAGERS,
    "desk:hook": MANAGERS,
    "desk:hook-act": MANAGERS,
    "desk:staff": MANAGERS | {Role.SYSTEM},
    "desk:staff-act": MANAGERS | {Role.SYSTEM},
    "desk:attendance": DESK,
    "desk:assignment-act": RECORDERS,
    "desk:wages": DESK,
    "desk:slips": RECORDERS,
    "desk:slip-print": RECORDERS,
    "desk:slip-paper": RECORDERS,
    "desk:slip": RECORDERS,
    "desk:lending": WRITERS,
    "desk:lending-act": WRITERS,
    "desk:registers": MANAGERS,
    "desk:register-paper": MANAGERS,
    "desk:aloud": WRITERS,
    "desk:aloud-act": WRITERS,
    "desk:aloud-sound": WRITERS,
    "desk:wage-act": RECORDERS,
    "desk:sheets": DESK,
    "desk:sheet-template": WRITERS,
    "desk:sheet-upload": WRITERS,
    "desk:sheet": WRITERS,
    "desk:sheet-confirm": WRITERS,
    "desk:sheet-drop": WRITERS,
    "desk:sheet-revert": WRITERS,
    "desk:sheet-corrections": WRITERS,
    "desk:day-paper": DESK,
    "desk:export-wages": RECORDERS,
    "desk:export-postings": {Role.MANAGER},
    "desk:export-dossiers": {Role.MANAGER},
    "desk:export-tickets": MANAGERS,
    "desk:tickets": DESK,
    "desk:ticket-new": WRITERS,
    "desk:ticket": DESK,
    "desk:ticket-voice": DESK,
    "desk:ticket-act": DESK,
    "desk:ticket-handlers": {Role.MANAGER, Role.AUDITOR},
    "desk:ticket-themes": DESK,
    "desk:changes": DESK,
    "desk:change-act": MANAGERS,
    "desk:offline": WRITERS,
    "desk:offline-worker": Door.PUBLIC,
    "desk:offline-keep": WRITERS,
    "desk:offline-send": WRITERS,
    "desk:offline-throw": WRITERS,
    "desk:arrived": WRITERS,
    "desk:arrived-entry": WRITERS,
    "desk:arrived-act": WRITERS,
    "employer:complaints": {Role.EMPLOYER},
    "employer:complaint-answer": {Role.EMPLOYER},
    "employer:home": {Role.EMPLOYER},
    "employer:post": {Role.EMPLOYER},
    "employer:repeat": {Role.EMPLOYER},
    "employer:posting-act": {Role.EMPLOYER},
    "employer:shift-act": {Role.EMPLOYER},
    "employer:act": {Role.EMPLOYER},
    "employer:reliability": {Role.EMPLOYER},
    "employer:wages": {Role.EMPLOYER},
    "employer:pay": {Role.EMPLOYER},
    "employer:count-act": {Role.EMPLOYER},
    "worker:jobs": Door.PUBLIC,
    "worker:communities": Door.PUBLIC,
    "worker:job": Door.PUBLIC,
    "worker:apply": {Role.WORKER, Role.FAMILY},
    "worker:work": {Role.WORKER, Role.FAMILY},
    "worker:answer": {Role.WORKER, Role.FAMILY},
    "worker:family": {Role.WORKER},
    "worker:family-end": {Role.WORKER},
    "worker:family-leave": {Role.FAMILY},
    "worker:survey": {Role.WORKER},
    "worker:pay": {Role.WORKER},
    "worker:dispute": {Role.WORKER},
    "worker:personal": {Role.WORKER},
    "worker:clip": Door.PUBLIC,
    "worker:ear": Door.PUBLIC,
    "worker:book": {Role.WORKER},
    "worker:book-data": {Role.WORKER},
    "worker:book-note": {Role.WORKER},
    "worker:told": {Role.WORKER},
    "worker:file": {Role.WORKER},
    "worker:file-paper": {Role.WORKER},
    "worker:file-data": {Role.WORKER},
    "worker:file-act": {Role.WORKER},
    "worker:say": Door.PUBLIC,
    "worker:say-find": Door.PUBLIC,
    "worker:thread": Door.PUBLIC,
    "worker:thread-act": Door.PUBLIC,
    "public:said": Door.PUBLIC,
    "public:station": Door.PUBLIC,
    "public:policy": Door.PUBLIC,
    "public:run": Door.PUBLIC,
    "hall:screen": Door.PUBLIC,
    "hall:caller": Door.PUBLIC,
    "hall:wall-worker": Door.PUBLIC,
    "hall:here": Door.PUBLIC,
    "hall:draw": Door.PUBLIC,
    "hall:number": Door.PUBLIC,
    "hall:kiosk": Door.PUBLIC,
    "hall:kiosk-jobs": Door.PUBLIC,
    "hall:kiosk-job": Door.PUBLIC,
    "hall:kiosk-here": Door.PUBLIC,
    "hall:kiosk-draw": Door.PUBLIC,
    "hall:kiosk-done": Door.PUBLIC,
    "hall:kiosk-mine": Door.PUBLIC,
    "hall:kiosk-help": Door.PUBLIC,
    "hall:kiosk-wipe": Door.PUBLIC,
    "api-docs:page": Door.PUBLIC,
    "api-1:markets": Door.PUBLIC,
    "api-1:shifts": Door.PUBLIC,
    # A session opens none of these, the token does, each for itself (tests/api/test_objects.py).
    "api-1:market": Door.PUBLIC,
    "api-1:json_feed": Door.PUBLIC,
    "api-1:linked_data": Door.PUBLIC,
    "api-1:atom": Door.PUBLIC,
    "api-1:shift": Door.PUBLIC,
    "api-1:apply": Door.PUBLIC,
    "api-1:withdraw": Door.PUBLIC,
    "api-1:work": Door.PUBLIC,
    "api-1:answer": Door.PUBLIC,
    "api-1:me": Door.PUBLIC,
    "api-1:personalisation": Door.PUBLIC,
    "api-1:history": Door.PUBLIC,
    "api-1:data": Door.PUBLIC,
    "api-1:say": Door.PUBLIC,
    "api-1:ticket": Door.PUBLIC,
    "api-1:postings": Door.PUBLIC,
    "api-1:post": Door.PUBLIC,
    "api-1:posting": Door.PUBLIC,
    "api-1:submit": Door.PUBLIC,
    "api-1:close": Door.PUBLIC,
    "api-1:arrivals": Door.PUBLIC,
    "api-1:happened": Door.PUBLIC,
    "api-1:openapi-json": Door.PUBLIC,
    "api-1:api-root": Door.PUBLIC,
    "api-1:settings": Door.PUBLIC,
    "api-1:sign_in": Door.PUBLIC,
    "api-1:by_phone_button": Door.PUBLIC,
    "api-1:by_station_code": Door.PUBLIC,
    "api-1:choose": Door.PUBLIC,
    "api-1:web_ticket": Door.PUBLIC,
    "api-1:consents": Door.PUBLIC,
    "api-1:consented": Door.PUBLIC,
    "api-1:unlink": Door.PUBLIC,
    "openrosa:form-list": Door.PUBLIC,
    "openrosa:form": Door.PUBLIC,
    "openrosa:manifest": Door.PUBLIC,
    "openrosa:media": Door.PUBLIC,
    "openrosa:submission": Door.PUBLIC,
}
ROLES = [None, Role.SPECIALIST, Role.SOCIAL_WORKER, Role.MANAGER, Role.AUDITOR, Role.EMPLOYER, Role.WORKER]
ROLES.append(Role.FAMILY)
SIGN_IN = reverse("door:sign-in")
EVERYBODYS = {"worker:job", "worker:apply", "public:run", "hall:number", "hall:kiosk-job"}


@pytest.fixture
def here(house: House) -> World:
    return world(house)


@pytest.fixture
def there(other_house: House) -> World:
    return world(other_house)


def access_of(route: Route) -> Access:
    return route.pattern.callback.access  # type: ignore[union-attr,no-any-return]


def by_token(route: Route) -> bool:
    """The API: whose rows are there is a matter of the token (tests/api/test_objects.py)."""
    return route.name.startswith("api-1:")


def may_enter(route: Route, role: Role | None) -> bool:
    door = access_of(route)
    return role in door.roles() if door.door is Door.RIGHT else door.door is Door.PUBLIC or role is not None


@contextmanager
def undone() -> Iterator[None]:
    """What a request does is taken back, so that the next one meets the same market."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def answer(client: Client, path: str, rows: dict[str, Any]) -> HttpResponse:
    """GET, or a POST where a page takes nothing else; it names a row of the same market where a form would."""
    with undone():
        response = client.get(path)
        if response.status_code == 405:
            response = client.post(
                path,
                {
                    "dossier": rows["dossier"],
                    "spare": rows["merged"],
                    "contact": rows["contact"],
                    "proposal": rows["proposal"],
                    "wanted": rows["visit_change"],
                    "posting": rows["posting"],
                    "number": rows["number"],
                    "window": rows["window"],
                },
            )
        return response  # type: ignore[return-value]


def to_the_door(response: HttpResponse) -> bool:
    return response.status_code == 302 and response["Location"].split("?")[0] == SIGN_IN


def test_every_route_is_declared_as_this_table_says() -> None:
    declared = {}
    for route in routes():
        access = access_of(route)
        declared[route.name] = set(access.roles()) if access.door is Door.RIGHT else access.door
    assert declared == EXPECTED


def test_every_route_that_names_a_row_is_tried_with_one() -> None:
    assert {route.name for route in routes() if "pk" in route.wants} == set(KINDS)


def as_declared(route: Route, role: Role | None, response: HttpResponse) -> bool:
    """Let in: any answer of the page itself, a refusal in words too. Kept out: to the door, or 403."""
    status = response.status_code
    if route.name == "api-1:api-root":
        return status == 404  # a name that addresses begin with, no page
    if route.name.startswith("openrosa:"):
        return status == 404  # the token is nobody's, whoever is signed in; tests/api/openrosa has the holders
    if route.name.startswith("api-1:"):
        return status in (200, 401, 415, 422)  # whoever is signed in: here no session counts
    if not may_enter(route, role):
        return to_the_door(response) if role is None else status == 403
    sent_away = to_the_door(response) and route.name != "door:who"  # nobody's code is being asked about here
    return status not in (403, 404) and status < 500 and not sent_away


@pytest.mark.parametrize("role", ROLES, ids=lambda role: str(role or "nobody"))
def test_own_rows_open_for_those_who_may_and_for_nobody_else(here: World, role: Role | None) -> None:
    wrong = []
    for route in routes():
        for path in route.paths("yufeng", here.rows):
            response = answer(here.client(role), path, here.rows)
            if not as_declared(route, role, response):
                wrong.append((route.name, path, response.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", [role for role in ROLES if role], ids=str)
def test_rows_of_the_other_market_do_not_exist_here(here: World, there: World, role: Role) -> None:
    client, wrong = here.client(role), []
    for route in routes():
        if "pk" in route.wants and may_enter(route, role) and not by_token(route):
            seen = [(path, answer(client, path, there.rows).status_code) for path in route.paths("yufeng", there.rows)]
            wrong += [(route.name, *each) for each in seen if each[1] != 404]
    assert wrong == []


@pytest.mark.parametrize("role", [Role.EMPLOYER, Role.WORKER, Role.FAMILY], ids=str)
def test_rows_of_somebody_else_in_the_same_market_do_not_exist_for_him(here: World, role: Role) -> None:
    """A worker's and an employer's own pages; a job on offer and how a day was dispatched are everybody's."""
    client, wrong = here.client(role), []
    for route in routes():
        if "pk" in route.wants and may_enter(route, role) and route.name not in EVERYBODYS and not by_token(route):
            seen = [
                (path, answer(client, path, here.others).status_code) for path in route.paths("yufeng", here.others)
            ]
            wrong += [(route.name, *each) for each in seen if each[1] != 404]
    assert wrong == []


@pytest.mark.parametrize("role", [role for role in ROLES if role], ids=str)
def test_the_addresses_of_the_other_market_open_no_post_of_this_one(here: World, there: World, role: Role) -> None:
    """`/m/liunan/…` asks for a post in liunan, whatever he is in yufeng."""
    client, wrong = here.client(role), []
    for route in routes():
        if route.name.startswith("worker:") and access_of(route).door is Door.RIGHT:
            seen = [(path, answer(client, path, there.rows).status_code) for path in route.paths("liunan", there.rows)]
            wrong += [(route.name, *each) for each in seen if each[1] != 403]
    assert wrong == []


def test_a_person_of_the_other_market_is_not_offered_a_shift_of_this_one(here: World, there: World) -> None:
    client = here.client(Role.SPECIALIST)
    path = reverse("desk:offer", args=[here.rows["shift"]])
    assert client.post(path, {"dossier": there.rows["dossier"]}).status_code == 404
    assert client.post(path, {"dossier": "x"}).status_code == 404


def test_public_pages_answer_everybody(here: World) -> None:
    shift = here.rows["shift"]
    paths = ["/", "/m/yufeng/", f"/m/yufeng/jobs/{shift}/", "/m/yufeng/public/dispatch/", "/api/v1/markets"]
    assert [Client().get(path).status_code for path in paths] == [200, 200, 200, 200, 200]


def test_unverified_demand_is_not_shown_to_the_public(house: House) -> None:
    row: Posting = factories.posting(house)
    assert Client().get(f"/m/yufeng/jobs/{row.shifts.get().pk}/").status_code == 404
    assert Client().get("/api/v1/markets/yufeng/shifts").json() == {"items": [], "next": ""}
