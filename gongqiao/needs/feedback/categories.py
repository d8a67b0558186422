"""What a category means: who may see it, whether the employer is asked, by when it is answered."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from gongqiao.foundation.calendar import add_working_days, day_info
from gongqiao.foundation.markets.models import Market
from gongqiao.needs.feedback.enums import Category, Danger


@dataclass(frozen=True)
class CategoryInfo:
    """`sensitive`: named handlers only. `employer_answers`: he may be asked, in words of the handler's own.
    `approved`: a second person looks before it ends. `named_in_text`: staff whom the words name count as named."""

    sensitive: bool
    employer_answers: bool = False
    approved: bool = False
    named_in_text: bool = False


CATEGORIES: dict[Category, CategoryInfo] = {
    Category.WAGES: CategoryInfo(sensitive=True, employer_answers=True),
    Category.JOB: CategoryInfo(sensitive=False, employer_answers=True),
    Category.SAFETY: CategoryInfo(sensitive=True, employer_answers=True),  # speaks of health (PIPL 28)
    Category.TREATMENT: CategoryInfo(sensitive=True, approved=True, named_in_text=True),
    Category.STAFF: CategoryInfo(sensitive=True, approved=True, named_in_text=True),
    Category.OTHER: CategoryInfo(sensitive=False),
    Category.FEES: CategoryInfo(sensitive=True, employer_answers=True, named_in_text=True),
    Category.DATA: CategoryInfo(sensitive=True, approved=True, named_in_text=True),
    Category.RECORDS: CategoryInfo(sensitive=True, approved=True),  # what is gone is gone: a second person looks
}
SENSITIVE = tuple(category for category, info in CATEGORIES.items() if info.sensitive)
EMPLOYER_ANSWERS = tuple(category for category, info in CATEGORIES.items() if info.employer_answers)


@dataclass(frozen=True)
class DueRule:
    """From `since` on, a ticket of the category is answered within `days` working days of the market's calendar.

    The figures are this product's setting (five days is what public grievance desks commonly promise); a change is a
    new row with its date, so that a ticket keeps the promise that was made for it.
    """

    category: Category
    since: date
    days: int

    @property
    def name(self) -> str:
        return f"{self.category.value}@{self.since.isoformat()}"


_FIRST = date(2026, 1, 1)
DUE_RULES = (
    DueRule(Category.WAGES, _FIRST, 5),
    DueRule(Category.JOB, _FIRST, 3),
    DueRule(Category.SAFETY, _FIRST, 1),
    DueRule(Category.TREATMENT, _FIRST, 1),
    DueRule(Category.STAFF, _FIRST, 5),
    DueRule(Category.OTHER, _FIRST, 5),
    DueRule(Category.FEES, _FIRST, 3),
    DueRule(Category.DATA, _FIRST, 5),
    DueRule(Category.RECORDS, _FIRST, 15),  # PIPL 50 says "in time"; fifteen is this product's promise
)
# Words that cannot wait for a working day: minutes of opening hours until somebody has looked.
URGENT_MINUTES = {Danger.SELF_HARM: 15, Danger.VIOLENCE: 60}


@dataclass(frozen=True)
class Due:
    """`provisional`: the calendar of a year on the way is not announced yet."""

    rule: str
    answer_by: datetime
    provisional: bool


def rule_of(category: Category, day: date) -> DueRule:
    """The rule in force on that day; before the first one, the first."""
    rows = sorted((rule for rule in DUE_RULES if rule.category == category), key=lambda rule: rule.since)
    return next((rule for rule in reversed(rows) if rule.since <= day), rows[0])


def due(category: Category, day: date, market: Market) -> Due:
    """Until the market closes on the last of the working days after `day`."""
    rule = rule_of(category, day)
    last = add_working_days(day, rule.days, market.holidays)
    provisional = any(day_info(each, market.holidays).provisional for each in (day, last))
    return Due(rule.name, closing(last, market), provisional)


def closing(day: date, market: Market) -> datetime:
    return datetime.combine(day, market.closes_at, market.tz)


def soon(moment: datetime, minutes: int, market: Market) -> datetime:
    """`minutes` of opening hours after `moment`: what comes in at night is looked at when the doors open."""
    local = moment.astimezone(market.tz)
    if local.time() < market.opens_at:
        local = _opening(local.date(), market.opens_at, market)
    elif local.time() >= market.closes_at:
        local = _opening(local.date() + timedelta(days=1), market.opens_at, market)
    return local + timedelta(minutes=minutes)


def _opening(day: date, opens: time, market: Market) -> datetime:
    return datetime.combine(day, opens, market.tz)


def is_watched(moment: datetime, market: Market) -> bool:
    """Somebody is at the desk now; outside of hours the page says that nobody is."""
    return market.opens_at <= moment.astimezone(market.tz).time() < market.closes_at


@cache
def sensitive(category: Category) -> bool:
    return CATEGORIES[category].sensitive
