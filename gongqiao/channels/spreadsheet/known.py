"""What a sheet tells of that stands here already: people with a file, shifts that were asked for before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Model

from gongqiao.channels.spreadsheet.postings import PostingItem
from gongqiao.channels.spreadsheet.workers import WorkerRow
from gongqiao.needs.dossiers.models import Dossier, Skill
from gongqiao.needs.dossiers.queries import registered
from gongqiao.needs.postings.enums import PostingState, ShiftState
from gongqiao.needs.postings.models import Shift

COMPARED = ("home_id", "travel", "max_distance_m", "pay_floor", "week_hours")
GONE = (PostingState.CLOSED, PostingState.REFUSED)


@dataclass(frozen=True)
class KnownWorker:
    """`differs` names, in words, what the sheet says otherwise than the file does."""

    pk: int
    number: str
    differs: list[str]


def workers(items: Sequence[WorkerRow]) -> dict[int, KnownWorker]:
    """By first row, those who are registered here already (identity, else name and phone); blocks of queries."""
    who = [item.identity for item in items]
    pairs = [(each.name, each.phone) for each in who if not each.number]
    files = registered((each.number for each in who), pairs)
    found = {}
    for item in items:
        each = item.identity
        file = files.get((each.number,) if each.number else (each.name, each.phone))
        if file:
            found[item.rows[0]] = KnownWorker(file.pk, file.number, _differs(item, file))
    return found


def _differs(item: WorkerRow, file: Dossier) -> list[str]:
    """A cell that is empty says nothing and differs from nothing."""
    found = []
    if item.identity.name != file.person.name:
        found.append(_label(file.person, "name"))
    if item.identity.phone and item.identity.phone != file.person.phone:
        found.append(_label(file.person, "phone"))
    for name in COMPARED:
        said = item.facts.values[name]
        if said not in (None, "") and said != getattr(file, name):
            found.append(_label(file, name))
    if not _covered(item.facts.skills, {skill.trade: skill.level for skill in file.skills.all()}):
        found.append(str(Skill._meta.get_field("trade").verbose_name))
    return found


def _covered(said: Mapping[str, int | None], kept: Mapping[str, int | None]) -> bool:
    """Every trade of the sheet is in the file, at the level the sheet says, if it says one."""
    return all(trade in kept and level in (None, kept[trade]) for trade, level in said.items())


def _label(row: Model, name: str) -> str:
    return str(row._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


Key = tuple[str, str, str, datetime, datetime]


def shifts(items: Iterable[PostingItem]) -> set[int]:
    """Rows whose very shift (employer, trade, title, hours) was asked for before and has not ended."""
    wanted = {
        row: _key(item.employer.credit_code or item.employer.name, item, at)
        for item in items
        for at, row in enumerate(item.rows)
    }
    if not wanted:
        return set()
    starts = [key[3] for key in wanted.values()]
    rows = Shift.objects.filter(state=ShiftState.OPEN, starts_at__gte=min(starts), starts_at__lte=max(starts))
    here: set[Key] = set()
    for shift in rows.exclude(posting__state__in=GONE).select_related("posting__employer__organisation"):
        posting, firm = shift.posting, shift.posting.employer.organisation
        for name in {firm.credit_code, firm.name} - {""}:
            here.add((name, posting.trade, posting.title, shift.starts_at, shift.ends_at))
    return {row for row, key in wanted.items() if key in here}


def _key(name: str, item: PostingItem, at: int) -> Key:
    shift = item.shifts[at]
    return name, item.facts.trade, item.facts.title, shift.starts_at, shift.ends_at


def without(items: Mapping[int, PostingItem], rows: set[int]) -> list[PostingItem]:
    """The items less those rows; one without any row left is dropped."""
    left = []
    for item in items.values():
        keep = [at for at, row in enumerate(item.rows) if row not in rows]
        if len(keep) == len(item.rows):
            left.append(item)
        elif keep:
            kept_rows, kept_shifts = tuple(item.rows[at] for at in keep), tuple(item.shifts[at] for at in keep)
            left.append(replace(item, rows=kept_rows, shifts=kept_shifts))
    return left
