"""What stands in the log, in words."""

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()

EVENTS: dict[str, str | Promise] = {
    "account.password_reset": _("给了新的初始密码"),
    "account.second_factor_reset": _("关了第二道验证"),
    "assignment.accepted": _("记下答应去"),
    "assignment.applied": _("报了名"),
    "assignment.arrived": _("记下到了"),
    "assignment.cancelled": _("取消了派工"),
    "assignment.confirmed": _("定了去"),
    "assignment.declined": _("记下不去"),
    "assignment.done": _("干完了"),
    "assignment.expired": _("没回话，过时了"),
    "assignment.hours": _("记了工时"),
    "assignment.lapsed": _("报名过时了"),
    "assignment.no_show": _("记下没来"),
    "assignment.not_promoted": _("候补没有排上"),
    "assignment.offered": _("派了工，等回话"),
    "assignment.recalled": _("撤回了派工"),
    "assignment.replaced": _("换了人"),
    "assignment.waitlisted": _("排进候补"),
    "call.recorded": _("记了一次电话"),
    "code.issued": _("当面给了登录验证码"),
    "consent.given": _("本人同意"),
    "consent.withdrawn": _("本人撤回同意"),
    "dispatch.run": _("按办法派了工"),
    "dossier.certificate_dropped": _("去掉了一张证书"),
    "dossier.changed": _("改了档案"),
    "dossier.day_cleared": _("去掉了不一样的一天"),
    "dossier.day_set": _("记了不一样的一天"),
    "dossier.identity_corrected": _("更正了姓名、证件或手机"),
    "dossier.merged": _("并到别的档案"),
    "dossier.paused": _("暂时不找活"),
    "dossier.personalised": _("开关按档案推荐"),
    "dossier.read": _("看了档案"),
    "dossier.registered": _("登记了档案"),
    "dossier.resumed": _("又来找活"),
    "dossier.skill_dropped": _("去掉了一样本事"),
    "dossier.taken_back": _("撤回了登记"),
    "dossier.unmerged": _("拆开了合并的档案"),
    "employer.account_given": _("给了用工方帐号"),
    "employer.blocked": _("停用了用工方"),
    "employer.changed": _("改了用工方"),
    "employer.contact_added": _("加了联系人"),
    "employer.contact_removed": _("去掉了联系人"),
    "employer.licence_seen": _("看了证照"),
    "employer.registered": _("登记了用工方"),
    "employer.taken_back": _("撤回了用工方的登记"),
    "employer.unblocked": _("恢复了用工方"),
    "market.day_cleared": _("取消了本地的一天"),
    "market.day_set": _("定了本地的一天"),
    "market.settings_changed": _("改了市场设置"),
    "post.given": _("给了岗位"),
    "post.withdrawn": _("收回了岗位"),
    "posting.changed": _("改了需求"),
    "posting.claimed": _("领了核实"),
    "posting.closed": _("关了需求"),
    "posting.drafted": _("写了需求"),
    "posting.finished": _("需求做完了"),
    "posting.paused": _("需求过期，停了"),
    "posting.refused": _("没有核实通过"),
    "posting.shifts_added": _("加了班次"),
    "posting.submitted": _("交去核实"),
    "posting.taken_back": _("撤回了需求"),
    "posting.verified": _("核实通过"),
    "queue.checked_in": _("排了号"),
    "rating.given": _("评了一次"),
    "sheet.confirmed": _("导入了表格"),
    "sheet.dropped": _("不要这张表了"),
    "sheet.exported": _("导出了表格"),
    "sheet.forgotten": _("过时的表格清掉了"),
    "sheet.previewed": _("预览了表格"),
    "sheet.read": _("看了导入的表格"),
    "sheet.reverted": _("撤回了导入"),
    "shift.cancelled": _("取消了班次"),
    "shift.headcount": _("改了要几个人"),
    "wage.counted": _("算了工钱"),
    "wage.disputed": _("工钱有争议"),
    "wage.due": _("工钱该给了"),
    "wage.paid": _("工钱给清了"),
    "wage.short": _("工钱没给够"),
}


@register.filter
def event_words(action: str) -> str:
    """The words, or the code as it stands for one that nobody has worded."""
    return str(EVENTS.get(action, action))


def actions_like(text: str) -> list[str]:
    """The codes whose words hold the text."""
    return [action for action, words in EVENTS.items() if text in str(words) or text == action]
