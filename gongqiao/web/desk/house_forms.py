"""Forms of the manager: the market's settings, its own days, its staff."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.calendar import DayKind
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.roles import ROLES, STAFF, Role
from gongqiao.foundation.people.identity import IdentityError, check_phone
from gongqiao.web.ui.fields import DayField


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]  # takes none at run time
    """What the manager decides; the action checks the right and writes it down."""

    class Meta:
        model = Market
        fields = (
            "name",
            "phone",
            "address",
            "opens_at",
            "closes_at",
            "dispatch_policy",
            "attendance_wording",
            "answer_minutes",
            "day_labour_valid_days",
            "other_valid_days",
            "licence_valid_days",
        )
        widgets = {
            "opens_at": forms.TimeInput({"type": "time"}, format="%H:%M"),
            "closes_at": forms.TimeInput({"type": "time"}, format="%H:%M"),
        }
        help_texts = {
            "dispatch_policy": _("登在公开页上，从下一次派工起照办。"),
            "attendance_wording": _("有的说法像有劳动关系，问过律师再改。"),
        }


class OwnDayForm(forms.Form):
    day = DayField(label=_("哪天"))
    kind = forms.ChoiceField(label=_("算什么"), choices=[(kind.value, kind.label) for kind in DayKind])
    name = forms.CharField(label=_("叫什么"), max_length=30, required=False)


def staff_roles() -> list[tuple[str, Any]]:
    return [(role.value, f"{role.label}：{ROLES[role].says}") for role in Role if role in STAFF]


class AppointForm(forms.Form):
    """A post on the staff."""

    name = forms.CharField(label=_("姓名"), max_length=40)
    title = forms.CharField(label=_("大家怎么称呼"), max_length=30, help_text=_("记录里写的就是这个称呼。"))
    phone = forms.CharField(label=_("手机"), max_length=20)
    role = forms.ChoiceField(label=_("岗位"), choices=staff_roles)
    username = forms.SlugField(
        label=_("用户名"),
        max_length=30,
        help_text=_("在别的市场已经有帐号的，写他的用户名，姓名和手机要跟那边一样。"),
    )

    def clean_phone(self) -> str:
        try:
            return check_phone(self.cleaned_data["phone"])
        except IdentityError as error:
            raise forms.ValidationError(str(error)) from None
