"""The papers of a day as files in one folder, all or none."""

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from gongqiao.channels.spreadsheet import daysheets
from gongqiao.channels.spreadsheet.writing import Column, OutSheet, workbook
from gongqiao.channels.word.dayreport import dayreport
from gongqiao.config.day.run import Day, Trouble

WORDS = {"error": "要改", "warning": "提醒", "note": "说明"}
MARK = "run.json"


def write(day: Day, out: Path) -> list[Path]:
    """Write beside, then move into place: a broken run leaves the earlier papers as they were."""
    made = _papers(day)
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        for name, content in made.items():
            (beside / name).write_bytes(content)
        out.mkdir(exist_ok=True)
        for name in made:
            os.replace(beside / name, out / name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return [out / name for name in made]


def _papers(day: Day) -> dict[str, bytes]:
    book, at = day.book, day.moment
    sheets = {
        "电话单.xlsx": daysheets.call_list(book),
        "派工表.xlsx": daysheets.assignments(book, day.sources),
        "还缺的班次.xlsx": daysheets.open_shifts(book),
        "没派上的人.xlsx": daysheets.left_out(book),
        "表格里要改的.xlsx": _to_correct(day.troubles),
    }
    papers = {name: workbook([sheet], at=at) for name, sheet in sheets.items()}
    return {**papers, "日报.docx": dayreport(book), MARK: _facts(day)}


def _to_correct(troubles: list[Trouble]) -> OutSheet:
    columns = [Column("文件", 20), Column("哪一格（行）", 12), Column("轻重", 8), Column("说明", 60)]
    rows = [[each.file, each.cell, WORDS[each.severity], each.message] for each in troubles]
    return OutSheet("表格里要改的", columns, rows)


def _facts(day: Day) -> bytes:
    """Everything needed to hold the run against its sheets, or to run it again."""
    book, run = day.book, day.book.run
    facts: dict[str, Any] = {
        "date": run.day.isoformat(),
        "made_at": day.moment.isoformat(),
        "policy": run.policy,
        "seed": run.seed,
        "verified_by": day.order.verified_by,
        "inputs_digest": run.inputs_digest,
        "gap": run.facts.get("gap"),
        "replayed": day.replayed,
        "audit_chain": day.chain_fault or "whole",
        "counts": book.counts,
        "sheets": {
            batch.kind: {"file": batch.filename, "sha256": batch.sha256, "rows": batch.rows, "taken": batch.taken}
            for batch in (day.workers, day.postings)
        },
        "assignments": [
            {
                "worker_row": day.sources.workers[row.dossier_id],
                "posting_row": day.sources.shifts[row.shift_id],
                "seat": row.seat,
                "score": row.score,
            }
            for row in book.assignments
        ],
        "refused": run.facts.get("refused", []),
    }
    return (json.dumps(facts, ensure_ascii=False, indent=1) + "\n").encode()
