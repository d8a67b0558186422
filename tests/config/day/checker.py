"""A second opinion on a day's papers: reads the two sheets and the papers itself, with none of the product's code.

Only raw data files are shared (trades, points). Hard constraints are worked out again for every worker and every shift.
"""

import csv
import gzip
import io
import json
import math
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

ROOT = Path(__file__).resolve().parents[3]
TRADES = ROOT / "gongqiao/foundation/occupations/data/trades.json"
POINTS = ROOT / "gongqiao/foundation/regions/data/points_4502.csv.gz"
COMMUNITIES = ROOT / "gongqiao/foundation/regions/data/communities_4502.csv.gz"
STREETS = ROOT / "gongqiao/foundation/regions/data/regions.csv.gz"
EQUATOR_KM, FLATTENING = 6378.137, 1 / 298.257223563  # WGS 84
MAP_ERROR = 0.005  # one plane for a whole prefecture is off by less than this share of a distance
HALF_A_FEN = 0.005  # pay per hour is rounded to a fen
MONTH_HOURS = 174  # 21.75 days of 8 hours
SAID = {
    "远了": "distance",
    "每小时多": "pay",
    "缺证": "certificate",
    "那段时间没空": "hours",
    "要会": "skill",
    "未满 16": "under_16",
    "未满 18": "minor_hazard",
}
UNIT_HOURS = {"时": 1.0, "月": float(MONTH_HOURS)}


def rows_of(path: Path, header: int = 1) -> dict[int, dict[str, Any]]:
    """The lines of a sheet below its header, by their number."""
    page = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    lines = list(page.iter_rows(values_only=True))
    heads = [str(head) for head in lines[header - 1]]
    return {at: dict(zip(heads, line, strict=False)) for at, line in enumerate(lines[header:], header + 1)}


def packed(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(gzip.decompress(path.read_bytes()).decode())))


@cache
def trades() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(TRADES.read_text(encoding="utf-8"))
    return found


@cache
def trade_words() -> dict[str, dict[str, Any]]:
    return {word.lower(): row for row in trades()["trades"] for word in (row["name"], row["code"], *row["aliases"])}


def does(code: str) -> set[str]:
    """The trade and all above it."""
    parents = {row["code"]: row.get("parent") for row in trades()["trades"]}
    found, at = set(), code
    while at:
        found.add(at)
        at = parents[at]
    return found


def stands_for(code: str) -> set[str]:
    implied = {row["code"]: row["implies"] for row in trades()["certificates"]}
    found, left = set(), [code]
    while left:
        at = left.pop()
        found.add(at)
        left += implied[at]
    return found


@cache
def certificate_codes() -> dict[str, str]:
    return {unicodedata.normalize("NFKC", row["name"]): row["code"] for row in trades()["certificates"]}


@cache
def places() -> tuple[dict[str, tuple[float, float]], dict[str, str]]:
    """Points by code; codes by street and community written together."""
    points = {row["code"]: (float(row["latitude"]), float(row["longitude"])) for row in packed(POINTS)}
    streets = {row["code"]: row["name"] for row in packed(STREETS)}
    names = {streets[row["parent"]] + row["name"]: row["code"] for row in packed(COMMUNITIES)}
    return points, names


def point(written: Any) -> tuple[float, float] | None:
    points, names = places()
    text = str(written or "").strip()
    return points.get(text) or points.get(names.get(text, ""))


def kilometres(one: tuple[float, float], two: tuple[float, float]) -> float:
    """On the ellipsoid, with the radii at the middle latitude: good to a metre over a prefecture."""
    (north, east), (other_north, other_east) = ([math.radians(x) for x in point] for point in (one, two))
    middle, squared = (north + other_north) / 2, FLATTENING * (2 - FLATTENING)
    w = 1 - squared * math.sin(middle) ** 2
    along = EQUATOR_KM * (1 - squared) / w**1.5 * (other_north - north)
    across = EQUATOR_KM / math.sqrt(w) * math.cos(middle) * (other_east - east)
    return math.hypot(along, across)


@dataclass
class Worker:
    row: int
    name: str
    birth: date | None
    skills: dict[str, int]
    certificates: dict[str, date | None]
    week: dict[int, set[int]]
    home: tuple[float, float] | None
    farthest_km: float | None
    floor: float


@dataclass
class Shift:
    row: int
    title: str
    trade: dict[str, Any]
    level: int
    certificates: set[str]
    begins: datetime
    ends: datetime
    headcount: int
    place: tuple[float, float] | None
    pay_per_hour: float
    hazardous: bool


