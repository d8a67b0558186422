"""Facilities of a station; states of a tool and of a loan."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FacilityKind(TextChoices):
    PARKING = "parking", _("停车")
    REST = "rest", _("休息室")
    WATER = "water", _("开水")
    MEALS = "meals", _("吃饭、热饭")
    CHARGING = "charging", _("充电")
    TOILET = "toilet", _("厕所")
    LOCKER = "locker", _("寄存柜")
    WIFI = "wifi", _("无线网")
    NURSING = "nursing", _("母婴室")
    FIRST_AID = "first_aid", _("急救箱")
    OTHER = "other", _("别的")


class ToolState(TextChoices):
    FIT = "fit", _("能用")
    REPAIR = "repair", _("在修")
    LOST = "lost", _("丢了")
    RETIRED = "retired", _("不用了")


class LoanState(TextChoices):
    OUT = "out", _("借出")
    RETURNED = "returned", _("还了")
    DAMAGED = "damaged", _("还了，坏了")
    LOST = "lost", _("丢了")
