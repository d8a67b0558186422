"""What is common to proposals of every kind: when they are at odds, how they are turned down or give way."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.surveys.enums import Conflict, ProposalState, SubmissionState
from gongqiao.needs.surveys.models import Proposal, Submission

BLANK: tuple[Any, ...] = (None, "", [])


def conflict_of(value: Any, base: Any, now: Any, *, changed: bool) -> Conflict:
    """Hard when the field was given another value after the person was asked; `changed`: somebody wrote there since."""
    if now == value:
        return Conflict.NONE
    if changed and now != base:
        return Conflict.HARD
    return Conflict.NONE if base in BLANK else Conflict.SOFT


def check_usable(submission: Submission) -> None:
    """What is not whole, was turned down or taken back proposes nothing."""
    if submission.state in (SubmissionState.RECEIVING, SubmissionState.REJECTED, SubmissionState.WITHDRAWN):
        raise Refused(_("这份答卷现在是“%(here)s”，不能采用。") % {"here": submission.get_state_display()})


def turn_down(row: Proposal, reason: str, event: str, *, by: Membership) -> None:
    """What stands stays as it is; the reason stays with the proposal."""
    if not reason.strip():
        raise Refused(_("请写为什么不采用。"))
    states.move(row, to=ProposalState.REFUSED, decided_by=by, decided_at=clock.now(), note=reason.strip()[:200])
    audit.record(event, row, by=by, field=row.field)


def drop(rows: Iterable[Proposal], note: str, *, by: Membership) -> None:
    """The answer itself is not to be used: what it proposes goes with it."""
    for row in rows:
        states.move(row, to=ProposalState.REFUSED, decided_by=by, decided_at=clock.now(), note=note.strip()[:200])


def give_way(older: Iterable[Any], submission: Submission) -> None:
    """An older answer that nobody decided about yet gives way to the newer one; a late one does not."""
    asked = submission.ended_at or submission.received_at
    supersede(row for row in older if (row.submission.ended_at or row.submission.received_at) <= asked)


def supersede(rows: Iterable[Proposal]) -> None:
    for row in rows:
        states.move(row, to=ProposalState.SUPERSEDED, decided_at=clock.now())
