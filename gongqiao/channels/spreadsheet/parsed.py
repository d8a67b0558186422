"""What a sheet came to: rows that can be used, and findings at their cells."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from gongqiao.channels.spreadsheet.columns import Cell, Finding, Row, Severity, Sheet
from gongqiao.channels.spreadsheet.errors import CellError


class Taken(Protocol):
    """Something read from one or more rows."""

    @property
    def rows(self) -> tuple[int, ...]: ...


Item = TypeVar("Item", bound=Taken)
Fact = TypeVar("Fact")


@dataclass
class Parsed(Generic[Item]):
    """`items` by row number in the sheet; a row with an error is not among them."""

    sheet: Sheet
    items: dict[int, Item] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def left_out(self) -> int:
        """Rows that stand in the sheet and are not taken."""
        return len(self.sheet.rows) - sum(len(item.rows) for item in self.items.values())


class Reader:
    """Reads the cells of one row and gathers everything that is wrong with them."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.findings: list[Finding] = []

    @property
    def failed(self) -> bool:
        return any(finding.severity == Severity.ERROR for finding in self.findings)

    def cell(self, name: str) -> Cell | None:
        return self.row.cells.get(name)

    def said(self, name: str) -> bool:
        """Whether anything stands in that cell."""
        cell = self.cell(name)
        return cell is not None and (cell.formula or str(cell.value if cell.value is not None else "").strip() != "")

    def get(self, name: str, parse: Callable[[Cell | None], Fact], missing: Fact) -> Fact:
        """The fact of a column, or `missing` with an error at its cell."""
        try:
            return parse(self.cell(name))
        except CellError as error:
            self.error(name, str(error))
            return missing

    def error(self, name: str, message: str) -> None:
        self.findings.append(Finding(self._at(name), Severity.ERROR, message))

    def warn(self, name: str, message: str) -> None:
        self.findings.append(Finding(self._at(name), Severity.WARNING, message))

    def _at(self, name: str) -> str:
        cell = self.cell(name)
        return cell.address if cell else f"{self.row.number}"
