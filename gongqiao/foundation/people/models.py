"""A person: identity facts only. Shared by markets, reached through a scoped row (a dossier, a membership)."""

import uuid
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.crypto.fields import EncryptedTextField
from gongqiao.foundation.people.identity import identity_birth, mask_phone


class BirthEvidence(models.TextChoices):
    """How the birth date is known; without it nobody can be introduced to work (the 16-year gate)."""

    SEEN = "seen", _("看过证件")
    TOLD = "told", _("本人说的")
    UNKNOWN = "unknown", _("暂缺")


class Person(models.Model):
    """One human being. Age and sex are computed from the number when a rule needs them and never stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("姓名"), max_length=40)
    name_initials = models.CharField(max_length=200, editable=False)
    name_pinyin = models.CharField(max_length=400, editable=False)
    phone = EncryptedTextField(_("手机"), blank=True, default="")
    phone_index = models.CharField(max_length=64, blank=True, default="", db_index=True, editable=False)
    phone_last4 = models.CharField(max_length=4, blank=True, default="", db_index=True, editable=False)
    identity = EncryptedTextField(_("身份证号"), blank=True, default="")
    # NULL, not "": people without a number are many under the unique index.
    identity_index = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001
    identity_last4 = models.CharField(max_length=4, blank=True, default="", db_index=True, editable=False)
    birth = EncryptedTextField(_("出生日期"), blank=True, default="")
    birth_evidence = models.CharField(max_length=8, choices=BirthEvidence.choices, default=BirthEvidence.UNKNOWN)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(birth_evidence__in=BirthEvidence.values), name="person_birth_evidence_known"
            ),
        ]
        # all that a search by name reads, so that it never touches the rows themselves (queries.called)
        indexes = [models.Index(fields=["name", "name_initials", "name_pinyin", "id"], name="person_called")]

    def __str__(self) -> str:
        return self.name

    @property
    def birth_date(self) -> date | None:
        """From the identity number when there is one, else the date that was told."""
        if self.identity:
            return identity_birth(self.identity)
        return date.fromisoformat(self.birth) if self.birth else None

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)

    @property
    def polite_name(self) -> str:
        """What an employer sees before both agree: the surname and 师傅."""
        return f"{self.name[:1]}师傅"
