"""One person acting for another, from yes to the end."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.people.models import Person
from gongqiao.foundation.states import Table, check_constraint
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.family.enums import LIVE, Relation, Side, State, Way


class Helper(MarketModel):
    """替办的人: whom the worker named, who agreed himself, and until when. `post` lets him in while it runs."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="helpers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    relation = models.CharField(_("是他的什么人"), max_length=8, choices=Relation.choices)
    until = models.DateField(_("到哪天"))
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    agreed_how = models.CharField(max_length=4, choices=Way.choices, blank=True)
    post = models.OneToOneField(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=6, choices=Side.choices, blank=True)

    MOVES: Table = {
        State.ASKED: frozenset({State.ACTIVE, State.REFUSED, State.ENDED}),
        State.ACTIVE: frozenset({State.ENDED}),
    }

    class Meta:
        constraints = [
            check_constraint("helper_state_known", State),
            models.CheckConstraint(condition=models.Q(relation__in=Relation.values), name="helper_relation_known"),
            models.CheckConstraint(
                condition=~models.Q(state=State.ACTIVE)
                | models.Q(post__isnull=False, agreed_at__isnull=False, agreed_how__in=Way.values),
                name="helper_active_agreed",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.ENDED) | models.Q(ended_at__isnull=False, ended_by__in=Side.values),
                name="helper_ended_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["dossier", "person"], condition=models.Q(state__in=LIVE), name="helper_once_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["person", "state"], name="helper_person")]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.dossier_id}"

    def is_live(self, day: date) -> bool:
        return self.state in LIVE and day <= self.until
