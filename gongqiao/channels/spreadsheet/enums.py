"""Kinds and states of imports."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    WORKERS = "workers", _("零工")
    POSTINGS = "postings", _("用工需求")


class BatchState(TextChoices):
    PREVIEWED = "previewed", _("看过，还没导入")
    CONFIRMED = "confirmed", _("导入了")
    REVERTED = "reverted", _("撤回了")
    DROPPED = "dropped", _("没有导入")


class Outcome(TextChoices):
    MADE = "made", _("登记了")
    DRAFT = "draft", _("存成草稿")
    REFUSED = "refused", _("没有登记")
    UNDONE = "undone", _("撤回了")
    KEPT = "kept", _("没有撤回")
