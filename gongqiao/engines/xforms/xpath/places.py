"""Points on the earth: distance along a line, area inside one (metres, square metres)."""

from itertools import pairwise
from math import asin, cos, radians, sin, sqrt

from gongqiao.engines.xforms.errors import XPathError
from gongqiao.engines.xforms.xpath.library import MANY, plain
from gongqiao.engines.xforms.xpath.values import Value, node_value, to_text

EARTH = 6378100.0  # metres, JavaRosa's GeoUtils.EARTH_EQUATORIAL_RADIUS_METERS
Point = tuple[float, float]


@plain("distance", 1, MANY)
def distance(*values: Value) -> Value:
    points = _points(values)
    return sum(_between(one, other) for one, other in pairwise(points))


@plain("area", 1, MANY)
def area(*values: Value) -> Value:
    """Of the polygon the points go round; 0 for fewer than three."""
    points = _points(values)
    if points and points[0] == points[-1]:
        points = points[:-1]
    if len(points) < 3:
        return 0.0
    return abs(_spherical(points))


def _between(one: Point, other: Point) -> float:
    """Haversine."""
    (lat1, lon1), (lat2, lon2) = [(radians(a), radians(b)) for a, b in (one, other)]
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH * asin(sqrt(half))


def _spherical(points: list[Point]) -> float:
    """The sum of trapezia between the equator and each side (Chamberlain and Duquette, JPL 07-03)."""
    total = 0.0
    for (lat1, lon1), (lat2, lon2) in pairwise([*points, points[0]]):
        total += radians(lon2 - lon1) * (2 + sin(radians(lat1)) + sin(radians(lat2)))
    return total * EARTH * EARTH / 2


def _points(values: tuple[Value, ...]) -> list[Point]:
    texts: list[str] = []
    for value in values:
        texts += [to_text(node_value(node)) for node in value] if isinstance(value, list) else [to_text(value)]
    return [_point(part) for text in texts for part in text.split(";") if part.strip()]


def _point(text: str) -> Point:
    parts = text.split()
    try:
        latitude, longitude = float(parts[0]), float(parts[1])
    except (IndexError, ValueError):
        raise XPathError(f"{text!r} is no point") from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise XPathError(f"{text!r} is not on the earth")
    return latitude, longitude