def read_worker(row: int, cells: dict[str, Any]) -> Worker:
    skills: dict[str, int] = {}
    for word in re.split("[、,，]", str(cells["工种"] or "")):
        name, level = re.fullmatch(r"(.*?)([123])?", word.strip()).groups()  # type: ignore[union-attr]
        if name.lower() in trade_words():
            skills[trade_words()[name.lower()]["code"]] = int(level or 0)
    held: dict[str, date | None] = {}
    for paper in filter(None, re.split("[；;]", str(cells["证书"] or ""))):
        name, _number, until = (paper.split("|") + ["", ""])[:3]
        for kind in stands_for(certificate_codes()[unicodedata.normalize("NFKC", name.strip())]):
            held[kind] = date.fromisoformat(until) if until else None
    return Worker(
        row=row,
        name=str(cells["姓名"]),
        birth=born(cells),
        skills=skills,
        certificates=held,
        week=week(str(cells["什么时候有空"] or "")),
        home=point(cells["家在社区"]),
        farthest_km=None if cells["最远公里"] in (None, "") else float(cells["最远公里"]),
        floor=float(cells["最低时薪(元)"] or 0),
    )


def born(cells: dict[str, Any]) -> date | None:
    number = str(cells["身份证号"] or "")
    if number:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    told = re.match(r"(\d{4})-(\d\d)-(\d\d)生", str(cells["备注"] or ""))
    return date(*map(int, told.groups())) if told else None


def week(text: str) -> dict[int, set[int]]:
    """Hours by weekday, from the form 周一至周五 07:00-19:00、20:00-22:00；周六 全天."""
    free: dict[int, set[int]] = defaultdict(set)
    for part in filter(None, text.split("；")):
        days, _space, spans = part.partition(" ")
        first, _to, last = days.replace("周", "").partition("至")
        run = range("一二三四五六日".index(first), "一二三四五六日".index(last or first) + 1)
        hours: set[int] = set()
        for span in spans.split("、"):
            begins, ends = (0, 24) if span == "全天" else (int(x[:2]) for x in span.split("-"))
            hours |= set(range(begins, ends))
        for day in run:
            free[day] |= hours
    return free


def read_shift(row: int, cells: dict[str, Any]) -> Shift:
    day = cells["日期"].date() if isinstance(cells["日期"], datetime) else cells["日期"]
    begins, ends = (datetime.combine(day, time.fromisoformat(str(cells[at])[:5])) for at in ("开始", "结束"))
    ends += timedelta(days=1) if ends <= begins else timedelta()
    trade = trade_words()[str(cells["工种"]).lower()]
    asked = {
        certificate_codes()[unicodedata.normalize("NFKC", n)] for n in str(cells["需要证书"] or "").split("；") if n
    }
    hours = (ends - begins).total_seconds() / 3600 - float(cells["休息分钟"] or 0) / 60
    pay, unit = float(cells["工钱"] or 0), str(cells["单位"])
    per_hour = math.inf if unit == "件" else pay / UNIT_HOURS.get(unit, hours)
    return Shift(
        row=row,
        title=str(cells["标题"]),
        trade=trade,
        level=int(cells["最低级别"] or 0),
        certificates=asked | set(trade["certificates"]["required"]),
        begins=begins,
        ends=ends,
        headcount=int(cells["人数"]),
        place=point(cells["地点(社区)"]),
        pay_per_hour=per_hour,
        hazardous=bool(trade["hazards"]),
    )


def birthday(birth: date, years: int) -> date:
    try:
        return birth.replace(year=birth.year + years)
    except ValueError:
        return date(birth.year + years, 3, 1)


def unmet(worker: Worker, shift: Shift, stretch: float = 0.0) -> list[str]:
    """Every hard constraint that this pair breaks; empty when he may go. His reach is stretched by a share."""
    broken = []
    day = shift.begins.date()
    if worker.birth is None:
        broken.append("age_unknown")
    elif day < birthday(worker.birth, 16):
        broken.append("under_16")
    elif shift.hazardous and day < birthday(worker.birth, 18):
        broken.append("minor_hazard")
    last = (shift.ends - timedelta(minutes=1)).date()
    for kind in shift.certificates:
        if kind not in worker.certificates or (worker.certificates[kind] or date.max) < last:
            broken.append("certificate")
            break
    if not any(
        shift.trade["code"] in does(code)
        and (shift.level <= 1 or (code == shift.trade["code"] and level >= shift.level))
        for code, level in worker.skills.items()
    ):
        broken.append("skill")
    at = shift.begins.replace(minute=0)
    while at < shift.ends:
        if at.hour not in worker.week.get(at.weekday(), set()):
            broken.append("hours")
            break
        at += timedelta(hours=1)
    if worker.home and shift.place and worker.farthest_km is not None:
        too_far = kilometres(worker.home, shift.place) > worker.farthest_km * (1 + stretch)
        broken += ["distance"] if too_far else []
    if shift.pay_per_hour + HALF_A_FEN < worker.floor:
        broken.append("pay")
    return broken


