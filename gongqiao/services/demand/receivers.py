"""Listening to surveys: what an employer answered is heard of on the rounds and proposes to his posting."""

from datetime import date
from typing import Any

from gongqiao.foundation import clock
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.employers import actions as employers
from gongqiao.needs.employers.models import Employer, Visit, VisitMethod
from gongqiao.needs.postings.models import Posting
from gongqiao.needs.surveys.actions.deciding import drop, supersede
from gongqiao.needs.surveys.actions.firms import POSTING_NO, posting_of
from gongqiao.needs.surveys.enums import ProposalState, Subject
from gongqiao.needs.surveys.models import Submission
from gongqiao.needs.surveys.reading import Reading
from gongqiao.services.demand import actions, queries
from gongqiao.services.demand.enums import Still
from gongqiao.services.demand.facts import facts_of
from gongqiao.services.demand.models import EmployerAnswer, PostingProposal


def after_completed(*, submission: Submission, number: int, said: Reading, by: Membership, **more: Any) -> None:
    """Of a form that asks for demand, once it is known whose it is; an edit of an answer proposes anew."""
    if submission.form.subject != Subject.EMPLOYER:
        return
    supersede(actions.waiting_of(submission))
    if submission.employer is None or said.saved.get("still") not in Still.values:
        EmployerAnswer.objects.filter(submission=submission).delete()
        return
    answer, _new = EmployerAnswer.objects.update_or_create(
        submission=submission,
        defaults={
            "market_id": submission.market_id,
            "employer": submission.employer,
            "posting": _posting(submission, submission.employer, said),
            "still": said.saved["still"],
            "facts": facts_of(said.saved),
        },
    )
    if answer.visit is None and by.may(Right.POSTING_VERIFY):
        answer.visit = _visit(answer, said, by)
        answer.save(update_fields=["visit"])
    actions.propose(answer, number=number)


def _posting(submission: Submission, employer: Employer, said: Reading) -> Posting | None:
    """The one that was named, if it is his; without a number his only one. New work is the draft made of it."""
    if said.saved["still"] == Still.NEW:
        before = EmployerAnswer.objects.filter(submission=submission, still=Still.NEW, posting__employer=employer)
        known = before.select_related("posting__market", "posting__employer__organisation", "posting__region").first()
        return known.posting if known is not None else None
    if said.saved.get(POSTING_NO):
        named = posting_of(said)
        return named if named is not None and named.employer_id == employer.pk else None
    his = list(queries.live(employer.pk).select_related("market", "employer__organisation", "region")[:2])
    return his[0] if len(his) == 1 else None


def _visit(answer: EmployerAnswer, said: Reading, by: Membership) -> Visit:
    """On the round as any other visit, at the moment it was made; a day to ask again that is past is left out."""
    how, today = said.saved.get("how", ""), clock.now().astimezone(by.market.tz).date()
    return employers.record_visit(
        answer.employer,
        method=VisitMethod(how) if how in VisitMethod.values else VisitMethod.VISIT,
        note=actions.outcome_words(answer),
        next_on=next_on if (next_on := _day(said.saved.get("next_on", ""))) and next_on > today else None,
        at=answer.submission.ended_at,
        by=by,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def after_rejected(*, submission: Submission, note: str, by: Membership, **more: Any) -> None:
    drop(actions.waiting_of(submission), note, by=by)


def after_withdrawn(*, submission: Submission, note: str, by: Membership, **more: Any) -> None:
    """What he said goes; what was written into a posting already stays the posting's."""
    drop(actions.waiting_of(submission), note, by=by)
    PostingProposal.objects.filter(submission=submission).exclude(state=ProposalState.APPLIED).update(value=None)
    EmployerAnswer.objects.filter(submission=submission).update(facts={})
