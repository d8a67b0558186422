"""Degrees to whole metres around one town, so that every distance in the engine is exact integer arithmetic.

Method: equirectangular ("equidistant cylindrical") map with its standard parallel at the origin, scaled with the two
radii of curvature of the WGS 84 ellipsoid there (Snyder, Map Projections: A Working Manual, USGS Professional Paper
1395, 1987: the map in section 12, the radii in section 4). Coordinates of one market must share a datum: convert GCJ-02
to WGS 84 before calling.
"""

from math import cos, floor, isfinite, radians, sin, sqrt

SEMI_MAJOR_METRES = 6_378_137.0
ECCENTRICITY_SQUARED = 0.006_694_379_990_14
STEEPEST_ORIGIN_DEGREES = 85.0


def project(lat: float, lon: float, origin: tuple[float, float]) -> tuple[int, int]:
    """(x east, y north) of a point in whole metres from `origin` = (lat, lon), all in degrees; halves round up.

    Raises ValueError for anything that is not a latitude or longitude, and for an origin within 5 degrees of a pole.
    """
    lat0, lon0 = origin
    _check_degrees("lat", lat, 90.0)
    _check_degrees("lon", lon, 180.0)
    _check_degrees("origin lat", lat0, STEEPEST_ORIGIN_DEGREES)
    _check_degrees("origin lon", lon0, 180.0)
    meridional, transverse = _radii(radians(lat0))
    east = (lon - lon0 + 180.0) % 360.0 - 180.0
    x = transverse * cos(radians(lat0)) * radians(east)
    y = meridional * radians(lat - lat0)
    return floor(x + 0.5), floor(y + 0.5)


def _radii(latitude: float) -> tuple[float, float]:
    """Radii of curvature along the meridian and across it, metres."""
    w = 1.0 - ECCENTRICITY_SQUARED * sin(latitude) ** 2
    return SEMI_MAJOR_METRES * (1.0 - ECCENTRICITY_SQUARED) / w**1.5, SEMI_MAJOR_METRES / sqrt(w)


def _check_degrees(name: str, value: float, limit: float) -> None:
    if not isfinite(value) or abs(value) > limit:
        raise ValueError(f"{name} must lie between -{limit:g} and {limit:g} degrees, got {value!r}")
