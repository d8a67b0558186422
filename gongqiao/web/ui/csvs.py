"""One table as CSV, as a spreadsheet of any make opens it."""

import csv
import io
from collections.abc import Iterable, Sequence

MARK = "\ufeff"  # in front, so that a spreadsheet reads Chinese


def csv_of(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """No cell begins a formula."""
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(columns)
    lines.writerows([_plain(cell) for cell in row] for row in rows)
    return MARK + out.getvalue()


def _plain(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value
