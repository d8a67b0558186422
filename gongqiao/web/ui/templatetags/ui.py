"""Words and signs that every screen shares: seats, money, times, distances."""

from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from gongqiao.foundation import money
from gongqiao.foundation.calendar.words import span
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.dossiers import hours
from gongqiao.web.ui import forms

register = template.Library()
MOST_DOTS = 12
WALK_METRES, WALK_SPEED = 1200, 60  # metres, metres a minute
BIKE_METRES, BIKE_SPEED = 5000, 210
WEEKDAYS = (_l("周一"), _l("周二"), _l("周三"), _l("周四"), _l("周五"), _l("周六"), _l("周日"))
MONTHS = (
    _l("1月"), _l("2月"), _l("3月"), _l("4月"), _l("5月"), _l("6月"),
    _l("7月"), _l("8月"), _l("9月"), _l("10月"), _l("11月"), _l("12月"),
)  # fmt: skip


@register.simple_tag
def seats(filled: int, asked: int, wanted: int) -> SafeString:
    """Every person wanted is one dot: filled, asked, open; more than twelve are figures."""
    open_seats = max(0, wanted - filled - asked)
    says = _("%(wanted)s 人：%(filled)s 人已有，%(asked)s 人等回话，还缺 %(open)s 人") % {
        "wanted": wanted,
        "filled": filled,
        "asked": asked,
        "open": open_seats,
    }
    if wanted > MOST_DOTS:
        return format_html('<span class="seats num" title="{}">{}/{}</span>', says, filled, wanted)
    kinds = [""] * filled + ["asked"] * asked + ["open"] * open_seats
    dots = format_html_join("", '<i class="{}"></i>', ((kind,) for kind in kinds))
    return format_html('<span class="seats" role="img" aria-label="{}">{}</span>', says, dots)


@register.filter
def yuan(fen: int | None) -> str:
    """180 元, 25.50 元."""
    return _("没说") if fen is None else money.yuan(int(fen))


@register.simple_tag
def pay(fen: int | None, unit: str) -> str:
    return money.pay_words(fen, unit)


@register.filter
def said(value: Any) -> Any:
    """A missing fact is said, never blank."""
    return value if value not in (None, "", [], ()) else _("没说")


def day_words(day: Any, today: Any) -> str:
    ahead = (day - today).days
    near = {0: _("今天"), 1: _("明天"), 2: _("后天"), -1: _("昨天")}
    return near.get(ahead) or _date_words(day)


def _date_words(value: date) -> str:
    """11月25日 周三, Wed 25 Nov: a month is a word, because 3/11 is two different days."""
    return _("%(month)s%(day)s日 %(weekday)s") % {
        "month": MONTHS[value.month - 1],
        "day": value.day,
        "weekday": WEEKDAYS[value.weekday()],
    }


@register.simple_tag(takes_context=True)
def shift_time(context: Context, start: datetime, end: datetime) -> str:
    """今天 15:00–22:30; 明天 22:00–次日 06:00."""
    begins, ends = timezone.localtime(start), timezone.localtime(end)
    today = timezone.localtime(context["now"]).date()
    return f"{day_words(begins.date(), today)} {span(begins, ends)}"


@register.simple_tag(takes_context=True)
def moment(context: Context, at: datetime | None) -> str:
    """今天 16:10."""
    if at is None:
        return _("没有")
    local = timezone.localtime(at)
    return f"{day_words(local.date(), timezone.localtime(context['now']).date())} {local:%H:%M}"


@register.simple_tag(takes_context=True)
def day(context: Context, value: Any) -> str:
    return day_words(value, timezone.localtime(context["now"]).date())


@register.simple_tag
def hours_of(start: datetime, end: datetime) -> str:
    """08:00–17:00, where the day is said above."""
    return span(timezone.localtime(start), timezone.localtime(end))


@register.simple_tag(takes_context=True)
def until(context: Context, at: datetime | None) -> str:
    """今天 17:00 前, or 过了 2 小时: colour never says it alone."""
    if at is None:
        return _("没有期限")
    if at < context["now"]:
        return _("过了 %(time)s") % {"time": waited(at, context["now"])}
    return _("%(moment)s 前") % {"moment": moment(context, at)}


TONES = {
    "ok": {"resolved", "done", "paid", "open", "passed", "active", "on_site"},
    "no": {"new", "no_show", "disputed", "refused", "blocked", "failed"},
    "wait": {"waiting", "approval", "offered", "applied", "waitlisted", "submitted", "paused", "due", "expired"},
}


