"""The keys a desk seals for, and each entry under its own key, with what became of it."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.channels.offline.enums import Kind, State
from gongqiao.foundation.crypto.fields import EncryptedTextField
from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.states import Table, check_constraint
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.placement.models import QueueTicket


class DeskKey(MarketModel):
    """Of one post and one day. `private` opens what the desk sealed and never leaves the server; `shown` opens what the
    desk keeps to read (today's list, drafts) and is on the PC only while its browser is open (decision 0040)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    public = models.CharField(max_length=100)
    private = EncryptedTextField()
    shown = EncryptedTextField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["market", "by", "day"], name="desk_key_of_a_day")]

    def __str__(self) -> str:
        return f"{self.by_id} {self.day}"


class Entry(MarketModel):
    """One registration or check-in under the key its page was made with. `body` is kept only while it waits."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.UUIDField()
    kind = models.CharField(_("什么事"), max_length=10, choices=Kind.choices)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("谁记的"))
    online = models.BooleanField(default=False)  # sent by the page itself, at once
    digest = models.CharField(max_length=64, blank=True)  # of what came; none for what was thrown away unread
    body = EncryptedTextField(blank=True, default="")
    why = models.CharField(_("为什么"), max_length=300, blank=True)
    said_at = models.DateTimeField(_("电脑上写的时间"))  # by the clock of the PC, as it said
    made_at = models.DateTimeField(_("什么时候记的"))  # reckoned back from the arrival
    arrived_at = models.DateTimeField(_("什么时候到的"))
    clock_off_s = models.IntegerField(_("电脑的钟差多少秒"), default=0)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, null=True, related_name="+")
    ticket = models.ForeignKey(QueueTicket, on_delete=models.PROTECT, null=True, related_name="+")
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followers")
    settled_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    MOVES: Table = {State.WAITS: frozenset({State.DONE, State.DROPPED})}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["market", "key"], name="offline_entry_once"),
            check_constraint("offline_entry_state_known", State),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="offline_entry_kind_known"),
            models.CheckConstraint(
                condition=~models.Q(state=State.DONE) | models.Q(dossier__isnull=False),
                name="offline_entry_done_has_file",
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.WAITS) | models.Q(body=""), name="offline_entry_body_while_waiting"
            ),
        ]
        indexes = [models.Index(fields=["market", "state", "-arrived_at"], name="offline_entry_list")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
