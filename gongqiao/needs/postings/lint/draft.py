"""What is looked at, and what is found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum


class Severity(Enum):
    REFUSE = "refuse"  # cannot be published
    DECIDE = "decide"  # a specialist must decide, with a ground in words
    NOTE = "note"


@dataclass(frozen=True)
class PostingDraft:
    """Texts by field, and the facts; what is not known stays at its default."""

    texts: Mapping[str, str] = field(default_factory=dict)
    employer: str = ""
    place: str = ""
    valid_until: date | None = None
    headcount: int | None = None
    pay_fen: int | None = None
    pay_unit: str = ""
    pay_when: str = ""
    hours_per_day: float | None = None
    trade_code: str = ""
    hazardous: bool = False
    shifts: tuple[tuple[datetime, datetime], ...] = ()


@dataclass(frozen=True)
class MinimumPay:
    """The known pay floor of a place, in fen; what is not known is None and is never guessed."""

    place: str
    since: date
    hour_fen: int | None = None
    month_fen: int | None = None


@dataclass(frozen=True)
class Finding:
    """One rule in one field. `span` and `quote` are of the original text; a fact's finding has neither."""

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
