"""The turn queue of a morning."""

from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from gongqiao.foundation import clock
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.placement.models import QueueTicket


@transaction.atomic
def check_in(dossier: Dossier, day: date, *, by: Membership, channel: str = "desk") -> QueueTicket:
    """A number for the day's queue; coming twice gives the same number.

    Three windows and a kiosk at dawn press at one moment: the market's row is held while it counts, so nobody is told
    to press again.
    """
    _check(by, dossier)
    market: Market = Market.objects.select_for_update(no_key=True).get(pk=dossier.market_id)
    known: QueueTicket | None = QueueTicket.objects.filter(dossier=dossier, day=day).first()
    if known is not None:
        return known
    number = int(QueueTicket.objects.filter(day=day).aggregate(last=Max("number"))["last"] or 0) + 1
    ticket: QueueTicket = QueueTicket.objects.create(
        market=market, day=day, number=number, dossier=dossier, at=clock.now()
    )
    audit.record("queue.checked_in", ticket, by=by, on_behalf_of=dossier.person, channel=channel, number=number)
    return ticket


def _check(by: Membership, dossier: Dossier) -> None:
    """Staff for anybody, a worker for himself, the system for whoever shows at kiosk or screen that he is here."""
    right = next((each for each in (Right.OWN_WORK, Right.AUTOMATE) if by.may(each)), Right.DOSSIER_WRITE)
    check_may(by, right, dossier)
    if right == Right.OWN_WORK and by.person_id != dossier.person_id:
        raise Refused(_("这不是您自己的档案。"))
