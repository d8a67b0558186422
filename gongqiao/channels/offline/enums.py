"""Kinds and states of what a desk wrote down without a network."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    REGISTER = "register", _("登记")
    CHECK_IN = "check_in", _("报到")


class State(TextChoices):
    DONE = "done", _("办好了")
    WAITS = "waits", _("要看一看")
    DROPPED = "dropped", _("不要了")
