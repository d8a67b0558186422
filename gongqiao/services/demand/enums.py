"""Choices of demand."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Still(TextChoices):
    """What an employer says of the work that was registered."""

    SAME = "same", _("要，跟上回一样")
    CHANGED = "changed", _("要，有的地方变了")
    ENDED = "ended", _("不要了")
    NEW = "new", _("是新的活")


class EndedWhy(TextChoices):
    FILLED = "filled", _("人招够了")
    NO_WORK = "no_work", _("没活了")
    LATER = "later", _("往后推了")
    PAY = "pay", _("给不到这个价")
    OTHER = "other", _("别的原因")
