"""What people do with what an employer said: see him, say of which posting it was, take it or leave it."""

import json
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.postings import actions as postings
from gongqiao.needs.postings.enums import PostingState
from gongqiao.needs.postings.models import Posting
from gongqiao.needs.surveys import queries as surveys
from gongqiao.needs.surveys.actions import fieldwork
from gongqiao.needs.surveys.actions.deciding import check_usable, conflict_of, give_way, turn_down
from gongqiao.needs.surveys.enums import CampaignState, Conflict, ProposalState
from gongqiao.needs.surveys.models import FieldTask, Submission, Wave
from gongqiao.services.demand import queries
from gongqiao.services.demand.enums import Still
from gongqiao.services.demand.facts import FACTS, new_work
from gongqiao.services.demand.models import EmployerAnswer, PostingProposal

VISIT_FORM = "employer_demand"


@transaction.atomic
def set_out(employer: Employer, *, by: Membership) -> FieldTask:
    """到访 / 电话: the visit form for this employer, in the wave that runs today; the task is the specialist's own."""
    check_may(by, Right.POSTING_VERIFY, employer)
    today = clock.now().astimezone(by.market.tz).date()
    waves = Wave.objects.select_related("version__form", "campaign").filter(
        version__in=surveys.handed_out(by, today).filter(form__code=VISIT_FORM),
        campaign__state=CampaignState.RUNNING,
        opens_on__lte=today,
        closes_on__gte=today,
    )
    wave = waves.order_by("-opens_on", "-pk").first()
    if wave is None:
        raise Refused(_("没有在做的走访调查。请社工或经理在“调查”里用“用工需求走访表”立一次，开一轮。"))
    return fieldwork.set_out(wave, employer, by=by)


def propose(answer: EmployerAnswer, *, number: int) -> list[PostingProposal]:
    """One proposal for each fact that differs from what stands; older ones nobody decided about give way. Called inside
    the transaction that takes the answer in."""
    submission, posting = answer.submission, answer.posting
    if posting is None:
        return []
    fields = [name for name in FACTS if name in answer.facts]
    older = PostingProposal.objects.filter(posting=posting, state=ProposalState.PENDING, field__in=fields)
    give_way(older.select_related("submission").exclude(submission=submission), submission)
    asked, events = submission.ended_at or submission.received_at, queries.writes([posting])[posting.pk]
    made = []
    for name in fields:
        fact, value = FACTS[name], answer.facts[name]
        if fact.stands(posting, value):
            continue
        last = queries.last_write(events, name)
        made.append(
            PostingProposal(
                market_id=submission.market_id,
                submission=submission,
                number=number,
                posting=posting,
                field=name,
                value=value,
                base=fact.read(posting),
                conflict=_conflict(value, fact.read(posting), late=last is not None and last.at > asked),
                made_at=clock.now(),
            )
        )
    return PostingProposal.objects.bulk_create(made)


def _conflict(value: Any, now: Any, *, late: bool) -> Conflict:
    """What came in after somebody wrote there is at odds whatever stood there before."""
    return Conflict.HARD if late else conflict_of(value, now, now, changed=False)


@transaction.atomic
def name_posting(answer: EmployerAnswer, posting: Posting | None, *, by: Membership) -> None:
    """A specialist knows which work was meant: now the answer proposes; None: it is work nobody registered yet."""
    check_may(by, Right.POSTING_VERIFY, answer)
    held = EmployerAnswer.objects.select_for_update().select_related("submission").get(pk=answer.pk)
    check_usable(held.submission)
    if held.posting_id is not None:
        raise Refused(_("已经知道说的是哪一条了。"))
    if posting is None:
        held.still = Still.NEW
        held.save(update_fields=["still"])
        audit.record("demand.posting_named", held.employer, by=by, submission=held.submission_id)
        return
    check_may(by, Right.POSTING_VERIFY, posting)
    if posting.employer_id != held.employer_id:
        raise Refused(_("需求 %(number)s 不是这家的。") % {"number": posting.pk})
    answer.posting = held.posting = posting
    held.save(update_fields=["posting"])
    audit.record("demand.posting_named", posting, by=by, submission=held.submission_id)
    propose(held, number=held.submission.versions.count())


