"""`python -m benchmarks.web.market PEOPLE SHIFTS DAYS`: builds a demo market in the database of the environment.

Prints one line of JSON: who can sign in, dossiers to open, words to search for.
"""

import json
import os
import sys
from dataclasses import dataclass

import django


@dataclass(frozen=True)
class Facts:
    """What a visitor needs to know of the market."""

    market: str
    username: str
    password: str
    employer: str
    worker: int
    phone: str
    dossiers: list[int]
    searches: dict[str, str]


def main(people: int, shifts: int, days: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongqiao.config.settings")
    django.setup()
    from django.core.management import call_command  # after the settings are there
    from django_scopes import scope

    from gongqiao.config.demo import build
    from gongqiao.foundation import clock
    from gongqiao.foundation.markets.models import Market
    from gongqiao.needs.dossiers.models import Dossier

    call_command("migrate", verbosity=0)
    size = build.Scale(people=people, employers=max(20, shifts), days=days, tomorrow=shifts)
    market = build.build(clock.now().astimezone(Market().tz).date(), lambda _line: None, size)
    with scope(market=market):
        reached = Dossier.objects.select_related("person").exclude(person__phone_index="").order_by("pk")
        identified = reached.exclude(person__identity_index=None)
        seen = identified[identified.count() // 2]
        facts = Facts(
            market=market.code,
            username="mo",
            password=build.PASSWORD,
            employer=build.EMPLOYER_LOGIN,
            worker=reached[0].pk,
            phone=reached[0].person.phone,
            dossiers=list(Dossier.objects.order_by("pk").values_list("pk", flat=True)[:: max(1, people // 200)]),
            searches={
                "a whole name": seen.person.name,
                "a surname": seen.person.name[0],
                "pinyin initials": seen.person.name_initials.split()[0],
                "last four of the phone": seen.person.phone_last4,
                "last four of the identity number": seen.person.identity_last4,
                "file number": seen.number,
            },
        )
    print(json.dumps(facts.__dict__, ensure_ascii=False))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
