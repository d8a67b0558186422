"""What an employer said on a visit, and what it would change of a posting."""

from django.db import models
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.states import check_constraint
from gongqiao.needs.employers.models import Employer, Visit
from gongqiao.needs.postings.models import Posting
from gongqiao.needs.surveys.enums import Conflict, ProposalState
from gongqiao.needs.surveys.models import Proposal, Submission
from gongqiao.services.demand.enums import Still


class EmployerAnswer(MarketModel):
    """One answered visit form: of which employer, of which posting if that is known, and the visit it counts as."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="employer_answer")
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="answers")
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, null=True, related_name="+")
    still = models.CharField(_("还要人吗"), max_length=8, choices=Still.choices)
    facts = models.JSONField(default=dict)  # what was answered, as facts of a posting
    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, null=True, related_name="answer")
    left_at = models.DateTimeField(null=True)  # new work that a specialist decided not to register

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(still__in=Still.values), name="employer_answer_still_known")
        ]

    def __str__(self) -> str:
        return f"{self.employer_id} {self.still}"

    @property
    def outcome(self) -> str:
        """What became of what he said; `submission.posting_proposals` had better be fetched with it."""
        states = [row.state for row in self.submission.posting_proposals.all()]
        told = {
            "many": len(states),
            "taken": states.count(ProposalState.APPLIED),
            "left": states.count(ProposalState.PENDING),
        }
        if not states:
            return _g("跟登记的一样。")
        return _g("%(many)d 处不一样，改了 %(taken)d 处，还有 %(left)d 处没看。") % told


class PostingProposal(Proposal):
    """Of a posting: what stood there when the answer came in (`base`)."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="posting_proposals")
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="proposals")
    base = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "number", "posting", "field"], name="posting_proposal_once"),
            models.CheckConstraint(
                condition=models.Q(conflict__in=Conflict.values), name="posting_proposal_conflict_known"
            ),
            check_constraint("posting_proposal_state_known", ProposalState),
        ]
        indexes = [models.Index(fields=["posting", "state"], name="posting_proposal_waiting")]

    def __str__(self) -> str:
        return f"{self.posting_id}.{self.field}"
