"""The fast post: six answers, the rest from the trade's template."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.money import MoneyError, parse_yuan
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.postings.actions import PostingFacts, ShiftFacts
from gongqiao.needs.postings.enums import PayWhen
from gongqiao.needs.postings.templates_data import template_for
from gongqiao.web.ui.forms import LongSelect


class FastPostForm(forms.Form):
    """工种 · 几个人 · 哪天 · 几点到几点 · 多少钱 · 在哪里集合."""

    trade = forms.ChoiceField(label=_("要什么工"), widget=LongSelect)
    headcount = forms.IntegerField(label=_("要几个人"), min_value=1, max_value=200)
    day = forms.DateField(label=_("哪天"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    start = forms.TimeField(label=_("几点开始"), widget=forms.TimeInput({"type": "time"}))
    end = forms.TimeField(label=_("几点结束"), widget=forms.TimeInput({"type": "time"}))
    pay = forms.CharField(label=_("工钱（元）"), max_length=12, widget=forms.TextInput({"inputmode": "decimal"}))
    meeting_point = forms.CharField(label=_("在哪里集合"), max_length=120)

    def __init__(self, *args: Any, employer: Employer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.employer = employer
        known = catalogue()
        groups: dict[str, list[tuple[str, str]]] = {}
        for trade in known.trades.values():
            unit = known_unit(trade.pay.unit)
            groups.setdefault(known.groups[trade.group].name, []).append((trade.code, f"{trade.name}（元/{unit}）"))
        self.fields["trade"].choices = [("", _("选一个")), *groups.items()]  # type: ignore[attr-defined]

    def clean_pay(self) -> int:
        try:
            return parse_yuan(self.cleaned_data["pay"])
        except MoneyError as error:
            raise forms.ValidationError(str(error)) from None

    def facts(self) -> PostingFacts:
        data, start = self.cleaned_data, template_for(self.cleaned_data["trade"])
        return PostingFacts(
            trade=data["trade"],
            title=start.title,
            content=start.content,
            conditions=start.conditions,
            certificates=tuple(start.certificates),
            pay_unit=start.pay_unit,
            pay_fen=data["pay"],
            pay_when=PayWhen.SAME_DAY,
            region_id=self.employer.region_id,
            place=data["meeting_point"],
            meeting_point=data["meeting_point"],
            meals=start.meals or "",
            valid_until=data["day"] + timedelta(days=7),
        )

    def shifts(self) -> list[ShiftFacts]:
        data, zone = self.cleaned_data, self.employer.market.tz
        begins = datetime.combine(data["day"], data["start"], zone)
        ends = datetime.combine(data["day"], data["end"], zone)
        return [ShiftFacts(begins, ends if ends > begins else ends + timedelta(days=1), data["headcount"])]


def known_unit(unit: str) -> str:
    return {"hour": "时", "day": "天", "trip": "趟", "piece": "件", "month": "月"}[unit]
