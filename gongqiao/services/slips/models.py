"""A slip that was printed for one assignment, and the part of it that came back."""

from django.db import models

from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.states import Table, check_constraint
from gongqiao.needs.dossiers.cards import check_figures
from gongqiao.services.placement.models import Assignment
from gongqiao.services.slips.enums import SlipState

MARK = "GQJ1"


class Slip(MarketModel):
    """Printed again it is the same slip. What the employer wrote on it lives in the assignment and its wage."""

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="slip")
    state = models.CharField(max_length=8, choices=SlipState.choices, default=SlipState.OUT)
    printed_at = models.DateTimeField()
    printed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=120, blank=True)

    MOVES: Table = {SlipState.OUT: frozenset({SlipState.RETURNED, SlipState.VOID})}

    class Meta:
        constraints = [
            check_constraint("slip_state_known", SlipState),
            models.CheckConstraint(
                condition=~models.Q(state=SlipState.RETURNED) | models.Q(returned_at__isnull=False),
                name="slip_returned_when",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """J123-45: with two check figures, as the card has them, so that a slip of the hand finds nobody else."""
        return f"J{self.pk}-{check_figures(self.market.code, self.pk)}"

    @property
    def code(self) -> str:
        """The text of its square code."""
        return f"{MARK}:{self.market.code.upper()}:{self.number}"
