"""Forms of the sheets page: a file to bring in, a period to take out, a purpose to write down."""

from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gongqiao.channels.spreadsheet.exports import LEAST_PURPOSE
from gongqiao.channels.spreadsheet.safety import MOST_FILE_BYTES, too_large
from gongqiao.needs.surveys.models import Campaign, Wave
from gongqiao.web.ui.fields import DayField

ACCEPTED = ".xlsx,.xlsm,.xls,.ods,.csv,.txt"


class SheetForm(forms.Form):
    """One file. Its size is looked at before anything of it is read."""

    file = forms.FileField(
        label=_("选一个表"),
        allow_empty_file=True,  # the reader says what is wrong with it, in one voice with all other faults
        widget=forms.ClearableFileInput({"accept": ACCEPTED}),
        help_text=_("Excel 或 WPS 的 .xlsx、.xls，或 CSV；最多 20 MB。"),
        error_messages={"required": _("还没有选文件。")},
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_FILE_BYTES:
            raise forms.ValidationError(str(too_large(file.size or 0)))
        return file


class PeriodForm(forms.Form):
    """Two days, both included."""

    first = DayField(label=_("从哪天"))
    last = DayField(label=_("到哪天"))

    @classmethod
    def between(cls, first: date, last: date, prefix: str) -> "PeriodForm":
        return cls(initial={"first": first, "last": last}, auto_id=f"{prefix}-%s")


class DossiersForm(forms.Form):
    """Why the list is taken, and whether with whole identity numbers."""

    q = forms.CharField(
        label=_("只要这些人"),
        max_length=60,
        required=False,
        help_text=_("和查人一样写：姓名、拼音、后四位；空着就是全部。"),
    )
    purpose = forms.CharField(
        label=_("拿去做什么"),
        max_length=120,
        min_length=LEAST_PURPOSE,
        help_text=_("会写在表上，也记在操作记录里。"),
    )
    whole_numbers = forms.BooleanField(label=_("写全身份证号（平常只露头三位和后四位）"), required=False)

    def __init__(self, data: Any = None, *, whole: bool) -> None:
        super().__init__(data, auto_id="dossiers-%s")
        if not whole:
            del self.fields["whole_numbers"]


class WaveField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Waves by their number."""

    def label_from_instance(self, obj: Any) -> str:
        return gettext("第 %(number)s 轮") % {"number": obj.number}


class AnswersForm(forms.Form):
    """Of which wave, as what, and why."""

    wave = WaveField(Wave._base_manager.none(), label=_("哪一轮"), required=False, empty_label=_("所有轮次"))
    kind = forms.ChoiceField(
        label=_("什么样的表"),
        choices=[("xlsx", _("工作簿：重复的部分各有一张表")), ("csv", _("一张宽表（CSV）"))],
    )
    purpose = forms.CharField(
        label=_("拿去做什么"), max_length=120, min_length=LEAST_PURPOSE, help_text=_("会记在操作记录里。")
    )

    def __init__(self, data: Any = None, *, campaign: Campaign) -> None:
        super().__init__(data, auto_id="answers-%s")
        self.fields["wave"].queryset = campaign.waves.order_by("number")  # type: ignore[attr-defined]
