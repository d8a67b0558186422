"""How far a place of work is from a community, in straight lines between the points of the official division."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import hypot

from gongqiao.engines.matching import project
from gongqiao.foundation.regions.queries import points

WALK, RIDE = 1200, 5000  # metres: what people walk, and what they ride


@dataclass(frozen=True)
class Nearness:
    """Metres in a straight line; `rough` where one end is the middle of a street or district, not the place itself."""

    metres: int
    rough: bool

    @property
    def band(self) -> int:
        """0 on foot, 1 by bicycle, 2 farther: within a band the earlier shift comes first."""
        return (self.metres > WALK) + (self.metres > RIDE)


def of(community: str, places: Iterable[str | None]) -> dict[str, Nearness]:
    """By place; a place or community without any point is left out."""
    wanted = {place for place in places if place}
    known = points([community, *wanted])
    home = known.get(community)
    if home is None:
        return {}
    origin = (home.latitude, home.longitude)
    found = {}
    for place in wanted & set(known):
        point = known[place]
        x, y = project(point.latitude, point.longitude, origin)
        found[place] = Nearness(round(hypot(x, y)), (home.rough or point.rough) and place != community)
    return found
