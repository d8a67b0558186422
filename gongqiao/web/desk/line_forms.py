"""The manager's form of lines: which are on, in which order, when machines are quiet, what it may cost."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.money import yuan
from gongqiao.foundation.notify import channels
from gongqiao.foundation.notify.models import LineSettings
from gongqiao.web.ui.fields import YuanField

MONEY = {"day_fen": 10_000_000, "month_fen": 100_000_000, "text_fen": 100}  # the most, in fen
LABELS = {
    "day_fen": _("一天最多花（元）"),
    "month_fen": _("一个月最多花（元）"),
    "text_fen": _("一条短信多少钱（元）"),
}
MOST_PUSHES = 10


def _label(name: str) -> Any:
    """As the model calls it."""
    return next(field.verbose_name for field in LineSettings._meta.fields if field.name == name)


class MoneyField(YuanField):
    """At most `most` fen."""

    def __init__(self, most: int, **facts: Any) -> None:
        super().__init__(max_length=12, widget=forms.TextInput({"inputmode": "decimal"}), **facts)
        self.most = most

    def clean(self, value: Any) -> Any:
        fen = super().clean(value)
        if fen is not None and fen > self.most:
            raise forms.ValidationError(_t("最多 %(most)s。") % {"most": yuan(self.most)})
        return fen


class LinesForm(forms.Form):
    """One place number for each line that is on; an empty one is off."""

    quiet_from = forms.TimeField(widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    quiet_to = forms.TimeField(widget=forms.TimeInput({"type": "time"}, format="%H:%M"))

    def __init__(self, data: Any = None, *, row: LineSettings) -> None:
        super().__init__(data)
        self.order_fields(())
        for line in channels.machines():
            place = row.machines.index(line.name) + 1 if line.name in row.machines else None
            self.fields[f"place_{line.name}"] = forms.IntegerField(
                label=_("%(line)s：第几个试") % {"line": line.label},
                help_text=_("空着就是不用。") if line.ready() else _("这台服务器上没有设好"),
                min_value=1,
                max_value=9,
                required=False,
                initial=place,
            )
        for name in ("quiet_from", "quiet_to"):
            self.fields[name].label = _label(name)
            self.fields[name].initial = getattr(row, name)
        for name, most in MONEY.items():
            self.fields[name] = MoneyField(most, label=LABELS[name], initial=getattr(row, name))
        self.fields["pushes_a_day"] = forms.IntegerField(
            label=_label("pushes_a_day"),
            help_text=_("新活一核实，就告诉最合适的人；0 就是不推荐。"),
            min_value=0,
            max_value=MOST_PUSHES,
            initial=row.pushes_a_day,
        )

    def wanted(self) -> dict[str, Any]:
        data = self.cleaned_data
        places = {line.name: data[f"place_{line.name}"] for line in channels.machines()}
        on = sorted((name for name, place in places.items() if place), key=lambda name: places[name])
        return {"machines": on, **{name: data[name] for name in ("quiet_from", "quiet_to", *MONEY, "pushes_a_day")}}
