"""A file's values as people say them: for the page, its history, and paper."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongqiao.foundation import money
from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.people.models import BirthEvidence
from gongqiao.foundation.regions.models import Region
from gongqiao.needs.dossiers import hours
from gongqiao.needs.dossiers.enums import Channel, Concern, Travel
from gongqiao.needs.dossiers.models import Dossier, DossierValue

IDENTITY: dict[str, str | Promise] = {
    "name": gettext_lazy("姓名"),
    "identity": gettext_lazy("身份证号"),
    "birth": gettext_lazy("出生日期"),
    "phone": gettext_lazy("手机"),
}
IN_WORDS: dict[str, str | Promise] = {  # columns whose names give a unit that the words do not use
    "max_distance_m": gettext_lazy("最远"),
    "pay_floor": gettext_lazy("每小时至少"),
}
# In this order on the page.
NAMES = (
    *IDENTITY,
    "channel",
    "channel_note",
    "home",
    "week_hours",
    "max_distance_m",
    "travel",
    "pay_floor",
    "preferred",
    "languages",
    "training_wishes",
    "concerns",
    "note",
)


def label(name: str) -> str:
    known = {**IDENTITY, **IN_WORDS}
    return str(known[name] if name in known else Dossier._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def places(values: Iterable[DossierValue]) -> dict[str, str]:
    """Names of the communities that values mention, in one query."""
    codes = {value.value for value in values if value.field == "home" and value.value}
    return {row.code: row.short_name for row in Region.objects.filter(code__in=codes)}


def of_value(name: str, value: Any, homes: Mapping[str, str]) -> str:
    """暂缺 for what is not known; a code nobody knows any more stands as it is."""
    if value in (None, "", [], ()):
        return _("暂缺")
    if name == "home":
        return homes.get(value, str(value))
    return _WORDS.get(name, str)(value)


def _one(choices: type[Any]) -> Callable[[Any], str]:
    return lambda value: str(choices(value).label) if value in choices.values else str(value)


def _trades(codes: Iterable[str]) -> str:
    known = catalogue().trades
    return _("、").join(known[code].name if code in known else code for code in codes)


def _concerns(kinds: Iterable[str]) -> str:
    return _("、").join(_one(Concern)(kind) for kind in kinds)


def _kilometres(metres: int) -> str:
    return _("%(km)s 公里") % {"km": f"{metres / 1000:g}"}


_WORDS: dict[str, Callable[[Any], str]] = {
    "birth": _one(BirthEvidence),
    "channel": _one(Channel),
    "travel": _one(Travel),
    "week_hours": hours.words,
    "max_distance_m": _kilometres,
    "pay_floor": lambda fen: _("%(yuan)s一小时") % {"yuan": money.yuan(int(fen))},
    "preferred": _trades,
    "training_wishes": _trades,
    "languages": lambda said: _("、").join(said),
    "concerns": _concerns,
}
