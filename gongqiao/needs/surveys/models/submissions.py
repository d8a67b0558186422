"""What came back: raw and unchanged, its attachments, and its answers as rows."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.crypto.fields import EncryptedTextField
from gongqiao.foundation.files.models import StoredFile
from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.states import Table, check_constraint
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.surveys.enums import Channel, FlagKind, SubmissionState
from gongqiao.needs.surveys.models.fieldwork import FieldTask, Wave
from gongqiao.needs.surveys.models.forms import Form, FormVersion

_REVIEWED = {SubmissionState.APPROVED, SubmissionState.NEEDS_CORRECTION, SubmissionState.REJECTED}


class Submission(MarketModel):
    """One filled form: once by its root instance id, however often and over however many requests it arrives."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="submissions")
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, null=True, related_name="submissions")
    task = models.OneToOneField(FieldTask, on_delete=models.PROTECT, null=True, related_name="submission")
    root_instance = models.CharField(max_length=100)
    channel = models.CharField(_("怎么来的"), max_length=8, choices=Channel.choices)
    collector = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    keyed_by = models.ForeignKey(  # of a paper: who typed it in at the desk
        Membership, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("谁录的")
    )
    device = models.CharField(max_length=80, blank=True, default="")
    filled_on = models.DateField(_("哪天答的"), null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(_("收到"))
    consented = models.BooleanField(_("同意"), null=True)  # None where the form does not ask
    digest = models.CharField(max_length=64, blank=True, default="")  # of the answers, to find the same one twice
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, null=True, related_name="+")
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(
        _("状态"), max_length=10, choices=SubmissionState.choices, default=SubmissionState.RECEIVING
    )
    reviewed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    review_note = models.CharField(_("审的说明"), max_length=200, blank=True, default="")

    MOVES: Table = {
        SubmissionState.RECEIVING: frozenset(
            {SubmissionState.RECEIVED, SubmissionState.FLAGGED, SubmissionState.WITHDRAWN}
        ),
        SubmissionState.RECEIVED: frozenset(_REVIEWED | {SubmissionState.RECEIVING, SubmissionState.WITHDRAWN}),
        SubmissionState.FLAGGED: frozenset(_REVIEWED | {SubmissionState.RECEIVING, SubmissionState.WITHDRAWN}),
        SubmissionState.APPROVED: frozenset({SubmissionState.RECEIVING, SubmissionState.WITHDRAWN}),
        SubmissionState.NEEDS_CORRECTION: frozenset(_REVIEWED | {SubmissionState.RECEIVING, SubmissionState.WITHDRAWN}),
        SubmissionState.REJECTED: frozenset(_REVIEWED | {SubmissionState.RECEIVING, SubmissionState.WITHDRAWN}),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "root_instance"], name="submission_once"),
            models.CheckConstraint(condition=models.Q(channel__in=Channel.values), name="submission_channel_known"),
            check_constraint("submission_state_known", SubmissionState),
            models.CheckConstraint(
                condition=models.Q(keyed_by__isnull=True) | models.Q(channel=Channel.DESK),
                name="submission_keyed_at_desk",
            ),
        ]
        indexes = [models.Index(fields=["wave", "state"], name="submission_wave")]

    def __str__(self) -> str:
        return self.root_instance


class SubmissionVersion(MarketModel):
    """The very bytes, once; an edit on the phone is a further one that names the one it replaces."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="versions")
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    instance = models.CharField(max_length=100)
    deprecates = models.CharField(max_length=100, blank=True, default="")
    raw = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "instance"], name="submission_instance_once"),
            models.UniqueConstraint(fields=["submission", "number"], name="submission_version_number"),
        ]

    def __str__(self) -> str:
        return self.instance


class Slot(MarketModel):
    """A file that the answers name; missing is not the same as present and empty. A `scan` is a picture of the paper
    that was keyed, which no answer names."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="slots")
    name = models.CharField(max_length=200)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    scan = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "name"], name="submission_slot_once")]

    def __str__(self) -> str:
        return self.name


class Answer(MarketModel):
    """One value: a code or a date in clear for counting, a figure beside it, free words sealed. A question with several
    choices has a row for each."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="answers")
    path = models.CharField(max_length=250)
    row = models.CharField(max_length=40, blank=True, default="")  # which turn of its repeats: "", "1", "2.1"
    code = models.CharField(max_length=120, blank=True, default="")
    number = models.FloatField(null=True)
    text = EncryptedTextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["submission", "path"], name="answer_path")]

    def __str__(self) -> str:
        return f"{self.path}{self.row}"


class Flag(MarketModel):
    """Why a reviewer should look twice."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="flags")
    kind = models.CharField(max_length=10, choices=FlagKind.choices)
    detail = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=FlagKind.values), name="flag_kind_known"),
            models.UniqueConstraint(fields=["submission", "kind"], name="flag_kind_once"),
        ]

    def __str__(self) -> str:
        return self.kind
