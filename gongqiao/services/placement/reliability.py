"""我的信用: how an employer has kept his word towards workers, for himself: counts with what they are out of, each
drilled to its rows. Nothing here names a worker who complained; what he agreed to show is shown as on 谁来."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.services.placement import queries
from gongqiao.services.placement.enums import Party, State, WageState
from gongqiao.services.placement.models import Assignment, WageRecord

BACK = timedelta(days=365)
FEW = 5  # out of fewer a rate says nothing
SHOWN = 60


class Measure(StrEnum):
    UNPAID = "unpaid"
    LATE = "late"
    SHORT = "short"
    DISPUTED = "disputed"
    CANCELLED = "cancelled"


LABELS = {
    Measure.UNPAID: _("到期还没给的工钱"),
    Measure.LATE: _("晚给的工钱"),
    Measure.SHORT: _("给少了的工钱"),
    Measure.DISPUTED: _("有争议的工钱"),
    Measure.CANCELLED: _("您取消的人"),
}


@dataclass(frozen=True)
class Line:
    """One measure: `count` out of `of` in the last year; `percent` is None while there are too few to say."""

    measure: Measure
    count: int
    of: int

    @property
    def label(self) -> str:
        return str(LABELS[self.measure])

    @property
    def percent(self) -> int | None:
        return round(100 * self.count / self.of) if self.of >= FEW else None


def lines(actor: Membership, moment: datetime) -> list[Line]:
    """For the employer's own people only; nobody else gets a line."""
    if actor.role != Role.EMPLOYER:
        return []
    due, placed = _due(actor, moment).count(), _placed(actor, moment).count()
    found = [Line(each, wages_of(actor, each, moment).count(), due) for each in WAGES]
    return [*found, Line(Measure.CANCELLED, cancelled(actor, moment).count(), placed)]


def wages_of(actor: Membership, measure: Measure, moment: datetime) -> QuerySet[WageRecord]:
    """The wage lines behind one measure, the newest first."""
    return _due(actor, moment).filter(WAGES[measure](moment)).order_by("-due_at", "pk")


def cancelled(actor: Membership, moment: datetime) -> QuerySet[Assignment]:
    """People whom he had been given and did not want after all, the newest first."""
    rows = _placed(actor, moment).filter(state=State.CANCELLED, ended_by=Party.EMPLOYER)
    return rows.order_by("-starts_at", "pk")


def _due(actor: Membership, moment: datetime) -> QuerySet[WageRecord]:
    """Pay that should have reached somebody by now."""
    return queries.wages(actor).filter(due_at__lte=moment, due_at__gt=moment - BACK)


def _placed(actor: Membership, moment: datetime) -> QuerySet[Assignment]:
    """Everybody who agreed to come, whatever became of it."""
    agreed = Q(state__in=[State.ACCEPTED, State.CONFIRMED, State.ON_SITE, State.DONE, State.NO_SHOW])
    ended = Q(state=State.CANCELLED, answered_at__isnull=False)
    return queries.visible_to(actor).filter(agreed | ended, starts_at__gt=moment - BACK)


WAGES = {
    Measure.UNPAID: lambda _moment: Q(state=WageState.DUE),
    Measure.LATE: lambda _moment: Q(paid_at__gt=F("due_at")),
    Measure.SHORT: lambda _moment: Q(paid_fen__lt=F("due_fen")),
    Measure.DISPUTED: lambda _moment: Q(state=WageState.DISPUTED),
}
