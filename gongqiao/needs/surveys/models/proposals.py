"""What an answer would change; nothing a survey says writes anywhere by itself."""

import uuid
from datetime import date, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.states import Table, check_constraint
from gongqiao.needs.dossiers.enums import Source
from gongqiao.needs.dossiers.models import Dossier, DossierValue
from gongqiao.needs.interviews.models import Excerpt
from gongqiao.needs.surveys.enums import Conflict, ProposalState
from gongqiao.needs.surveys.models.submissions import Submission


class Proposal(MarketModel):
    """One field of a file or of a posting: what an answer says of it, whether that is at odds with what stands there,
    and what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    number = models.PositiveSmallIntegerField(default=1)  # of the submission's version that says so
    field = models.CharField(max_length=30)
    value = models.JSONField(null=True)
    conflict = models.CharField(max_length=4, choices=Conflict.choices)
    state = models.CharField(_("状态"), max_length=10, choices=ProposalState.choices, default=ProposalState.PENDING)
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(_("说明"), max_length=200, blank=True, default="")

    MOVES: Table = {
        ProposalState.PENDING: frozenset({ProposalState.APPLIED, ProposalState.REFUSED, ProposalState.SUPERSEDED})
    }

    class Meta:
        abstract = True


class DossierProposal(Proposal):
    """Of a worker's file: what stood there when he was asked (`base`), and the row it became. Said in a form that he
    filled (`submission`), or in an interview (`excerpt`), of which nobody outside its team reads the words."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, null=True, related_name="proposals")
    excerpt = models.ForeignKey(Excerpt, on_delete=models.PROTECT, null=True, related_name="proposals")
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")  # of an excerpt
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="proposals")
    base = models.ForeignKey(DossierValue, on_delete=models.PROTECT, null=True, related_name="+")
    became = models.ForeignKey(DossierValue, on_delete=models.PROTECT, null=True, related_name="proposals")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "number", "dossier", "field"], name="proposal_once"),
            models.UniqueConstraint(fields=["excerpt", "dossier", "field"], name="proposal_heard_once"),
            models.CheckConstraint(
                condition=models.Q(submission__isnull=False, excerpt__isnull=True)
                | models.Q(submission__isnull=True, excerpt__isnull=False, made_by__isnull=False),
                name="proposal_one_source",
            ),
            models.CheckConstraint(condition=models.Q(conflict__in=Conflict.values), name="proposal_conflict_known"),
            check_constraint("proposal_state_known", ProposalState),
        ]
        indexes = [models.Index(fields=["dossier", "state"], name="proposal_waiting")]

    def __str__(self) -> str:
        return f"{self.dossier_id}.{self.field}"

    @property
    def said_at(self) -> datetime:
        """When he said it; of an interview, when it was held."""
        if self.submission is not None:
            return self.submission.ended_at or self.submission.received_at
        held = self.excerpt.transcript.talk.held_at if self.excerpt else None
        return held or self.made_at

    @property
    def said_on(self) -> date:
        filled = self.submission.filled_on if self.submission else None
        return filled or self.said_at.astimezone(self.market.tz).date()

    @property
    def source(self) -> Source:
        return Source.INTERVIEW if self.submission_id is None else Source.SURVEY
