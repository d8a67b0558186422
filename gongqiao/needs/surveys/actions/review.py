"""Looking at an answer: usable, to be corrected, not to be used; and the person's own withdrawal."""

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.files import actions as files
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.surveys import signals
from gongqiao.needs.surveys.actions import sheets
from gongqiao.needs.surveys.actions.deciding import drop
from gongqiao.needs.surveys.actions.proposals import apply_by_policy
from gongqiao.needs.surveys.enums import ProposalState, SubmissionState
from gongqiao.needs.surveys.models import Attempt, Campaign, DossierProposal, FieldTask, SheetDraft, Submission

VERDICTS = frozenset({SubmissionState.APPROVED, SubmissionState.NEEDS_CORRECTION, SubmissionState.REJECTED})


@transaction.atomic
def review(
    submission: Submission, verdict: SubmissionState, *, note: str = "", by: Membership, seen: int | None = None
) -> None:
    """By a named reviewer of the campaign who did not ask himself. Usable: what needs no second look goes to the
    dossier. Not usable: what it proposed is refused with it. `seen`: the number of the version that he looked at; a
    verdict on one that was replaced meanwhile is Stale."""
    check_reviewer(by, submission)
    Submission.objects.select_for_update().get(pk=submission.pk)  # an edit of it waits, or is there to be seen
    if seen is not None and submission.versions.aggregate(newest=Max("number"))["newest"] != seen:
        raise Stale
    if verdict not in VERDICTS:
        raise ValueError(f"not a verdict: {verdict}")
    if verdict != SubmissionState.APPROVED and not note.strip():
        raise Refused(_("请写为什么。"))
    states.move(submission, to=verdict, reviewed_by=by, reviewed_at=clock.now(), review_note=note.strip()[:200])
    audit.record("survey.reviewed", submission, by=by, verdict=verdict.value)
    if verdict == SubmissionState.APPROVED:
        apply_by_policy(submission, by=submission.collector or by)
    elif verdict == SubmissionState.REJECTED:
        drop(_waiting(submission), note, by=by)
        signals.rejected.send(sender=Submission, submission=submission, note=note, by=by)


@transaction.atomic
def withdraw(submission: Submission, *, by: Membership) -> None:
    """The person takes his answers back: their content goes, that there was an answer stays (PIPL 15, 47).

    What was written into his dossier already stays his dossier's, where he can have it corrected or deleted.
    """
    mine = submission.dossier is not None and submission.dossier.person_id == by.person_id
    if not mine:
        check_may(by, Right.DOSSIER_WRITE, submission)
    states.move(submission, to=SubmissionState.WITHDRAWN, digest="", review_note="")
    for version in submission.versions.select_related("raw"):
        files.forget(version.raw)
    for slot in submission.slots.select_related("file"):
        if slot.file is not None:
            files.forget(slot.file)
    submission.answers.all().delete()
    submission.flags.all().delete()
    sheets.drop(*SheetDraft.objects.filter(paper__corrects=submission))
    why = _("本人撤回了答卷")
    drop(_waiting(submission), why, by=by)
    DossierProposal.objects.filter(submission=submission).exclude(state=ProposalState.APPLIED).update(value=None)
    signals.withdrawn.send(sender=Submission, submission=submission, note=why, by=by)
    audit.record("survey.withdrawn", submission, by=by)
    if submission.dossier is not None and submission.wave is not None:
        drop_unfinished(submission.dossier, submission.wave.campaign, by=by)


@transaction.atomic
def drop_unfinished(dossier: Dossier, campaign: Campaign | None = None, *, by: Membership) -> int:
    """What somebody has begun to answer, and papers of his that are being keyed, with their files: in one inquiry, or
    in all. Whoever asks has checked the right; returns how many went."""
    his = Q(dossier=dossier) | Q(dossier__merged_into=dossier)
    tasks = FieldTask.objects.filter(his)
    if campaign is not None:
        tasks = tasks.filter(wave__campaign=campaign)
    keys = list(tasks.values_list("pk", flat=True))
    drafts = list(SheetDraft.objects.filter(Q(task__in=keys) | Q(paper__task__in=keys)))
    if drafts:
        sheets.drop(*drafts)
        audit.record("survey.drafts_dropped", dossier, by=by, on_behalf_of=dossier.person, drafts=len(drafts))
    return len(drafts)


def check_reviewer(by: Membership, submission: Submission) -> None:
    """Named by the campaign, and neither who asked nor who typed it in."""
    check_may(by, Right.SURVEY_COLLECT, submission)
    wave = submission.wave
    if wave is None or not wave.campaign.reviewers.filter(pk=by.pk).exists():
        raise Refused(_("这次调查的答卷不归您审。"))
    if submission.collector_id == by.pk:
        raise Refused(_("自己问来的，请别的同事审。"))
    if submission.keyed_by_id == by.pk:
        raise Refused(_("自己录的，请别的同事审。"))


def _waiting(submission: Submission) -> QuerySet[DossierProposal]:
    return DossierProposal.objects.filter(submission=submission, state=ProposalState.PENDING)


@transaction.atomic
def withdraw_all(dossier: Dossier, *, by: Membership) -> int:
    """All he ever answered under his name, what is half keyed, and what was proposed to his file; how many answers."""
    his = Q(dossier=dossier) | Q(dossier__merged_into=dossier)
    rows = list(
        Submission.objects.filter(his).exclude(state=SubmissionState.WITHDRAWN).select_related("dossier", "wave")
    )
    for row in rows:
        withdraw(row, by=by)
    drop_unfinished(dossier, by=by)
    DossierProposal.objects.filter(his).update(value=None, note="")
    Attempt.objects.filter(task__in=FieldTask.objects.filter(his)).update(note="")
    return len(rows)
