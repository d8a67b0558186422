"""Choices of a posting."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongqiao.foundation.money import PayUnit as PayUnit


class PayWhen(TextChoices):
    SAME_DAY = "same_day", _("当天给钱")
    NEXT_DAY = "next_day", _("第二天给钱")
    WEEKLY = "weekly", _("一周一结")
    MONTHLY = "monthly", _("一月一结")
    ON_FINISH = "on_finish", _("干完就结")


class PostingState(TextChoices):
    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待核实")
    OPEN = "open", _("招人中")
    PAUSED = "paused", _("停了，要重新核实")
    REFUSED = "refused", _("没通过")
    CLOSED = "closed", pgettext_lazy("state", "结束")


class ShiftState(TextChoices):
    OPEN = "open", _("要人")
    CANCELLED = "cancelled", _("取消")


class Method(TextChoices):
    """How a specialist verified."""

    PHONE = "phone", _("打电话")
    VISIT = "visit", _("到现场")
    LICENCE = "licence", _("看证照")


class Outcome(TextChoices):
    PASSED = "passed", _("通过")
    REFUSED = "refused", _("不通过")
