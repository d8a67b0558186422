"""Reading the tree."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from gongqiao.foundation.regions.models import Level, Region, short_name

_DIGITS = {Level.PROVINCE: 2, Level.CITY: 4, Level.COUNTY: 6, Level.STREET: 9, Level.COMMUNITY: 12}


@dataclass(frozen=True)
class Point:
    """WGS-84 degrees; `rough` when it is a parent's point or an illustration, and the screen must say so."""

    latitude: float
    longitude: float
    rough: bool


def prefix(code: str, level: int) -> str:
    """The part of the 12 digits that all places below share."""
    return code[: _DIGITS[Level(level)]]


def below(region: Region, level: int | None = None) -> QuerySet[Region]:
    """All places inside `region`, itself included."""
    found = Region.objects.filter(code__startswith=prefix(region.code, region.level))
    return found.filter(level=level) if level else found


def streets(region: Region) -> QuerySet[Region]:
    """District by district."""
    return below(region, Level.STREET).select_related("parent").order_by("code")


def communities(region: Region) -> QuerySet[Region]:
    return below(region, Level.COMMUNITY).select_related("parent").order_by("code")


def communities_by_street(region: Region) -> list[tuple[str, list[tuple[str, str]]]]:
    """For a list to choose from: street, then code and short name of its communities. Plain rows, they are many."""
    rows = below(region, Level.COMMUNITY).order_by("code").values_list("parent_id", "parent__name", "code", "name")
    groups: dict[str | None, tuple[str, list[tuple[str, str]]]] = {}
    for parent, street, code, name in rows:
        groups.setdefault(parent, (street or "", []))[1].append((code, short_name(name)))
    return list(groups.values())


def search(text: str, *, inside: Region) -> QuerySet[Region]:
    """Places by name, pinyin or initials, inside a region (a market's city)."""
    words = text.strip().lower()
    match = Q(name__contains=words) | Q(initials__startswith=words) | Q(pinyin__startswith=words)
    return below(inside).filter(match).select_related("parent").order_by("-level", "code")


def points(codes: Iterable[str]) -> dict[str, Point]:
    """The point of each place; one without a point of its own takes its nearest ancestor's, marked rough."""
    wanted = {code for code in codes if code}
    ancestors = {code[:digits].ljust(12, "0") for code in wanted for digits in _DIGITS.values()}
    rows = Region.objects.filter(code__in=wanted | ancestors, latitude__isnull=False)
    known = {row[0]: row[1:] for row in rows.values_list("code", "latitude", "longitude", "point_source")}
    found: dict[str, Point] = {}
    for code in wanted:
        for digits in sorted(_DIGITS.values(), reverse=True):
            place = code[:digits].ljust(12, "0")
            latitude, longitude, source = known.get(place, (None, None, ""))
            if latitude is not None and longitude is not None:
                found[code] = Point(latitude, longitude, rough=place != code or source != "operator")
                break
    return found
