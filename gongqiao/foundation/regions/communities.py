"""Communities of a prefecture that is not shipped, and points an operator has measured: from a CSV file, checked whole.

Columns: code (12 digits), name; parent, pinyin, initials, latitude and longitude (WGS-84) may be missing or empty.
"""

import csv
import gzip
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from gongqiao.foundation.people.names import name_keys
from gongqiao.foundation.regions.models import Level, Region

BATCH = 5000
MOST_FAULTS = 20
_CODE = re.compile(r"\d{12}")


class CommunityFileError(ValueError):
    """The file cannot be taken; the text names each line and why. Nothing was written."""


@dataclass(frozen=True)
class Loaded:
    new: int
    renamed: int
    placed: int  # points set


@dataclass(frozen=True)
class Line:
    number: int
    code: str
    name: str
    parent: str
    pinyin: str
    initials: str
    latitude: float | None
    longitude: float | None


def read(path: Path) -> list[Line]:
    """Every line of a CSV (UTF-8 or GB18030, .gz too); raises CommunityFileError naming up to 20 lines."""
    raw = path.read_bytes()
    raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    rows = csv.DictReader(io.StringIO(_text(raw)))
    missing = {"code", "name"} - set(rows.fieldnames or ())
    if missing:
        raise CommunityFileError(f"the first line lacks the columns {', '.join(sorted(missing))}")
    lines, faults = [], []
    for number, row in enumerate(rows, start=2):
        try:
            lines.append(_line(number, {key: (value or "").strip() for key, value in row.items() if key}))
        except ValueError as error:
            faults.append(f"line {number}: {error}")
    faults += _twice(lines)
    if faults:
        raise CommunityFileError("\n".join(faults[:MOST_FAULTS]))
    return lines


@transaction.atomic
def load(lines: Iterable[Line]) -> Loaded:
    """Insert what is missing, rename what is called otherwise now, set the points given; parents must stand already."""
    wanted = {line.code: line for line in lines}
    known = Region.objects.in_bulk(list(wanted))
    parents = set(
        Region.objects.filter(code__in={line.parent for line in wanted.values()}).values_list("code", flat=True)
    )
    orphans = [line for line in wanted.values() if line.parent not in parents]
    if orphans:
        told = "\n".join(f"line {line.number}: no street {line.parent}" for line in orphans[:MOST_FAULTS])
        raise CommunityFileError(f"{told}\nload the region tree first: ./run manage load_reference")
    new = [_region(line) for code, line in wanted.items() if code not in known]
    Region.objects.bulk_create(new, batch_size=BATCH)
    renamed = sum(row.name != wanted[code].name for code, row in known.items())
    changed = [row for code, row in known.items() if _change(row, wanted[code])]
    fields = ["name", "pinyin", "initials", "latitude", "longitude", "point_source"]
    Region.objects.bulk_update(changed, fields, batch_size=500)
    placed = sum(line.latitude is not None for line in wanted.values())
    return Loaded(len(new), renamed, placed)


def _change(row: Region, line: Line) -> bool:
    """Put into the row what the line says otherwise; whether that was anything."""
    before = row.name, row.latitude, row.longitude, row.point_source
    if line.name != row.name:
        row.name, row.pinyin, row.initials = line.name, *_keys(line)
    if line.latitude is not None:
        row.latitude, row.longitude, row.point_source = line.latitude, line.longitude, "operator"
    return (row.name, row.latitude, row.longitude, row.point_source) != before


def _region(line: Line) -> Region:
    pinyin, initials = _keys(line)
    return Region(
        code=line.code,
        name=line.name,
        level=Level.COMMUNITY,
        parent_id=line.parent,
        pinyin=pinyin,
        initials=initials,
        latitude=line.latitude,
        longitude=line.longitude,
        point_source="operator" if line.latitude is not None else "",
    )


def _keys(line: Line) -> tuple[str, str]:
    if line.pinyin and line.initials:
        return line.pinyin[:160], line.initials[:40]
    keys = name_keys(line.name)
    return keys.pinyin[0][:160], keys.initials[0][:40]


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return raw.decode("gb18030")
        except UnicodeDecodeError:
            raise CommunityFileError("the file is neither UTF-8 nor GB18030") from None


def _line(number: int, row: dict[str, str]) -> Line:
    code, name = row["code"], row["name"]
    if not _CODE.fullmatch(code) or code.endswith("000"):
        raise ValueError(f"{code!r} is no 12-digit code of a community")
    if not name or len(name) > 80:
        raise ValueError("a name of 1 to 80 signs is wanted")
    parent = row.get("parent", "") or f"{code[:9]}000"
    if parent != f"{code[:9]}000":
        raise ValueError(f"{code} does not lie in {parent}")
    latitude, longitude = _point(row.get("latitude", ""), row.get("longitude", ""))
    return Line(number, code, name, parent, row.get("pinyin", ""), row.get("initials", ""), latitude, longitude)


def _point(latitude: str, longitude: str) -> tuple[float | None, float | None]:
    if not latitude and not longitude:
        return None, None
    try:
        north, east = float(latitude), float(longitude)
    except ValueError:
        raise ValueError(f"({latitude}, {longitude}) is no point") from None
    if not (3 <= north <= 54 and 73 <= east <= 136):
        raise ValueError(f"({latitude}, {longitude}) does not lie in China: latitude first?")
    return north, east


def _twice(lines: Iterable[Line]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for line in lines:
        first = seen.setdefault(line.code, line.number)
        if first != line.number:
            yield f"line {line.number}: {line.code} stands on line {first} already"
