"""Forms of the desk: what is typed at the counter, checked at the edge."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.money import MoneyError, PayUnit, parse_yuan
from gongqiao.foundation.occupations.trades import LEVELS, catalogue
from gongqiao.foundation.organisations.credit_code import CreditCodeError, check_credit_code
from gongqiao.foundation.people.identity import IdentityError, check_identity_number, check_phone, identity_birth
from gongqiao.foundation.people.models import BirthEvidence
from gongqiao.foundation.regions.queries import communities_by_street
from gongqiao.needs.dossiers import hours
from gongqiao.needs.dossiers.actions import Certified, Facts, Identity
from gongqiao.needs.dossiers.enums import Channel, Concern, Travel
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.employers.actions import EmployerFacts
from gongqiao.needs.employers.models import Employer, Size
from gongqiao.needs.postings import screening
from gongqiao.needs.postings.actions import PostingFacts, ShiftFacts
from gongqiao.needs.postings.enums import Method, PayWhen
from gongqiao.needs.postings.rules import CHECKLIST
from gongqiao.web.desk.wordfields import TradesField, WordsField
from gongqiao.web.ui.forms import LongSelect

DAYS = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
PARTS = (("morning", _("上午")), ("afternoon", _("下午")), ("evening", _("晚上")), ("night", _("半夜")))


def trade_choices() -> list[tuple[str, Any]]:
    known = catalogue()
    groups: dict[str, list[tuple[str, str]]] = {}
    for trade in known.trades.values():
        groups.setdefault(known.groups[trade.group].name, []).append((trade.code, trade.name))
    return [("", _("选一个")), *groups.items()]


def community_choices(market: Market) -> list[tuple[str, Any]]:
    return [("", _("暂缺")), *communities_by_street(market.city)]


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
        return f"{value / 100:g}" if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != (data or None))


class DossierForm(forms.Form):
    """The walk-in form: keyboard only, everything but the name may be 暂缺."""

    another = forms.BooleanField(label=_("看过了，是另一个人"), required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("姓名"), max_length=40, widget=forms.TextInput({"autofocus": True}))
    number = forms.CharField(label=_("身份证号"), max_length=24, required=False, help_text=_("没带就先空着"))
    seen = forms.BooleanField(label=_("看过证件原件"), required=False)
    birth = forms.DateField(
        label=_("出生日期（没有身份证号时）"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    phone = forms.CharField(label=_("手机"), max_length=20, required=False)
    channel = forms.ChoiceField(label=_("怎么找他"), choices=Channel.choices)
    channel_note = forms.CharField(label=_("找谁（家里人、带班的）"), max_length=60, required=False)
    home_id = forms.ChoiceField(label=_("住哪个社区"), required=False, widget=LongSelect)
    trade = forms.ChoiceField(label=_("会什么"), required=False, widget=LongSelect)
    level = forms.ChoiceField(label=_("程度"), required=False, choices=[("", _("不知道")), *LEVELS.items()])
    trade2 = forms.ChoiceField(label=_("还会什么"), required=False, widget=LongSelect)
    level2 = forms.ChoiceField(label=_("程度"), required=False, choices=[("", _("不知道")), *LEVELS.items()])
    certificate = forms.ChoiceField(label=_("有什么证"), required=False)
    certificate_number = forms.CharField(label=_("证号"), max_length=40, required=False)
    certificate_until = forms.DateField(
        label=_("证有效到"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    free_days = forms.MultipleChoiceField(
        label=_("哪几天有空"),
        required=False,
        choices=list(enumerate(DAYS)),
        widget=forms.CheckboxSelectMultiple,
    )
    free_parts = forms.MultipleChoiceField(
        label=_("什么时候有空"), required=False, choices=PARTS, widget=forms.CheckboxSelectMultiple
    )
    max_km = forms.DecimalField(label=_("最远几公里"), required=False, min_value=0, max_value=200, decimal_places=1)
    travel = forms.ChoiceField(label=_("怎么去"), required=False, choices=[("", _("暂缺")), *Travel.choices])
    pay_floor = YuanField(label=_("每小时至少要多少元"), required=False)
    preferred = TradesField(label=_("想干什么"), required=False)
    training_wishes = TradesField(label=_("想学什么"), required=False)
    languages = WordsField(label=_("会说什么话"), required=False, help_text=_("普通话、桂柳话、壮话……用顿号隔开"))
    concerns = forms.MultipleChoiceField(
        label=_("遇到过的事"), required=False, choices=Concern.choices, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(label=_("备注"), max_length=200, required=False)
    agreed = forms.BooleanField(label=_("念给他听了，本人同意登记和推荐"), required=False)

    def __init__(self, *args: Any, market: Market, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["home_id"].choices = community_choices(market)  # type: ignore[attr-defined]
        if "certificate" not in self.fields:
            return
        certificates = [(kind.code, kind.name) for kind in catalogue().certificates.values()]
        self.fields["certificate"].choices = [("", _("没有")), *certificates]  # type: ignore[attr-defined]
        for name in ("trade", "trade2"):
            self.fields[name].choices = trade_choices()  # type: ignore[attr-defined]

    def clean_number(self) -> str:
        number = self.cleaned_data["number"]
        try:
            return check_identity_number(number).number if number else ""
        except IdentityError as error:
            raise forms.ValidationError(str(error)) from None

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"]
        try:
            return check_phone(phone) if phone else ""
        except IdentityError as error:
            raise forms.ValidationError(str(error)) from None

    def identity(self) -> Identity:
        data = self.cleaned_data
        return Identity(data["name"], data["phone"], data["number"], data["birth"], data["seen"])

    def born(self) -> date | None:
        """From the number when there is one."""
        number = self.cleaned_data["number"]
        return identity_birth(number) if number else self.cleaned_data["birth"]

    def facts(self) -> Facts:
        """All that the form says; register with it."""
        data = self.cleaned_data
        pairs = ((data["trade"], data["level"]), (data["trade2"], data["level2"]))
        skills = {trade: int(level) if level else None for trade, level in pairs if trade}
        held: tuple[Certified, ...] = ()
        if data["certificate"]:
            held = (Certified(data["certificate"], data["certificate_number"], data["certificate_until"]),)
        return Facts(self._values(), skills, held)

    def changed_facts(self) -> Facts:
        """Only what was typed anew: a field that nobody touched was not said again today."""
        columns = {column: self._columns.get(column, (column,)) for column in self._values()}
        touched = {column for column, fields in columns.items() if set(fields) & set(self.changed_data)}
        return Facts({column: value for column, value in self._values().items() if column in touched})

    _columns: ClassVar[dict[str, tuple[str, ...]]] = {
        "max_distance_m": ("max_km",),
        "week_hours": ("free_days", "free_parts"),
    }

    def _values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "channel": data["channel"],
            "channel_note": data["channel_note"],
            "home_id": data["home_id"] or None,
            "travel": data["travel"],
            "preferred": data["preferred"],
            "training_wishes": data["training_wishes"],
            "languages": data["languages"],
            "concerns": data["concerns"],
            "note": data["note"],
            "max_distance_m": int(data["max_km"] * 1000) if data["max_km"] is not None else None,
            "pay_floor": data["pay_floor"],
            "week_hours": self._week(),
        }

    def _week(self) -> str:
        data = self.cleaned_data
        if not data["free_days"]:
            return ""
        parts = data["free_parts"] or [name for name, _label in PARTS[:2]]
        day = sum(hours.mask(*hours.PARTS[name]) for name in parts)
        return hours.to_hex(tuple(day if str(index) in data["free_days"] else 0 for index in range(7)))

    @staticmethod
    def initial_of(dossier: Dossier) -> dict[str, Any]:
        """What the form shows of a dossier that exists."""
        person = dossier.person
        week = hours.from_hex(dossier.week_hours)
        return {
            "name": person.name,
            "number": person.identity,
            "seen": person.birth_evidence == BirthEvidence.SEEN,
            "birth": None if person.identity else person.birth_date,
            "phone": person.phone,
            "channel": dossier.channel,
            "channel_note": dossier.channel_note,
            "home_id": dossier.home_id,
            "travel": dossier.travel,
            "preferred": dossier.preferred,
            "training_wishes": dossier.training_wishes,
            "languages": dossier.languages,
            "concerns": dossier.concerns,
            "note": dossier.note,
            "max_km": Decimal(dossier.max_distance_m) / 1000 if dossier.max_distance_m is not None else None,
            "pay_floor": dossier.pay_floor,
            "free_days": [str(index) for index, day in enumerate(week) if day],
            "free_parts": [n for n, _l in PARTS if any(day & hours.mask(*hours.PARTS[n]) for day in week)],
        }


class DossierEditForm(DossierForm):
    """The same facts of a file that stands; skills, certificates and consent have their own places on its page."""

    trade = trade2 = level = level2 = None  # type: ignore[assignment]  # Django: fields taken out
    certificate = certificate_number = certificate_until = agreed = another = None  # type: ignore[assignment]

    def identity_changed(self) -> bool:
        return bool({"name", "number", "seen", "birth", "phone"} & set(self.changed_data))


class EmployerForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=80)
    size = forms.ChoiceField(label=_("类型"), choices=Size.choices)
    short_name = forms.CharField(label=_("平常怎么叫"), max_length=30, required=False)
    credit_code = forms.CharField(
        label=_("统一社会信用代码"), max_length=24, required=False, help_text=_("公司必填，家庭没有")
    )
    region_id = forms.ChoiceField(label=_("在哪个社区"), required=False, widget=LongSelect)
    address = forms.CharField(label=_("地址"), max_length=120, required=False)
    contact_name = forms.CharField(label=_("联系人"), max_length=40)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=20)

    def __init__(self, *args: Any, market: Market, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
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
        return EmployerFacts(**{**data, "size": Size(data["size"])})


class PostingForm(forms.Form):
    """A wish for hands: what the law wants said, one shift; more shifts by repeating."""

    employer = forms.ModelChoiceField(label=_("用工方"), queryset=Employer._base_manager.none(), widget=LongSelect)
    trade = forms.ChoiceField(label=_("工种"), widget=LongSelect)
    title = forms.CharField(label=_("标题"), max_length=60)
    content = forms.CharField(label=_("干什么"), max_length=1000, widget=forms.Textarea({"rows": 3}))
    conditions = forms.CharField(label=_("条件"), max_length=500, required=False)
    headcount = forms.IntegerField(label=_("要几个人"), min_value=1, max_value=500)
    day = forms.DateField(label=_("哪天"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    start = forms.TimeField(label=_("几点开始"), widget=forms.TimeInput({"type": "time"}))
    end = forms.TimeField(
        label=_("几点结束"), widget=forms.TimeInput({"type": "time"}), help_text=_("早于开始就是第二天")
    )
    pay = YuanField(label=_("工钱（元）"))
    pay_unit = forms.ChoiceField(label=_("按什么算"), choices=PayUnit.choices)
    pay_when = forms.ChoiceField(label=_("什么时候给钱"), choices=PayWhen.choices)
    region_id = forms.ChoiceField(label=_("在哪个社区"), widget=LongSelect)
    meeting_point = forms.CharField(label=_("集合点"), max_length=120)
    meals = forms.CharField(label=_("管饭"), max_length=60, required=False)
    travel = forms.CharField(label=_("路费"), max_length=60, required=False)
    insurance = forms.CharField(label=_("保险"), max_length=120, required=False)

    def __init__(self, *args: Any, market: Market, employers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.market = market
        self.fields["employer"].queryset = employers  # type: ignore[attr-defined]
        self.fields["trade"].choices = trade_choices()  # type: ignore[attr-defined]
        self.fields["region_id"].choices = community_choices(market)  # type: ignore[attr-defined]

    def facts(self) -> PostingFacts:
        data = self.cleaned_data
        names = ("trade", "title", "content", "conditions", "pay_unit", "pay_when", "meeting_point")
        plain = {name: data[name] for name in (*names, "meals", "travel", "insurance")}
        return PostingFacts(
            **plain,
            pay_fen=data["pay"],
            region_id=data["region_id"] or None,
            place=data["meeting_point"],
            valid_until=data["day"] + timedelta(days=7),
        )

    def shifts(self) -> list[ShiftFacts]:
        data = self.cleaned_data
        return [shift_of(self.market, data["day"], data["start"], data["end"], data["headcount"])]


def shift_of(market: Market, day: Any, start: time, end: time, headcount: int) -> ShiftFacts:
    begins = datetime.combine(day, start, market.tz)
    ends = datetime.combine(day, end, market.tz)
    if ends <= begins:
        ends += timedelta(days=1)
    return ShiftFacts(begins, ends, headcount)


class VerifyForm(forms.Form):
    method = forms.ChoiceField(label=_("怎么核实的"), choices=Method.choices, widget=forms.RadioSelect)
    checked = forms.MultipleChoiceField(label=_("核实了哪几项"), widget=forms.CheckboxSelectMultiple, required=False)
    note = forms.CharField(label=_("跟谁核实的、怎么说的"), max_length=200)

    def __init__(self, *args: Any, labels: dict[str, Any], undecided: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["checked"].choices = [(item, labels[item]) for item in CHECKLIST]  # type: ignore[attr-defined]
        self.undecided = [finding.rule_id for finding in undecided]
        for finding in undecided:
            label = _("理由：%(quote)s") % {"quote": finding.quote or screening.why(finding)}
            self.fields[f"decide-{finding.rule_id}"] = forms.CharField(
                label=label, max_length=200, help_text=screening.words(finding)
            )

    def decisions(self) -> dict[str, str]:
        return {rule: self.cleaned_data[f"decide-{rule}"] for rule in self.undecided}
