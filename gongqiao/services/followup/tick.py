"""What happens by itself at its time: who began to work 30 or 90 days ago is on somebody's list to be asked."""

from django_scopes import scope

from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.queries import system_of
from gongqiao.services.followup import actions, queries


def tick() -> dict[str, int]:
    """One round over all markets; returns how many were put on a list. Safe to repeat; a market that asks nobody again
    costs one query."""
    count = 0
    for market in Market.objects.order_by("pk"):
        with scope(market=market):
            for wave in list(queries.open_waves(clock.now().astimezone(market.tz).date())):
                try:
                    count += actions.plan(wave, by=system_of(market))
                except (Refused, Stale):
                    continue
    return {"asked_again": count}
