"""The call list to take along: on paper, or as a file for the station's own phone."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gongqiao.foundation.notify import actions as notify
from gongqiao.foundation.notify.channels import label_of
from gongqiao.foundation.notify.models import CallTask
from gongqiao.foundation.organisations.roles import Right
from gongqiao.services.placement import queries
from gongqiao.services.recommending import queries as recommended
from gongqiao.web.access import needs
from gongqiao.web.http import Request, actor
from gongqiao.web.readonly import audit_door
from gongqiao.web.ui.csvs import csv_of

MOST = 200


@needs(Right.DISPATCH)
@require_safe
def paper(request: Request) -> HttpResponse:
    """`?how=manual`: only what is sent by hand; `?as=csv`: the file. Phones of many at once: taking it is an event."""
    by, how = actor(request), request.GET.get("how", "")
    work = list(queries.call_list(by)[:MOST])
    about, new = queries.called(work), recommended.call_list(by)
    rows = [(task, about[task.about].dossier.number if task.about in about else "") for task in work]
    rows += [(task, row.dossier.number) for task, row in new]
    rows = [(task, number) for task, number in rows if not how or task.how == how]
    as_file = request.GET.get("as") == "csv"
    with audit_door():
        notify.list_taken(len(rows), by=by, how=how, form="csv" if as_file else "paper")
    if as_file:
        answer = HttpResponse(_file(rows), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="calls.csv"'
    else:
        facts: dict[str, Any] = {"rows": [(task, number, label_of(task.how)) for task, number in rows], "how": how}
        answer = render(request, "desk/call_paper.html", facts)
    answer["Cache-Control"] = "no-store"
    return answer


def _file(rows: list[tuple[CallTask, str]]) -> str:
    columns = [_("手机号"), _("要说的话"), _("档案号"), _("怎么叫"), _("最晚")]
    return csv_of(
        columns,
        [
            (
                task.person.phone if task.person is not None else "",
                task.body,
                number,
                label_of(task.how),
                f"{timezone.localtime(task.due_at):%Y-%m-%d %H:%M}",
            )
            for task, number in rows
        ],
    )
