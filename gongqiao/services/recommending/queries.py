"""What was recommended to whom, and what came of it."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.notify.models import Message
from gongqiao.needs.dossiers.enums import State as DossierState
from gongqiao.needs.postings.models import Posting, Shift
from gongqiao.needs.postings.queries import live_shifts
from gongqiao.services.placement import rules as placement
from gongqiao.services.placement.enums import HOLDING
from gongqiao.services.placement.models import Assignment
from gongqiao.services.recommending.enums import Said
from gongqiao.services.recommending.models import Recommendation


def on_the_lists(moment: datetime) -> QuerySet[Posting]:
    """Verified demand with a shift still to begin."""
    ahead = live_shifts(moment).filter(starts_at__gt=moment)
    found: QuerySet[Posting] = Posting.objects.filter(pk__in=ahead.values("posting"))
    return found


def shifts_ahead(postings: Iterable[int], moment: datetime) -> list[Shift]:
    """Their live shifts still to begin, the next first."""
    rows = live_shifts(moment).filter(posting__in=list(postings), starts_at__gt=moment)
    return list(rows.select_related("posting", "market").order_by("starts_at", "pk"))


def stands(message: Message) -> bool:
    """Whether it is still to be told, asked at the very moment of telling: the work is on the lists with a seat left,
    and he looks for work, may do it, wants to be recommended by his file, and has said nothing to it yet."""
    row = _of(message)
    if row is None or not row.dossier.personalised or row.dossier.state != DossierState.ACTIVE:
        return False
    held = Count("assignments", filter=Q(assignments__state__in=HOLDING))
    now = clock.now()
    here = live_shifts(now).filter(pk=row.shift_id, starts_at__gt=now).annotate(held=held)
    if not here.filter(held__lt=F("headcount")).exists():
        return False
    if Assignment.objects.filter(shift__posting=row.posting_id, dossier=row.dossier_id).exists():
        return False
    try:
        placement.check_may_work(row.dossier, row.shift)
    except Refused:
        return False
    return True


def _of(message: Message) -> Recommendation | None:
    posting, _colon, dossier = message.about.removeprefix("posting:").partition(":")
    if not (posting.isdigit() and dossier.isdigit()):
        return None
    rows = Recommendation.objects.select_related("dossier__person", "shift__posting", "shift__market")
    found: Recommendation | None = rows.filter(
        posting=int(posting), dossier=int(dossier), said=Said.NOTHING, called_off_at=None
    ).first()
    return found
