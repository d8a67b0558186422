"""One sheet brought in: previewed, confirmed, reverted; and what became of each of its rows."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.channels.spreadsheet.enums import BatchState, Kind, Outcome
from gongqiao.foundation.crypto.fields import EncryptedTextField
from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.states import Table, check_constraint


class ImportBatch(MarketModel):
    """`content` (base64) is kept sealed between preview and confirmation only; `preview` is sealed JSON."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("什么表"), max_length=10, choices=Kind.choices)
    filename = models.CharField(_("文件"), max_length=120)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(_("状态"), max_length=10, choices=BatchState.choices, default=BatchState.PREVIEWED)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    rows = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)  # of the taken, registered here already
    content = EncryptedTextField(blank=True, default="")
    preview = EncryptedTextField(blank=True, default="")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    reverted_at = models.DateTimeField(null=True)
    reverted_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    MOVES: Table = {
        BatchState.PREVIEWED: frozenset({BatchState.CONFIRMED, BatchState.DROPPED}),
        BatchState.CONFIRMED: frozenset({BatchState.REVERTED}),
    }

    class Meta:
        constraints = [
            check_constraint("importbatch_state_known", BatchState),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="importbatch_kind_known"),
            models.CheckConstraint(
                condition=~models.Q(state=BatchState.CONFIRMED) | models.Q(confirmed_at__isnull=False),
                name="importbatch_confirmed_has_facts",
            ),
        ]
        indexes = [models.Index(fields=["market", "-at"], name="importbatch_list")]

    def __str__(self) -> str:
        return self.filename


class ImportedRow(MarketModel):
    """What one item of a sheet became; `thing` is the key of what was made, or was here ("dossiers.dossier:12")."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="items")
    row = models.PositiveIntegerField()
    thing = models.CharField(max_length=60, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(outcome__in=Outcome.values), name="importedrow_outcome")
        ]
        indexes = [models.Index(fields=["batch", "row"], name="importedrow_order")]

    def __str__(self) -> str:
        return f"{self.row} {self.outcome}"
