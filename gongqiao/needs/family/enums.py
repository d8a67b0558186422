"""Choices of acting for one's relative."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Relation(TextChoices):
    SPOUSE = "spouse", _("爱人")
    CHILD = "child", _("儿女")
    PARENT = "parent", _("父母")
    SIBLING = "sibling", _("兄弟姐妹")
    RELATIVE = "relative", _("别的亲戚")
    FRIEND = "friend", _("朋友、邻居")


class State(TextChoices):
    ASKED = "asked", _("等他答应")
    ACTIVE = "active", _("可以替您办")
    REFUSED = "refused", _("他没答应")
    ENDED = "ended", pgettext_lazy("helper", "停了")


LIVE = (State.ASKED, State.ACTIVE)


class Way(TextChoices):
    """How the helper said yes."""

    CODE = "code", _("他用自己的手机和验证码")
    DESK = "desk", _("他本人在柜台")


class Side(TextChoices):
    """Who ended it."""

    WORKER = "worker", _("本人")
    HELPER = "helper", _("替办的人")
    DESK = "desk", _("柜台")
