"""What people agreed to be told through the mini program."""

from django.db import models

from gongqiao.channels.wechat.templates import Purpose
from gongqiao.foundation.accounts.models import WechatLink


class SubscribeConsent(models.Model):
    """One consent is one message (一次性订阅): how many of a purpose are left. It goes with the link it came by."""

    link = models.ForeignKey(WechatLink, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    left = models.PositiveSmallIntegerField(default=0)
    given = models.PositiveIntegerField(default=0)  # in all, so that what was used up can be told
    asked_at = models.DateTimeField()
    emptied_at = models.DateTimeField(null=True)  # WeChat said that none is left, whatever we had counted

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["link", "purpose"], name="wechat_consent_once"),
            models.CheckConstraint(condition=models.Q(purpose__in=Purpose.values), name="wechat_consent_purpose_known"),
            models.CheckConstraint(condition=models.Q(left__lte=models.F("given")), name="wechat_consent_given_first"),
        ]

    def __str__(self) -> str:
        return f"{self.link_id} {self.purpose} {self.left}"
