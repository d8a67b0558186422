"""表格: bringing sheets in (look first, then confirm, take back within a day)."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongqiao.channels.papers import Paper
from gongqiao.channels.spreadsheet import actions, queries, rules
from gongqiao.channels.spreadsheet.columns import Finding, Severity
from gongqiao.channels.spreadsheet.corrections import corrections as corrections_paper
from gongqiao.channels.spreadsheet.enums import BatchState, Kind, Outcome
from gongqiao.channels.spreadsheet.errors import SheetError
from gongqiao.channels.spreadsheet.models import ImportBatch
from gongqiao.channels.spreadsheet.previews import MOST_FINDINGS, Preview
from gongqiao.channels.spreadsheet.templates import template as template_sheet
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.roles import Right
from gongqiao.web.access import needs
from gongqiao.web.desk.sheetforms import SheetForm
from gongqiao.web.desk.views.exports import download, exports_of
from gongqiao.web.http import Request, actor
from gongqiao.web.readonly import audit_door

BATCHES, FINDINGS, ROWS = 20, 100, 100


@needs(Right.IMPORT, Right.PLACEMENT_READ)
@require_safe
def index(request: Request) -> HttpResponse:
    """What may be brought in and taken out by this post, and the imports there were; htmx asks for another day only."""
    if request.htmx:
        return render(request, "desk/sheets.html#papers", exports_of(request))
    return _index(request, {})


def _index(request: Request, bound: dict[Kind, SheetForm]) -> HttpResponse:
    by = actor(request)
    uploads = [
        (kind, bound.get(kind) or SheetForm(auto_id=f"{kind.value}-%s"), kind.value) for kind in rules.kinds_of(by)
    ]
    page = Paginator(queries.listed(by), BATCHES).get_page(request.GET.get("page"))
    answer: dict[str, Any] = {"uploads": uploads, "page": page, **exports_of(request)}
    return render(request, "desk/sheets.html", answer, status=422 if bound else 200)


def _kind(request: Request, text: str) -> Kind:
    """A kind this post may bring in; others do not exist for it."""
    if text not in Kind.values or Kind(text) not in rules.kinds_of(actor(request)):
        raise Http404
    return Kind(text)


@needs(Right.IMPORT)
@require_safe
def template(request: Request, kind: str) -> HttpResponse:
    """An empty sheet with drop-down lists, an example and an explanation of each column."""
    chosen = _kind(request, kind)
    name = {Kind.WORKERS: _("零工表（模板）.xlsx"), Kind.POSTINGS: _("用工需求表（模板）.xlsx")}[chosen]
    return download(Paper(name, template_sheet(chosen, actor(request).market), 1))


@needs(Right.IMPORT)
@require_POST
def upload(request: Request, kind: str) -> HttpResponse:
    """Read it and show what would happen; a file that cannot be read is answered beside its field."""
    chosen = _kind(request, kind)
    form = SheetForm(request.POST, request.FILES, auto_id=f"{kind}-%s")
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = actions.preview(by=actor(request), kind=chosen, filename=file.name, content=file.read())
        except SheetError as error:
            form.add_error("file", str(error))
        else:
            return redirect("desk:sheet", batch.pk)
    return _index(request, {chosen: form})


def _batch(request: Request, pk: object) -> ImportBatch:
    found: ImportBatch = get_object_or_404(queries.visible_to(actor(request)), pk=pk)
    return found


@needs(Right.IMPORT)
@require_safe
def show(request: Request, pk: object) -> HttpResponse:
    """One import: before, what would happen; after, what each row became. People stand in it: opening is recorded."""
    by, batch = actor(request), _batch(request, pk)
    with audit_door():
        actions.record_reading(batch, by=by)
    answer: dict[str, Any] = {"batch": batch, "state": BatchState(batch.state), "workers": batch.kind == Kind.WORKERS}
    preview, tab = Preview.unpack(batch.preview) if batch.preview else None, request.GET.get("tab", "")
    answer |= {"preview": preview, "tab": tab}
    if preview and (batch.state == BatchState.PREVIEWED or tab == "findings"):
        answer |= _findings(request, preview)
    if preview and batch.state == BatchState.PREVIEWED:
        answer |= {"new": batch.taken - batch.known, "before": queries.confirmed_before(batch)}
        answer["until"] = batch.at + queries.REVERSIBLE
        answer["sample"] = [list(zip(preview.sample_head, line, strict=True)) for line in preview.sample]
    elif batch.state in (BatchState.CONFIRMED, BatchState.REVERTED):
        answer |= _outcome(request, batch)
    return render(request, "desk/sheet.html", answer)


def _findings(request: Request, preview: Preview) -> dict[str, Any]:
    """The findings of one severity, or all, a page at a time."""
    wanted = request.GET.get("show", "")
    chosen = [finding for finding in preview.findings if wanted in ("", finding.severity.value)]
    words = {Severity.ERROR: _("要改"), Severity.WARNING: _("看一眼"), Severity.NOTE: _("知道就行")}
    chips = {Severity.ERROR: "no", Severity.WARNING: "wait", Severity.NOTE: "info"}
    page = Paginator(chosen, FINDINGS).get_page(request.GET.get("page"))
    rows = [(finding, _where(finding), words[finding.severity], chips[finding.severity]) for finding in page]
    severities = [
        (severity.value, words[severity], chips[severity], preview.counts.get(severity.value, 0))
        for severity in Severity
    ]
    total = sum(preview.counts.values())
    return {
        "left_out": preview.rows - preview.taken,
        "findings": rows,
        "findings_page": page,
        "shown": wanted,
        "severities": severities,
        "total": total,
        "cut": MOST_FINDINGS if total > MOST_FINDINGS else 0,
    }


def _where(finding: Finding) -> str:
    """A cell by its address, a whole row by its number."""
    return _("第 %(row)s 行") % {"row": finding.cell} if finding.cell.isdigit() else finding.cell


def _outcome(request: Request, batch: ImportBatch) -> dict[str, Any]:
    wanted = request.GET.get("outcome", "")
    by_outcome = Counter(queries.counts(batch))
    page = Paginator(queries.items(batch, wanted if wanted in Outcome.values else ""), ROWS)
    rows = page.get_page(request.GET.get("page"))
    return {
        "lines": queries.lines(rows, actor(request)),
        "rows_page": rows,
        "outcome": wanted,
        "outcomes": [(value, label, by_outcome[value]) for value, label in Outcome.choices if by_outcome[value]],
        "made": by_outcome[Outcome.MADE] + by_outcome[Outcome.DRAFT],
        "kept": by_outcome[Outcome.KEPT],
        "undone": by_outcome[Outcome.UNDONE],
        "reversible": queries.reversible(batch),
        "until": batch.confirmed_at + queries.REVERSIBLE if batch.confirmed_at else None,
    }


@needs(Right.IMPORT)
@require_POST
def confirm(request: Request, pk: object) -> HttpResponse:
    """Register what can be; pressed twice, it happens once."""
    batch = _batch(request, pk)
    actions.confirm(batch, by=actor(request), agreed=bool(request.POST.get("agreed")))
    messages.success(request, _("导入了“%(file)s”。24 小时内可以整批撤回。") % {"file": batch.filename})
    return redirect("desk:sheet", batch.pk)


@needs(Right.IMPORT)
@require_POST
def drop(request: Request, pk: object) -> HttpResponse:
    batch = _batch(request, pk)
    actions.drop(batch, by=actor(request))
    messages.success(request, _("没有导入“%(file)s”，读过的内容已经删掉。") % {"file": batch.filename})
    return redirect("desk:sheets")


@needs(Right.IMPORT)
@require_POST
def revert(request: Request, pk: object) -> HttpResponse:
    """Take the whole back; what people have used since stays and is named."""
    batch = _batch(request, pk)
    actions.revert(batch, by=actor(request))
    kept = queries.counts(batch)[Outcome.KEPT]
    if kept:
        messages.warning(request, _("撤回了，但有 %(kept)s 条没有撤，原因在下面。") % {"kept": kept})
    else:
        messages.success(request, _("整批撤回了。"))
    return redirect("desk:sheet", batch.pk)


@needs(Right.IMPORT)
@require_safe
def corrections(request: Request, pk: object) -> HttpResponse:
    """The findings as a sheet, to correct beside the one that was brought."""
    batch = _batch(request, pk)
    if not batch.preview:
        raise Refused(_("逐格的说明只留 24 小时，已经删掉了。"))
    with audit_door():
        actions.record_reading(batch, by=actor(request))
    return download(corrections_paper(batch))
