"""Imports, for those who may import that kind; and what each row became, by the name a person knows."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from gongqiao.channels.spreadsheet.enums import BatchState, Outcome
from gongqiao.channels.spreadsheet.models import ImportBatch, ImportedRow
from gongqiao.channels.spreadsheet.rules import kinds_of
from gongqiao.foundation import clock
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.dossiers import queries as dossiers
from gongqiao.needs.employers import queries as employers
from gongqiao.needs.postings import queries as postings

REVERSIBLE = timedelta(hours=24)


def visible_to(actor: Membership) -> QuerySet[ImportBatch]:
    """Of the market in scope; content and preview are opened only for one batch."""
    found: QuerySet[ImportBatch] = ImportBatch.objects.select_related("by", "confirmed_by", "reverted_by", "market")
    return found.filter(kind__in=kinds_of(actor))


def listed(actor: Membership) -> QuerySet[ImportBatch]:
    return visible_to(actor).defer("content", "preview").order_by("-at", "pk")


def confirmed_before(batch: ImportBatch) -> ImportBatch | None:
    """The same file, imported once already."""
    same = ImportBatch.objects.filter(sha256=batch.sha256, state=BatchState.CONFIRMED).exclude(pk=batch.pk)
    found: ImportBatch | None = same.select_related("by", "confirmed_by").order_by("-at").first()
    return found


def reversible(batch: ImportBatch) -> bool:
    """Whether the whole can still be taken back."""
    confirmed = batch.state == BatchState.CONFIRMED and batch.confirmed_at is not None
    return confirmed and clock.now() <= batch.confirmed_at + REVERSIBLE  # type: ignore[operator]


def counts(batch: ImportBatch) -> dict[str, int]:
    """Rows by outcome."""
    rows = batch.items.order_by().values_list("outcome").annotate(number=Count("pk"))
    return {**dict.fromkeys(Outcome.values, 0), **dict(rows)}


def items(batch: ImportBatch, outcome: str = "") -> QuerySet[ImportedRow]:
    """In the order of the sheet."""
    found = batch.items.order_by("row", "pk")
    return found.filter(outcome=outcome) if outcome else found


@dataclass(frozen=True)
class Line:
    """One row of the sheet and what it became: `kind` and `key` of what is there to open, `name` in words."""

    item: ImportedRow
    kind: str = ""
    key: int | None = None
    name: str = ""


def lines(rows: Iterable[ImportedRow], actor: Membership) -> list[Line]:
    """With names, in three queries whatever their number; what is gone or not to be seen stays a bare row."""
    listed_, keys = list(rows), defaultdict[str, list[int]](list)
    for row in listed_:
        model, _colon, key = row.thing.partition(":")
        if key:
            keys[model].append(int(key))
    people = dossiers.visible_to(actor).in_bulk(keys["dossiers.dossier"])
    wishes = postings.visible_to(actor).in_bulk(keys["postings.posting"])
    firms = employers.visible_to(actor).in_bulk(keys["employers.employer"])
    names: dict[str, tuple[str, str]] = {
        f"dossiers.dossier:{pk}": ("dossier", f"{row.person.name}　{row.number}") for pk, row in people.items()
    }
    names |= {f"postings.posting:{pk}": ("posting", f"{row.employer}　{row.title}") for pk, row in wishes.items()}
    names |= {
        f"employers.employer:{pk}": ("employer", _("用工方 %(name)s") % {"name": row}) for pk, row in firms.items()
    }
    return [_line(row, names) for row in listed_]


def _line(row: ImportedRow, names: dict[str, tuple[str, Any]]) -> Line:
    kind, name = names.get(row.thing, ("", ""))
    return Line(row, kind, int(row.thing.partition(":")[2]) if kind else None, name)
