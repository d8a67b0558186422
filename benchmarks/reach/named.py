"""`python -m benchmarks.reach.named PEOPLE`: a demo market, and every page in a hand by the name of its route.

Nothing is chosen by hand: it is the table of routes that is walked, so a page that comes new is measured too. Prints
one line of JSON; the market stands in the database of the environment.
"""

import json
import os
import sys
from dataclasses import asdict, dataclass, field

import django

SPACES = ("worker", "employer", "hall", "public", "door")


@dataclass(frozen=True)
class Named:
    """Route -> address for each visitor, each route with the first of them who may open it; and the worker to be: one
    with a questionnaire to fill."""

    worker: int
    phone: str
    employer: str
    password: str
    nobody: dict[str, str] = field(default_factory=dict)
    by_worker: dict[str, str] = field(default_factory=dict)
    by_employer: dict[str, str] = field(default_factory=dict)


def main(people: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongqiao.config.settings")
    django.setup()
    from django.core.management import call_command  # after the settings are there
    from django_scopes import scope

    from gongqiao.config.demo import build, surveys, visit
    from gongqiao.foundation import clock
    from gongqiao.foundation.markets.models import Market
    from gongqiao.foundation.organisations.roles import Role

    call_command("migrate", verbosity=0)
    size = build.Scale(people=people, employers=20, days=4, tomorrow=14, tickets=12, answers=12)
    market = build.build(clock.now().astimezone(Market().tz).date(), lambda _line: None, size)
    with scope(market=market):
        wei = surveys.first_with_phone(market)
    told = Named(wei.pk, wei.person.phone, build.EMPLOYER_LOGIN, build.PASSWORD)
    rows, known = visit.samples(), set[str]()
    for role, pages in ((None, told.nobody), (Role.WORKER, told.by_worker), (Role.EMPLOYER, told.by_employer)):
        for name, path in visit.pages(role, rows):
            if name.split(":")[0] in SPACES and name not in known:
                known.add(name)
                pages[name] = path
    print(json.dumps(asdict(told)))


if __name__ == "__main__":
    main(int(sys.argv[1]))
