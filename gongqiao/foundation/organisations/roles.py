"""Roles as data: a name, a sentence a manager can read, and the rights it carries."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    SPECIALIST = "specialist", _("服务专员")
    SOCIAL_WORKER = "social_worker", _("社工")
    MANAGER = "manager", _("经理")
    AUDITOR = "auditor", _("审计")
    EMPLOYER = "employer", _("用工方")
    WORKER = "worker", _("零工")
    FAMILY = "family", _("亲友")
    SYSTEM = "system", _("系统")


class Right(TextChoices):
    DOSSIER_READ = "dossier.read", _("看零工档案")
    DOSSIER_WRITE = "dossier.write", _("登记和改零工档案")
    EMPLOYER_READ = "employer.read", _("看用工方")
    EMPLOYER_WRITE = "employer.write", _("登记和改用工方")
    POSTING_READ = "posting.read", _("看用工需求")
    POSTING_WRITE = "posting.write", _("替用工方登记需求")
    POSTING_VERIFY = "posting.verify", _("核实用工需求")
    DISPATCH = "placement.dispatch", _("派工、叫人、记回话")
    PLACEMENT_READ = "placement.read", _("看派工和到岗")
    WAGE_RECORD = "placement.wage", _("记工时和工钱")
    IDENTITY_READ = "identity.read", _("看全身份证号")
    SURVEY_AUTHOR = "survey.author", _("出调查表，安排调查")
    SURVEY_COLLECT = "survey.collect", _("去问人，录答卷")
    SURVEY_RESULTS = "survey.results", _("看调查的统计")
    STUDY_START = "study.start", _("立访谈课题")
    STUDY_WORK = "study.work", _("进课题组做访谈和座谈")
    IMPORT = "sheets.import", _("导入和撤回表格")
    EXPORT = "sheets.export", _("导出表格")
    AUDIT_READ = "audit.read", _("看操作记录")
    STAFF_MANAGE = "staff.manage", _("给和收岗位")
    MARKET_SETTINGS = "market.settings", _("改市场的设置和日历")
    OWN_WORK = "own.work", _("看自己的活和工钱")
    FAMILY_WORK = "family.work", _("替家里人看活、报名、回话")
    OWN_POSTINGS = "own.postings", _("发自己单位的需求，确认到岗、工时和工钱")
    ERASE = "dossier.erase", _("点头删掉一份档案（另一个人先提）")
    FEEDBACK_FILE = "feedback.file", _("替人登记诉求")
    FEEDBACK_HANDLE = "feedback.handle", _("看和办诉求")
    FEEDBACK_MANAGE = "feedback.manage", _("定谁办哪类诉求，公布“您说我们做”")
    SPOKEN = "spoken.record", _("录念给人听的话，听一遍再用")
    LENDING = "lending.desk", _("借出和收回工具")
    HALL_SERVE = "hall.serve", _("在窗口叫号，替人取号")
    AUTOMATE = "system.automate", _("到点自动办")


@dataclass(frozen=True)
class RoleInfo:
    says: str | Promise
    rights: frozenset[Right]


_DESK = frozenset(
    {
        Right.DOSSIER_READ,
        Right.DOSSIER_WRITE,
        Right.EMPLOYER_READ,
        Right.POSTING_READ,
        Right.PLACEMENT_READ,
        Right.SURVEY_COLLECT,
        Right.SURVEY_RESULTS,
        Right.STUDY_WORK,
        Right.FEEDBACK_FILE,
        Right.FEEDBACK_HANDLE,
        Right.SPOKEN,
        Right.LENDING,
        Right.HALL_SERVE,
    }
)
_SPECIALIST = _DESK | {
    Right.EMPLOYER_WRITE,
    Right.POSTING_WRITE,
    Right.POSTING_VERIFY,
    Right.DISPATCH,
    Right.WAGE_RECORD,
    Right.IMPORT,
}
_MANAGER = {
    Right.SURVEY_AUTHOR,
    Right.STUDY_START,
    Right.EXPORT,
    Right.IDENTITY_READ,
    Right.AUDIT_READ,
    Right.STAFF_MANAGE,
    Right.MARKET_SETTINGS,
    Right.FEEDBACK_MANAGE,
    Right.ERASE,
}
_READER = {
    Right.DOSSIER_READ,
    Right.EMPLOYER_READ,
    Right.POSTING_READ,
    Right.PLACEMENT_READ,
    Right.SURVEY_RESULTS,
}

ROLES: dict[Role, RoleInfo] = {
    Role.SPECIALIST: RoleInfo(_("核实每条需求，派工，追回话，记到岗和工钱。"), frozenset(_SPECIALIST)),
    Role.SOCIAL_WORKER: RoleInfo(
        _("登记来人，管档案，跟进到底。"),
        _DESK | {Right.WAGE_RECORD, Right.IMPORT, Right.SURVEY_AUTHOR, Right.STUDY_START},
    ),
    Role.MANAGER: RoleInfo(_("看全部，管人、设置和表格。"), frozenset(_SPECIALIST | _MANAGER)),
    Role.AUDITOR: RoleInfo(
        _("只看，不改；看操作记录；办对工作人员的诉求。"),
        frozenset(_READER | {Right.AUDIT_READ, Right.FEEDBACK_HANDLE}),
    ),
    Role.EMPLOYER: RoleInfo(_("只看和管自己单位的需求。"), frozenset({Right.OWN_POSTINGS})),
    Role.WORKER: RoleInfo(_("只看和管自己的活、工钱、档案。"), frozenset({Right.OWN_WORK})),
    Role.FAMILY: RoleInfo(_("只替点了他名的那一个人看活、报名、回话。"), frozenset({Right.FAMILY_WORK})),
    Role.SYSTEM: RoleInfo(
        _("到点自动办的事，记在系统名下；也给市场的第一位经理岗位。"),
        frozenset({Right.AUTOMATE, Right.DISPATCH, Right.STAFF_MANAGE}),
    ),
}

STAFF = frozenset({Role.SPECIALIST, Role.SOCIAL_WORKER, Role.MANAGER, Role.AUDITOR})
