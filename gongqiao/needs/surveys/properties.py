"""Which facts of a dossier a question may name in its `save_to`, and how its answer becomes the fact."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gongqiao.foundation.occupations.trades import catalogue
from gongqiao.foundation.regions.models import Region
from gongqiao.needs.dossiers import hours
from gongqiao.needs.dossiers.enums import Channel, Concern, Travel

MOST_YUAN, MOST_KM = 1_000, 200
WEEKDAYS = {"weekday": range(5), "weekend": range(5, 7)}


@dataclass(frozen=True)
class Property:
    """`field` of the dossier; `convert` gives its value, None for an answer that is no such fact."""

    field: str
    convert: Callable[[str], Any]


def _fen(text: str) -> int | None:
    yuan = _number(text)
    return round(yuan * 100) if yuan is not None and 0 < yuan <= MOST_YUAN else None


def _metres(text: str) -> int | None:
    km = _number(text)
    return round(km * 1000) if km is not None and 0 < km <= MOST_KM else None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _one_of(known: Callable[[], set[str]]) -> Callable[[str], str | None]:
    return lambda text: text if text in known() else None


def _some_of(known: Callable[[], set[str]]) -> Callable[[str], list[str] | None]:
    def convert(text: str) -> list[str] | None:
        codes = [code for code in text.split() if code in known()]
        return codes or None

    return convert


def _trades() -> set[str]:
    return set(catalogue().trades)


def _community(text: str) -> str | None:
    return text if Region.objects.filter(code=text, level=5).exists() else None


def _languages(text: str) -> list[str] | None:
    return [said for said in text.replace("、", " ").split() if len(said) <= 10][:8] or None


def week_of(text: str) -> str | None:
    """`weekday_morning weekend_night …` as the hours of a week."""
    week = [0] * 7
    for code in text.split():
        days, _, part = code.partition("_")
        if days in WEEKDAYS and part in hours.PARTS:
            for day in WEEKDAYS[days]:
                week[day] |= hours.mask(*hours.PARTS[part])
    return hours.to_hex(tuple(week)) if any(week) else None


PROPERTIES: Mapping[str, Property] = {
    "pay_floor_yuan": Property("pay_floor", _fen),
    "max_km": Property("max_distance_m", _metres),
    "free_parts": Property("week_hours", week_of),
    "preferred": Property("preferred", _some_of(_trades)),
    "training_wishes": Property("training_wishes", _some_of(_trades)),
    "concerns": Property("concerns", _some_of(lambda: set(Concern.values))),
    "languages": Property("languages", _languages),
    "travel": Property("travel", _one_of(lambda: set(Travel.values))),
    "channel": Property("channel", _one_of(lambda: set(Channel.values))),
    "channel_note": Property("channel_note", lambda text: text[:60] or None),
    "home": Property("home", _community),
}


def facts_of(said: Mapping[str, str]) -> dict[str, Any]:
    """Field → value, of answers by the property they are saved to; what is no fact is left out."""
    found = {}
    for name, text in said.items():
        if name in PROPERTIES and text:
            value = PROPERTIES[name].convert(text)
            if value is not None:
                found[PROPERTIES[name].field] = value
    return found
