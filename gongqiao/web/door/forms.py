"""Forms of the door."""

from django import forms
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.people.identity import IdentityError, check_phone


class PasswordForm(forms.Form):
    username = forms.CharField(label=_("用户名"), max_length=60, widget=forms.TextInput({"autocomplete": "username"}))
    password = forms.CharField(
        label=_("密码"), max_length=200, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )


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
    token = forms.CharField(label=_("手机上的 6 位数"), max_length=6, widget=forms.TextInput({"inputmode": "numeric"}))
