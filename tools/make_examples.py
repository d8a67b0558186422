"""The sheets in examples/: what an operator of a market of 2,000 people would bring for one day, slips included.

`python -m tools.make_examples`; the same day and seed give the same bytes.
"""

import argparse
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from gongqiao.channels.spreadsheet.writing import Column, OutSheet, workbook
from gongqiao.config.demo.employers import employers
from gongqiao.config.demo.needs import needs
from gongqiao.config.demo.people import people
from gongqiao.config.demo.sheets import posting_sheet_rows, worker_sheet_rows

ROOT = Path(__file__).resolve().parents[1]
SEED = 11
DAY = date(2026, 12, 1)
EVERY = 211  # a slip of the hand every so many rows
WIDTHS = {"身份证号": 22, "信用代码": 22, "家在社区": 26, "什么时候有空": 34, "工作内容": 36, "证书": 36, "工种": 24}


def slipped(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Mistakes that real sheets have: a digit turned, a place nobody knows, a trade misspelt, a name forgotten."""
    slips: list[dict[str, Any]] = [
        {"身份证号": "450299197503020012"},
        {"家在社区": "幸福里小区"},
        {"工种": "电悍工"},
        {"姓名": ""},
        {"最远公里": "很近"},
    ]
    return [
        {**row, **slips[at // EVERY % len(slips)]} if at % EVERY == EVERY - 1 else row for at, row in enumerate(rows)
    ]


def make(out: Path, *, people_count: int = 2000, shifts: int = 150, day: date = DAY) -> None:
    """workers.xlsx and postings.xlsx in `out`; `shifts` rows on `day`."""
    crowd = slipped(worker_sheet_rows(people(SEED, people_count, on=day)))
    firms = employers(SEED, max(20, shifts * 6 // 5))
    wishes = needs(SEED, firms, day - timedelta(days=1), 1, shifts_per_day=1, tomorrow_shifts=shifts)
    demand = [row for row in posting_sheet_rows(wishes) if row["日期"] == day]
    out.mkdir(parents=True, exist_ok=True)
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    for name, rows in (("workers", crowd), ("postings", demand)):
        columns = [Column(head, WIDTHS.get(head, 12)) for head in rows[0]]
        sheet = OutSheet("零工" if name == "workers" else "用工需求", columns, [list(row.values()) for row in rows])
        (out / f"{name}.xlsx").write_bytes(workbook([sheet], at=at))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.make_examples", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "examples")
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--shifts", type=int, default=150)
    options = parser.parse_args()
    make(options.out, people_count=options.people, shifts=options.shifts)


if __name__ == "__main__":
    main()