@transaction.atomic
def draft_new(answer: EmployerAnswer, *, by: Membership) -> Posting:
    """New work becomes a draft with what was said of it: to be completed, and verified as any other."""
    held = _new_work(answer, by)
    posting = postings.draft(held.employer, *new_work(held.facts, by.market.tz), by=by, channel="visit")
    answer.posting = held.posting = posting
    held.save(update_fields=["posting"])
    audit.record("demand.new_work_drafted", posting, by=by, on_behalf_of=held.employer, submission=held.submission_id)
    return posting


@transaction.atomic
def leave_new(answer: EmployerAnswer, reason: str, *, by: Membership) -> None:
    """It is not registered, and why."""
    held = _new_work(answer, by)
    if not reason.strip():
        raise Refused(_("请写为什么不立。"))
    held.left_at = clock.now()
    held.save(update_fields=["left_at"])
    why = reason.strip()[:200]
    audit.record("demand.new_work_left", held.employer, by=by, submission=held.submission_id, reason=why)


def _new_work(answer: EmployerAnswer, by: Membership) -> EmployerAnswer:
    """Locked; Stale when somebody has registered or left it meanwhile."""
    check_may(by, Right.POSTING_VERIFY, answer)
    locked = EmployerAnswer.objects.select_for_update(of=("self",))
    held = locked.select_related("submission", "employer__organisation", "employer__market").get(pk=answer.pk)
    check_usable(held.submission)
    if held.still != Still.NEW or held.posting_id is not None or held.left_at is not None:
        raise Stale
    return held


@transaction.atomic
def apply(proposal: PostingProposal, *, by: Membership, seen: Any = None) -> None:
    """Written by the posting's own action, so that lint, minimum wage and verification happen as always. `seen`: what
    stood there when the specialist looked; something else stands there now: Stale."""
    check_may(by, Right.POSTING_VERIFY, proposal)
    check_usable(proposal.submission)
    locked = Posting.objects.select_for_update(of=("self",))
    posting = locked.select_related("employer__organisation", "market", "region").get(pk=proposal.posting_id)
    fact = FACTS[proposal.field]
    if seen is not None and seen != said_key(fact.read(posting)):
        raise Stale
    if posting.state == PostingState.CLOSED:
        raise Refused(_("这条需求已经结束，要人请再发一条。"))
    states.move(proposal, to=ProposalState.APPLIED, decided_by=by, decided_at=clock.now())
    fact.write(posting, proposal.value, by)
    audit.record("demand.proposal_applied", posting, by=by, on_behalf_of=posting.employer, field=proposal.field)


@transaction.atomic
def apply_all(answer: EmployerAnswer, *, by: Membership, seen: dict[str, str]) -> int:
    """All that waits of one answer and is not at odds with what somebody wrote since, in the order of `FACTS`: days
    before hours, hours before hands. `seen`: by field, what stood there. Returns how many."""
    rows = {
        row.field: row
        for row in queries.proposals(by).filter(submission=answer.submission_id, state=ProposalState.PENDING)
    }
    ready = [rows[name] for name in FACTS if name in rows and again(rows[name]) != Conflict.HARD]
    if any(seen.get(row.field) != said_key(FACTS[row.field].read(row.posting)) for row in ready):
        raise Stale
    for row in ready:
        apply(row, by=by)
    return len(ready)


def again(proposal: PostingProposal) -> Conflict:
    """Looked at once more: somebody may have written there while it waited."""
    if proposal.conflict == Conflict.HARD:
        return Conflict.HARD
    now = FACTS[proposal.field].read(proposal.posting)
    return conflict_of(proposal.value, proposal.base, now, changed=True)


@transaction.atomic
def refuse(proposal: PostingProposal, reason: str, *, by: Membership) -> None:
    """The posting stays as it is; the reason stays with the proposal."""
    check_may(by, Right.POSTING_VERIFY, proposal)
    turn_down(proposal, reason, "demand.proposal_refused", by=by)


def said_key(value: Any) -> str:
    """A value as a page carries it, whichever order a database gives its parts in."""
    return json.dumps(value, sort_keys=True)


def waiting_of(submission: Submission) -> Iterable[PostingProposal]:
    return PostingProposal.objects.filter(submission=submission, state=ProposalState.PENDING)


def outcome_words(answer: EmployerAnswer) -> str:
    """The visit in a sentence, for the round; nothing of the employer's own words."""
    said = Still(answer.still).label
    if answer.posting_id is None:
        return _("走访表：%(said)s") % {"said": said}
    return _("走访表：需求 %(number)s，%(said)s") % {"number": answer.posting_id, "said": said}
