"""What somebody said is blanked because he asked for it; that something was said, when and how it ended stays."""

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.files import actions as files
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.people.models import Person
from gongqiao.needs.feedback.actions.entries import step, write
from gongqiao.needs.feedback.actions.handling import begin, resume
from gongqiao.needs.feedback.enums import OPEN, Category, EntryKind, Outcome, State, Step
from gongqiao.needs.feedback.models import Entry, Picture, Ticket


@transaction.atomic
def forget(person: Person) -> int:
    """Words, voices, pictures and how to reach him, in all he said under his name; returns how many tickets."""
    rows = list(Ticket.objects.filter(person=person).select_related("voice"))
    for row in rows:
        row.text = row.contact_name = row.contact_phone = row.about_words = row.digest = ""
        row.save(update_fields=["text", "contact_name", "contact_phone", "about_words", "digest"])
        if row.voice is not None:
            files.forget(row.voice)
    for entry in Entry.objects.filter(ticket__in=rows).select_related("voice"):
        entry.text = ""
        entry.save(update_fields=["text"])
        if entry.voice is not None:
            files.forget(entry.voice)
    for picture in Picture.objects.filter(ticket__in=rows).select_related("file"):
        files.forget(picture.file)
    return len(rows)


@transaction.atomic
def end_requests(person: Person, *, by: Membership) -> int:
    """What he asked about his own data is settled by the deletion: ended in the name of whoever had it, else of its
    second person, and closed, because nobody is left who could say whether it was of use. Returns how many.

    Who may delete, and that two looked at it, is for services.mydata.
    """
    rows = Ticket.objects.select_related("market", "handler").filter(person=person, state__in=OPEN)
    ended = list(rows.filter(category=Category.RECORDS).order_by("filed_at"))
    for ticket in ended:
        _end(ticket, by=by)
    return len(ended)


def _end(ticket: Ticket, *, by: Membership) -> None:
    if ticket.state == State.NEW:
        states.move(ticket, to=State.ASSIGNED, handler=by)
        step(ticket, Step.ASSIGNED, by=by)
        audit.record("ticket.assigned", ticket, by=by, to=by.pk)
    begin(ticket)
    resume(ticket)
    write(ticket, EntryKind.RESOLUTION, _("资料删掉了。"), by=by)
    states.move(ticket, to=State.RESOLVED, outcome=Outcome.DONE, resolved_at=clock.now())
    step(ticket, Step.RESOLVED, by=ticket.handler)
    audit.record("ticket.resolved", ticket, by=by, outcome=Outcome.DONE.value, alone=False)
    states.move(ticket, to=State.CLOSED, closed_at=clock.now())
    step(ticket, Step.CLOSED)
    audit.record("ticket.closed", ticket, by=by)
