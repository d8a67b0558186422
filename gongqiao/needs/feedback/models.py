"""A ticket, what was said on it, who is named in it, and what follows from it."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.crypto.fields import EncryptedTextField
from gongqiao.foundation.files.models import StoredFile
from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.models import Membership, Organisation
from gongqiao.foundation.organisations.roles import Role
from gongqiao.foundation.people.models import Person
from gongqiao.foundation.regions.models import Region
from gongqiao.foundation.states import Table, check_constraint
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.feedback.enums import (
    ENDED,
    CallBackState,
    Category,
    ChangeState,
    Channel,
    Danger,
    EntryKind,
    OfferState,
    Outcome,
    Satisfaction,
    State,
    Step,
    Why,
)


def _null_post(name: str = "") -> "models.ForeignKey[Membership | None, Membership | None]":
    return models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=name)


class Ticket(MarketModel):
    """One thing somebody said. What was said, by whom and the code that opens it again are encrypted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    number = models.PositiveIntegerField(_("编号"))
    code = EncryptedTextField(_("查询码"))
    code_index = models.CharField(max_length=64, unique=True)
    key = models.CharField(max_length=64, null=True)  # noqa: DJ001 -- NULL: said without a key, of which there are many
    digest = models.CharField(max_length=64, blank=True)  # of what came with the key
    channel = models.CharField(_("从哪里来"), max_length=12, choices=Channel.choices)
    category = models.CharField(_("什么事"), max_length=10, choices=Category.choices)
    sensitive = models.BooleanField()
    urgent = models.BooleanField(default=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="tickets")
    contact_name = EncryptedTextField(_("怎么称呼"), blank=True, default="")
    contact_phone = EncryptedTextField(_("电话"), blank=True, default="")
    about_employer = models.ForeignKey(Employer, on_delete=models.PROTECT, null=True, related_name="tickets")
    about_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    about_words = EncryptedTextField(_("说的是谁、哪家"), blank=True, default="")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="+")
    text = EncryptedTextField(_("说了什么"), blank=True, default="")
    voice = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    said_on = models.DateField(_("哪天说的"))
    filed_at = models.DateTimeField(_("哪天登记的"))
    entered_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    due_rule = models.CharField(max_length=40)
    answer_by = models.DateTimeField(_("最晚答复"))
    provisional = models.BooleanField(default=False)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.NEW)
    handler = _null_post()
    answered_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    escalated_to = models.CharField(max_length=14, choices=Role.choices, blank=True)
    escalated_why = models.CharField(max_length=10, choices=Why.choices, blank=True)
    asked_employer_at = models.DateTimeField(null=True)
    employer_answered_at = models.DateTimeField(null=True)
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome.choices, blank=True)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    satisfaction = models.PositiveSmallIntegerField(choices=Satisfaction.choices, null=True)
    rated_at = models.DateTimeField(null=True)

    MOVES: Table = {
        State.NEW: frozenset({State.ASSIGNED}),
        State.ASSIGNED: frozenset({State.WORKING, State.NEW}),
        State.WORKING: frozenset({State.WAITING, State.APPROVAL, State.RESOLVED, State.NEW}),
        State.WAITING: frozenset({State.WORKING, State.NEW}),
        State.APPROVAL: frozenset({State.RESOLVED, State.WORKING, State.NEW}),
        State.RESOLVED: frozenset({State.CLOSED, State.WORKING, State.NEW}),
        State.CLOSED: frozenset({State.WORKING, State.NEW}),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["market", "number"], name="feedback_number"),
            models.UniqueConstraint(fields=["market", "key"], name="ticket_said_once"),
            check_constraint("ticket_state_known", State),
            models.CheckConstraint(condition=models.Q(category__in=Category.values), name="ticket_category_known"),
            models.CheckConstraint(condition=models.Q(channel__in=Channel.values), name="ticket_channel_known"),
            models.CheckConstraint(
                condition=models.Q(state=State.NEW) | models.Q(handler__isnull=False), name="ticket_has_handler"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=ENDED) | (~models.Q(outcome="") & models.Q(resolved_at__isnull=False)),
                name="ticket_ends_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(satisfaction__isnull=True) | models.Q(satisfaction__in=Satisfaction.values),
                name="ticket_satisfaction_known",
            ),
        ]
        indexes = [
            models.Index(fields=["market", "state", "answer_by"], name="ticket_list"),
            models.Index(fields=["market", "filed_at"], name="ticket_when"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"T-{self.number}"

    @property
    def code_in_fours(self) -> str:
        """4821 0937 5516: as it is read aloud."""
        return " ".join(self.code[at : at + 4] for at in range(0, len(self.code), 4))

    @property
    def anonymous(self) -> bool:
        """Nobody knows who it was; he may still be reached by the phone he left."""
        return self.person_id is None and not self.contact_name


class Picture(MarketModel):
    """One picture that came with what was said, in the order it was taken."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="pictures")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "number"], name="ticket_picture_once")]
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.number}"


class Named(MarketModel):
    """Somebody the ticket is about: he and his subordinates never see it (visible_to)."""

    class How(models.TextChoices):
        CHOSEN = "chosen", _("本人选的")
        TEXT = "text", _("话里提到")
        HANDLER = "handler", _("办的人认出来的")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="named")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=8, choices=How.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="ticket_named_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.how}"


class Entry(MarketModel):
    """One thing on the thread; `by` is empty for the person who filed it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=14, choices=EntryKind.choices)
    step = models.CharField(max_length=12, choices=Step.choices, blank=True)
    by = _null_post()
    at = models.DateTimeField()
    place = models.PositiveSmallIntegerField(default=0)  # among those of one moment
    channel = models.CharField(max_length=12, choices=Channel.choices, blank=True)
    text = EncryptedTextField(blank=True, default="")
    voice = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=EntryKind.values), name="entry_kind_known"),
            models.CheckConstraint(
                condition=~models.Q(kind=EntryKind.STEP) | ~models.Q(step=""), name="entry_step_named"
            ),
        ]
        indexes = [models.Index(fields=["ticket", "at"], name="entry_thread")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}"


