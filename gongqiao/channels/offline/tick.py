"""What happens by itself: old keys are forgotten. Idempotent."""

from django_scopes import scope

from gongqiao.channels.offline import actions
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.queries import system_of


def tick() -> dict[str, int]:
    """One round over all markets; returns what was done."""
    forgotten = 0
    for market in Market.objects.order_by("pk"):
        with scope(market=market):
            forgotten += actions.forget_keys(by=system_of(market))
    return {"desk_keys_forgotten": forgotten}
