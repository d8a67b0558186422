"""What was picked out of a transcript, and which codes stand on it."""

import uuid

from django.db import models

from gongqiao.foundation.crypto.fields import EncryptedTextField
from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.interviews.models.studies import Code
from gongqiao.needs.interviews.models.talks import Participant, Transcript


class Excerpt(MarketModel):
    """Lines `first`–`last` of an accepted transcript in one voice. `hide`: further words, one a line, never quoted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    transcript = models.ForeignKey(Transcript, on_delete=models.CASCADE, related_name="excerpts")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="excerpts")
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    text = EncryptedTextField(blank=True, default="")
    hide = EncryptedTextField(blank=True, default="")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    blanked_at = models.DateTimeField(null=True)
    codes = models.ManyToManyField(Code, through="ExcerptCode", related_name="excerpts")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first__gte=1, first__lte=models.F("last")), name="excerpt_first_before_last"
            )
        ]

    def __str__(self) -> str:
        return f"{self.transcript_id} {self.first}-{self.last}"


class ExcerptCode(MarketModel):
    """One code on one excerpt, as it was put there; merging codes leaves it alone."""

    excerpt = models.ForeignKey(Excerpt, on_delete=models.CASCADE, related_name="coded")
    code = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="coded")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["excerpt", "code"], name="excerpt_code_once")]

    def __str__(self) -> str:
        return f"{self.excerpt_id} {self.code_id}"