class CaseOffer(MarketModel):
    """A word pointed to more than a complaint: a case of its own is offered. Nothing is carried over without a yes."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="offers")
    danger = models.CharField(max_length=10, choices=Danger.choices)
    state = models.CharField(max_length=10, choices=OfferState.choices, default=OfferState.OPEN)
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    channel = models.CharField(max_length=12, choices=Channel.choices, blank=True)
    recorded_by = _null_post()
    handed_to = _null_post()

    MOVES: Table = {
        OfferState.OPEN: frozenset({OfferState.ACCEPTED, OfferState.DECLINED}),
        OfferState.DECLINED: frozenset({OfferState.ACCEPTED}),
        OfferState.ACCEPTED: frozenset({OfferState.HANDED, OfferState.DECLINED}),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "danger"], name="offer_once"),
            check_constraint("offer_state_known", OfferState),
            models.CheckConstraint(
                condition=models.Q(state=OfferState.OPEN) | models.Q(answered_at__isnull=False),
                name="offer_answer_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.danger}"


class CallBack(MarketModel):
    """It was rated badly: somebody calls and asks what was wrong."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="call_backs")
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=CallBackState.choices, default=CallBackState.OPEN)
    tries = models.PositiveSmallIntegerField(default=0)
    by = _null_post()
    at = models.DateTimeField(null=True)

    MOVES: Table = {CallBackState.OPEN: frozenset({CallBackState.REACHED, CallBackState.GIVEN_UP})}

    class Meta:
        constraints = [
            check_constraint("callback_state_known", CallBackState),
            models.UniqueConstraint(
                fields=["ticket"], condition=models.Q(state=CallBackState.OPEN), name="callback_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.state}"


class Handler(MarketModel):
    """Who may see and work on tickets of a sensitive category; named by a manager, one row for each category. Who names
    himself `waits` until a second person has agreed."""

    post = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=10, choices=Category.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    named_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    waits = models.BooleanField(default=False)
    agreed_by = _null_post()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(waits=False) | models.Q(agreed_by__isnull=True), name="handler_waits_or_agreed"
            ),
            models.UniqueConstraint(
                fields=["post", "category"], condition=models.Q(until__isnull=True), name="handler_once"
            ),
            models.CheckConstraint(condition=models.Q(category__in=Category.values), name="handler_category_known"),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.category}"


class ServiceChange(MarketModel):
    """您说我们做: what people said, what was changed for it, and the tickets that led to it."""

    category = models.CharField(_("什么事"), max_length=10, choices=Category.choices)
    said = models.CharField(_("您说"), max_length=200)
    did = models.CharField(_("我们做"), max_length=300)
    changed_on = models.DateField(_("从哪天起"))
    tickets = models.ManyToManyField(Ticket, related_name="changes")
    state = models.CharField(max_length=10, choices=ChangeState.choices, default=ChangeState.DRAFT)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    MOVES: Table = {
        ChangeState.DRAFT: frozenset({ChangeState.PUBLISHED, ChangeState.WITHDRAWN}),
        ChangeState.PUBLISHED: frozenset({ChangeState.WITHDRAWN}),
    }

    class Meta:
        constraints = [
            check_constraint("change_state_known", ChangeState),
            models.CheckConstraint(condition=models.Q(category__in=Category.values), name="change_category_known"),
        ]

    def __str__(self) -> str:
        return self.said
