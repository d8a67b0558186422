"""Choices of interviews and focus groups."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class StudyState(TextChoices):
    OPEN = "open", _("在做")
    CLOSED = "closed", _("做完了")


class Kind(TextChoices):
    """One person alone, or several round a table with a moderator and a note taker."""

    INTERVIEW = "interview", _("访谈")
    GROUP = "group", _("座谈")


class TalkState(TextChoices):
    PLANNED = "planned", _("约好了")
    HELD = "held", _("谈过了")
    WRITTEN = "written", _("整理好了")
    CODED = "coded", _("编码好了")
    CLOSED = "closed", _("结了")
    CANCELLED = "cancelled", _("不算了")


TOOK_PLACE = frozenset({TalkState.HELD, TalkState.WRITTEN, TalkState.CODED, TalkState.CLOSED})


class CancelWhy(TextChoices):
    """Why nothing of it counts."""

    ABSENT = "absent", _("人没来")
    UNWILLING = "unwilling", _("本人不愿谈了")
    POSTPONED = "postponed", _("时间不合，另约")
    DANGER = "danger", _("谈下去会伤到人，停了")
    WITHDRAWN = "withdrawn", _("本人撤回")


class RecordingState(TextChoices):
    """A recording with the voice of somebody who withdrew is shut until that voice has been cut out of it."""

    OPEN = "open", _("能听")
    TO_CUT = "to_cut", _("要剪，先不能听")
    FORGOTTEN = "forgotten", _("删了")
