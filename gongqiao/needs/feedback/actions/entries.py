"""Writing on the thread of a ticket, in the order in which it was written."""

from typing import Any

from gongqiao.foundation import clock
from gongqiao.foundation.files.models import StoredFile
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.feedback.enums import EntryKind, Step
from gongqiao.needs.feedback.models import Entry, Ticket


def write(
    ticket: Ticket,
    kind: EntryKind,
    text: str = "",
    *,
    by: Membership | None = None,
    channel: str = "",
    voice: StoredFile | None = None,
) -> Entry:
    """One entry; `by` is empty for the person himself."""
    return _add(ticket, kind=kind, text=text, by=by, channel=channel, voice=voice)


def step(ticket: Ticket, what: Step, *, by: Membership | None = None, text: str = "") -> None:
    """What happened to it."""
    _add(ticket, kind=EntryKind.STEP, step=what, by=by, text=text)


def _add(ticket: Ticket, **facts: Any) -> Entry:
    written = Entry.objects.filter(ticket=ticket).count()
    return Entry.objects.create(market=ticket.market, ticket=ticket, at=clock.now(), place=written, **facts)
