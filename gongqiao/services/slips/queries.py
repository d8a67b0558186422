"""Who carries a slip on a day, which slips have not come back, one slip by its number."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.dossiers.cards import check_figures
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.postings.models import Verification
from gongqiao.needs.postings.queries import last_verifications
from gongqiao.services.placement import queries as placement
from gongqiao.services.placement.enums import State
from gongqiao.services.placement.models import Assignment
from gongqiao.services.slips.enums import SlipState
from gongqiao.services.slips.models import MARK, Slip

GOING = (State.ACCEPTED, State.CONFIRMED, State.ON_SITE)  # who has said yes and of whom no end is known
_NUMBER = re.compile(rf"(?:{MARK}:[A-Z0-9_-]{{1,30}}:)?J?(\d{{1,12}})[ -]?(\d\d)")
WITH = ("shift__posting__employer__organisation", "shift__posting__region", "person", "dossier", "market", "slip")


def visible_to(actor: Membership) -> QuerySet[Slip]:
    """Staff see the market's slips; on screens nobody else has to do with them."""
    found: QuerySet[Slip] = Slip.objects.select_related(
        "market", "printed_by", "returned_by", *(f"assignment__{name}" for name in WITH if name != "slip")
    )
    return found if actor.may(Right.PLACEMENT_READ) else found.none()


@dataclass
class Firm:
    """One employer's people of one day, in order of time."""

    employer: Employer
    rows: list[Assignment] = field(default_factory=list)

    @property
    def printed(self) -> int:
        return sum(slip_of(row) is not None for row in self.rows)


def slip_of(row: Assignment) -> Slip | None:
    """Of an assignment that was read with its slip."""
    found: Slip | None = getattr(row, "slip", None)
    return found


def going(actor: Membership, day: date, employer: int | None = None) -> list[Assignment]:
    """Who goes to work on a day, of one employer or all."""
    start, end = placement.day_bounds(actor.market, day)
    rows = placement.visible_to(actor).filter(state__in=GOING, starts_at__gte=start, starts_at__lt=end)
    if employer is not None:
        rows = rows.filter(shift__posting__employer=employer)
    return list(rows.select_related(*WITH, "wage").order_by("starts_at", "shift_id", "seat"))


def firms(actor: Membership, day: date) -> list[Firm]:
    found: dict[int, Firm] = {}
    for row in going(actor, day):
        employer = row.shift.posting.employer
        found.setdefault(employer.pk, Firm(employer)).rows.append(row)
    return list(found.values())


def verified(rows: list[Assignment]) -> dict[int, Verification]:
    """Who verified each posting, how and when."""
    return last_verifications([row.shift.posting_id for row in rows])


def outstanding(actor: Membership, moment: datetime) -> QuerySet[Slip]:
    """Printed, the work is over, and nothing has come back; the oldest first."""
    return visible_to(actor).filter(state=SlipState.OUT, assignment__ends_at__lt=moment).order_by("assignment__ends_at")


def numbered(actor: Membership, text: str) -> Slip:
    """By its number as it is typed or scanned; Refused when a figure is wrong or there is none such."""
    said = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).strip().upper())
    if said is None:
        raise Refused(_("请照着介绍信上的号写，像 J123-45。"))
    pk = int(said[1])
    if check_figures(actor.market.code, pk) != said[2]:
        raise Refused(_("号码对不上，可能有一位输错了。"))
    slip = visible_to(actor).filter(pk=pk).first()
    if slip is None:
        raise Refused(_("没有这张介绍信。"))
    return slip
