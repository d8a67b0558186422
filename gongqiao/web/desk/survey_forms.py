"""Forms of the desk for surveys: a form to upload, a campaign, a wave, an attempt, a verdict."""

from collections.abc import Mapping
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
from gongqiao.foundation.organisations.roles import ROLES, Right
from gongqiao.needs.surveys import queries
from gongqiao.needs.surveys.actions.fieldwork import CampaignFacts
from gongqiao.needs.surveys.actions.keying import Head
from gongqiao.needs.surveys.actions.publishing import Draft
from gongqiao.needs.surveys.enums import AttemptOutcome, Subject, SubmissionState
from gongqiao.needs.surveys.errors import HeadRefused
from gongqiao.needs.surveys.forms import BUILT_IN, title_of
from gongqiao.needs.surveys.models import FieldTask, FormVersion, Paper, Wave
from gongqiao.web.ui.fields import DayField
from gongqiao.web.ui.sheets import MOST_FILE

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

    version = forms.ModelChoiceField(
        label=_("用哪张表"), queryset=FormVersion.objects.none(), empty_label=_("选一张表")
    )
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


class HeadForm(forms.Form):
    """The head of a paper: whom it asks, the day, who asked, pictures of it. `carried`: what the paper before it said,
    or the list from which it was opened."""

    CARRIED = ("who", "asked_on", "collector")

    who = forms.CharField(
        label=_("问的是谁"),
        max_length=60,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    asked_on = DayField(label=_("哪天问的"))
    collector = forms.ModelChoiceField(label=_("谁问的"), queryset=Membership.objects.none(), empty_label=_("选一个人"))
    scanned = FilesField(
        label=_("纸表的照片"), required=False, help_text=_("照片或 PDF，可以选几张；加密存着，审的人能看。")
    )

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        by: Membership,
        wave: Wave,
        paper: Paper | None,
        carried: Mapping[str, str],
    ) -> None:
        told = (
            {"who": _called(paper.task), "asked_on": paper.asked_on, "collector": paper.collector_id} if paper else {}
        )
        super().__init__(data, files, initial={**carried, **told})
        self.by, self.wave = by, wave
        self.task: FieldTask | None = None
        nameless = (
            _t("姓名、档案号都行；纸上没写名字的空着。") if wave.campaign.anonymous_use else _t("姓名、档案号都行。")
        )
        self.fields["who"].help_text = nameless
        roles = [role for role, info in ROLES.items() if Right.SURVEY_COLLECT in info.rights]
        askers = Membership.objects.filter(role__in=roles).order_by("title", "pk")
        self.fields["collector"].queryset = askers  # type: ignore[attr-defined]
        self.fields["collector"].label_from_instance = lambda post: post.title  # type: ignore[attr-defined]

    def clean_who(self) -> str:
        """One of those the wave asks, and no doubt which."""
        said: str = self.cleaned_data["who"].strip()
        if not said:
            return said
        found = queries.called(self.by, self.wave, said)
        if not found:
            raise forms.ValidationError(_t("这一轮要问的人里没有“%(who)s”。") % {"who": said})
        if len(found) > 1:
            names = "、".join(_called(task, whole=True) for task in found[:5])
            raise forms.ValidationError(_t("对得上的有几个：%(names)s。请写档案号。") % {"names": names})
        self.task = found[0]
        return said

    def head(self) -> Head:
        return Head(self.task, self.cleaned_data["asked_on"], self.cleaned_data["collector"])

    def scans(self) -> list[bytes]:
        """Refused when one is too large to be read."""
        for file in self.cleaned_data["scanned"]:
            if (file.size or 0) > MOST_FILE:
                told = {"name": file.name, "most": MOST_FILE // 1_000_000}
                raise HeadRefused("scanned", _t("“%(name)s”太大，最多 %(most)d MB。") % told)
        return [file.read() for file in self.cleaned_data["scanned"]]


def _called(task: FieldTask | None, *, whole: bool = False) -> str:
    """As the head of a paper names him: by his number, with his name where there are several."""
    if task is None:
        return ""
    if task.dossier is not None:
        return f"{task.dossier.person.name} {task.dossier.number}" if whole else task.dossier.number
    return task.employer.organisation.name if task.employer is not None else task.cell


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
