"""What is asked and by whom; the words of consent; the code book."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.states import Table, check_constraint
from gongqiao.needs.interviews.enums import StudyState


class Study(MarketModel):
    """One inquiry by talking. Its team sees what is in it, nobody else does."""

    title = models.CharField(_("名称"), max_length=80)
    purpose = models.TextField(_("为什么问"), max_length=1000)
    guide = models.TextField(_("提纲"), max_length=4000)
    state = models.CharField(_("状态"), max_length=8, choices=StudyState.choices, default=StudyState.OPEN)
    started_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()

    MOVES: Table = {
        StudyState.OPEN: frozenset({StudyState.CLOSED}),
        StudyState.CLOSED: frozenset({StudyState.OPEN}),
    }

    class Meta:
        constraints = [check_constraint("study_state_known", StudyState)]

    def __str__(self) -> str:
        return self.title


class TeamMember(MarketModel):
    """A post in the team; leads name the others."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="team")
    post = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    lead = models.BooleanField(default=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    named_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study", "post"], condition=models.Q(until__isnull=True), name="study_member_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.study_id} {self.post_id}"


class Words(MarketModel):
    """The words of consent read aloud before a talk; changed words are a further version, the old ones stay."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="words")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=2000)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "number"], name="study_words_number")]

    def __str__(self) -> str:
        return f"{self.study_id} v{self.number}"


class Code(MarketModel):
    """One entry of the code book. Merged it counts as another; what was coded with it stays: it can be split."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="codes")
    name = models.CharField(_("编码"), max_length=40)
    definition = models.CharField(_("什么算这个"), max_length=300)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="absorbed")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "name"], name="study_code_once"),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | ~models.Q(merged_into=models.F("id")),
                name="code_not_into_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.name
