"""A file to hand out, and the event that says who took which file."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model

from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.organisations.models import Membership


@dataclass(frozen=True)
class Paper:
    """`rows` is the number of lines of its table."""

    filename: str
    content: bytes
    rows: int

    @property
    def sha256(self) -> str:
        """Of the very bytes handed out: a sheet that turns up elsewhere can be told from the log."""
        return hashlib.sha256(self.content).hexdigest()


def taken(paper: Paper, kind: str, about: Model, *, by: Membership, **detail: Any) -> Paper:
    """Record that the paper was handed out, then hand it out; days in `detail` become text."""
    facts: dict[str, Any] = {"kind": kind, "rows": paper.rows, "sha256": paper.sha256}
    facts |= {name: value.isoformat() if isinstance(value, date) else value for name, value in detail.items()}
    audit.record_all([audit.Act("sheet.exported", about, detail=facts)], by=by)
    return paper
