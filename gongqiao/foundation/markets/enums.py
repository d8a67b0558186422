"""Choices a market makes about itself."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DispatchPolicy(TextChoices):
    """In which order people are offered work; published on a page and replayable from its log (S5)."""

    QUEUE = "queue", _("先到先排")
    LOTTERY = "lottery", _("公开摇号")
    FIRST_COME = "first_come", _("先报先得")
    SCORE = "score", _("最合适的先")


class AttendanceWording(TextChoices):
    """What being there is called: some read 打卡/考勤 as signs of employment, so the market chooses."""

    ARRIVAL = "arrival", _("到了")
    CHECK_IN = "check_in", _("签到")
    CLOCK_IN = "clock_in", _("打卡")
