"""What a token may be for. A scope narrows the rights of the post behind it, it never adds one."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.organisations.roles import Right


class Scope(TextChoices):
    SHIFTS_READ = "shifts:read", _("看公开的活")
    TICKETS_WRITE = "tickets:write", _("提诉求")
    ME_READ = "me:read", _("看自己的资料和档案")
    ME_WRITE = "me:write", _("改自己的设置")
    WORK_READ = "work:read", _("看自己的活和工钱")
    WORK_WRITE = "work:write", _("报名和答复")
    POSTINGS_READ = "postings:read", _("看自己单位的需求和到岗")
    POSTINGS_WRITE = "postings:write", _("发自己单位的需求、确认到岗")


# The right that the post must hold for it, at each request; None: anybody's.
RIGHT_FOR: dict[Scope, Right | None] = {
    Scope.SHIFTS_READ: None,
    Scope.TICKETS_WRITE: None,
    Scope.ME_READ: Right.OWN_WORK,
    Scope.ME_WRITE: Right.OWN_WORK,
    Scope.WORK_READ: Right.OWN_WORK,
    Scope.WORK_WRITE: Right.OWN_WORK,
    Scope.POSTINGS_READ: Right.OWN_POSTINGS,
    Scope.POSTINGS_WRITE: Right.OWN_POSTINGS,
}
