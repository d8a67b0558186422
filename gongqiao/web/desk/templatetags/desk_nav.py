"""The side navigation: what this post may open, with the numbers that wait."""

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.feedback import queries as feedback
from gongqiao.services.placement.queries import waiting_counts

register = template.Library()

GROUPS: list[tuple[Any, list[tuple[str, Any, Right, str]]]] = [
    (
        _("今天"),
        [
            ("desk:today", _("今日待办"), Right.DOSSIER_READ, ""),
            ("desk:arrivals", _("报到"), Right.DOSSIER_WRITE, ""),
            ("desk:windows", _("叫号"), Right.HALL_SERVE, ""),
            ("desk:board", _("派工板"), Right.PLACEMENT_READ, "open"),
            ("desk:calls", _("电话单"), Right.DISPATCH, "calls"),
            ("desk:arrived", _("没网时记的"), Right.DOSSIER_WRITE, ""),
            ("desk:not-told", _("没告诉到的人"), Right.DISPATCH, ""),
        ],
    ),
    (
        _("找人 找活"),
        [
            ("desk:register", _("登记来人"), Right.DOSSIER_WRITE, ""),
            ("desk:dossiers", _("零工档案"), Right.DOSSIER_READ, ""),
            ("desk:employers", _("用工方"), Right.EMPLOYER_READ, ""),
            ("desk:postings", _("用工需求"), Right.POSTING_READ, ""),
            ("desk:verify-queue", _("核实"), Right.POSTING_VERIFY, "verify"),
            ("desk:rounds", _("走访"), Right.POSTING_VERIFY, ""),
            ("desk:surveys", pgettext_lazy("menu", "调查"), Right.SURVEY_RESULTS, ""),
            ("desk:studies", _("访谈座谈"), Right.STUDY_WORK, ""),
            ("desk:picture", _("供需图"), Right.PLACEMENT_READ, ""),
        ],
    ),
    (
        _("上工"),
        [
            ("desk:attendance", _("到岗与工时"), Right.PLACEMENT_READ, ""),
            ("desk:slips", _("介绍信与回执"), Right.WAGE_RECORD, ""),
            ("desk:wages", _("工钱"), Right.PLACEMENT_READ, "wages"),
        ],
    ),
    (
        _("诉求"),
        [
            ("desk:tickets", _("诉求单"), Right.FEEDBACK_HANDLE, "tickets"),
            ("desk:ticket-new", _("登记诉求"), Right.FEEDBACK_FILE, ""),
            ("desk:ticket-themes", _("反复出现的事"), Right.FEEDBACK_HANDLE, ""),
            ("desk:changes", _("您说，我们做"), Right.FEEDBACK_HANDLE, ""),
            ("desk:ticket-handlers", _("谁办哪类诉求"), Right.AUDIT_READ, ""),
        ],
    ),
    (
        _("市场"),
        [
            ("desk:staff", _("人员与岗位"), Right.STAFF_MANAGE, ""),
            ("desk:settings", _("市场设置"), Right.MARKET_SETTINGS, ""),
            ("desk:hall-setup", _("设窗口"), Right.MARKET_SETTINGS, ""),
            ("desk:calendar", _("市场日历"), Right.MARKET_SETTINGS, ""),
            ("desk:lending", _("借工具"), Right.LENDING, ""),
            ("desk:aloud", _("念给人听"), Right.SPOKEN, ""),
            ("desk:mini", _("微信小程序"), Right.MARKET_SETTINGS, ""),
            ("desk:lines", _("通知的路"), Right.MARKET_SETTINGS, ""),
            ("desk:tokens", _("程序的令牌"), Right.STAFF_MANAGE, ""),
            ("desk:hooks", _("接外面的系统"), Right.MARKET_SETTINGS, ""),
        ],
    ),
    (
        _("往来"),
        [
            ("desk:sheets", _("表格"), Right.PLACEMENT_READ, ""),
            ("desk:registers", _("台账"), Right.EXPORT, ""),
            ("desk:audit", _("操作记录"), Right.AUDIT_READ, ""),
        ],
    ),
]


@register.inclusion_tag("desk/nav.html", takes_context=True)
def desk_nav(context: Context) -> dict[str, Any]:
    request = context["request"]
    membership = request.membership
    counts = {
        **waiting_counts(membership, request.now),
        "tickets": feedback.waiting_count(membership, request.now),
    }
    groups = []
    for title, items in GROUPS:
        shown = [
            {"url": reverse(name), "label": label, "count": counts.get(count)}
            for name, label, right, count in items
            if membership.may(right)
        ]
        if shown:
            groups.append({"title": title, "links": shown})
    here = _here(request.path, [link["url"] for group in groups for link in group["links"]])
    return {"groups": groups, "here": here, "path": request.path}


def _here(path: str, addresses: list[str]) -> str:
    """The entry that a page belongs to: its own, else the nearest above it; all of the desk lies below the first."""
    above = [address for address in addresses if path.startswith(address) and address != reverse("desk:today")]
    return path if path in addresses else max(above, key=len, default="")
