"""Answers of a campaign or of one wave, over all versions of its form: a workbook with a sheet per repeat, or one wide
CSV. Only what the asker may see one by one (reference 4.7: raw answers are for collectors and named reviewers)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gongqiao.channels.papers import Paper, taken
from gongqiao.channels.spreadsheet.exports import LEAST_PURPOSE
from gongqiao.channels.spreadsheet.streaming import FIRST_YEAR, MOST_COLUMNS, Book, csv_text
from gongqiao.channels.spreadsheet.writing import OutCell
from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.surveys import queries
from gongqiao.needs.surveys.enums import SubmissionState
from gongqiao.needs.surveys.merged import CHOSEN, ROOT, Column, Filled, Merged, filled, merged
from gongqiao.needs.surveys.models import Answer, Campaign, Wave

MAIN = "answers"  # a sheet's own name, not words of a screen: the same file is read by programs
COLUMNS, CHOICES = "columns", "choices"
HEAD = (
    "submission", "version", "wave", "state", "filled_on", "received_at", "started_at", "ended_at", "channel",
    "collector", "keyed_by", "file_no", "employer", "consented",
)  # fmt: skip
TURN = ("parent", "index")


@dataclass(frozen=True)
class Asked:
    """Of which campaign, or only of which wave, and what for."""

    campaign: Campaign
    purpose: str
    wave: Wave | None = None


@transaction.atomic
def workbook(asked: Asked, *, by: Membership) -> Paper:
    """One sheet of submissions, one for each repeat (parent, index), what the columns are, what the codes mean."""
    found = _found(asked, by)
    with Book(clock.now()) as book:
        _sheets(book, found)
        for sheet in filled(found):
            _write(book, found, sheet, by.market.tz)
        _write_columns(book, found)
    return _taken(Paper(_name(asked, "xlsx"), book.content(), len(found.keys)), asked, by)


@transaction.atomic
def wide(asked: Asked, *, by: Membership) -> Paper:
    """One line a submission; a repeat is widened to `name[1]/field`, a choice is its code with its words beside it."""
    found = _found(asked, by)
    heads: list[tuple[Column, tuple[int, ...]]] = [
        (column, turns) for column in found.columns for turns in found.turns(column)
    ]
    names, at = list(HEAD), {}
    for column, turns in heads:
        at[column.name, turns] = len(names)
        names.append(column.turn_name(turns))
        if _has_words(column):
            names.append(f"{names[-1]}#label")
    if len(names) > MOST_COLUMNS:
        raise Refused(_("展开以后有 %(columns)s 列，表格装不下；请拿带分表的工作簿。") % {"columns": len(names)})
    rows = (_wide_row(sheet, heads, at, by.market.tz) for sheet in filled(found))
    return _taken(Paper(_name(asked, "csv"), csv_text(names, rows), len(found.keys)), asked, by)


def _found(asked: Asked, by: Membership) -> Merged:
    check_may(by, Right.SURVEY_COLLECT, asked.campaign)
    if len(asked.purpose.strip()) < LEAST_PURPOSE:
        raise Refused(_("请写明拿这张表去做什么，至少 %(least)s 个字，会记在操作记录里。") % {"least": LEAST_PURPOSE})
    rows = queries.visible_to(by).filter(wave__campaign=asked.campaign)
    if asked.wave is not None:
        rows = rows.filter(wave=asked.wave)
    found = merged(rows)
    if not found.keys:
        raise Refused(_("这次调查里没有您能看的答卷。"))
    return found


def _taken(paper: Paper, asked: Asked, by: Membership) -> Paper:
    wave = asked.wave.number if asked.wave is not None else None
    return taken(paper, "answers", asked.campaign, by=by, purpose=asked.purpose.strip()[:120], wave=wave)


def _name(asked: Asked, ending: str) -> str:
    day = clock.now().astimezone(asked.campaign.market.tz).date()
    return _("%(title)s 答卷 %(day)s") % {"title": asked.campaign.title, "day": day.isoformat()} + f".{ending}"


def _sheets(book: Book, found: Merged) -> None:
    for sheet in (ROOT, *found.repeats):
        heads = TURN if sheet else HEAD
        names = [*heads, *(name for column in found.of(sheet) for name in _names(column))]
        if len(names) > MOST_COLUMNS:
            raise Refused(_("展开以后有 %(columns)s 列，表格装不下；请拿带分表的工作簿。") % {"columns": len(names)})
        book.sheet(sheet or MAIN, names)


def _names(column: Column) -> list[str]:
    words = [f"{column.name}#label"] if _has_words(column) else []
    ticks = [f"{column.name}={code}" for code in column.choices] if column.several else []
    return [column.name, *words, *ticks]


def _has_words(column: Column) -> bool:
    return any(kind in CHOSEN for kind in column.kinds)


def _write(book: Book, found: Merged, sheet: Filled, zone: tzinfo) -> None:
    for name in (ROOT, *found.repeats):
        columns = found.of(name)
        for turns in sheet.turns(name, columns):
            head = _turn_head(sheet, columns, turns) if name else _head(sheet, zone)
            cells = (cell for column in columns for cell in _cells(column, sheet.values.get((column.name, turns), ())))
            book.row(name or MAIN, [*head, *cells])


def _turn_head(sheet: Filled, columns: Sequence[Column], turns: tuple[int, ...]) -> list[OutCell]:
    """The key of the row it belongs to, and which turn: `uuid:…/household[2]` for a repeat inside a repeat."""
    repeats = columns[0].repeats
    around = [f"{repeat[-1]}[{turn}]" for repeat, turn in zip(repeats[:-1], turns[:-1], strict=True)]
    return ["/".join([sheet.submission.root_instance, *around]), turns[-1]]


def _head(sheet: Filled, zone: tzinfo) -> list[OutCell]:
    """What is known beside the answers; of a withdrawn one only that there was one."""
    row = sheet.submission
    wave = row.wave.number if row.wave is not None else None
    begun: list[OutCell] = [row.root_instance, sheet.version, wave, row.state]
    if row.state == SubmissionState.WITHDRAWN:
        return [*begun, *[None] * (len(HEAD) - len(begun))]
    return [
        *begun,
        row.filled_on,
        *(moment.astimezone(zone) if moment else None for moment in (row.received_at, row.started_at, row.ended_at)),
        row.channel,
        row.collector.title if row.collector is not None else "",
        row.keyed_by.title if row.keyed_by is not None else "",
        row.dossier.number if row.dossier is not None else "",
        row.employer.organisation.name if row.employer is not None else "",
        None if row.consented is None else int(row.consented),
    ]


def _cells(column: Column, answers: Sequence[Answer]) -> list[OutCell]:
    said = {answer.code for answer in answers}
    words: list[OutCell] = [_words(column, answers)] if _has_words(column) else []
    ticks: list[OutCell] = []
    if column.several:
        ticks = [int(code in said) if answers else None for code in column.choices]
    return [_value(column, answers), *words, *ticks]


def _value(column: Column, answers: Sequence[Answer]) -> OutCell:
    """As it was answered: codes with blanks between, figures as figures, days and moments as such."""
    if not answers:
        return None
    if column.several or len(answers) > 1:
        return " ".join(answer.code or answer.text for answer in answers)
    (answer,) = answers
    if answer.number is not None:
        return Decimal(answer.code) if _plain(answer.code) else Decimal(str(answer.number))
    if column.kind in ("date", "dateTime"):
        return _moment(answer.code)
    return answer.code or answer.text


def _plain(code: str) -> bool:
    return code.replace(".", "", 1).lstrip("-").isascii() and code.replace(".", "", 1).lstrip("-").isdigit()


def _moment(code: str) -> OutCell:
    """Already in the market's zone; a day that the format does not know stays text."""
    try:
        found = datetime.fromisoformat(code)
    except ValueError:
        return code
    if found.year < FIRST_YEAR:
        return code
    return found if "T" in code else date(found.year, found.month, found.day)


