"""Loading the region tree and its points from the seed files shipped with the package."""

import csv
import gzip
import io
from collections.abc import Iterator
from importlib import resources

from django.db import transaction

from gongqiao.foundation.regions.models import Region

BATCH = 5000


def rows(name: str) -> Iterator[dict[str, str]]:
    packed = resources.files(__package__).joinpath("data", name).read_bytes()
    yield from csv.DictReader(io.StringIO(gzip.decompress(packed).decode()))


@transaction.atomic
def load(
    names: tuple[str, ...] = ("regions.csv.gz", "communities_4502.csv.gz"),
    points: str = "points_4502.csv.gz",
    within: str = "",
) -> int:
    """Insert what is missing, parents before children; points an operator has set are kept. Returns the new places.

    `within`, the first digits of a place (4502), takes only what lies in it and what it lies in.
    """
    at = {row["code"]: row for row in rows(points)}
    known = set(Region.objects.values_list("code", flat=True))
    fresh = []
    for name in names:
        for row in rows(name):
            wanted = row["code"].startswith(within) or within.startswith(row["code"].rstrip("0"))
            if wanted and row["code"] not in known:
                point = at.get(row["code"])
                fresh.append(
                    Region(
                        code=row["code"],
                        name=row["name"],
                        level=int(row["level"]),
                        parent_id=row["parent"] or None,
                        pinyin=row["pinyin"],
                        initials=row["initials"],
                        latitude=float(point["latitude"]) if point else None,
                        longitude=float(point["longitude"]) if point else None,
                        point_source=point["source"] if point else "",
                    )
                )
    fresh.sort(key=lambda region: (region.level, region.code))
    Region.objects.bulk_create(fresh, batch_size=BATCH)
    return len(fresh)
