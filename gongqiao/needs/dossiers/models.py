"""The dossier and what hangs on it."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.crypto.fields import EncryptedTextField
from gongqiao.foundation.markets.models import MarketModel, scoped
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.people.models import Person
from gongqiao.foundation.regions.models import Region
from gongqiao.foundation.states import Table, check_constraint
from gongqiao.needs.dossiers.enums import Channel, Concern, Evidence, SkillLevel, Source, State, Travel


class DossierSet(models.QuerySet["Dossier"]):
    """Words of the desk."""

    def looking(self) -> "DossierSet":
        return self.filter(state=State.ACTIVE)


class Dossier(MarketModel):
    """One person as one market knows him. Columns are today's values; DossierValue says where each came from."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="dossiers")
    file_no = models.PositiveIntegerField(_("档案号"))
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.ACTIVE)
    home = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("住哪个社区")
    )
    channel = models.CharField(_("怎么找他"), max_length=8, choices=Channel.choices, default=Channel.PHONE)
    channel_note = models.CharField(_("找谁"), max_length=60, blank=True)
    travel = models.CharField(_("怎么去"), max_length=6, choices=Travel.choices, blank=True)
    max_distance_m = models.PositiveIntegerField(_("最远（米）"), null=True)
    pay_floor = models.PositiveIntegerField(_("最低时薪（分）"), null=True)
    week_hours = models.CharField(_("平常有空"), max_length=42, blank=True, default="")
    preferred = models.JSONField(_("想干的"), default=list, blank=True)
    languages = models.JSONField(_("会说的话"), default=list, blank=True)
    training_wishes = models.JSONField(_("想学的"), default=list, blank=True)
    concerns = models.JSONField(_("权益上的事"), default=list, blank=True)
    personalised = models.BooleanField(_("按档案推荐"), default=True)
    note = models.CharField(_("备注"), max_length=200, blank=True)
    registered_at = models.DateTimeField()
    last_worked_on = models.DateField(null=True)
    card_issue = models.PositiveSmallIntegerField(
        default=1
    )  # of his paper card; a lost one is refused from the next on
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    merged_from = models.CharField(max_length=8, choices=State.choices, blank=True, default="")  # `unmerge` goes there

    objects: ClassVar[Any] = scoped(DossierSet)
    MOVES: Table = {
        State.ACTIVE: frozenset({State.PAUSED, State.MERGED, State.ERASED}),
        State.PAUSED: frozenset({State.ACTIVE, State.MERGED, State.ERASED}),
        State.MERGED: frozenset({State.ACTIVE, State.PAUSED}),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["market", "file_no"], name="dossier_file_no"),
            models.UniqueConstraint(
                fields=["market", "person"], condition=~models.Q(state=State.MERGED), name="dossier_one_each"
            ),
            check_constraint("dossier_state_known", State),
            models.CheckConstraint(condition=models.Q(channel__in=Channel.values), name="dossier_channel_known"),
            models.CheckConstraint(
                condition=models.Q(max_distance_m__isnull=True) | models.Q(max_distance_m__lte=200_000),
                name="dossier_distance_sane",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.person_id}"

    @property
    def number(self) -> str:
        return f"Y-{self.file_no:04d}"

    @property
    def concern_labels(self) -> list[str]:
        return [str(Concern(kind).label) for kind in self.concerns if kind in Concern.values]


class DossierValue(MarketModel):
    """One value a field had: who said so, when, until when it is fresh. Rows are never changed, only superseded."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="values")
    field = models.CharField(max_length=30)
    value = models.JSONField(null=True)
    source = models.CharField(max_length=10, choices=Source.choices)
    as_of = models.DateField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    fresh_until = models.DateField(null=True)
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "field"],
                condition=models.Q(superseded_at__isnull=True),
                name="dossier_value_current",
            ),
            models.CheckConstraint(condition=models.Q(source__in=Source.values), name="dossier_value_source_known"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}.{self.field}"


class Skill(MarketModel):
    """A trade the person can do; a missing level means the level is unknown, not that there is none."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="skills")
    trade = models.CharField(_("工种"), max_length=40)
    level = models.PositiveSmallIntegerField(_("程度"), choices=SkillLevel.choices, null=True)
    evidence = models.CharField(max_length=10, choices=Evidence.choices, default=Evidence.SAID)
    source = models.CharField(max_length=10, choices=Source.choices)
    as_of = models.DateField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "trade"], name="skill_once"),
            models.CheckConstraint(
                condition=models.Q(level__isnull=True) | models.Q(level__in=SkillLevel.values), name="skill_level_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trade} {self.level}"


class Certificate(MarketModel):
    """A certificate the law asks for; its number is encrypted, its expiry is a hard gate of matching."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="certificates")
    kind = models.CharField(_("证书"), max_length=40)
    number = EncryptedTextField(_("证号"), blank=True, default="")
    expires_on = models.DateField(_("有效到"), null=True, blank=True)
    evidence = models.CharField(max_length=10, choices=Evidence.choices, default=Evidence.SAID)
    source = models.CharField(max_length=10, choices=Source.choices)
    as_of = models.DateField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "kind"], name="certificate_once")]

    def __str__(self) -> str:
        return self.kind


class DayHours(MarketModel):
    """A dated exception to the weekly hours: a day's mask of 24 bits; 0 is a day on which he is away."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="exceptions")
    day = models.DateField()
    hours = models.PositiveIntegerField()
    note = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.DESK)
    as_of = models.DateField(null=True)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "day"], name="exception_day"),
            models.CheckConstraint(condition=models.Q(hours__lt=1 << 24), name="exception_hours_24_bits"),
        ]

    def __str__(self) -> str:
        return f"{self.day}"