def _words(column: Column, answers: Sequence[Answer]) -> str:
    short = "en" if (get_language() or "").startswith("en") else "zh"
    said = []
    for answer in answers:
        known = column.choices.get(answer.code, {})
        said.append(known.get(short) or known.get("zh") or answer.code or answer.text)
    return "、".join(said)


def _wide_row(
    sheet: Filled,
    heads: Iterable[tuple[Column, tuple[int, ...]]],
    at: Mapping[tuple[str, tuple[int, ...]], int],
    zone: tzinfo,
) -> dict[int, OutCell]:
    row = dict(enumerate(_head(sheet, zone)))
    for column, turns in heads:
        answers = sheet.values.get((column.name, turns), ())
        if answers:
            place = at[column.name, turns]
            row[place] = _value(column, answers)
            if _has_words(column):
                row[place + 1] = _words(column, answers)
    return row


def _write_columns(book: Book, found: Merged) -> None:
    book.sheet(COLUMNS, ("column", "sheet", "type", "versions", "label_zh", "label_en"))
    book.sheet(CHOICES, ("column", "code", "label_zh", "label_en"))
    for column in found.columns:
        book.row(
            COLUMNS,
            [
                column.name,
                column.sheet or MAIN,
                " ".join(dict.fromkeys(column.kinds)),
                " ".join(column.versions),
                column.labels.get("zh", ""),
                column.labels.get("en", ""),
            ],
        )
        for code, words in column.choices.items():
            book.row(CHOICES, [column.name, code, words.get("zh", ""), words.get("en", "")])
