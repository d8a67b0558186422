"""What is looked at, and what is found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from gongqiao.needs.postings.lint.laws import in_english


class Severity(Enum):
    REFUSE = "refuse"  # cannot be published
    DECIDE = "decide"  # a specialist must decide, with a ground in words
    NOTE = "note"


@dataclass(frozen=True)
class PostingDraft:
    """Texts by field, and the facts; what is not known stays at its default.

    `shifts` are local times; `breaks` are their minutes of rest in the same order, 0 where none is given.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    employer: str = ""
    place: str = ""
    valid_until: date | None = None
    headcount: int | None = None
    at_least: int = 1
    pay_fen: int | None = None
    pay_unit: str = ""
    pay_when: str = ""
    hours_per_day: float | None = None
    trade_code: str = ""
    hazardous: bool = False
    shifts: tuple[tuple[datetime, datetime], ...] = ()
    breaks: tuple[int, ...] = ()


@dataclass(frozen=True)
class MinimumPay:
    """The known pay floor of a place, in fen; what is not known is None and is never guessed.

    `month_fen` and `hour_fen` are the lowest class (档) of the place, the only one that is certain in each of its
    counties; the `top` ones are its highest. `since` is None when the standard is known to have been in force on
    `seen`, but not since when.
    """

    place: str
    since: date | None
    hour_fen: int | None = None
    month_fen: int | None = None
    hour_top_fen: int | None = None
    month_top_fen: int | None = None
    place_en: str = ""
    source: str = ""
    seen: date | None = None


@dataclass(frozen=True)
class Finding:
    """One rule in one field. `span` and `quote` are of the original text, `also` are its further wordings.

    A fact's finding has neither span nor quote.
    """

    rule_id: str
    severity: Severity
    field: str
    span: tuple[int, int] | None
    quote: str
    law: tuple[str, ...]
    why_zh: str
    why_en: str
    suggestion_zh: str
    suggestion_en: str
    also: tuple[str, ...] = ()

    @property
    def quotes(self) -> tuple[str, ...]:
        """Every wording of the field that breaks the rule, in the order of the text."""
        return (self.quote, *self.also) if self.quote else ()

    @property
    def law_en(self) -> tuple[str, ...]:
        """The citations in English."""
        return tuple(in_english(citation) for citation in self.law)
