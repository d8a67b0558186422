"""From an answer to a dossier: proposed, applied by its field's policy or by a person, never written unseen."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.audit.actions import Act
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers.actions import FIELDS, Facts
from gongqiao.needs.dossiers.models import Dossier, DossierValue
from gongqiao.needs.dossiers.queries import surviving
from gongqiao.needs.surveys.actions.deciding import BLANK, check_usable, conflict_of, supersede, turn_down
from gongqiao.needs.surveys.enums import Conflict, ProposalState
from gongqiao.needs.surveys.models import DossierProposal, Submission
from gongqiao.needs.surveys.rules import POLICY, Policy

SOURCES = ("submission", "excerpt__transcript__talk", "market")


def propose(
    submission: Submission, dossier: Dossier, said: Mapping[str, Any], *, number: int = 1
) -> list[DossierProposal]:
    """One proposal for each field with a policy that was answered; what older answers proposed for it is superseded.
    Called inside the transaction that takes the submission in."""
    of = DossierProposal(market=submission.market, submission=submission, number=number, made_at=clock.now())
    return made_of(of, dossier, said)


def made_of(of: DossierProposal, dossier: Dossier, said: Mapping[str, Any]) -> list[DossierProposal]:
    """One for each field, with the source, number and time of `of`, which is itself not kept."""
    fields = {name: value for name, value in said.items() if name in POLICY and value not in BLANK}
    now, then = _values(dossier, fields, None), _values(dossier, fields, of.said_at)
    then.update(_said_before(of, now))
    _supersede(of, dossier, fields)
    return DossierProposal.objects.bulk_create(
        DossierProposal(
            market=of.market,
            submission=of.submission,
            excerpt=of.excerpt,
            made_by=of.made_by,
            number=of.number,
            dossier=dossier,
            field=name,
            value=value,
            base=then.get(name),
            conflict=_conflict(value, then.get(name), now.get(name)),
            made_at=of.made_at,
        )
        for name, value in fields.items()
    )


def apply_by_policy(submission: Submission, *, by: Membership) -> int:
    """What needs no second look is written, in the name of who asked; returns how many."""
    return write_ready(DossierProposal.objects.filter(submission=submission), by=by)


def write_ready(found: QuerySet[DossierProposal], *, by: Membership) -> int:
    """Of the proposals of one source: those that wait and that their field's policy lets through."""
    waiting = found.filter(state=ProposalState.PENDING)
    rows = list(waiting.select_related("dossier__person", "base", *SOURCES).order_by("field"))
    standing = standing_values(rows)
    ready = [row for row in rows if _goes_by_itself(row, _again(row, standing.get(row.pk)))]
    if ready:
        _write(ready, by=by)
    return len(ready)


@transaction.atomic
def apply(proposal: DossierProposal, *, by: Membership, seen: str | None = None) -> None:
    """A person saw both values with their sources and takes the new one. `seen`: the key of the value that stood there
    when he looked ("" for none); another one stands there now: Stale."""
    check_may(by, Right.DOSSIER_WRITE, proposal)
    if proposal.submission is not None:
        check_usable(proposal.submission)
    elif proposal.made_by_id == by.pk:
        raise Refused(_("自己听来的，请别的同事看。"))
    now = standing_values([proposal]).get(proposal.pk)
    if seen is not None and seen != (str(now.pk) if now else ""):
        raise Stale
    _write([proposal], by=by)


def standing_values(rows: Sequence[DossierProposal]) -> dict[UUID, DossierValue]:
    """What stands now where each would write: in the file that its own was merged into, if it was."""
    files = {row.dossier_id: surviving(row.dossier) for row in rows}
    fields = {row.field for row in rows}
    found = DossierValue.objects.filter(dossier__in=files.values(), field__in=fields, superseded_at=None)
    held = {(value.dossier_id, value.field): value for value in found.select_related("by")}
    return {row.pk: held[key] for row in rows if (key := (files[row.dossier_id].pk, row.field)) in held}


def _again(proposal: DossierProposal, now: DossierValue | None) -> Conflict:
    """Looked at once more: somebody may have changed the field while the answer waited to be reviewed."""
    return Conflict.HARD if proposal.conflict == Conflict.HARD else _conflict(proposal.value, proposal.base, now)


@transaction.atomic
def refuse(proposal: DossierProposal, reason: str, *, by: Membership) -> None:
    """The dossier stays as it is; the reason stays with the proposal."""
    check_may(by, Right.DOSSIER_WRITE, proposal)
    turn_down(proposal, reason, "survey.proposal_refused", by=by)


def _write(rows: Sequence[DossierProposal], *, by: Membership) -> None:
    """Proposals of one answer for one file, as one change: the values count as said on the day the form was filled,
    and each remembers the row it became."""
    first = rows[0]
    dossier = surviving(Dossier.objects.select_related("person").get(pk=first.dossier_id))
    dossier = Dossier.objects.select_for_update(of=("self",)).select_related("person").get(pk=dossier.pk)
    said = {row.field if row.field in FIELDS else f"{row.field}_id": row.value for row in rows}
    dossiers.update(dossier, Facts(said), by=by, source=first.source, said_on=first.said_on)
    written = DossierValue.objects.filter(dossier=dossier, field__in=[row.field for row in rows], superseded_at=None)
    became = {value.field: value for value in written}
    for row in rows:
        done = {"decided_by": by, "decided_at": clock.now(), "became": became[row.field]}
        states.move(row, to=ProposalState.APPLIED, **done)
    audit.record_all([Act("survey.proposal_applied", row, detail={"field": row.field}) for row in rows], by=by)


def _goes_by_itself(proposal: DossierProposal, conflict: Conflict) -> bool:
    if conflict == Conflict.HARD:
        return False
    policy = POLICY[proposal.field]
    blank = proposal.base is None or proposal.base.value in BLANK
    unchanged = proposal.base is not None and proposal.base.value == proposal.value
    return policy is Policy.NEWEST or unchanged or (policy is Policy.FILL_BLANK and blank)


def _values(dossier: Dossier, fields: Iterable[str], at: datetime | None) -> dict[str, DossierValue]:
    """The values that stood at a moment, or stand now."""
    rows = DossierValue.objects.filter(dossier=dossier, field__in=list(fields))
    if at is None:
        rows = rows.filter(superseded_at=None)
    else:
        rows = rows.filter(Q(superseded_at=None) | Q(superseded_at__gt=at), recorded_at__lte=at)
    return {row.field: row for row in rows.order_by("recorded_at", "pk")}


def _said_before(of: DossierProposal, now: Mapping[str, DossierValue]) -> dict[str, DossierValue]:
    """Values that an earlier version of the same answer wrote: a correction corrects them, it does not conflict."""
    if of.submission is None or of.number == 1:
        return {}
    own = DossierProposal.objects.filter(submission=of.submission, became__in=[value.pk for value in now.values()])
    wrote = set(own.values_list("became", flat=True))
    return {field: value for field, value in now.items() if value.pk in wrote}


def _conflict(value: Any, base: DossierValue | None, now: DossierValue | None) -> Conflict:
    changed = (now.pk if now else None) != (base.pk if base else None)
    return conflict_of(value, base.value if base else None, now.value if now else None, changed=changed)


def _supersede(of: DossierProposal, dossier: Dossier, fields: Iterable[str]) -> None:
    """What was said earlier and nobody decided about yet gives way to what was said later, in whichever way."""
    older = DossierProposal.objects.filter(dossier=dossier, field__in=list(fields), state=ProposalState.PENDING)
    supersede(row for row in older.select_related(*SOURCES) if row.said_at <= of.said_at)
