from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SlipState(TextChoices):
    OUT = "out", _("还没回来")
    RETURNED = "returned", _("回来了")
    VOID = "void", _("作废")
