"""Both sides say how it was; neither sees the other's word first."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongqiao.foundation import clock
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.services.placement import rules
from gongqiao.services.placement.enums import Side, State
from gongqiao.services.placement.models import Assignment, Rating

ASPECTS = ("quality", "reliability", "clarity", "attitude")
ASPECT_LABELS = {
    "quality": gettext_lazy("活儿"),
    "reliability": gettext_lazy("守时"),
    "clarity": gettext_lazy("听得明白"),
    "attitude": gettext_lazy("态度"),
}


@transaction.atomic
def rate(assignment: Assignment, side: Side, scores: dict[str, int], *, by: Membership) -> Rating:
    """Scores of 1 to 5: `face` for a worker, the four aspects for an employer."""
    if side == Side.WORKER:
        rules.check_answerer(by, assignment)
    else:
        rules.check_on_site_party(by, assignment)
    if assignment.state != State.DONE and not (side == Side.EMPLOYER and assignment.state == State.NO_SHOW):
        raise Refused(_("活干完了才能评。"))
    wanted = {"face"} if side == Side.WORKER else set(ASPECTS)
    if set(scores) != wanted or not all(1 <= score <= 5 for score in scores.values()):
        raise Refused(_("每一项都要选 1 到 5。"))
    try:
        with transaction.atomic():
            rating: Rating = Rating.objects.create(
                market=assignment.market, assignment=assignment, side=side, at=clock.now(), **scores
            )
    except IntegrityError:
        raise Refused(_("已经评过了。")) from None
    audit.record("rating.given", assignment, by=by, side=side.value)
    return rating


def visible(assignment: Assignment) -> list[Rating]:
    """Nothing until both have spoken or a week has passed."""
    return list(Rating.objects.open_at(clock.now()).filter(assignment=assignment).order_by("side"))
