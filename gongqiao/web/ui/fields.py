"""Fields that the forms of several sites share: money, hours, where, what."""

from datetime import date, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation import clock
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.money import MoneyError, parse_yuan, plain_yuan
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.regions.queries import communities_by_street
from gongqiao.web.ui.numbers import FIRST_DAY, LAST_DAY

DAYS = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
MOST_BREAK = 480


def trade_choices() -> list[tuple[str, Any]]:
    known = catalogue()
    groups: dict[str, list[tuple[str, str]]] = {}
    for trade in known.trades.values():
        groups.setdefault(known.groups[trade.group].name, []).append((trade.code, trade.name))
    return [("", _("选一个")), *groups.items()]


def community_choices(market: Market) -> list[tuple[str, Any]]:
    return [("", _("暂缺")), *communities_by_street(market.city)]


def day_input() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day within reach; `ahead`: not one that is over, for work still to be done."""

    def __init__(self, *, ahead: bool = False, **facts: Any) -> None:
        self.ahead = ahead
        super().__init__(**{"widget": day_input(), **facts})

    def validate(self, value: Any) -> None:
        super().validate(value)
        if isinstance(value, date) and not FIRST_DAY <= value <= LAST_DAY:
            raise forms.ValidationError(_("年份不对，请再看一眼。"))
        if self.ahead and isinstance(value, date) and value < timezone.localdate(clock.now()):
            raise forms.ValidationError(_("这一天已经过去了。"))


class YuanField(forms.CharField):
    """Money typed in yuan, kept in fen."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_yuan(text)
        except MoneyError as error:
            raise forms.ValidationError(str(error)) from None

    def prepare_value(self, value: Any) -> Any:
        return plain_yuan(value) if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != (data or None))


class HoursWidget(forms.MultiWidget):
    """From, to, and the break in minutes: one answer."""

    template_name = "widgets/hours.html"

    def __init__(self, attrs: Any = None) -> None:
        clock = {"type": "time"}
        rest = {"min": 0, "max": MOST_BREAK, "step": 5, "class": "short-input"}
        super().__init__(
            {
                "from": forms.TimeInput({**clock, "aria-label": _("几点开始")}, format="%H:%M"),
                "to": forms.TimeInput({**clock, "aria-label": _("几点结束")}, format="%H:%M"),
                "break": forms.NumberInput({**rest, "aria-label": _("中间歇几分钟")}),
            },
            attrs,
        )

    def decompress(self, value: Any) -> list[Any]:
        return list(value) if value else [None, None, 0]


class HoursField(forms.MultiValueField):
    """(start, end, break minutes); an end not after the start is on the next day."""

    widget = HoursWidget

    def __init__(self, **kwargs: Any) -> None:
        rest = forms.IntegerField(required=False, min_value=0, max_value=MOST_BREAK)
        fields = (forms.TimeField(), forms.TimeField(), rest)
        super().__init__(fields, require_all_fields=False, **kwargs)

    def compress(self, data_list: list[Any]) -> tuple[time, time, int] | None:
        if not data_list or data_list[0] is None or data_list[1] is None:
            if self.required:
                raise forms.ValidationError(_("请写几点开始、几点结束。"))
            return None
        return data_list[0], data_list[1], data_list[2] or 0
