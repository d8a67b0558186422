"""Points on the earth: distance along a line, area inside one (metres, square metres)."""

from itertools import pairwise
from math import asin, cos, pi, radians, sin, sqrt

from gongqiao.engines.xforms.errors import XPathError
from gongqiao.engines.xforms.xpath.library import MANY, plain
from gongqiao.engines.xforms.xpath.values import Value, node_value, to_text

EARTH = 6378100.0  # metres, JavaRosa's GeoUtils.EARTH_EQUATORIAL_RADIUS_METERS
Point = tuple[float, float]


@plain("distance", 1, MANY)
def distance(*values: Value) -> Value:
    points = _points(values)
    return sum((_between(one, other) for one, other in pairwise(points)), 0.0)


@plain("area", 1, MANY)
def area(*values: Value) -> Value:
    """Of the polygon the points go round; 0 for fewer than three."""
    points = _points(values)
    return abs(_flat(points)) if len(points) >= 3 else 0.0


@plain("enclosed-area", 1, MANY)
def enclosed_area(*values: Value) -> Value:
    return area(*values)


@plain("geofence", 2)
def geofence(point: Value, shape: Value) -> Value:
    """Is the point in the shape, whose last point is its first: does a ray from it cross an odd number of sides."""
    here, around = _points((point,)), _points((shape,))
    if len(here) != 1 or not around:
        raise XPathError("geofence() takes a point and a closed shape")
    y, x = here[0]
    crossed = [
        (y2 > y) != (y1 > y) and x < (x1 - x2) * (y - y2) / (y1 - y2) + x2 for (y1, x1), (y2, x2) in pairwise(around)
    ]
    return sum(crossed) % 2 == 1


def _between(one: Point, other: Point) -> float:
    """Haversine."""
    (lat1, lon1), (lat2, lon2) = [(radians(a), radians(b)) for a, b in (one, other)]
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH * asin(sqrt(half))


def _flat(points: list[Point]) -> float:
    """Triangles from the first point, on a plane that touches the globe there (JavaRosa's GeoUtils)."""
    (first_lat, first_lon), around = points[0], 2 * pi * EARTH / 360
    flat = [((lon - first_lon) * around * cos(radians(lat)), (lat - first_lat) * around) for lat, lon in points[1:]]
    return sum((y1 * x2 - y2 * x1) / 2 for (x1, y1), (x2, y2) in pairwise(flat))


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
