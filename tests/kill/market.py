"""A small market in a home of its own, made through the actions, as the web process will find it."""

from pathlib import Path

from django.core.management import call_command
from django_scopes import scope

from gongqiao.foundation.backup import places
from gongqiao.foundation.backup.places import Place
from tests import factories

CLERKS = ("mo", "luo", "liang", "zhou")
DISPATCHERS = frozenset({"mo", "luo", "liang"})
SHIFTS, SEATS = 12, 200


def build(home: Path) -> Place:
    """`home` with key ring, tables, staff and open shifts of tomorrow."""
    home.mkdir()
    place = places.under(home)
    with places.standing_at(place):
        call_command("migrate", verbosity=0, interactive=False)
        house = factories.house()
        with scope(market=house.market):
            for index in range(SHIFTS):
                factories.verified(house, start=6 + index, length=4, headcount=SEATS)
    return place
