"""表格里要改的: the findings of an import as a sheet of its own."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from gongqiao.channels.papers import Paper
from gongqiao.channels.spreadsheet.columns import Severity
from gongqiao.channels.spreadsheet.models import ImportBatch
from gongqiao.channels.spreadsheet.previews import Preview
from gongqiao.channels.spreadsheet.writing import Column, OutSheet, workbook

Trouble = tuple[str, str, Severity, str]


def to_correct(troubles: Iterable[Trouble]) -> OutSheet:
    """Lines of file, cell (or row), how bad, what."""
    words = {Severity.ERROR: _("要改"), Severity.WARNING: _("看一眼"), Severity.NOTE: _("知道就行")}
    columns = [Column(_("文件"), 20), Column(_("哪一格（行）"), 12), Column(_("轻重"), 10), Column(_("说明"), 60)]
    rows = [[file, cell, words[severity], message] for file, cell, severity, message in troubles]
    return OutSheet(_("表格里要改的"), columns, rows)


def corrections(batch: ImportBatch) -> Paper:
    shown = Preview.unpack(batch.preview)
    troubles = [(batch.filename, each.cell, each.severity, each.message) for each in shown.findings]
    name = _("%(file)s 要改的.xlsx") % {"file": batch.filename.rpartition(".")[0] or batch.filename}
    return Paper(name, workbook([to_correct(troubles)], at=batch.at), len(troubles))
