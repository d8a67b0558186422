"""States of a search, and what somebody said to a recommendation."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SearchState(TextChoices):
    WAITING = "waiting", _("等着找人")
    DONE = "done", _("找过了")
    VOID = "void", _("不用找了")


class Said(TextChoices):
    """Only a no is kept here: a yes is a name put down (Assignment)."""

    NOTHING = "", _("还没说")
    NO = "no", _("不想去")
