"""One event, linked to the one before; and the head of each chain."""

from django.db import models


class AuditEvent(models.Model):
    """Who did what to which record. Plain columns: the log never holds live rows back, nor they it."""

    chain = models.CharField(max_length=30)  # the market's code, or "system"
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=60)  # membership id and title as they were
    on_behalf_of = models.CharField(max_length=60, blank=True)
    channel = models.CharField(max_length=12, blank=True)
    action = models.CharField(max_length=40)
    thing = models.CharField(max_length=80)  # model label and key
    detail = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "number"], name="audit_chain_number")]
        indexes = [
            models.Index(fields=["chain", "thing"], name="audit_thing"),
            models.Index(fields=["chain", "on_behalf_of", "-number"], name="audit_whom"),
        ]

    def __str__(self) -> str:
        return f"{self.chain}#{self.number} {self.action}"


class ChainHead(models.Model):
    """The last number and digest of a chain; published with each disclosure, so that a cut tail shows."""

    chain = models.CharField(max_length=30, primary_key=True)
    number = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)
