"""Forms of the door."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.people.identity import IdentityError, check_phone


class PasswordForm(forms.Form):
    username = forms.CharField(label=_("用户名"), max_length=60, widget=forms.TextInput({"autocomplete": "username"}))
    password = forms.CharField(
        label=_("密码"), max_length=200, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )


class OwnPasswordForm(forms.Form):
    old = forms.CharField(
        label=_("现在的密码"), max_length=200, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )
    new = forms.CharField(
        label=_("新密码"),
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("至少 12 个字，不要用常见的密码；一句自己记得住的话最好。"),
    )
    again = forms.CharField(
        label=_("新密码再写一遍"), max_length=200, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("new") and data.get("again") and data["new"] != data["again"]:
            self.add_error("again", _now("两遍写的不一样。"))
        return data


class PhoneForm(forms.Form):
    phone = forms.CharField(label=_("手机号"), max_length=20, widget=forms.TextInput({"inputmode": "tel"}))

    def clean_phone(self) -> str:
        try:
            return check_phone(self.cleaned_data["phone"])
        except IdentityError as error:
            raise forms.ValidationError(str(error)) from None


class CodeForm(PhoneForm):
    phone = forms.CharField(widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("6 位验证码"),
        max_length=6,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class TokenForm(forms.Form):
    token = forms.CharField(
        label=_("手机上的 6 位数"),
        max_length=16,
        widget=forms.TextInput({"autocomplete": "one-time-code", "autofocus": True}),
    )


class SecondFactorForm(TokenForm):
    """Six figures, or one of the ten codes on paper."""

    token = forms.CharField(
        label=_("手机上的 6 位数"),
        max_length=16,
        widget=forms.TextInput({"autocomplete": "one-time-code", "autofocus": True}),
        help_text=_("手机不在身边？写一个纸上的备用码，用一个划掉一个。"),
    )
