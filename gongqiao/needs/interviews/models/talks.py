"""A talk, who took part in it, what was recorded and written down. Everything said or telling who said it is sealed."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.crypto.fields import EncryptedTextField
from gongqiao.foundation.files.models import StoredFile
from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.people.models import Person
from gongqiao.foundation.states import Table, check_constraint
from gongqiao.needs.interviews.enums import CancelWhy, Kind, RecordingState, TalkState
from gongqiao.needs.interviews.models.studies import Study, Words


class Talk(MarketModel):
    """An interview or a focus group. `leader` asks or moderates; `note_taker` sits beside in a group."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="talks")
    number = models.PositiveSmallIntegerField(_("第几次"))
    kind = models.CharField(_("怎么谈"), max_length=10, choices=Kind.choices)
    topic = models.CharField(_("谈什么"), max_length=120)
    guide = models.TextField(_("提纲"), max_length=4000)
    leader = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("谁来谈"))
    note_taker = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    place = models.CharField(_("在哪里"), max_length=80)
    starts_at = models.DateTimeField(_("什么时候"))
    held_at = models.DateTimeField(null=True)
    notes = EncryptedTextField(_("笔记"), blank=True, default="")
    state = models.CharField(_("状态"), max_length=10, choices=TalkState.choices, default=TalkState.PLANNED)
    cancelled_why = models.CharField(max_length=10, choices=CancelWhy.choices, blank=True)

    MOVES: Table = {
        TalkState.PLANNED: frozenset({TalkState.HELD, TalkState.CANCELLED}),
        TalkState.HELD: frozenset({TalkState.WRITTEN, TalkState.CANCELLED}),
        TalkState.WRITTEN: frozenset({TalkState.CODED, TalkState.CANCELLED}),
        TalkState.CODED: frozenset({TalkState.CLOSED, TalkState.CANCELLED}),
        TalkState.CLOSED: frozenset({TalkState.CANCELLED}),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "number"], name="talk_number"),
            check_constraint("talk_state_known", TalkState),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="talk_kind_known"),
            models.CheckConstraint(
                condition=models.Q(state=TalkState.CANCELLED, cancelled_why__in=CancelWhy.values)
                | (~models.Q(state=TalkState.CANCELLED) & models.Q(cancelled_why="")),
                name="talk_cancelled_why",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[TalkState.PLANNED, TalkState.CANCELLED])
                | models.Q(held_at__isnull=False),
                name="talk_held_when",
            ),
        ]
        indexes = [models.Index(fields=["study", "state"], name="talk_list")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class Participant(MarketModel):
    """Somebody who takes part, under his label P1…Pn; what he agreed to, of which words. Withdrawn: a tombstone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    talk = models.ForeignKey(Talk, on_delete=models.CASCADE, related_name="participants")
    number = models.PositiveSmallIntegerField()
    name = EncryptedTextField(_("怎么称呼"), blank=True, default="")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    words = models.ForeignKey(Words, on_delete=models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    notes_ok = models.BooleanField(_("可以记"), default=False)
    audio_ok = models.BooleanField(_("可以录音"), default=False)
    quote_ok = models.BooleanField(_("可以引用他的话"), default=False)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["talk", "number"], name="participant_number"),
            models.UniqueConstraint(
                fields=["talk", "person"], condition=models.Q(person__isnull=False), name="participant_once"
            ),
            models.CheckConstraint(
                condition=models.Q(agreed_at__isnull=True, notes_ok=False, audio_ok=False, quote_ok=False)
                | models.Q(agreed_at__isnull=False, words__isnull=False),
                name="participant_agreed_to_words",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True)
                | models.Q(person__isnull=True, notes_ok=False, audio_ok=False, quote_ok=False),
                name="participant_withdrawn_is_blank",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return f"P{self.number}"


class Phase(MarketModel):
    """One part of a focus group: what it is for, how long it was meant to take, when it began, what was noted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    talk = models.ForeignKey(Talk, on_delete=models.CASCADE, related_name="phases")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("这一段"), max_length=80)
    minutes = models.PositiveSmallIntegerField(_("打算几分钟"))
    began_at = models.DateTimeField(null=True)
    notes = EncryptedTextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["talk", "number"], name="phase_number")]

    def __str__(self) -> str:
        return self.title


class Recording(MarketModel):
    """A sealed recording; heard by the team alone, and not at all while a voice has to be cut out of it."""

    talk = models.ForeignKey(Talk, on_delete=models.CASCADE, related_name="recordings")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=RecordingState.choices, default=RecordingState.OPEN)
    cut_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="cuts")

    MOVES: Table = {
        RecordingState.OPEN: frozenset({RecordingState.TO_CUT, RecordingState.FORGOTTEN}),
        RecordingState.TO_CUT: frozenset({RecordingState.FORGOTTEN}),
    }

    class Meta:
        constraints = [check_constraint("recording_state_known", RecordingState)]

    def __str__(self) -> str:
        return f"{self.talk_id} {self.state}"


class Transcript(MarketModel):
    """One version of what was said, each line under the label of whoever said it. At most one is the accepted one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    talk = models.ForeignKey(Talk, on_delete=models.CASCADE, related_name="transcripts")
    number = models.PositiveSmallIntegerField()
    text = EncryptedTextField(blank=True, default="")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    accepted = models.BooleanField(default=False)
    accepted_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["talk", "number"], name="transcript_number"),
            models.UniqueConstraint(fields=["talk"], condition=models.Q(accepted=True), name="transcript_one_accepted"),
        ]

    def __str__(self) -> str:
        return f"{self.talk_id} {self.number}"
