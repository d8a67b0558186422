"""The manager's form of a line to another system."""

from django import forms
from django.utils.translation import gettext_lazy as _

from gongqiao.channels.webhook.enums import WANTED
from gongqiao.channels.webhook.guard import MOST_URL


class HookForm(forms.Form):
    label = forms.CharField(label=_("哪个系统"), max_length=60)
    url = forms.CharField(
        label=_("地址"),
        max_length=MOST_URL,
        widget=forms.URLInput({"placeholder": "https://"}),
        help_text=_("https:// 开头；通到内部网络的不发。"),
    )
    events = forms.MultipleChoiceField(
        label=_("告诉它什么"),
        choices=[(event.value, event.label) for event in WANTED],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("只发编号和状态，不发姓名、电话。"),
    )
