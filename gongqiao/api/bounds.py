"""The kinds of value that requests carry, each with its bounds; the schema says the same."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Header, Path, Query, Schema
from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field, StrictBool, StringConstraints

from gongqiao.foundation.errors import Refused

MOST_ID = 2**63 - 1
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)  # beyond, a day is a slip of the hand

Id = Annotated[int, Path(ge=1, le=MOST_ID)]
Code = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,30}$", description="the code of a market")]
Community = Annotated[str, Query(pattern=r"^([0-9]{12})?$", description="12-digit code of a community; nearest first")]
Limit = Annotated[int, Query(ge=1, le=100, description="how many rows at most")]
Cursor = Annotated[
    str, Query(pattern=r"^[0-9]{0,20}$", max_length=20, description="`next` of the page before; empty: the first page")
]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,64}$",
        description="chosen once for one act; sent again it gets the same answer, for a day",
    ),
]
NO_NUL = r"^[^\x00]*$"  # PostgreSQL keeps none and nobody types one


def text(most: int, least: int = 0) -> type[str]:
    """So many characters, none of them NUL."""
    bounds = StringConstraints(strict=True, min_length=least, max_length=most, pattern=NO_NUL)
    return Annotated[str, bounds]  # type: ignore[return-value]


def _integer(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def whole(least: int, most: int) -> type[int]:
    """To JSON 3.0 is the integer 3; a figure in quotes is none. The bounds stand inside, or the schema lacks them."""
    bounds = Field(strict=True, ge=least, le=most)
    return Annotated[int, bounds, BeforeValidator(_integer)]  # type: ignore[return-value]


Moment = AwareDatetime


class Said(Schema):
    """The body of a request: what is not in the schema is refused, never passed over."""

    model_config = ConfigDict(extra="forbid")


class On(Said):
    on: StrictBool


def within_reach(*moments: datetime | date | None) -> None:
    """Refused for a time that no market will see."""
    for moment in moments:
        if moment is None:
            continue
        low, high = (FIRST, LAST) if isinstance(moment, datetime) else (FIRST.date(), LAST.date())
        if not low <= moment < high:
            raise Refused(_("“%(text)s”不是能用的日期，请写成 2026-11-25 这样。") % {"text": f"{moment:%Y-%m-%d}"})
