"""Posts somebody holds; read across markets only to choose the one to act in."""

from datetime import date

from django.db.models import Q
from django_scopes import scopes_disabled

from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.foundation.people.models import Person


def current_of(person: Person, day: date) -> list[Membership]:
    """All posts of a person on a day, in all markets (the switcher's list)."""
    with scopes_disabled():
        held = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day), person=person, starts_on__lte=day)
        return list(held.select_related("market", "market__city", "person", "organisation").order_by("pk"))


def system_of(market: Market) -> Membership:
    """The actor of what happens by itself at its time."""
    with scopes_disabled():
        return Membership.objects.select_related("market").get(market=market, role=Role.SYSTEM)
