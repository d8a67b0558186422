"""What a station has: facilities, kinds of tools, each tool under its number, each time one was lent."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.states import Table, check_constraint
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.lending.enums import FacilityKind, LoanState, ToolState


class Facility(MarketModel):
    """One thing that anybody may use: where it is, when, what to know."""

    kind = models.CharField(_("是什么"), max_length=10, choices=FacilityKind.choices)
    where = models.CharField(_("在哪里"), max_length=60)
    hours = models.CharField(_("什么时候能用"), max_length=40, blank=True)
    note = models.CharField(_("说明"), max_length=120, blank=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=FacilityKind.values), name="facility_kind_known")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.where}"


class ToolKind(MarketModel):
    """安全帽, 手推车 …: lent for so many days."""

    name = models.CharField(max_length=30)
    days = models.PositiveSmallIntegerField(default=1)
    note = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["market", "name"], name="tool_kind_once")]

    def __str__(self) -> str:
        return self.name


class Tool(MarketModel):
    """One piece, with its number on a sticker."""

    kind = models.ForeignKey(ToolKind, on_delete=models.PROTECT, related_name="tools")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=ToolState.choices, default=ToolState.FIT)

    MOVES: Table = {
        ToolState.FIT: frozenset({ToolState.REPAIR, ToolState.LOST, ToolState.RETIRED}),
        ToolState.REPAIR: frozenset({ToolState.FIT, ToolState.RETIRED}),
        ToolState.LOST: frozenset({ToolState.FIT, ToolState.RETIRED}),
    }

    class Meta:
        constraints = [
            check_constraint("tool_state_known", ToolState),
            models.UniqueConstraint(fields=["kind", "number"], name="tool_number_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return _("%(kind)s %(number)d 号") % {"kind": self.kind.name, "number": self.number}


class Loan(MarketModel):
    """One piece in one person's hands until a time. That a piece is out once only is a fact of the database."""

    tool = models.ForeignKey(Tool, on_delete=models.PROTECT, related_name="loans")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="loans")
    state = models.CharField(max_length=8, choices=LoanState.choices, default=LoanState.OUT)
    lent_at = models.DateTimeField()
    lent_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=120, blank=True)

    MOVES: Table = {
        LoanState.OUT: frozenset({LoanState.RETURNED, LoanState.DAMAGED, LoanState.LOST}),
        LoanState.LOST: frozenset({LoanState.RETURNED, LoanState.DAMAGED}),  # found and brought back after all
    }

    class Meta:
        constraints = [
            check_constraint("loan_state_known", LoanState),
            models.UniqueConstraint(
                fields=["tool"], condition=models.Q(state=LoanState.OUT), name="loan_tool_out_once"
            ),
            models.CheckConstraint(condition=models.Q(due_at__gt=models.F("lent_at")), name="loan_due_after"),
            models.CheckConstraint(
                condition=models.Q(state=LoanState.OUT) | models.Q(ended_at__isnull=False), name="loan_ended_when"
            ),
        ]
        indexes = [models.Index(fields=["market", "state", "due_at"], name="loan_due")]

    def __str__(self) -> str:
        return f"{self.tool_id} {self.state}"
