"""Pages by cursor: opaque to the caller, bounded, good while rows come and go."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


def newest(rows: "models.QuerySet[Row]", cursor: str, limit: int) -> tuple[list[Row], str]:
    """The next `limit` rows, newest key first, and the cursor of the page after; "" when there is none."""
    if cursor:
        rows = rows.filter(pk__lt=min(int(cursor), 2**63 - 1))
    found: Sequence[Any] = list(rows.order_by("-pk")[: limit + 1])
    return list(found[:limit]), str(found[limit - 1].pk) if len(found) > limit else ""
