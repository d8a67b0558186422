"""A form, its versions and the files they need."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.files.models import StoredFile
from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.states import Table, check_constraint
from gongqiao.needs.surveys.enums import Subject, VersionState


class Form(MarketModel):
    """One questionnaire; `code` is the id that stands in its XForm and in every answer to it."""

    code = models.SlugField(_("代号"), max_length=64)
    title = models.CharField(_("名称"), max_length=120)
    subject = models.CharField(_("问谁"), max_length=8, choices=Subject.choices)
    created_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["market", "code"], name="form_code"),
            models.CheckConstraint(condition=models.Q(subject__in=Subject.values), name="form_subject_known"),
        ]

    def __str__(self) -> str:
        return self.title


class FormVersion(MarketModel):
    """The words and rules of a form at one time. Published it never changes: the same version with other bytes is
    refused. `channels` are those whose gate it passed, `findings` what the gate said."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="versions")
    version = models.CharField(_("版本"), max_length=40)
    xform = models.TextField()
    md5 = models.CharField(max_length=32)
    channels = models.JSONField(default=list)
    findings = models.JSONField(default=list)
    state = models.CharField(_("状态"), max_length=10, choices=VersionState.choices, default=VersionState.DRAFT)
    created_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    MOVES: Table = {
        VersionState.DRAFT: frozenset({VersionState.TESTED}),
        VersionState.TESTED: frozenset({VersionState.PUBLISHED}),
        VersionState.PUBLISHED: frozenset({VersionState.CLOSING, VersionState.CLOSED}),
        VersionState.CLOSING: frozenset({VersionState.PUBLISHED, VersionState.CLOSED}),
    }
    TAKES = frozenset({VersionState.PUBLISHED, VersionState.CLOSING})

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "version"], name="form_version_once"),
            check_constraint("form_version_state_known", VersionState),
            models.CheckConstraint(
                condition=models.Q(state__in=[VersionState.DRAFT, VersionState.TESTED])
                | models.Q(published_at__isnull=False),
                name="form_version_published_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form_id} {self.version}"


class FormMedia(MarketModel):
    """A picture, a voice or a list of choices that a version names."""

    version = models.ForeignKey(FormVersion, on_delete=models.CASCADE, related_name="media")
    name = models.CharField(max_length=120)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    md5 = models.CharField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="form_media_once")]

    def __str__(self) -> str:
        return self.name