class Papers:
    """The sheets and the papers of one run."""

    def __init__(self, workers: Path, postings: Path, out: Path) -> None:
        self.facts = json.loads((out / "run.json").read_text(encoding="utf-8"))
        bad = {
            (line["文件"], str(line["哪一格（行）"]))
            for line in rows_of(out / "表格里要改的.xlsx").values()
            if line["轻重"] == "要改"
        }
        spoiled = {(file, int(re.sub(r"\D", "", cell))) for file, cell in bad}
        self.workers = {
            row: read_worker(row, cells)
            for row, cells in rows_of(workers).items()
            if (workers.name, row) not in spoiled
        }
        self.shifts = {
            row: read_shift(row, cells)
            for row, cells in rows_of(postings).items()
            if (postings.name, row) not in spoiled
        }
        self.spoiled_shifts = {row for file, row in spoiled if file == postings.name}
        self.pairs = [(each["worker_row"], each["posting_row"]) for each in self.facts["assignments"]]
        self.open = rows_of(out / "还缺的班次.xlsx", header=2)
        self.left_out = rows_of(out / "没派上的人.xlsx", header=2)
        self.assigned = rows_of(out / "派工表.xlsx", header=2)

    def broken(self) -> list[str]:
        """Every assignment that breaks a hard constraint, in words."""
        found = [
            f"row {worker} -> row {shift}: {rule}"
            for worker, shift in self.pairs
            for rule in unmet(self.workers[worker], self.shifts[shift], MAP_ERROR)
        ]
        for shift, count in Counter(shift for _worker, shift in self.pairs).items():
            if count > self.shifts[shift].headcount:
                found.append(f"row {shift}: {count} people on {self.shifts[shift].headcount} seats")
        by_worker: dict[int, list[Shift]] = defaultdict(list)
        for worker, shift in self.pairs:
            for other in by_worker[worker]:
                if other.begins < self.shifts[shift].ends and self.shifts[shift].begins < other.ends:
                    found.append(f"row {worker}: rows {other.row} and {shift} overlap")
            by_worker[worker].append(self.shifts[shift])
        return found

    def may(self, worker: int) -> tuple[list[int], list[int]]:
        """Rows of the shifts that nothing forbids him: surely, and with those on the very limit of his reach."""
        person = self.workers[worker]
        surely = [row for row, shift in self.shifts.items() if not unmet(person, shift, -MAP_ERROR)]
        return surely, [row for row, shift in self.shifts.items() if not unmet(person, shift, MAP_ERROR)]

    def false_reason(self, worker: int, says: str) -> str:
        """What is not true of the reason why he was left out; empty when all of it is."""
        person = self.workers[worker]
        surely, perhaps = self.may(worker)
        full = re.fullmatch(r"能去的 (\d+) 个班都满了，最合适的是“(.+)”。", says)
        if full:
            titles = {self.shifts[row].title for row in perhaps}
            true = len(surely) <= int(full[1]) <= len(perhaps) and full[2] in titles
            return "" if true else f"he may take {surely} to {perhaps}, among them {titles}"
        if says.startswith("先问清楚"):
            return "" if not person.week or not person.skills or person.birth is None else "nothing is unknown of him"
        miss = re.fullmatch(r"最近的是“(.+)”：(.+)。", says)
        if miss is None:
            return "not a reason that this checker knows"
        said = sorted(rule for start, rule in SAID.items() for part in miss[2].split("、") if part.startswith(start))
        fewest = min(len(unmet(person, shift, -MAP_ERROR)) for shift in self.shifts.values())
        lacks = [self._lacks(person, shift) for shift in self.shifts.values() if shift.title == miss[1]]
        if surely or len(said) > fewest or not any(said in each for each in lacks):
            return f"he may take {surely}; at “{miss[1]}” he lacks {lacks}; the least anywhere is {fewest}"
        return ""

    @staticmethod
    def _lacks(person: Worker, shift: Shift) -> list[list[str]]:
        """What he lacks there, with the limit of his reach drawn a little tighter and a little wider."""
        return [sorted(unmet(person, shift, stretch)) for stretch in (-MAP_ERROR, MAP_ERROR)]
