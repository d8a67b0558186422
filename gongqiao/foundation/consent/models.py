"""What was asked, in which words, and what the person said."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.markets.models import MarketModel
from gongqiao.foundation.people.models import Person


class Purpose(models.TextChoices):
    MATCHING = "matching", _("登记档案、推荐活")
    INTRODUCE = "introduce", _("把姓名和本事告诉用工方")
    MESSAGES = "messages", _("打电话、发消息通知")


class ConsentText(models.Model):
    """The words of one purpose; a changed purpose is a new version and needs new consent. Shared by markets."""

    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    version = models.PositiveSmallIntegerField()
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "version"], name="consent_text_version")]

    def __str__(self) -> str:
        return f"{self.purpose} v{self.version}"


class ConsentRecord(MarketModel):
    """One answer; withdrawing closes it, the row stays."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["market", "person", "text"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="consent_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.text_id}"
