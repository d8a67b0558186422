"""Many offers in one go, as a dispatched day makes them: the rows, events and messages of single offers."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.postings.models import Shift
from gongqiao.services.placement import notes, queries, rules
from gongqiao.services.placement.actions.offers import check, clash, offer
from gongqiao.services.placement.enums import HOLDING, State
from gongqiao.services.placement.models import Assignment, DispatchRun

BATCH = 200


@dataclass(frozen=True)
class Proposal:
    """One worker for one shift, with what speaks for it."""

    shift: Shift
    dossier: Dossier
    score: int | None = None
    reasons: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def offer_all(proposals: Sequence[Proposal], *, by: Membership, run: DispatchRun) -> dict[int, Refused]:
    """Offer every pair; by position, those that a gate stops and why. The others stand.

    Those who put their names down already keep their rows and take the single way, first.
    """
    for proposal in proposals:
        check_may(by, Right.DISPATCH, proposal.shift)
    refused: dict[int, Refused] = {}
    seats = _Seats([proposal.shift for proposal in proposals])
    asked = {at for at, each in enumerate(proposals) if (each.shift.pk, each.dossier.pk) in seats.live}
    for at in sorted(asked):
        each = proposals[at]
        try:
            offer(each.shift, each.dossier, by=by, run=run, score=each.score, reasons=each.reasons)
            seats.fill(each.shift)
        except Refused as refusal:
            refused[at] = refusal
    others = queries.others_of_all([proposal.dossier.person_id for proposal in proposals], by.market, run.day)
    fresh: dict[int, Assignment] = {}
    for at, each in enumerate(proposals):
        if at not in asked:
            try:
                check(each.shift, each.dossier)
                row = fresh[at] = _row(each, seats.take(each.shift), run)
                row.reasons = {**row.reasons, "warnings": rules.warnings(each.shift, others[row.person_id])}
                others[row.person_id].append(row)
            except Refused as refusal:
                refused[at] = refusal
    listed = list(fresh.items())
    for start in range(0, len(listed), BATCH):
        refused |= _save(dict(listed[start : start + BATCH]), by=by)
    return refused


class _Seats:
    """Seats taken of some shifts, their rows locked; and who has a live row on them."""

    def __init__(self, shifts: Sequence[Shift]) -> None:
        keys = sorted({shift.pk for shift in shifts})
        self.headcount = {row.pk: row.headcount for row in Shift.objects.select_for_update().filter(pk__in=keys)}
        self.taken: dict[int, set[int | None]] = defaultdict(set)
        self.live: set[tuple[int, int]] = set()
        states = [*HOLDING, State.APPLIED, State.WAITLISTED]
        rows = Assignment.objects.filter(shift__in=keys, state__in=states)
        for shift, dossier, state, seat in rows.values_list("shift_id", "dossier_id", "state", "seat"):
            self.live.add((shift, dossier))
            if state in HOLDING:
                self.taken[shift].add(seat)

    def take(self, shift: Shift) -> int:
        """The lowest seat nobody holds."""
        seat = next((n for n in range(1, self.headcount[shift.pk] + 1) if n not in self.taken[shift.pk]), None)
        if seat is None:
            raise Refused(_("这个班次已经满了。"))
        self.taken[shift.pk].add(seat)
        return seat

    def fill(self, shift: Shift) -> None:
        """Look again at a shift on which a seat was given the single way."""
        held = Assignment.objects.filter(shift=shift, state__in=HOLDING).values_list("seat", flat=True)
        self.taken[shift.pk] |= set(held)


def _row(proposal: Proposal, seat: int, run: DispatchRun) -> Assignment:
    shift, dossier, moment = proposal.shift, proposal.dossier, clock.now()
    return Assignment(
        market=shift.market,
        shift=shift,
        dossier=dossier,
        person=dossier.person,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        seat=seat,
        state=State.OFFERED,
        run=run,
        score=proposal.score,
        reasons=proposal.reasons,
        created_at=moment,
        answer_by=notes.answer_until(shift, moment),
    )


def _save(rows: dict[int, Assignment], *, by: Membership) -> dict[int, Refused]:
    """All together; where the database refuses one (he has other work at that time), one by one."""
    try:
        with transaction.atomic():
            Assignment.objects.bulk_create(rows.values())
    except IntegrityError as error:
        if len(rows) == 1:
            reason = clash(error)
            if isinstance(reason, Refused):
                return dict.fromkeys(rows, reason)
            raise reason from None
        half = len(rows) // 2
        listed = [(at, _unsaved(row)) for at, row in rows.items()]
        return _save(dict(listed[:half]), by=by) | _save(dict(listed[half:]), by=by)
    audit.record_all(
        [audit.Act("assignment.offered", row, row.person, {"seat": row.seat}) for row in rows.values()], by=by
    )
    notify.tell(by.market, [notes.offer(row, row.answer_by) for row in rows.values() if row.answer_by])
    return {}


def _unsaved(row: Assignment) -> Assignment:
    row.pk = None
    row._state.adding = True
    return row
