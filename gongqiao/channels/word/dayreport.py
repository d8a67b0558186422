"""日报: one A4 page on a dispatched day, figures first, then what is still open and what has to be done."""

import io
from collections.abc import Sequence
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils.translation import gettext as _
from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table

from gongqiao.foundation.calendar.words import span
from gongqiao.foundation.markets.enums import DispatchPolicy
from gongqiao.services.placement.daybook import Daybook

OPEN_LINES = 6  # so that it stays one page; the sheet beside it has all
FACE = "SimSun"
HEAD_FACE = "SimHei"
INK = RGBColor(0x1C, 0x2B, 0x2A)
ZIP_DAY = (1980, 1, 1, 0, 0, 0)


def dayreport(book: Daybook) -> bytes:
    """The .docx bytes; the same book gives the same bytes."""
    paper = Document()
    _page(paper)
    run, zone = book.run, book.run.market.tz
    title = paper.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(title, _("%(market)s 派工日报") % {"market": run.market.name}, size=18, face=HEAD_FACE, bold=True)
    facts = {"day": run.day.isoformat(), "made": book.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")}
    line = paper.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(line, _("%(day)s　单位：人、个位置　数据截至 %(made)s") % facts, size=10)
    _figures(paper, book)
    _heading(paper, _("怎么派的"))
    _text(paper, _how(book))
    _heading(paper, _("还缺的班次"))
    _open(paper, book)
    _heading(paper, _("没派上的人"))
    _text(paper, _left_out(book))
    _heading(paper, _("要办的事"))
    for item in _to_do(book):
        _text(paper, item, bullet=True)
    _signature(paper, run.by.title)
    return _stable(paper, book.at)


def _figures(paper: Paper, book: Daybook) -> None:
    counts = book.counts
    cells = [
        (_("找活的人"), counts["people"]),
        (_("班次"), counts["shifts"]),
        (_("要的位置"), counts["seats"]),
        (_("派出的位置"), counts["placed"]),
        (_("派到的人"), counts["people_placed"]),
        (_("还缺的位置"), counts["open_seats"]),
        (_("没派上的人"), counts["idle"]),
        (_("没核实的需求"), counts["unverified"]),
    ]
    table = paper.add_table(rows=4, cols=4, style="Table Grid")
    for at, (name, number) in enumerate(cells):
        row, column = divmod(at, 4)
        _cell(table, row * 2, column, name, size=10)
        _cell(table, row * 2 + 1, column, str(number), size=15, bold=True)


def _how(book: Daybook) -> str:
    run = book.run
    said = {
        "policy": DispatchPolicy(run.policy).label,
        "seed": run.seed,
        "digest": run.inputs_digest[:16],
        "by": run.by.title,
    }
    how = _("按公布的办法“%(policy)s”派，种子“%(seed)s”，底稿指纹 %(digest)s，由%(by)s派；照底稿可以重排。") % said
    gap = run.facts.get("gap")
    if gap is not None:
        how += _("总分离最好最多差 %(share)s%%。") % {"share": f"{100 * gap:.2f}"}
    return how


def _open(paper: Paper, book: Daybook) -> None:
    if not book.open:
        _text(paper, _("都派满了。"))
        return
    short = sorted(book.open, key=lambda entry: (-entry.line.open, entry.line.shift.starts_at, entry.line.shift.pk))
    shown = short[:OPEN_LINES]
    table = paper.add_table(rows=1 + len(shown), cols=4, style="Table Grid")
    for column, name in enumerate((_("班次"), _("还缺"), _("为什么"), _("最省的办法"))):
        _cell(table, 0, column, name, size=10, bold=True)
    zone = book.run.market.tz
    for row, entry in enumerate(shown, 1):
        shift = entry.line.shift
        when = span(shift.starts_at.astimezone(zone), shift.ends_at.astimezone(zone))
        _cell(table, row, 0, f"{shift.posting.employer}　{shift.posting.title}　{when}", size=9)
        _cell(table, row, 1, f"{entry.line.open}/{shift.headcount}", size=9)
        _cell(table, row, 2, entry.why, size=9)
        _cell(table, row, 3, _("；").join(entry.cheapest[:2]) or _("没有"), size=9)
    for width, column in zip((5.2, 1.4, 6.2, 4.2), table.columns, strict=True):
        for cell in column.cells:
            cell.width = Cm(width)
    if len(short) > len(shown):
        rest = {"count": len(short) - len(shown)}
        _text(paper, _("另有 %(count)s 个班次还缺人，见“还缺的班次”表。") % rest)


def _left_out(book: Daybook) -> str:
    kinds = book.idle_kinds
    parts = [
        (kinds["full"], _("%(count)s 人能去的班都满了")),
        (kinds["miss"], _("%(count)s 人差一点，差在哪里见“没派上的人”表")),
        (kinds["ask"], _("%(count)s 人档案里缺要紧的事，先问清楚")),
        (kinds["open"], _("%(count)s 人还有班能去，可以再叫")),
        (kinds["none"], _("%(count)s 人这一天没有核实过的班次可派")),
    ]
    said = _("；").join(words_ % {"count": count} for count, words_ in parts if count)
    return f"{said}。" if said else _("没有。")


def _to_do(book: Daybook) -> list[str]:
    counts = book.counts
    todo = []
    if counts["calls"]:
        first = min(row.answer_by for row in book.calls if row.answer_by).astimezone(book.run.market.tz)
        facts = {"count": counts["calls"], "at": first.strftime("%m-%d %H:%M")}
        todo.append(_("打 %(count)s 个电话（见“电话单”），最早一个要在 %(at)s 前回话。") % facts)
    if counts["unverified"]:
        todo.append(_("核实 %(count)s 条需求；没核实的不派。") % {"count": counts["unverified"]})
    if book.idle_kinds["ask"]:
        todo.append(_("补问 %(count)s 份档案。") % {"count": book.idle_kinds["ask"]})
    return todo or [_("没有。")]


def _page(paper: Paper) -> None:
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(1.8)
    normal = paper.styles["Normal"]
    normal.font.size, normal.font.name = Pt(10.5), FACE
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FACE)
    normal.paragraph_format.space_after = Pt(2)


