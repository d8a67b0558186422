"""Forms of the desk for employers and their demand: what is said on the phone, checked at the edge."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.money import PayUnit
from gongqiao.foundation.occupations.trades import LEVELS, catalogue
from gongqiao.foundation.organisations.credit_code import CreditCodeError, check_credit_code
from gongqiao.foundation.people.identity import IdentityError, check_phone
from gongqiao.needs.employers.actions import EmployerFacts
from gongqiao.needs.employers.models import Employer, Size, VisitMethod
from gongqiao.needs.postings import screening
from gongqiao.needs.postings.actions import PostingFacts, ShiftFacts
from gongqiao.needs.postings.enums import Method, PayWhen
from gongqiao.needs.postings.models import Posting
from gongqiao.needs.postings.patterns import EVERY_DAY, Pattern, stretch
from gongqiao.needs.postings.rules import CHECKLIST
from gongqiao.needs.postings.templates_data import templates
from gongqiao.web.ui.fields import DAYS, DayField, HoursField, YuanField, community_choices, trade_choices
from gongqiao.web.ui.forms import LongSelect, SeenField, mark_of


class EmployerForm(forms.Form):
    """What a market knows of an employer; contacts have a form of their own once he is registered."""

    name = forms.CharField(label=_("名称"), max_length=80)
    size = forms.ChoiceField(label=_("类型"), choices=Size.choices)
    short_name = forms.CharField(label=_("平常怎么叫"), max_length=30, required=False)
    credit_code = forms.CharField(
        label=_("统一社会信用代码"), max_length=24, required=False, help_text=_("公司必填，家庭没有")
    )
    region_id = forms.ChoiceField(label=_("在哪个社区"), required=False, widget=LongSelect)
    address = forms.CharField(label=_("地址"), max_length=120, required=False)
    industry = forms.CharField(label=_("行业"), max_length=60, required=False)
    note = forms.CharField(label=_("备注"), max_length=200, required=False)
    contact_name = forms.CharField(label=_("联系人"), max_length=40)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=20)

    def __init__(self, *args: Any, market: Market, known: Employer | None = None, **kwargs: Any) -> None:
        if known is not None:
            kwargs["initial"] = _initial_of(known)
        super().__init__(*args, **kwargs)
        if known is not None:
            del self.fields["contact_name"], self.fields["contact_phone"]
            self.fields["seen_as"] = SeenField(mark_of(self.initial))
        self.fields["region_id"].choices = community_choices(market)  # type: ignore[attr-defined]

    def clean_credit_code(self) -> str:
        code = self.cleaned_data["credit_code"]
        try:
            return check_credit_code(code) if code else ""
        except CreditCodeError as error:
            raise forms.ValidationError(str(error)) from None

    def clean_contact_phone(self) -> str:
        try:
            return check_phone(self.cleaned_data["contact_phone"])
        except IdentityError as error:
            raise forms.ValidationError(str(error)) from None

    def facts(self) -> EmployerFacts:
        data = {**self.cleaned_data, "region_id": self.cleaned_data["region_id"] or None}
        data.pop("seen_as", None)
        return EmployerFacts(**{**data, "size": Size(data["size"])})


def _initial_of(employer: Employer) -> dict[str, Any]:
    names = ("size", "short_name", "region_id", "address", "industry", "note")
    known = {name: getattr(employer, name) for name in names}
    return {**known, "name": employer.organisation.name, "credit_code": employer.organisation.credit_code}


class DemandForm(forms.Form):
    """The statutory elements of a wish for hands, and what people ask about; an empty one prints 没说."""

    trade = forms.ChoiceField(label=_("工种"), widget=LongSelect)
    title = forms.CharField(label=_("标题"), max_length=60)
    content = forms.CharField(label=_("干什么"), max_length=1000, widget=forms.Textarea({"rows": 3}))
    conditions = forms.CharField(label=_("条件"), max_length=500, required=False)
    min_level = forms.ChoiceField(label=_("要多熟"), required=False, choices=[("", _("不限")), *LEVELS.items()])
    certificates = forms.MultipleChoiceField(
        label=_("要的证书"),
        required=False,
        help_text=_("按住 Ctrl 可以选几样"),
        widget=forms.SelectMultiple({"size": 3}),
    )
    pay = YuanField(label=_("工钱（元）"))
    pay_unit = forms.ChoiceField(label=_("按什么算"), choices=PayUnit.choices)
    pay_when = forms.ChoiceField(label=_("什么时候给钱"), required=False, choices=[("", _("没说")), *PayWhen.choices])
    region_id = forms.ChoiceField(label=_("在哪个社区"), widget=LongSelect)
    place = forms.CharField(label=_("详细地点"), max_length=120, required=False)
    meeting_point = forms.CharField(label=_("集合点"), max_length=120)
    meals = forms.CharField(label=_("管饭"), max_length=60, required=False)
    travel = forms.CharField(label=_("路费"), max_length=60, required=False)
    insurance = forms.CharField(label=_("保险"), max_length=120, required=False)
    valid_until = DayField(label=_("有效期至"), required=False)

    def __init__(self, *args: Any, market: Market, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.market = market
        kinds = [(kind.code, kind.name) for kind in catalogue().certificates.values()]
        self.fields["certificates"].choices = kinds  # type: ignore[attr-defined]
        self.fields["trade"].choices = trade_choices()  # type: ignore[attr-defined]
        self.fields["region_id"].choices = community_choices(market)  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Columns of a posting."""
        data = self.cleaned_data
        plain = ("trade", "title", "content", "conditions", "pay_unit", "pay_when", "meeting_point")
        return {
            **{name: data[name] for name in (*plain, "meals", "travel", "insurance", "valid_until")},
            "min_level": int(data["min_level"]) if data["min_level"] else None,
            "certificates": data["certificates"],
            "pay_fen": data["pay"],
            "region_id": data["region_id"] or None,
            "place": data["place"] or data["meeting_point"],
        }

    @staticmethod
    def initial_of(posting: Posting) -> dict[str, Any]:
        names = [name for name in DemandForm.base_fields if name not in ("pay",)]
        return {**{name: getattr(posting, name) for name in names}, "pay": posting.pay_fen}


