"""A concern said in a survey becomes a ticket: with his yes, once, however often it is sent or mended."""

from django.db import transaction

from gongqiao.foundation import clock
from gongqiao.foundation.crypto.index import blind_index
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.queries import system_of
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.people.identity import IdentityError, check_phone
from gongqiao.needs.feedback import actions as feedback
from gongqiao.needs.feedback import queries, rules
from gongqiao.needs.feedback.actions import Said
from gongqiao.needs.feedback.enums import OPEN, Category, Channel
from gongqiao.needs.feedback.models import Ticket
from gongqiao.needs.surveys.models import Submission
from gongqiao.needs.surveys.reading import Concern


@transaction.atomic
def open_ticket(submission: Submission, concern: Concern, *, by: Membership) -> Ticket:
    """The ticket of this submission: filed now, or there already, with words that an edit changed put on its thread."""
    known = ticket_of(submission)
    if known is not None:
        _say_more(known, concern)
        return known
    today = clock.now().astimezone(submission.market.tz).date()
    words, phone = _fitting(concern)
    person = submission.dossier.person if concern.named and submission.dossier is not None else None
    said = Said(
        category=Category(concern.about) if concern.about in Category.values else Category.OTHER,
        channel=Channel.SURVEY,
        text=words,
        person=person,
        contact_phone=phone,
        said_on=min(submission.filled_on or today, today),
        key=key_of(submission),
    )
    return feedback.file(said, by=_filed_by(submission, by)).ticket


def ticket_of(submission: Submission) -> Ticket | None:
    return queries.by_key(key_of(submission))


def key_of(submission: Submission) -> str:
    """Sealed: who may read the rows of both does not learn which answers a nameless ticket came with."""
    return blind_index("survey concern", f"{submission.form_id}:{submission.root_instance}")[:64]


def _filed_by(submission: Submission, by: Membership) -> Membership:
    """The colleague who asked; what he said on his own phone comes in through the system, which has no name."""
    return by if by.may(Right.FEEDBACK_FILE) else system_of(submission.market)


def _fitting(concern: Concern) -> tuple[str, str]:
    """A number that can be none stays readable in the words; an answer is never lost over it."""
    if not concern.phone:
        return concern.words[: rules.MOST_WORDS], ""
    try:
        return concern.words[: rules.MOST_WORDS], check_phone(concern.phone)
    except IdentityError:
        tail = f"\n{concern.phone[:40]}"
        return concern.words[: rules.MOST_WORDS - len(tail)] + tail, ""


def _say_more(ticket: Ticket, concern: Concern) -> None:
    """Other words than those it has: said on it, or reason to open it again while it may be."""
    words, _phone = _fitting(concern)
    if words in queries.said_on(ticket):
        return
    by = system_of(ticket.market)
    if ticket.state in OPEN:
        feedback.reply(ticket, words, by=by, channel=Channel.SURVEY)
    elif rules.can_reopen(ticket, clock.now()):
        feedback.reopen(ticket, words, by=by, channel=Channel.SURVEY)