@register.filter
def tone(state: str) -> str:
    """The colour of a state's chip; its words say the same."""
    return next((name for name, states in TONES.items() if state in states), "info")


@register.simple_tag(takes_context=True)
def date_line(context: Context, value: date) -> str:
    """11月25日 周三 · 今天: the head of a list of one day."""
    today = timezone.localtime(context["now"]).date()
    whole = _date_words(value)
    near = day_words(value, today)
    return whole if near == whole else f"{whole} · {near}"


@register.inclusion_tag("ui/fields.html", takes_context=True)
def fields(context: Context, form: BaseForm, legend: str, names: str = "") -> dict[str, Any]:
    """A named group of a long form; without names, whatever no group has shown yet, so that no field is ever lost."""
    shown: set[str] = context.get("fields_shown") or set()
    wanted = names.split() or [name for name in form.fields if name not in shown]
    context["fields_shown"] = shown | set(wanted)
    drawn = [form[name] for name in wanted if name in form.fields]
    return {
        "legend": legend,
        "fields": [field for field in drawn if not field.is_hidden],
        "hidden": [field for field in drawn if field.is_hidden],
    }


@register.filter
def is_tick(field: BoundField) -> bool:
    """A single box to tick: its words stand beside it, not above."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def distance(metres: int | None) -> str:
    """走路 14 分钟, 骑车 9 分钟, 6.8 公里: straight lines, so words stay rough."""
    if metres is None:
        return _("不知道多远")
    if metres <= WALK_METRES:
        return _("走路 %(minutes)s 分钟") % {"minutes": max(1, round(metres / WALK_SPEED))}
    if metres <= BIKE_METRES:
        return _("骑车 %(minutes)s 分钟") % {"minutes": round(metres / BIKE_SPEED)}
    return _("%(km)s 公里") % {"km": f"{metres / 1000:.1f}"}


@register.filter
def minutes(value: int | None) -> str:
    if value is None:
        return _("没记")
    whole, rest = divmod(int(value), 60)
    if not rest:
        return ngettext("%(count)s 小时", "%(count)s 小时", whole) % {"count": whole}
    return _("%(hours)s 小时 %(minutes)s 分") % {"hours": whole, "minutes": rest}


@register.filter
def week_hours(text: str) -> str:
    return hours.words(text)


@register.simple_tag
def options(choices: Any, chosen: str) -> SafeString:
    """The <option>s of a select with many choices."""
    return forms.options(choices, [chosen])


@register.filter
def may(membership: Membership | None, right: str) -> bool:
    """Whether a link leads anywhere for this post: nobody is shown a door that stays shut."""
    return membership is not None and membership.may(Right[right])


@register.filter
def minus(value: int, less: int) -> int:
    return value - less


@register.filter
def get(mapping: dict[Any, Any], key: Any) -> Any:
    return mapping.get(key)


@register.filter
def waited(at: datetime | None, now: datetime) -> str:
    """How long something waits."""
    if at is None:
        return ""
    gone: timedelta = now - at
    if gone < timedelta(hours=1):
        count = max(0, int(gone.total_seconds() // 60))
        return ngettext("%(count)s 分钟", "%(count)s 分钟", count) % {"count": count}
    if gone < timedelta(days=1):
        count = int(gone.total_seconds() // 3600)
        return ngettext("%(count)s 小时", "%(count)s 小时", count) % {"count": count}
    return ngettext("%(count)s 天", "%(count)s 天", gone.days) % {"count": gone.days}


@register.simple_tag
def mark() -> SafeString:
    """The bridge deck over an orange arch."""
    return mark_safe(
        '<svg width="34" height="26" viewBox="0 0 34 26" role="img" aria-label="工桥"><path d="M2 22h30M2 9h30" '
        'stroke="currentColor" stroke-width="3" stroke-linecap="round"/><path d="M7 22V9M27 22V9" '
        'stroke="currentColor" stroke-width="3"/>'
        '<path class="arch" d="M7 22a10 10 0 0 1 20 0" fill="none" stroke-width="3"/></svg>'
    )


@register.filter
def beside(cells: list[Any], heads: list[Any]) -> list[tuple[Any, Any]]:
    """Each cell of a row with the head of its column."""
    return list(zip(heads, cells, strict=True))
