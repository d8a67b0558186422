"""Who is asked, in which wave, by whom."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.states import Table, check_constraint
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.surveys.enums import AttemptOutcome, CampaignState, FieldTaskState
from gongqiao.needs.surveys.models.forms import FormVersion


class Campaign(MarketModel):
    """One inquiry: what for, with which words of consent, how many answers are wanted, who reviews them."""

    title = models.CharField(_("名称"), max_length=120)
    purpose = models.TextField(_("为什么问"), max_length=1000)
    consent_text = models.TextField(_("同意书的话"), max_length=2000)
    anonymous_use = models.BooleanField(_("不愿留名的，答案可以只作统计"), default=False)
    quota = models.PositiveIntegerField(_("要问多少人"), null=True, blank=True)
    reviewers = models.ManyToManyField(Membership, related_name="reviewed_campaigns", verbose_name=_("谁来审"))
    state = models.CharField(_("状态"), max_length=8, choices=CampaignState.choices, default=CampaignState.DRAFT)
    created_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    MOVES: Table = {
        CampaignState.DRAFT: frozenset({CampaignState.RUNNING}),
        CampaignState.RUNNING: frozenset({CampaignState.ENDED}),
        CampaignState.ENDED: frozenset({CampaignState.RUNNING}),
    }

    class Meta:
        constraints = [check_constraint("campaign_state_known", CampaignState)]

    def __str__(self) -> str:
        return self.title


class Wave(MarketModel):
    """One round of a panel: the same people asked again answer in rows of their own, nothing is overwritten."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="waves")
    number = models.PositiveSmallIntegerField(_("第几轮"))
    version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="waves", verbose_name=_("用哪张表"))
    opens_on = models.DateField(_("开始"))
    closes_on = models.DateField(_("截止"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="wave_number"),
            models.CheckConstraint(condition=models.Q(opens_on__lte=models.F("closes_on")), name="wave_opens_first"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.number}"


class FieldTask(MarketModel):
    """One person, one employer, or one nameless place of a quota, to be asked in a wave."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="tasks")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, null=True, related_name="+")
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, null=True, related_name="+")
    cell = models.CharField(_("配额"), max_length=60, blank=True, default="")
    collector = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, related_name="field_tasks", verbose_name=_("谁去问")
    )
    due = models.DateField(_("截止"))
    state = models.CharField(_("状态"), max_length=10, choices=FieldTaskState.choices, default=FieldTaskState.OPEN)

    MOVES: Table = {
        FieldTaskState.OPEN: frozenset({FieldTaskState.RESERVED, FieldTaskState.RELEASED}),
        FieldTaskState.RESERVED: frozenset(
            {
                FieldTaskState.OPEN,
                FieldTaskState.DONE,
                FieldTaskState.REFUSED,
                FieldTaskState.NOT_FOUND,
                FieldTaskState.RELEASED,
            }
        ),
        FieldTaskState.REFUSED: frozenset({FieldTaskState.RESERVED}),
        FieldTaskState.NOT_FOUND: frozenset({FieldTaskState.RESERVED}),
        FieldTaskState.RELEASED: frozenset({FieldTaskState.RESERVED}),  # his answer was on its way when it ended
        FieldTaskState.DONE: frozenset({FieldTaskState.RESERVED}),  # it was another's answer
    }

    TO_ANSWER = frozenset({FieldTaskState.OPEN, FieldTaskState.RESERVED, FieldTaskState.NOT_FOUND})
    ON_PAGE = TO_ANSWER | {FieldTaskState.DONE}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "dossier"], condition=models.Q(dossier__isnull=False), name="fieldtask_person_once"
            ),
            models.UniqueConstraint(
                fields=["wave", "employer"],
                condition=models.Q(employer__isnull=False, state__in=[FieldTaskState.OPEN, FieldTaskState.RESERVED]),
                name="fieldtask_employer_once",  # asked and done: he may be visited again in the same wave
            ),
            models.CheckConstraint(
                condition=models.Q(dossier__isnull=True) | models.Q(employer__isnull=True),
                name="fieldtask_one_subject",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=FieldTaskState.RESERVED) | models.Q(collector__isnull=False),
                name="fieldtask_reserved_by",
            ),
            check_constraint("fieldtask_state_known", FieldTaskState),
        ]
        indexes = [models.Index(fields=["collector", "state"], name="fieldtask_mine")]

    def __str__(self) -> str:
        return f"{self.wave_id} {self.dossier_id or self.employer_id or self.cell}"


class Attempt(MarketModel):
    """One visit or call that brought no answer; three on different days before somebody counts as not found."""

    task = models.ForeignKey(FieldTask, on_delete=models.CASCADE, related_name="attempts")
    day = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("结果"), max_length=10, choices=AttemptOutcome.choices)
    note = models.CharField(_("说明"), max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(outcome__in=AttemptOutcome.values), name="attempt_outcome_known")
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.outcome}"


class CollectorToken(MarketModel):
    """A collector's phone: whoever holds the address acts as he; only a digest of the token is kept."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="collector_tokens")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True)
    device = models.CharField(max_length=80, blank=True, default="")
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.membership_id} {self.expires_at:%Y-%m-%d}"
