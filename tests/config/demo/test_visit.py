"""`./run demo --check` visits what the URL table holds, not a list that somebody has to keep."""

import uuid

import pytest
from django.core.management.base import CommandError
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver, path

from gongqiao.config.demo import visit
from gongqiao.foundation.organisations.roles import Role
from gongqiao.web.access import Door, public
from tests.web.test_access_matrix import EXPECTED

ROWS = ("dossier", "employer", "posting", "run", "shift", "change-act", "survey", "study", "window")
SAMPLES: visit.Samples = {
    "visit-sheet": 1,  # before the sheet, whose name stands in the address too
    **dict.fromkeys(("sheet", "complaint", "ticket", "talk", "number", "arrived", "hook"), uuid.UUID(int=1)),
    **dict.fromkeys(ROWS, 1),
    "digest": "0" * 64,
}
VISITORS = (
    None,
    Role.SPECIALIST,
    Role.SOCIAL_WORKER,
    Role.MANAGER,
    Role.AUDITOR,
    Role.EMPLOYER,
    Role.WORKER,
    Role.FAMILY,
)


@public
def view(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def test_every_route_is_visited_by_everybody_who_may() -> None:
    visited = {role: {name for name, _path in visit.pages(role, SAMPLES)} for role in VISITORS}
    screens = {
        name: door for name, door in EXPECTED.items() if not name.startswith(("api-1:", "api-docs:", "openrosa:"))
    }
    assert set().union(*visited.values()) == set(screens)
    for role, names in visited.items():
        assert names == {
            name
            for name, door in screens.items()
            if door is Door.PUBLIC or (door is Door.SIGNED_IN and role) or (isinstance(door, set) and role in door)
        }


@pytest.mark.parametrize(
    ("route", "says"),
    [
        (path("new/<str:token>/", view, name="new"), "no sample"),
        (path("new/", view), "without a name"),
        (path("new/", lambda _request: HttpResponse(), name="new"), "declares no access"),
    ],
)
def test_a_route_that_cannot_be_visited_fails(monkeypatch: pytest.MonkeyPatch, route: object, says: str) -> None:
    patterns = [*get_resolver().url_patterns, route]
    monkeypatch.setattr(get_resolver(), "url_patterns", patterns)
    with pytest.raises(CommandError, match=says):
        list(visit.pages(None, SAMPLES))
