"""The small forms on a file's page: one thing said, one button."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.occupations.trades import LEVELS, catalogue
from gongqiao.needs.dossiers import hours
from gongqiao.needs.dossiers.actions import Certified, Facts
from gongqiao.needs.dossiers.enums import Evidence, Source
from gongqiao.web.desk.forms import PARTS
from gongqiao.web.desk.wordfields import TradeField
from gongqiao.web.ui.fields import DayField
from gongqiao.web.ui.helpers import HelperForm

TOLD_AT_DESK = (Source.DESK, Source.SELF, Source.FAMILY, Source.EMPLOYER)


class SaidForm(forms.Form):
    """Who said so, unless it is the person at the desk."""

    source = forms.TypedChoiceField(
        label=_("谁说的"), coerce=Source, choices=[(source.value, source.label) for source in TOLD_AT_DESK]
    )


class SkillForm(SaidForm):
    trade = TradeField(label=_("工种"))
    level = forms.TypedChoiceField(
        label=_("程度"), required=False, coerce=int, empty_value=None, choices=[("", _("不知道")), *LEVELS.items()]
    )
    evidence = forms.TypedChoiceField(label=_("怎么知道的"), coerce=Evidence, choices=Evidence.choices)

    def facts(self) -> Facts:
        data = self.cleaned_data
        return Facts(skills={data["trade"]: data["level"]}, evidence={data["trade"]: data["evidence"]})


class CertificateForm(SaidForm):
    kind = forms.ChoiceField(label=_("证书"))
    number = forms.CharField(label=_("证号"), max_length=40, required=False)
    expires_on = forms.DateField(
        label=_("有效到"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    evidence = forms.TypedChoiceField(label=_("怎么知道的"), coerce=Evidence, choices=Evidence.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(kind.code, kind.name) for kind in catalogue().certificates.values()]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    def facts(self) -> Facts:
        data = self.cleaned_data
        held = Certified(data["kind"], data["number"], data["expires_on"], data["evidence"])
        return Facts(certificates=(held,))


class DayForm(SaidForm):
    """One day that is not like its weekday; no part of it ticked means away."""

    day = DayField(label=_("哪天"))
    parts = forms.MultipleChoiceField(
        label=_("那天什么时候有空"),
        required=False,
        choices=PARTS,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("一个都不选就是那天没空"),
    )
    note = forms.CharField(label=_("为什么"), max_length=60, required=False)

    def hours(self) -> int:
        return sum(hours.mask(*hours.PARTS[name]) for name in self.cleaned_data["parts"])


class HelperHereForm(HelperForm):
    """The worker is before the desk; the helper may be too, and says yes."""

    present = forms.BooleanField(label=_("替办的人也在柜台，当面答应了"), required=False)


class MergeForm(forms.Form):
    into = forms.CharField(
        label=_("并到哪一份"),
        max_length=12,
        help_text=_("档案号，例如 Y-1002"),
        widget=forms.TextInput({"autofocus": True}),
    )
