"""Naming somebody to act for a worker: the same four answers on his phone and at the desk."""

from django import forms
from django.utils.translation import gettext_lazy as _

from gongqiao.needs.family.actions import Named
from gongqiao.needs.family.enums import Relation
from gongqiao.web.ui.fields import DayField


class HelperForm(forms.Form):
    name = forms.CharField(label=_("替办的人姓名"), max_length=20)
    phone = forms.CharField(label=_("他的手机"), max_length=20, widget=forms.TextInput({"inputmode": "tel"}))
    relation = forms.ChoiceField(label=_("是什么人"), choices=Relation.choices)
    until = DayField(label=_("到哪天为止"), ahead=True, help_text=_("最长一年，到那天自己停。"))

    def named(self) -> Named:
        said = self.cleaned_data
        return Named(said["name"], said["phone"], Relation(said["relation"]), said["until"])
