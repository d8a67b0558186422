"""The check every action begins with."""

from django.utils.translation import gettext as _

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right


def check_may(actor: Membership, right: Right, thing: MarketModel | None = None) -> None:
    """`actor` holds `right`, and `thing`, when given, is of the actor's own market; else Refused with the reason."""
    if not actor.may(right):
        raise Refused(_("%(who)s的岗位不能%(what)s。") % {"who": actor.title, "what": right.label})
    if thing is not None and thing.market_id != actor.market_id:
        raise Refused(_("这不是您所在市场的事。"))
