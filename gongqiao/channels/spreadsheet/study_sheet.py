"""编码和摘话: what people said by code, for the team that asked; nobody else may take it."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.channels.papers import Paper, taken
from gongqiao.channels.spreadsheet.exports import closing_line
from gongqiao.channels.spreadsheet.writing import Column, OutCell, OutSheet, workbook
from gongqiao.foundation import clock
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.interviews import queries, rules
from gongqiao.needs.interviews.models import Study
from gongqiao.needs.interviews.queries import Finding


@transaction.atomic
def excerpts(study: Study, *, by: Membership) -> Paper:
    """Codes with their counts; excerpts, one line for each code on it. People stand under their labels; the words are
    as they were said, and beside them as they may be quoted where that was agreed to."""
    rules.check_team(by, study)
    found = queries.findings(by, study)
    title = {"study": study.title}
    sheets = [
        OutSheet(_("编码"), _code_columns(), [_code(row) for row in found], title=_("%(study)s 编码") % title),
        OutSheet(
            _("摘话"),
            _excerpt_columns(),
            [line for row in found for line in _excerpts(row)],
            title=_("%(study)s 摘话") % title,
            note=_("只给课题组用。没写“可以引用”的不能拿出去。"),
            closing=closing_line(by),
        ),
    ]
    content = workbook(sheets, at=clock.now())
    paper = Paper(_("访谈摘话 %(study)s.xlsx") % title, content, sum(len(row.excerpts) for row in found))
    return taken(paper, "study", study, by=by)


def _code_columns() -> list[Column]:
    return [
        Column(_("编码"), 16),
        Column(_("什么算这个"), 40),
        Column(_("几个人说到"), 10),
        Column(_("几场"), 8),
        Column(_("几段话"), 8),
        Column(_("可以引用"), 10),
    ]


def _code(row: Finding) -> Sequence[OutCell]:
    return [row.code.name, row.code.definition, row.persons, row.talks, len(row.excerpts), len(row.quotable)]


def _excerpt_columns() -> list[Column]:
    return [
        Column(_("编码"), 16),
        Column(_("哪一场"), 12),
        Column(_("谁"), 8),
        Column(_("第几行"), 10),
        Column(_("原话"), 60),
        Column(_("可以引用"), 10),
        Column(_("引用时写"), 60),
    ]


def _excerpts(row: Finding) -> list[Sequence[OutCell]]:
    quoted = iter(queries.quotes(row.quotable))
    found: list[Sequence[OutCell]] = []
    for excerpt in row.excerpts:
        quote = next(quoted).words if rules.may_quote(excerpt) else ""
        lines = f"{excerpt.first}–{excerpt.last}"
        talk, label = excerpt.transcript.talk.name, excerpt.participant.label
        found.append([row.code.name, talk, label, lines, excerpt.text, _("可以") if quote else "", quote])
    return found
