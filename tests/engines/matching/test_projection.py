"""Degrees to metres around Liuzhou, against known lengths on the WGS 84 ellipsoid."""

from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongqiao.engines.matching import project

LIUZHOU = (24.3264, 109.4281)


def test_origin_is_zero() -> None:
    assert project(*LIUZHOU, LIUZHOU) == (0, 0)


def test_a_tenth_of_a_degree_at_30_north() -> None:
    """A degree at latitude 30 is 110 852 m of meridian (between 29.5 and 30.5) and 96 486 m of parallel on WGS 84."""
    x, y = project(30.05, 110.05, (30.0, 110.0))
    assert abs(x - 4824.3) <= 1
    assert abs(y - 5542.6) <= 1


@given(st.floats(-0.2, 0.2), st.floats(-0.2, 0.2))
def test_opposite_points_mirror_each_other(north: float, east: float) -> None:
    x, y = project(LIUZHOU[0] + north, LIUZHOU[1] + east, LIUZHOU)
    back = project(LIUZHOU[0] - north, LIUZHOU[1] - east, LIUZHOU)
    assert hypot(x + back[0], y + back[1]) <= 2


def test_date_line_is_crossed_the_short_way() -> None:
    x, _ = project(0.0, -179.9, (0.0, 179.9))
    assert abs(x - 22_264) <= 1


@pytest.mark.parametrize(
    ("lat", "lon", "origin", "name"),
    [
        (91.0, 0.0, LIUZHOU, "lat"),
        (24.0, 181.0, LIUZHOU, "lon"),
        (float("nan"), 109.0, LIUZHOU, "lat"),
        (24.0, 109.0, (86.0, 109.0), "origin lat"),
    ],
)
def test_impossible_places_are_refused(lat: float, lon: float, origin: tuple[float, float], name: str) -> None:
    with pytest.raises(ValueError) as refused:
        project(lat, lon, origin)
    assert str(refused.value).startswith(f"{name} must lie between")
