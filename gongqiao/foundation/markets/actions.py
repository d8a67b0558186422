"""Founding a market: the tenant, its operator, and the actor of what happens by itself."""

from typing import Any

from django.db import transaction

from gongqiao.foundation.markets.models import Market


@transaction.atomic
def found(*, code: str, name: str, phone: str, region_id: str, city_id: str, **settings: Any) -> Market:
    """A new market with nobody in it; `organisations.actions.open_house` gives it its operator and system actor."""
    market = Market(code=code, name=name, phone=phone, region_id=region_id, city_id=city_id, **settings)
    market.full_clean()
    market.save()
    return market
