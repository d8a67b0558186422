"""The turn queue of a morning."""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from gongqiao.foundation import clock
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Stale
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.placement.models import QueueTicket


@transaction.atomic
def check_in(dossier: Dossier, day: date, *, by: Membership, channel: str = "desk") -> QueueTicket:
    """A number for the day's queue; coming twice gives the same number."""
    check_may(by, Right.DOSSIER_WRITE, dossier)
    known: QueueTicket | None = QueueTicket.objects.filter(dossier=dossier, day=day).first()
    if known is not None:
        return known
    number = int(QueueTicket.objects.filter(day=day).aggregate(last=Max("number"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            ticket: QueueTicket = QueueTicket.objects.create(
                market=dossier.market, day=day, number=number, dossier=dossier, at=clock.now()
            )
    except IntegrityError:
        raise Stale(_("再按一次。")) from None
    audit.record("queue.checked_in", ticket, by=by, on_behalf_of=dossier.person, channel=channel, number=number)
    return ticket
