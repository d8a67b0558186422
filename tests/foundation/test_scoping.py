"""A query without a market raises; no key points upward."""

import pytest
from django.apps import apps
from django_scopes import scope, scopes_disabled
from django_scopes.exceptions import ScopeError

from gongqiao.foundation.markets.models import MarketModel
from gongqiao.needs.dossiers.models import Dossier
from tests import factories
from tests.factories import House

SHARED = {
    "regions.Region",
    "markets.Market",
    "people.Person",
    "accounts.User",
    "accounts.LoginCode",
    "accounts.RecoveryCode",
    "accounts.TokenBucket",
    "accounts.WechatLink",
    "accounts.WebTicket",
    "wechat.SubscribeConsent",
    "audit.AuditEvent",
    "audit.ChainHead",
    "consent.ConsentText",
}
LAYERS = ["gongqiao.foundation", "gongqiao.needs", "gongqiao.services", "gongqiao.channels"]


def ours() -> list[type]:
    return [model for model in apps.get_models() if model.__module__.startswith("gongqiao.")]


def test_every_model_is_scoped_or_on_the_short_list() -> None:
    assert {m._meta.label for m in ours() if not issubclass(m, MarketModel)} == SHARED


@pytest.mark.parametrize("model", [m for m in apps.get_models() if issubclass(m, MarketModel)])
def test_reading_without_a_market_raises(db: None, model: type[MarketModel]) -> None:
    with pytest.raises(ScopeError):
        list(model.objects.all())


def test_another_market_sees_nothing(house: House, other_house: House) -> None:
    factories.dossier(house)
    with scope(market=other_house.market):
        assert Dossier.objects.count() == 0
    with scopes_disabled():
        assert Dossier.objects.count() == 1


def test_no_key_points_from_a_lower_path_to_a_higher_one() -> None:
    def layer(model: type) -> int:
        return next(i for i, name in enumerate(LAYERS) if model.__module__.startswith(name))

    upward = [
        f"{model._meta.label}.{field.name}"
        for model in ours()
        for field in model._meta.fields
        if field.related_model in ours() and layer(field.related_model) > layer(model)
    ]
    assert upward == []
