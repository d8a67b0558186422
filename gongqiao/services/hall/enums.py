"""Choices of the hall."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where a number stands. What is called stays called until the window says what became of it."""

    WAITING = "waiting", _("等着叫")
    CALLED = "called", _("叫到了")
    SERVED = "served", _("办完了")
    ABSENT = "absent", _("叫了没来")
    GIVEN_UP = "given_up", _("自己不等了")
    LEFT = "left", _("没轮上")


ENDED = (State.SERVED, State.ABSENT, State.GIVEN_UP, State.LEFT)


class Reason(TextChoices):
    """Why a number was left: nobody is sent home without one."""

    CLOSED = "closed", _("到点关门，没轮上")
    UNSAID = "unsaid", _("叫到了，窗口没记下办没办完")
    STOPPED = "stopped", _("窗口停了")
    ELSEWHERE = "elsewhere", _("在别处办了")


class Source(TextChoices):
    """Where a number was drawn."""

    KIOSK = "kiosk", _("自助机")
    PHONE = "phone", _("手机扫码")
    DESK = "desk", _("柜台代取")
