"""`python -m benchmarks.reach.wall CODE`: what people in the hall have before their eyes and in their hands.

First a line of JSON: people with a phone of their own who have not come today (phone, card). Then an answer to every
line read: `square`, the token of the square that stands on the wall now, as a phone's camera would read it; `came`, how
many have come today.
"""

import json
import os
import sys
from collections import Counter

import django


def main(code: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongqiao.config.settings")
    django.setup()
    from django_scopes import scope

    from gongqiao.foundation import clock
    from gongqiao.foundation.markets.models import Market
    from gongqiao.needs.dossiers.cards import card_code
    from gongqiao.needs.dossiers.enums import State
    from gongqiao.needs.dossiers.models import Dossier
    from gongqiao.services.hall import tokens
    from gongqiao.services.placement.models import QueueTicket

    market = Market.objects.get(code=code)
    today = clock.now().astimezone(market.tz).date()
    with scope(market=market):
        came = QueueTicket.objects.filter(day=today)
        rows = Dossier.objects.filter(state=State.ACTIVE).exclude(person__phone_index="")
        rows = rows.exclude(pk__in=came.values("dossier")).select_related("person", "market").order_by("pk")
        owners = Counter(Dossier.objects.values_list("person__phone_index", flat=True))
        people = [(row.person.phone, card_code(row)) for row in rows if owners[row.person.phone_index] == 1]
        print(json.dumps(people), flush=True)
        for line in sys.stdin:
            print(came.count() if line.strip() == "came" else tokens.token(market, clock.now()), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
