"""Forms of the feedback desk: what is told at the window, on the phone, on paper."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.dossiers import queries as dossiers
from gongqiao.needs.employers import queries as employers
from gongqiao.needs.feedback.actions import Said
from gongqiao.needs.feedback.enums import Category, Channel
from gongqiao.web.ui.fields import day_input
from gongqiao.web.ui.forms import LongSelect
from gongqiao.web.ui.tickets import TicketForm


def employer_choices(by: Membership) -> list[tuple[str, Any]]:
    rows = employers.visible_to(by).order_by("short_name").values_list("pk", "short_name")
    return [("", _("没有，或者不知道")), *((str(pk), name) for pk, name in rows)]


class EnteredForm(TicketForm):
    """For somebody who calls, comes or left a note; the day on the note is the day it was said."""

    channel = forms.ChoiceField(
        label=_("从哪里来"),
        choices=[(each.value, each.label) for each in (Channel.WINDOW, Channel.PHONE, Channel.PAPER)],
    )
    said_on = forms.DateField(label=_("哪天说的"), required=False, widget=day_input(), help_text=_("空着就是今天"))
    file_no = forms.CharField(
        label=_("档案号"), required=False, max_length=12, help_text=_("他愿意记在档案名下才填，比如 Y-1002")
    )
    employer = forms.ChoiceField(label=_("说的是哪家用工方"), required=False, widget=LongSelect, choices=())
    categories = tuple(Category)

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, market=by.market, **kwargs)
        self._by = by
        self.fields["employer"].choices = employer_choices(by)  # type: ignore[attr-defined]
        self.fields["contact_name"].label = _("怎么称呼他")

    def clean_file_no(self) -> Any:
        text = self.cleaned_data["file_no"]
        found = dossiers.numbered(self._by, text) if text.strip() else None
        if text.strip() and found is None:
            raise forms.ValidationError(_("没有这个档案号。"))
        return found

    def entered(self) -> Said:
        data = self.cleaned_data
        dossier = data["file_no"]
        firm = employers.visible_to(self._by).filter(pk=data["employer"]).first() if data["employer"] else None
        return self.said(
            Channel(data["channel"]),
            said_on=data["said_on"],
            person=dossier.person if dossier else None,
            about_employer=firm,
        )


class ChangeForm(forms.Form):
    """One 您说，我们做."""

    category = forms.ChoiceField(label=_("什么事"), choices=Category.choices)
    changed_on = forms.DateField(label=_("从哪天起"), widget=day_input())
    said = forms.CharField(label=_("您说"), max_length=200, help_text=_("用大家都懂的话，不写名字"))
    did = forms.CharField(label=_("我们做"), max_length=300, widget=forms.Textarea({"rows": 3}))
    tickets = forms.CharField(
        label=_("因为哪几件诉求"),
        required=False,
        max_length=300,
        help_text=_("编号，用空格隔开，比如 T-4821 T-7305；不公布"),
    )
