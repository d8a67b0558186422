"""Forms of the desk for surveys: a form to upload, a campaign, a wave, an attempt, a verdict."""

from datetime import timedelta
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongqiao.engines.xforms.xlsform import KINDS
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.surveys.actions.fieldwork import CampaignFacts
from gongqiao.needs.surveys.actions.publishing import Draft
from gongqiao.needs.surveys.enums import AttemptOutcome, Subject, SubmissionState
from gongqiao.needs.surveys.forms import BUILT_IN, title_of
from gongqiao.needs.surveys.models import FormVersion
from gongqiao.web.ui.fields import DayField

MOST_BYTES = 5_000_000
WHO = (("active", _("所有在找活的人")), ("stale", _("有过时内容的人")), ("none", _("先不排人")))


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """None, one or several."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(each, initial) for each in given]


class UploadForm(forms.Form):
    """One that comes with the house, or an XLSForm or XForm and the files it names."""

    built_in = forms.ChoiceField(
        label=_("现成的表"),
        required=False,
        choices=[("", _("不用，自己传一张")), *((code, title_of(code)) for code in BUILT_IN)],
    )
    form = forms.FileField(label=_("调查表"), required=False, help_text=_("XLSForm 表格（.xlsx），或 XForm（.xml）。"))
    subject = forms.ChoiceField(label=_("问谁"), required=False, choices=Subject.choices)
    attached = FilesField(label=_("表里用到的文件"), required=False, help_text=_("选项表、图片、录音，可以选几个。"))

    def clean_form(self) -> "UploadedFile[Any] | None":
        file: UploadedFile[Any] | None = self.cleaned_data["form"]
        if file is None:
            return None
        if PurePath(str(file.name)).suffix.lower() not in (*KINDS, ".xml"):
            raise forms.ValidationError(_t("只收 %(kinds)s。") % {"kinds": "、".join((*KINDS, ".xml"))})
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_t("太大了，最多 %(most)d MB。") % {"most": MOST_BYTES // 1_000_000})
        return file

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "form" in data and bool(data["form"]) == bool(data.get("built_in")):
            self.add_error("form", _t("选一张现成的表，或者传一张，只要一样。"))
        if data.get("form") and not data.get("subject"):
            self.add_error("subject", _t("请选问谁。"))
        return data

    def draft(self) -> Draft:
        if code := self.cleaned_data["built_in"]:
            return Draft(*BUILT_IN[code])
        file = self.cleaned_data["form"]
        media = {PurePath(str(each.name)).name: each.read() for each in self.cleaned_data["attached"]}
        kind = PurePath(str(file.name)).suffix.lower()
        return Draft(file.read(), Subject(self.cleaned_data["subject"]), kind, media)


class ReviewersForm(forms.Form):
    reviewers = forms.ModelMultipleChoiceField(
        label=_("谁来审"), queryset=Membership.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reviewers"].queryset = colleagues  # type: ignore[attr-defined]
        self.fields["reviewers"].label_from_instance = lambda post: post.title  # type: ignore[attr-defined]


class CampaignForm(ReviewersForm):
    title = forms.CharField(label=_("名称"), max_length=120)
    purpose = forms.CharField(label=_("为什么问"), max_length=1000, widget=forms.Textarea({"rows": 3}))
    consent_text = forms.CharField(
        label=_("同意书的话"),
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("问之前念给他听；不同意的，不留名。"),
    )
    anonymous_use = forms.BooleanField(label=_("不愿留名的，答案可以只作统计"), required=False)
    quota = forms.IntegerField(label=_("要问多少人"), required=False, min_value=1, max_value=100_000)

    field_order = ("title", "purpose", "consent_text", "anonymous_use", "quota", "reviewers")

    def facts(self) -> CampaignFacts:
        data = {name: value for name, value in self.cleaned_data.items() if name != "reviewers"}
        return CampaignFacts(**data)


class WaveForm(forms.Form):
    """The next round: which form, when, whom."""

    version = forms.ModelChoiceField(label=_("用哪张表"), queryset=FormVersion.objects.none())
    opens_on = DayField(label=_("开始"))
    closes_on = DayField(label=_("截止"))
    who = forms.ChoiceField(label=_("问谁"), choices=WHO)
    most = forms.IntegerField(label=_("最多排多少人"), min_value=1, max_value=5_000, initial=300)

    def __init__(self, *args: Any, versions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].queryset = versions  # type: ignore[attr-defined]
        self.fields["version"].label_from_instance = _version_words  # type: ignore[attr-defined]
        today = timezone.localdate()
        self.fields["opens_on"].initial, self.fields["closes_on"].initial = today, today + timedelta(days=30)


def _version_words(row: FormVersion) -> str:
    return f"{row.form.title} {row.version}"


class AttemptForm(forms.Form):
    outcome = forms.ChoiceField(label=_("结果"), choices=AttemptOutcome.choices)
    note = forms.CharField(label=_("说明"), max_length=120, required=False)


class VerdictForm(forms.Form):
    """`seen`: the number of the version that the reviewer has before him; the page puts it in."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(
        label=_("怎么看"),
        choices=[
            (state.value, state.label)
            for state in (SubmissionState.APPROVED, SubmissionState.NEEDS_CORRECTION, SubmissionState.REJECTED)
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("说明"), max_length=200, required=False, help_text=_("要改、不用的，写为什么。"))
