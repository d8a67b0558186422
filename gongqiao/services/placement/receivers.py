"""Listening to the files: work in hand stops a merge, or one human could be sent to two places at once; a birth date
put right takes back what the law forbids."""

from typing import Any

from django.utils.translation import gettext as _

from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.placement.actions import endings
from gongqiao.services.placement.enums import HOLDING, State
from gongqiao.services.placement.models import Assignment

OPEN = (State.APPLIED, State.WAITLISTED, *(state for state in HOLDING if state != State.DONE))


def before_merging(*, spare: Dossier, **facts: Any) -> None:
    if Assignment.objects.filter(dossier=spare, state__in=OPEN, ends_at__gt=clock.now()).exists():
        raise Refused(_("档案 %(number)s 名下还有没完的活，等干完或取消了再合并。") % {"number": spare.number})


def after_birth_corrected(*, dossier: Dossier, by: Membership, too_young: bool, **facts: Any) -> None:
    endings.end_unlawful(dossier, by=by, too_young=too_young)