def _write(paragraph: object, text: str, *, size: float, face: str = FACE, bold: bool = False) -> None:
    piece = paragraph.add_run(text)  # type: ignore[attr-defined]
    piece.font.size, piece.font.name, piece.bold, piece.font.color.rgb = Pt(size), face, bold, INK
    piece._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)


def _heading(paper: Paper, text: str) -> None:
    paragraph = paper.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(8)
    _write(paragraph, text, size=12, face=HEAD_FACE, bold=True)


def _text(paper: Paper, text: str, *, bullet: bool = False) -> None:
    _write(paper.add_paragraph(style="List Bullet" if bullet else None), text, size=10.5)


def _cell(table: Table, row: int, column: int, text: str, *, size: float, bold: bool = False) -> None:
    paragraph = table.cell(row, column).paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    _write(paragraph, text, size=size, bold=bold)


def _signature(paper: Paper, made_by: str) -> None:
    line = paper.add_paragraph()
    line.paragraph_format.space_before = Pt(12)
    _write(line, _("制表：%(by)s　　　　审核：　　　　　　　　负责人：") % {"by": made_by}, size=10.5)


def _stable(paper: Paper, at: datetime) -> bytes:
    """Bytes that do not depend on when or where they were written."""
    core = paper.core_properties
    core.created = core.modified = at.replace(tzinfo=None, microsecond=0)
    core.author = core.last_modified_by = "工桥"
    core.revision = 1
    written = io.BytesIO()
    paper.save(written)
    return _same_dates(written.getvalue())


def _same_dates(packed: bytes) -> bytes:
    out = io.BytesIO()
    with ZipFile(io.BytesIO(packed)) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        names: Sequence[str] = source.namelist()
        for name in names:
            target.writestr(ZipInfo(name, ZIP_DAY), source.read(name), ZIP_DEFLATED)
    return out.getvalue()
