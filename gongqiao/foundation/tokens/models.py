"""A token, and what was answered to it once."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.tokens.enums import Scope


class Token(MarketModel):
    """Only the digest is kept; `post` is whose rights it narrows, looked at anew with every request."""

    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8)  # how it begins, so that its owner knows which one it is
    post = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="tokens")
    label = models.CharField(_("用在哪里"), max_length=60)
    scopes = models.JSONField(_("能做什么"))
    issued_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("到期"))
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(issued_at__lt=models.F("expires_at")), name="token_ends_later")
        ]
        indexes = [models.Index(fields=["post", "expires_at"], name="token_of_post")]

    def __str__(self) -> str:
        return f"{self.hint}… {self.label}"

    @property
    def scope_words(self) -> list[str]:
        """What it may do, in words; a scope that is known no more stands as it is."""
        known = dict(Scope.choices)
        return [str(known.get(scope, scope)) for scope in self.scopes]

    def is_open(self, moment: datetime) -> bool:
        return self.revoked_at is None and moment < self.expires_at


class Answered(MarketModel):
    """One idempotency key of one token: what was asked, and the answer that is given again for a day."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="answered")
    key = models.CharField(max_length=64)
    asked = models.CharField(max_length=64)  # digest of method, path and body
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="answered_once")]
        indexes = [models.Index(fields=["at"], name="answered_at")]

    def __str__(self) -> str:
        return f"{self.token_id} {self.key}"
