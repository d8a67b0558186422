"""Choices of surveys."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Subject(TextChoices):
    """Whom a form asks."""

    WORKER = "worker", _("零工")
    EMPLOYER = "employer", _("用工方")
    GROUP = "group", _("一群人")


class VersionState(TextChoices):
    """Published is unchangeable; closing has left the lists but still takes what phones hold."""

    DRAFT = "draft", _("没过检查")
    TESTED = "tested", _("过了检查")
    PUBLISHED = "published", _("在用")
    CLOSING = "closing", _("收尾，只收不发")
    CLOSED = "closed", _("停了")


class Channel(TextChoices):
    """Where a form may be filled."""

    WEB = "web", _("网页")
    COLLECT = "collect", _("手机离线（Collect）")
    DESK = "desk", _("柜台录入")


class CampaignState(TextChoices):
    DRAFT = "draft", _("准备")
    RUNNING = "running", _("在做")
    ENDED = "ended", pgettext_lazy("state", "结束")


class FieldTaskState(TextChoices):
    OPEN = "open", _("没人去")
    RESERVED = "reserved", _("有人去")
    DONE = "done", _("做完")
    REFUSED = "refused", _("不愿答")
    NOT_FOUND = "not_found", _("找不到")
    RELEASED = "released", _("不用做了")


class AttemptOutcome(TextChoices):
    NOT_FOUND = "not_found", _("没找到人")
    LATER = "later", _("约了改天")
    REFUSED = "refused", _("不愿答")


class SubmissionState(TextChoices):
    RECEIVING = "receiving", _("还差附件")
    RECEIVED = "received", _("收到")
    FLAGGED = "flagged", _("有疑问")
    APPROVED = "approved", _("可用")
    NEEDS_CORRECTION = "correction", _("要改")
    REJECTED = "rejected", pgettext_lazy("answer sheet", "不用")
    WITHDRAWN = "withdrawn", _("本人撤回")


class FlagKind(TextChoices):
    SPEED = "speed", _("答得太快")
    DUPLICATE = "duplicate", _("跟另一份一样")
    AREA = "area", _("不在这一片")
    BURST = "burst", _("一台手机连着交")
    INVALID = "invalid", _("答案不合表的规矩")
    UNLINKED = "unlinked", _("不知道是谁")


class Conflict(TextChoices):
    """Soft: the field stands as the survey saw it, or nothing stood there. Hard: somebody changed it meanwhile."""

    NONE = "none", _("没有")
    SOFT = "soft", _("跟原来不一样")
    HARD = "hard", _("中间有人改过")


class ProposalState(TextChoices):
    PENDING = "pending", _("等人看")
    APPLIED = "applied", _("写进档案了")
    REFUSED = "refused", _("没采用")
    SUPERSEDED = "superseded", _("有更新的了")
