"""What an answer would change; nothing a survey says writes anywhere by itself."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.states import Table, check_constraint
from gongqiao.needs.dossiers.models import Dossier, DossierValue
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
    """Of a worker's file: what stood there when he was asked (`base`), and the row it became."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="proposals")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="proposals")
    base = models.ForeignKey(DossierValue, on_delete=models.PROTECT, null=True, related_name="+")
    became = models.ForeignKey(DossierValue, on_delete=models.PROTECT, null=True, related_name="proposals")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "number", "dossier", "field"], name="proposal_once"),
            models.CheckConstraint(condition=models.Q(conflict__in=Conflict.values), name="proposal_conflict_known"),
            check_constraint("proposal_state_known", ProposalState),
        ]
        indexes = [models.Index(fields=["dossier", "state"], name="proposal_waiting")]

    def __str__(self) -> str:
        return f"{self.dossier_id}.{self.field}"
