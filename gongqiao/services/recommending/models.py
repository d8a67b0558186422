"""One search for each verification, and each recommendation that came of it: who, which shift, why, on which day."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.states import Table, check_constraint
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.postings.models import Posting, Shift, Verification
from gongqiao.services.recommending.enums import Said, SearchState


class Search(MarketModel):
    """Asked for in the transaction of the verification, done by the worker process; `facts` say how it went."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="searches")
    verification = models.OneToOneField(Verification, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=8, choices=SearchState.choices, default=SearchState.WAITING)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=120, blank=True)  # nobody was looked for
    told = models.PositiveIntegerField(default=0)
    facts = models.JSONField(default=dict, blank=True)  # by shift: seats open, people wanted, found, capped

    MOVES: Table = {SearchState.WAITING: frozenset({SearchState.DONE, SearchState.VOID})}

    class Meta:
        constraints = [check_constraint("search_state_known", SearchState)]
        indexes = [
            models.Index(fields=["market", "asked_at"], name="search_waiting", condition=models.Q(state="waiting"))
        ]

    def __str__(self) -> str:
        return f"{self.posting_id} {self.state}"


class Recommendation(MarketModel):
    """One posting to one person, once. `day`, `nth`: his first, second … of the day on which he is told; one
    called off before that counts for nothing."""

    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="recommendations")
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="recommendations")
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="recommendations")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="recommendations")
    at = models.DateTimeField()
    tell_at = models.DateTimeField()  # his quiet hours are over by then
    day = models.DateField()
    nth = models.PositiveSmallIntegerField()
    place = models.PositiveIntegerField()  # among those picked for the shift, the best first
    score = models.IntegerField()
    reasons = models.JSONField()  # as `placement.grounds.said_of`, and the factors that the score is the sum of
    called_off_at = models.DateTimeField(null=True)  # the demand was withdrawn before he was told
    said = models.CharField(max_length=4, choices=Said.choices, blank=True, default=Said.NOTHING)
    said_at = models.DateTimeField(null=True)
    said_to = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["posting", "dossier"],
                condition=models.Q(called_off_at__isnull=True),
                name="recommendation_once",
            ),
            models.UniqueConstraint(
                fields=["dossier", "day", "nth"],
                condition=models.Q(called_off_at__isnull=True),
                name="recommendation_counted",
            ),
            models.CheckConstraint(condition=models.Q(nth__range=(1, 10)), name="recommendation_nth_sane"),
            models.CheckConstraint(condition=models.Q(said__in=Said.values), name="recommendation_said_known"),
        ]
        indexes = [models.Index(fields=["market", "day"], name="recommendation_day")]

    def __str__(self) -> str:
        return f"{self.posting_id}->{self.dossier_id}"

    @property
    def about(self) -> str:
        """What its message and its call are about."""
        return f"posting:{self.posting_id}:{self.dossier_id}"

    @property
    def key(self) -> str:
        """Of its message."""
        return f"suggest:{self.search_id}:{self.dossier_id}"
