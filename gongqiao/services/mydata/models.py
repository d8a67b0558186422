"""What a worker writes down for himself about a day's work."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.files.models import StoredFile
from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.states import Table, check_constraint
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.placement.models import Assignment

MOST_MINUTES = 24 * 60


class ErasureState(models.TextChoices):
    PROPOSED = "proposed", _("等第二个人点头")
    DONE = "done", _("删了")
    DROPPED = "dropped", _("没删")


class PunchNote(MarketModel):
    """工时本的一笔: his own proof of one day, beside the employer's count and apart from it. Never changed, only added
    to: what was noted when is what makes it worth something in a dispute (劳动争议调解仲裁法 第六条)."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="punches")
    minutes = models.PositiveIntegerField(_("干了多久"), null=True)
    place = models.CharField(_("在哪里干的"), max_length=120, blank=True)
    agreed = models.CharField(_("说好多少钱"), max_length=120, blank=True)
    witness = models.CharField(_("谁看见了"), max_length=120, blank=True)
    photo = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(minutes__isnull=True) | models.Q(minutes__gt=0, minutes__lte=MOST_MINUTES),
                name="punch_minutes_of_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(minutes__isnull=False)
                | ~models.Q(place="", agreed="", witness="")
                | models.Q(photo__isnull=False),
                name="punch_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.at:%F}"


class Erasure(MarketModel):
    """删除: who proposed to empty a file and who agreed; two people. What was blanked stands nowhere, only how much."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="erasures")
    state = models.CharField(max_length=8, choices=ErasureState.choices, default=ErasureState.PROPOSED)
    proposed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    settled_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    why = models.CharField(_("为什么不删"), max_length=200, blank=True)
    keep_until = models.DateField(null=True)  # the last day of what the law keeps of him

    MOVES: Table = {ErasureState.PROPOSED: frozenset({ErasureState.DONE, ErasureState.DROPPED})}

    class Meta:
        constraints = [
            check_constraint("erasure_state_known", ErasureState),
            models.UniqueConstraint(
                fields=["dossier"], condition=models.Q(state=ErasureState.PROPOSED), name="erasure_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ErasureState.DONE)
                | (models.Q(settled_by__isnull=False) & ~models.Q(settled_by=models.F("proposed_by"))),
                name="erasure_by_two",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ErasureState.DROPPED) | ~models.Q(why=""), name="erasure_dropped_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.state}"
