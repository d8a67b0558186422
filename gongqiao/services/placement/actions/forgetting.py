"""The words about one worker's work are blanked because he asked for it; who was where, how long and what was paid
stays under the file's number as long as the law keeps it (保障农民工工资支付条例 15, 人力资源市场暂行条例 33)."""

from django.db import transaction

from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.placement.actions import offers
from gongqiao.services.placement.enums import Decline, State
from gongqiao.services.placement.models import Assignment, WageRecord


@transaction.atomic
def forget(dossier: Dossier, *, by: Membership) -> None:
    """His name stands on no list that is still to come; reasons and notes are empty from now on."""
    his = Assignment.objects.filter(person=dossier.person)
    for row in his.filter(state__in=[State.APPLIED, State.WAITLISTED]).select_related("shift__market", "person"):
        offers.decline(row, Decline.FOUND, by=by, channel="desk")
    his.update(reasons={}, ended_note="")
    WageRecord.objects.filter(assignment__person=dossier.person).update(note="")
