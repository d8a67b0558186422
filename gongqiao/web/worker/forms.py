"""One fact of his file put right by the worker himself: one small form for each."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gongqiao.needs.dossiers import hours, words
from gongqiao.needs.dossiers.enums import Channel, Concern, SkillLevel, Travel
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.web.ui.fields import YuanField, community_choices, trade_choices

CHOOSE = ("", _("选一个"))
DISTANCES = (1, 2, 3, 5, 8, 10, 15, 20, 30)  # km
WEEKS = {"all": range(7), "work": range(5), "end": range(5, 7)}
WHEN = [("all", _("天天")), ("work", _("周一到周五")), ("end", _("周六周日"))]
PARTS = [("morning", _("上午")), ("afternoon", _("下午")), ("evening", _("晚上")), ("night", _("半夜"))]


def label(name: str) -> str:
    """As he reads it: the desk's own word speaks of him."""
    return gettext("先怎么找您") if name == "channel" else words.label(name)


class SayForm(forms.Form):
    """`field`: which fact; it shows what the file says today; `values()` is what the dossier's own action takes."""

    def __init__(self, field: str, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{field}-%s", "initial": _today(field, dossier), **kwargs})
        self.field, self.dossier = field, dossier
        self.fields = dict(_fields(field, dossier))

    def values(self) -> dict[str, Any]:
        said = self.cleaned_data
        match self.field:
            case "home":
                return {"home_id": said["value"]}
            case "max_distance_m":
                return {"max_distance_m": round(float(said["value"]) * 1000)}
            case "preferred" | "training_wishes":
                before = getattr(self.dossier, self.field)
                return {self.field: [*before, *({said["value"]} - set(before))]}
            case "languages":
                return {"languages": [each for each in said["value"].replace("，", "、").split("、") if each.strip()]}
            case "week_hours":
                return {"week_hours": _week(said["days"], said["value"])}
        return {self.field: said["value"]}


FIELDS = (
    "channel",
    "home",
    "week_hours",
    "max_distance_m",
    "travel",
    "pay_floor",
    "preferred",
    "languages",
    "training_wishes",
    "concerns",
)


def _today(field: str, dossier: Dossier) -> dict[str, Any]:
    """Saved without a change, a form changes nothing; what is added to a list begins empty."""
    match field:
        case "home":  # chosen on a page of its own
            return {}
        case "max_distance_m":
            return {"value": f"{dossier.max_distance_m / 1000:g}" if dossier.max_distance_m else ""}
        case "languages":
            return {"value": "、".join(dossier.languages)}
        case "week_hours":
            return _asked_week(dossier.week_hours)
        case "preferred" | "training_wishes":
            return {}
    return {"value": getattr(dossier, field)}


def _asked_week(week_hours: str) -> dict[str, Any]:
    """The answers that would give this week; none where no answer does."""
    week = hours.from_hex(week_hours)
    for days, chosen in WEEKS.items():
        parts = [part for part, _said in PARTS if week[chosen[0]] & hours.mask(*hours.PARTS[part])]
        if parts and _week(days, parts) == week_hours:
            return {"days": days, "value": parts}
    return {}


def _distances(now: int | None) -> list[tuple[str, Any]]:
    kilometres = sorted({*DISTANCES, *([now / 1000] if now else [])})
    return [CHOOSE, *((f"{km:g}", _("%(km)s 公里") % {"km": f"{km:g}"}) for km in kilometres)]


def _fields(field: str, dossier: Dossier) -> dict[str, forms.Field]:
    common: dict[str, Any] = {"label": label(field)}
    match field:
        case "channel":
            return {"value": forms.ChoiceField(choices=Channel.choices, **common)}
        case "travel":
            return {"value": forms.ChoiceField(choices=[CHOOSE, *Travel.choices], **common)}
        case "home":
            return {"value": forms.ChoiceField(choices=community_choices(dossier.market), **common)}
        case "max_distance_m":
            return {"value": forms.ChoiceField(choices=_distances(dossier.max_distance_m), **common)}
        case "pay_floor":
            return {"value": YuanField(max_length=8, widget=forms.TextInput({"inputmode": "decimal"}), **common)}
        case "preferred" | "training_wishes":
            return {"value": forms.ChoiceField(choices=trade_choices(), **common)}
        case "languages":
            return {"value": forms.CharField(max_length=60, help_text=_("几样用顿号隔开：普通话、桂柳话"), **common)}
        case "concerns":
            boxes = forms.CheckboxSelectMultiple()
            return {"value": forms.MultipleChoiceField(choices=Concern.choices, widget=boxes, **common)}
        case "week_hours":
            boxes = forms.CheckboxSelectMultiple()
            return {
                "days": forms.ChoiceField(label=_("哪几天"), choices=WHEN),
                "value": forms.MultipleChoiceField(label=_("什么时候"), choices=PARTS, widget=boxes),
            }
    raise ValueError(f"no form for {field!r}")


def _week(days: str, parts: list[str]) -> str:
    free = sum(hours.mask(*hours.PARTS[part]) for part in parts)
    return hours.to_hex(tuple(free if day in WEEKS[days] else 0 for day in range(7)))


class SkillForm(forms.Form):
    """A trade he can do, in his own words of how well."""

    trade = forms.ChoiceField(label=_("会什么"), choices=trade_choices)
    level = forms.TypedChoiceField(label=_("多熟"), choices=SkillLevel.choices, coerce=int)
