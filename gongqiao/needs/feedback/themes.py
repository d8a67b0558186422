"""What comes up again and again: counts that give nobody away (paper 5.1-3, for advocacy and the public)."""

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth

from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.feedback import queries
from gongqiao.needs.feedback.categories import SENSITIVE
from gongqiao.needs.feedback.enums import ENDED, Category, Satisfaction
from gongqiao.needs.feedback.models import Ticket

LEAST_CELL = 10  # a smaller count is not shown where those who may not see the tickets read it
Key = TypeVar("Key", bound=Hashable)
Shown = int | None  # None: under LEAST_CELL, nought included


def hidden(count: int) -> Shown:
    return count if count >= LEAST_CELL else None


def beside_total(counts: Mapping[Key, int]) -> dict[Key, Shown]:
    """Cells that stand beside their sum: when a single one would be hidden it could be told from the rest, so the
    smallest of the others is hidden with it."""
    shown: dict[Key, Shown] = {key: hidden(count) for key, count in counts.items()}
    if sum(value is None for value in shown.values()) == 1 and len(shown) > 1:
        smallest = min((key for key in counts if shown[key] is not None), key=lambda key: counts[key])
        shown[smallest] = None
    return shown


@dataclass(frozen=True)
class Row:
    """One subject, its count in each month asked for."""

    subject: str
    cells: list[Shown]


def months_back(day: date, count: int) -> list[date]:
    """The first days of `count` months, the oldest first, `day`'s own the last."""
    whole = day.year * 12 + day.month - 1
    return [date((whole - back) // 12, (whole - back) % 12 + 1, 1) for back in reversed(range(count))]


def by_category(actor: Membership, months: list[date]) -> list[Row]:
    """Category × month for staff: the ordinary ones as he may see them, the sensitive ones of the whole market from
    ten up, without a sum, so that a list he may not open is not counted for him here either."""
    plain = _monthly(queries.visible_to(actor).filter(sensitive=False), months, "category")
    grave = _monthly(Ticket.objects.filter(sensitive=True), months, "category")
    rows = []
    for category in Category:
        counts = grave if category in SENSITIVE else plain
        cells = [counts[category.value, month] for month in months]
        shown: list[Shown] = [hidden(count) for count in cells] if category in SENSITIVE else list(cells)
        rows.append(Row(str(category.label), shown))
    return rows


def by_subject(actor: Membership, months: list[date], field: str) -> list[Row]:
    """`field`: about_employer__short_name or region__name. Ordinary ones only, as he may see them; most first."""
    found = queries.visible_to(actor).filter(sensitive=False).exclude(**{field: None})
    counts = _monthly(found, months, field)
    totals: Counter[str] = Counter()
    for (subject, _month), count in counts.items():
        totals[subject] += count
    return [Row(subject, [counts[subject, month] for month in months]) for subject, _count in totals.most_common(20)]


def _monthly(rows: QuerySet[Ticket], months: list[date], field: str) -> Counter[tuple[str, date]]:
    found = rows.filter(said_on__gte=months[0]).order_by().annotate(month=TruncMonth("said_on"), subject=F(field))
    counted = found.values_list("subject", "month").annotate(n=Count("pk"))
    return Counter({(str(subject), month): n for subject, month, n in counted})


@dataclass(frozen=True)
class Month:
    """What a month's public page says; None where fewer than ten stand behind a figure."""

    month: date
    received: Shown
    ended: Shown
    in_time: int | None  # percent of those ended
    content: int | None  # percent of those who said how it was
    categories: list[tuple[str, Shown]]


def month_facts(month: date) -> Month:
    """Of the market in scope; the same figures for everybody."""
    begins, after = month, months_back(date(month.year + month.month // 12, month.month % 12 + 1, 1), 1)[0]
    received = Ticket.objects.filter(said_on__gte=begins, said_on__lt=after)
    facts = received.aggregate(
        all=Count("pk"),
        ended=Count("pk", filter=Q(state__in=ENDED)),
        in_time=Count("pk", filter=Q(state__in=ENDED, resolved_at__lte=F("answer_by"))),
        rated=Count("pk", filter=Q(satisfaction__isnull=False)),
        good=Count("pk", filter=Q(satisfaction=Satisfaction.GOOD)),
    )
    counted = dict(received.order_by().values_list("category").annotate(n=Count("pk")))
    categories = beside_total({category: counted.get(category.value, 0) for category in Category})
    return Month(
        month,
        hidden(facts["all"]),
        hidden(facts["ended"]),
        _percent(facts["in_time"], facts["ended"]),
        _percent(facts["good"], facts["rated"]),
        [(str(category.label), count) for category, count in categories.items()],
    )


def _percent(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole >= LEAST_CELL else None
