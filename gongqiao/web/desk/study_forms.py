"""Forms of interviews and focus groups: a study, a talk to plan."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.dossiers.enums import Concern, Travel
from gongqiao.needs.interviews.actions.studies import StudyFacts
from gongqiao.needs.interviews.actions.talks import Part, TalkFacts
from gongqiao.needs.interviews.enums import Kind
from gongqiao.needs.surveys.properties import MOST_KM, MOST_YUAN

MOST_MINUTES = 240
FREE = (
    ("weekday_morning", _("平时上午")),
    ("weekday_afternoon", _("平时下午")),
    ("weekday_evening", _("平时晚上")),
    ("weekday_night", _("平时半夜")),
    ("weekend_morning", _("周末上午")),
    ("weekend_afternoon", _("周末下午")),
    ("weekend_evening", _("周末晚上")),
    ("weekend_night", _("周末半夜")),
)


class StudyForm(forms.Form):
    title = forms.CharField(label=_("名称"), max_length=80)
    purpose = forms.CharField(label=_("为什么问"), max_length=1000, widget=forms.Textarea({"rows": 3}))
    guide = forms.CharField(
        label=_("提纲"), max_length=4000, widget=forms.Textarea({"rows": 8}), help_text=_("一行一个问题，用大白话。")
    )
    words = forms.CharField(
        label=_("同意书的话"),
        max_length=2000,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("谈之前念给他听；记、录音、引用分开问。"),
    )

    def facts(self) -> StudyFacts:
        return StudyFacts(**self.cleaned_data)


class TalkForm(forms.Form):
    """Whom to send where; a group has phases and a note taker."""

    kind = forms.ChoiceField(label=_("怎么谈"), choices=Kind.choices, widget=forms.RadioSelect)
    topic = forms.CharField(label=_("谈什么"), max_length=120)
    place = forms.CharField(label=_("在哪里"), max_length=80, help_text=_("别人听不到的地方。"))
    starts_at = forms.DateTimeField(
        label=_("什么时候"), widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    leader = forms.ChoiceField(label=_("谁来谈、谁主持"))
    note_taker = forms.ChoiceField(label=_("谁记录（座谈）"), required=False)
    guide = forms.CharField(
        label=_("提纲"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("空着用课题的。"),
    )
    phases = forms.CharField(
        label=_("分几段（座谈）"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("一行一段，先写分钟再写做什么，比如：10 开场"),
    )

    def __init__(self, *args: Any, team: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._posts = {str(post.pk): post for post in team}
        names = [(key, post.title) for key, post in self._posts.items()]
        self.fields["leader"].choices = names  # type: ignore[attr-defined]
        self.fields["note_taker"].choices = [("", _("没有")), *names]  # type: ignore[attr-defined]

    def clean_phases(self) -> tuple[Part, ...]:
        found = []
        for line in self.cleaned_data["phases"].splitlines():
            minutes, _space, title = line.strip().partition(" ")
            if not line.strip():
                continue
            if not (minutes.isascii() and minutes.isdigit() and 0 < int(minutes) <= MOST_MINUTES and title.strip()):
                raise forms.ValidationError(_("“%(line)s”没写成“分钟 做什么”。"), params={"line": line[:40]})
            found.append(Part(title.strip()[:80], int(minutes)))
        return tuple(found)

    def facts(self) -> TalkFacts:
        data = self.cleaned_data
        return TalkFacts(
            kind=Kind(data["kind"]),
            topic=data["topic"],
            place=data["place"],
            starts_at=data["starts_at"],
            leader=self._posts[data["leader"]],
            note_taker=self._posts.get(data["note_taker"]),
            guide=data["guide"],
            phases=data["phases"],
        )


class HeardForm(forms.Form):
    """A fact of what he said, for his file; the names are those that a question's `save_to` knows."""

    free_parts = forms.MultipleChoiceField(
        label=_("什么时候有空"),
        required=False,
        choices=FREE,
        widget=forms.CheckboxSelectMultiple,
    )
    pay_floor_yuan = forms.DecimalField(
        label=_("最低时薪（元）"), required=False, min_value=1, max_value=MOST_YUAN, max_digits=6, decimal_places=2
    )
    max_km = forms.DecimalField(
        label=_("最远（公里）"), required=False, min_value=1, max_value=MOST_KM, max_digits=5, decimal_places=1
    )
    travel = forms.ChoiceField(label=_("怎么去"), required=False, choices=[("", _("没说")), *Travel.choices])
    concerns = forms.MultipleChoiceField(
        label=_("权益上的事"), required=False, choices=Concern.choices, widget=forms.CheckboxSelectMultiple
    )
    agreed = forms.BooleanField(label=_("问过他本人，愿意写进档案"), required=False)

    def said(self) -> dict[str, str]:
        """As a form of a survey would have it."""
        answers = {name: value for name, value in self.cleaned_data.items() if name != "agreed" and value}
        return {name: " ".join(value) if isinstance(value, list) else str(value) for name, value in answers.items()}
