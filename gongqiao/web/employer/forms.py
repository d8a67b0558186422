"""The fast post: six answers of the trade's template, the rest filled in; what nobody said stays unsaid."""

from datetime import time, timedelta
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation import clock
from gongqiao.foundation.money import PayUnit, yuan
from gongqiao.foundation.occupations.trades import UsualShift
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.postings.actions import PostingFacts, ShiftFacts
from gongqiao.needs.postings.enums import PayWhen
from gongqiao.needs.postings.models import Posting
from gongqiao.needs.postings.patterns import Pattern, stretch
from gongqiao.needs.postings.templates_data import PostingTemplate, Question
from gongqiao.web.ui.fields import DayField, HoursField, YuanField

LABELS = {
    "headcount": _("要几个人"),
    "day": _("哪天"),
    "hours": _("几点到几点"),
    "place": _("在哪里集合"),
    "pay_when": _("什么时候给钱"),
}


class FastPostForm(forms.Form):
    """Exactly the questions of the trade's template; `until` may stay empty."""

    until = DayField(label=_("干到哪天"), required=False, help_text=_("只干一天就空着"))

    def __init__(self, *args: Any, employer: Employer, template: PostingTemplate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.employer, self.template = employer, template
        asked = {question.key: self._field(question) for question in template.questions}
        self.fields = {**asked, **self.fields}

    def _field(self, question: Question) -> forms.Field:
        """A question in the words of its trade; those words are Chinese data, so English shows the label alone."""
        hint = question.ask if (get_language() or "").startswith("zh") else ""
        common: dict[str, Any] = {"label": LABELS.get(question.key, ""), "help_text": hint}
        match question.key:
            case "headcount":
                return forms.IntegerField(min_value=1, max_value=200, initial=1, **common)
            case "day":
                tomorrow = clock.now().astimezone(self.employer.market.tz).date() + timedelta(days=1)
                return DayField(ahead=True, initial=tomorrow, **common)
            case "hours":
                return HoursField(initial=_usual(self.template.hours), **common)
            case "pay":
                return self._pay()
            case "place":
                return forms.CharField(max_length=120, initial=self._last_place(), **common)
            case "pay_when":
                choices = [("", _("选一个")), *((code, PayWhen(code).label) for code in question.choices)]
                return forms.ChoiceField(choices=choices, **common)
        raise ValueError(f"no field for the question {question.key!r}")

    def _pay(self) -> forms.Field:
        low, high = self.template.usual_pay_fen
        return YuanField(
            label=_("工钱（元/%(unit)s）") % {"unit": PayUnit(self.template.pay_unit).label},
            help_text=_("这里一般 %(low)s 到 %(high)s") % {"low": yuan(low), "high": yuan(high)},
            max_length=12,
            widget=forms.TextInput({"inputmode": "decimal"}),
        )

    def _last_place(self) -> str:
        last = Posting.objects.filter(employer=self.employer).order_by("-pk").first()
        return last.meeting_point if last else self.employer.address

    def facts(self) -> PostingFacts:
        data, start = self.cleaned_data, self.template
        return PostingFacts(
            trade=start.trade,
            title=start.title,
            content=start.content,
            conditions=start.conditions,
            certificates=tuple(start.certificates),
            pay_unit=start.pay_unit,
            pay_fen=data["pay"],
            pay_when=data["pay_when"],
            region_id=self.employer.region_id,
            place=data["place"],
            meeting_point=data["place"],
            valid_until=data["until"] or data["day"],
        )

    def shifts(self) -> list[ShiftFacts]:
        data, zone = self.cleaned_data, self.employer.market.tz
        start, end, rest = data["hours"]
        days = Pattern(data["day"], data["until"] or data["day"]).days()
        return [ShiftFacts(*stretch(day, start, end, zone), data["headcount"], rest) for day in days]


def _usual(shift: UsualShift) -> tuple[time, time, int]:
    begin, end = (time(minutes // 60 % 24, minutes % 60) for minutes in (shift.start, shift.end))
    return begin, end, shift.break_minutes


class RepeatForm(forms.Form):
    """The same again: from which day, to which."""

    day = DayField(label=_("哪天"), ahead=True)
    until = DayField(label=_("干到哪天"), required=False)
