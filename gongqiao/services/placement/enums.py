"""States and choices of placement."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Of an assignment: one worker, one shift."""

    APPLIED = "applied", _("报了名")
    WAITLISTED = "waitlisted", _("候补")
    OFFERED = "offered", _("等回话")
    ACCEPTED = "accepted", _("答应了")
    CONFIRMED = "confirmed", _("定了")
    ON_SITE = "on_site", _("到了")
    DONE = "done", _("干完")
    DECLINED = "declined", _("不去")
    EXPIRED = "expired", _("没回话")
    NO_SHOW = "no_show", _("没来")
    CANCELLED = "cancelled", _("取消")
    REPLACED = "replaced", _("换了人")


HOLDING = (State.OFFERED, State.ACCEPTED, State.CONFIRMED, State.ON_SITE, State.DONE)
CAME = (State.ON_SITE, State.DONE)
ENDED = (State.DECLINED, State.EXPIRED, State.NO_SHOW, State.CANCELLED, State.REPLACED)


class Decline(TextChoices):
    """Why not; each refusal keeps one."""

    PAY = "pay", _("工钱低")
    FAR = "far", _("太远")
    BUSY = "busy", _("那天有事")
    WORK = "work", _("不想干这种活")
    HEALTH = "health", _("身体不便")
    FOUND = "found", _("找到别的活了")
    EMPLOYER = "employer", _("不想去这家")
    OTHER = "other", _("别的原因")


class Party(TextChoices):
    """Who ended an assignment."""

    WORKER = "worker", _("零工")
    EMPLOYER = "employer", _("用工方")
    STATION = "station", _("驿站")


class WageState(TextChoices):
    DUE = "due", _("该给")
    PAID = "paid", _("给了")
    DISPUTED = "disputed", _("有争议")


class Side(TextChoices):
    WORKER = "worker", _("零工")
    EMPLOYER = "employer", _("用工方")


class Face(IntegerChoices):
    """One face scale for workers."""

    BAD = 1, _("很差")
    POOR = 2, _("不好")
    FAIR = 3, _("一般")
    GOOD = 4, _("好")
    GREAT = 5, _("很好")
