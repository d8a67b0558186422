"""States of a recording, and the tongues that have a slot from the start."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ClipState(TextChoices):
    WAITING = "waiting", _("等人再听一遍")
    LIVE = "live", _("在用")
    REFUSED = "refused", _("听了不行")
    REPLACED = "replaced", _("换掉了")
    WITHDRAWN = "withdrawn", _("撤下了")


class BuiltIn(TextChoices):
    """Spoken in Liuzhou's halls; the manager adds others."""

    CMN = "cmn", _("普通话")
    GUILIU = "guiliu", _("桂柳话")
    YUE = "yue", _("粤语")
    ZA = "za", _("壮语")