class DemandEditForm(DemandForm):
    """The same of a wish that stands."""

    def __init__(self, *args: Any, posting: Posting, market: Market) -> None:
        super().__init__(*args, market=market, initial=self.initial_of(posting))
        self.fields["seen_as"] = SeenField(mark_of(self.initial))


class ShiftsForm(forms.Form):
    """One shift, or the same hours on many days."""

    headcount = forms.IntegerField(label=_("要几个人"), min_value=1, max_value=500)
    at_least = forms.IntegerField(
        label=_("少于几个人不开工"), required=False, min_value=1, max_value=500, help_text=_("来几个都行就空着")
    )
    day = DayField(label=_("哪天"), ahead=True)
    until = DayField(label=_("干到哪天"), required=False, help_text=_("只干一天就空着"))
    weekdays = forms.MultipleChoiceField(
        label=_("只在星期几"),
        required=False,
        choices=list(enumerate(DAYS)),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("都不勾就是天天"),
    )
    hours = HoursField(label=_("几点到几点"), help_text=_("结束早于开始就是第二天"))

    def clean_at_least(self) -> int:
        at_least, headcount = self.cleaned_data["at_least"] or 1, self.cleaned_data.get("headcount")
        if headcount is not None and at_least > headcount:
            raise forms.ValidationError(_("不能比要的人数还多。"))
        return at_least

    def shifts(self, market: Market) -> list[ShiftFacts]:
        data = self.cleaned_data
        weekdays = frozenset(map(int, data["weekdays"])) or EVERY_DAY
        start, end, rest = data["hours"]
        days = Pattern(data["day"], data["until"] or data["day"], weekdays).days()
        people = data["headcount"], rest, data["at_least"]
        return [ShiftFacts(*stretch(day, start, end, market.tz), *people) for day in days]


class PostingForm(DemandForm, ShiftsForm):
    """A wish whole: for whom, what, when."""

    employer = forms.ModelChoiceField(label=_("用工方"), queryset=Employer._base_manager.none(), widget=LongSelect)
    field_order = (
        "employer",
        "trade",
        "title",
        "content",
        "headcount",
        "at_least",
        "day",
        "until",
        "weekdays",
        "hours",
        "pay",
    )

    def __init__(self, *args: Any, market: Market, employers: Any, **kwargs: Any) -> None:
        super().__init__(*args, market=market, **kwargs)
        self.fields["employer"].queryset = employers  # type: ignore[attr-defined]

    def facts(self) -> PostingFacts:
        values = self.values()
        last = self.cleaned_data["until"] or self.cleaned_data["day"]
        values["valid_until"] = values["valid_until"] or last
        return PostingFacts(**{**values, "certificates": tuple(values["certificates"])})


def from_template(trade: str) -> dict[str, Any]:
    """What a form starts from when the trade is known; what only the employer can say stays empty."""
    known = templates().get(trade)
    if known is None:
        return {}
    begin, end = divmod(known.hours.start, 60), divmod(known.hours.end % (24 * 60), 60)
    return {
        "trade": trade,
        "title": known.title,
        "content": known.content,
        "conditions": known.conditions,
        "certificates": list(known.certificates),
        "pay_unit": known.pay_unit,
        "hours": (f"{begin[0]:02d}:{begin[1]:02d}", f"{end[0]:02d}:{end[1]:02d}", known.hours.break_minutes),
    }


class VerifyForm(forms.Form):
    """One verification: how, what was checked, with whom, and what shows it."""

    method = forms.ChoiceField(label=_("怎么核实的"), choices=Method.choices, widget=forms.RadioSelect)
    checked = forms.MultipleChoiceField(label=_("核实了哪几项"), widget=forms.CheckboxSelectMultiple, required=False)
    note = forms.CharField(label=_("跟谁核实的、怎么说的"), max_length=200)
    evidence = forms.CharField(
        label=_("凭据"), max_length=200, help_text=_("打的哪个号码、几点；现场照片编号；证照名称和号码")
    )

    def __init__(self, *args: Any, seen: Any, labels: dict[str, Any], undecided: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen_as"] = SeenField(mark_of(seen))
        self.fields["checked"].choices = [(item, labels[item]) for item in CHECKLIST]  # type: ignore[attr-defined]
        self.undecided = [finding.rule_id for finding in undecided]
        for finding in undecided:
            label = _("理由：%(quote)s") % {"quote": finding.quote or screening.why(finding)}
            self.fields[f"decide-{finding.rule_id}"] = forms.CharField(
                label=label, max_length=200, help_text=screening.words(finding)
            )

    def decisions(self) -> dict[str, str]:
        return {rule: self.cleaned_data[f"decide-{rule}"] for rule in self.undecided}


class VisitForm(forms.Form):
    """What an employer said when he was asked."""

    method = forms.ChoiceField(label=_("怎么问的"), choices=VisitMethod.choices)
    note = forms.CharField(
        label=_("他说了什么"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("最近要几个人、干什么、什么时候；上回的人怎么样。"),
    )
    next_on = forms.DateField(
        label=_("约好哪天再问"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
