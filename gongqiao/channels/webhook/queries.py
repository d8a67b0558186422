"""The lines to other systems, for the manager alone."""

from django.db.models import Count, Q, QuerySet

from gongqiao.channels.webhook.enums import DeliveryState, HookState
from gongqiao.channels.webhook.models import Delivery, Hook
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right


def visible_to(actor: Membership) -> QuerySet[Hook]:
    """Those of the market that are not gone, with how many of their messages wait and how many were given up."""
    found: QuerySet[Hook] = Hook.objects.exclude(state=HookState.GONE).select_related("market", "made_by")
    waiting, lost = (Q(deliveries__state=state) for state in (DeliveryState.WAITING, DeliveryState.GIVEN_UP))
    found = found.annotate(waiting=Count("deliveries", filter=waiting), lost=Count("deliveries", filter=lost))
    return (found if actor.may(Right.MARKET_SETTINGS) else found.none()).order_by("made_at", "pk")


def deliveries(hook: Hook) -> QuerySet[Delivery]:
    """The newest first, each with its attempts."""
    found: QuerySet[Delivery] = Delivery.objects.filter(hook=hook).prefetch_related("attempts")
    return found.order_by("-made_at", "-pk")
