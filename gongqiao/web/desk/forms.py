"""Forms of the desk: what is typed at the counter, checked at the edge."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.occupations.trades import LEVELS, catalogue
from gongqiao.foundation.people.identity import IdentityError, check_identity_number, check_phone, identity_birth
from gongqiao.foundation.people.models import BirthEvidence
from gongqiao.needs.dossiers import hours
from gongqiao.needs.dossiers.actions import Certified, Facts, Identity
from gongqiao.needs.dossiers.enums import Channel, Concern, Travel
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.web.desk.wordfields import TradesField, WordsField
from gongqiao.web.ui.fields import DAYS, YuanField, community_choices, trade_choices
from gongqiao.web.ui.forms import LongSelect, SeenField, mark_of

PARTS = (("morning", _("上午")), ("afternoon", _("下午")), ("evening", _("晚上")), ("night", _("半夜")))


class DossierForm(forms.Form):
    """The walk-in form: keyboard only, everything but the name may be 暂缺."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput({"autocomplete": "off"}), initial=uuid4)
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen_as"] = SeenField(mark_of(self.initial))

    trade = trade2 = level = level2 = None  # type: ignore[assignment]  # Django: fields taken out
    certificate = certificate_number = certificate_until = agreed = another = key = None  # type: ignore[assignment]

    def identity_changed(self) -> bool:
        return bool({"name", "number", "seen", "birth", "phone"} & set(self.changed_data))
