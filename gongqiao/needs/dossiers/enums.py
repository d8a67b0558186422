"""Choices of a dossier."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Source(TextChoices):
    """Who said so."""

    DESK = "desk", _("柜台登记")
    SELF = "self", _("本人自己填")
    FAMILY = "family", _("家里人代说")
    SHEET = "sheet", _("表格导入")
    SURVEY = "survey", _("调查")
    INTERVIEW = "interview", _("访谈")
    EMPLOYER = "employer", _("用工方说")


class Channel(TextChoices):
    """How to reach the person; none is legal: he is called out in the hall."""

    PHONE = "phone", _("打电话")
    SMS = "sms", _("发短信")
    WECHAT = "wechat", _("微信")
    FAMILY = "family", _("找家里人或带班的")
    NONE = "none", _("没手机，在大厅叫")


class Travel(TextChoices):
    WALK = "walk", _("走路")
    BIKE = "bike", _("自行车")
    EBIKE = "ebike", _("电动车")
    BUS = "bus", _("坐公交")
    CAR = "car", _("自己有车")


class SkillLevel(IntegerChoices):
    SOME = 1, _("会一点")
    SKILLED = 2, _("熟手")
    MASTER = 3, _("师傅")


class Evidence(TextChoices):
    SAID = "said", _("自己说的")
    SEEN = "seen", _("看过证件或手艺")
    EMPLOYER = "employer", _("用工方评的")


class State(TextChoices):
    ACTIVE = "active", pgettext_lazy("state", "找活")
    PAUSED = "paused", _("暂时不找")
    MERGED = "merged", _("并到别的档案")
    ERASED = "erased", _("本人要求删了")


GONE = (State.MERGED, State.ERASED)


class Concern(TextChoices):
    """Rights concerns, by kind only; the story belongs to a case (S7)."""

    UNPAID = "unpaid", _("被拖欠工钱")
    INJURY = "injury", _("干活受过伤")
    OVERTIME = "overtime", _("超时没加班费")
    NO_CONTRACT = "no_contract", _("没签过约定书")
    DEPOSIT = "deposit", _("被收过押金")
