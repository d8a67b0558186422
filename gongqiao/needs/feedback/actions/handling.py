"""Working on a ticket: taking it, handing it over, answering, asking, writing down what was heard."""

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.calendar import add_working_days, working_days_between
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.employers.models import Employer
from gongqiao.needs.feedback import queries, rules
from gongqiao.needs.feedback.actions.entries import step, write
from gongqiao.needs.feedback.actions.filing import Voice
from gongqiao.needs.feedback.actions.rising import go_up, target
from gongqiao.needs.feedback.actions.telling import settled, tell_answer, tell_promise
from gongqiao.needs.feedback.actions.thread import keep_voice, look_for_danger, name_from_text, name_people
from gongqiao.needs.feedback.categories import CATEGORIES, closing, due
from gongqiao.needs.feedback.enums import Category, EntryKind, State, Step, Why
from gongqiao.needs.feedback.models import Entry, Named, Ticket


def record_reading(ticket: Ticket, *, by: Membership) -> None:
    """Opening a ticket, its voice or its list line in a sheet is an event (its own door out of a read-only page)."""
    audit.record("ticket.read", ticket, by=by, sensitive=ticket.sensitive)


@transaction.atomic
def take(ticket: Ticket, *, by: Membership) -> None:
    """我来办: from now on it has a name."""
    check_may(by, Right.FEEDBACK_HANDLE, ticket)
    queries.check_sees(by, ticket)
    rules.check_open(ticket)
    if by.role == Role.AUDITOR and not ticket.sensitive:
        raise Refused(_("审计只办交给他的和报上来的。"))
    _give(ticket, by, by=by)


@transaction.atomic
def assign(ticket: Ticket, to: Membership, *, by: Membership, note: str = "") -> None:
    """To a named colleague outside the line of whoever it is about; what he needs to know goes along as a note."""
    check_may(by, Right.FEEDBACK_HANDLE, ticket)
    queries.check_sees(by, ticket)
    rules.check_open(ticket)
    if ticket.handler_id not in (None, by.pk) and by.role != Role.MANAGER:
        raise Refused(_("这件事有人在办，由他或经理转交。"))
    if to not in queries.eligible(ticket):
        raise Refused(_("这件事不能交给他。"))
    _give(ticket, to, by=by)
    if note.strip():
        write(ticket, EntryKind.NOTE, rules.check_words(note, needed=""), by=by)


def _give(ticket: Ticket, to: Membership, *, by: Membership) -> None:
    if ticket.state == State.APPROVAL:
        raise Refused(_("已经交给另一个人看了。"))
    if ticket.handler_id == to.pk:
        raise Refused(_("已经是这个人在办。"))
    if ticket.state == State.NEW:
        states.move(ticket, to=State.ASSIGNED, handler=to)
        step(ticket, Step.ASSIGNED, by=to)
    else:
        seen = Ticket.objects.filter(pk=ticket.pk, state=ticket.state, handler=ticket.handler_id)
        if seen.update(handler=to) != 1:
            raise Stale
        ticket.handler = to
        step(ticket, Step.HANDED, by=to)
    audit.record("ticket.assigned", ticket, by=by, to=to.pk)


@transaction.atomic
def release(ticket: Ticket, *, by: Membership) -> None:
    """Nobody has it any more: he left, gave it back, or is named in it; it goes up so that it is not lost."""
    if not by.may(Right.AUTOMATE):
        rules.check_handles(by, ticket)
    _release(ticket, by=by)


def _release(ticket: Ticket, *, by: Membership) -> None:
    rules.check_open(ticket)
    states.move(ticket, to=State.NEW, handler=None, waiting_since=None)
    step(ticket, Step.RELEASED)
    audit.record("ticket.released", ticket, by=by)
    go_up(ticket, Why.NOBODY, by=by)


def begin(ticket: Ticket) -> None:
    """The first thing that is done to it."""
    if ticket.state == State.ASSIGNED:
        states.move(ticket, to=State.WORKING)


def _working(ticket: Ticket, by: Membership) -> None:
    rules.check_handles(by, ticket)
    rules.check_open(ticket)
    begin(ticket)


@transaction.atomic
def answer(ticket: Ticket, text: str, *, by: Membership, ask: bool = False) -> Entry:
    """Words to the person. `ask`: he is asked something, and the clock stands still until he answers."""
    words = rules.check_words(text, needed=_("请写要答的话。"))
    _working(ticket, by)
    row = write(ticket, EntryKind.ANSWER, words, by=by)
    if ticket.answered_at is None:
        Ticket.objects.filter(pk=ticket.pk).update(answered_at=clock.now())
        ticket.answered_at = clock.now()
    if ask and ticket.state == State.WORKING:
        states.move(ticket, to=State.WAITING, waiting_since=clock.now())
        step(ticket, Step.WAITING, by=by)
    audit.record("ticket.answered", ticket, by=by, asked=ask)
    tell_answer(ticket, row)
    return row


@transaction.atomic
def note(ticket: Ticket, text: str, *, by: Membership) -> Entry:
    """For colleagues only; the person, the employer and the public never read it."""
    words = rules.check_words(text, needed=_("请写要记的话。"))
    _working(ticket, by)
    row = write(ticket, EntryKind.NOTE, words, by=by)
    audit.record("ticket.noted", ticket, by=by)
    return row


@transaction.atomic
def reply(ticket: Ticket, text: str, *, by: Membership, channel: str = "page", voice: Voice | None = None) -> Entry:
    """The person says more: by his code or account (`by` the system or himself), or to staff who write it down."""
    if not by.may(Right.AUTOMATE) and ticket.person_id != by.person_id:
        rules.check_handles(by, ticket)
    rules.check_open(ticket)
    words = rules.check_words(text, needed=_("请写几句，或者录一段话。")) if voice is None else text.strip()
    kept = keep_voice(ticket, voice.name, voice.content) if voice else None
    row = write(ticket, EntryKind.SAID, words, channel=channel, voice=kept)
    resume(ticket)
    audit.record("ticket.replied", ticket, by=by, channel=channel)
    settled(ticket, by=by, channel=channel)
    promised = ticket.answer_by
    look_for_danger(ticket, words, by=by, channel=channel)
    tell_promise(ticket, promised, by=by, channel=channel)
    return row


def resume(ticket: Ticket) -> None:
    """The person has answered: the working days that passed meanwhile are put on the promise."""
    if ticket.state != State.WAITING or ticket.waiting_since is None:
        return
    market = ticket.market
    asked, today = (moment.astimezone(market.tz).date() for moment in (ticket.waiting_since, clock.now()))
    waited = working_days_between(asked, today, market.holidays)
    day = add_working_days(ticket.answer_by.astimezone(market.tz).date(), waited, market.holidays)
    later = max(ticket.answer_by, closing(day, market)) if waited else ticket.answer_by
    states.move(ticket, to=State.WORKING, waiting_since=None, answer_by=later)
    step(ticket, Step.RESUMED)


@transaction.atomic
def transcribe(ticket: Ticket, text: str, *, by: Membership) -> Entry:
    """What a voice message says, written down by whoever handles it; the person reads it and may put it right."""
    words = rules.check_words(text, needed=_("请写听到的话。"))
    spoken = ticket.voice_id or Entry.objects.filter(ticket=ticket, voice__isnull=False).exists()
    if not spoken:
        raise Refused(_("这件事没有语音。"))
    _working(ticket, by)
    row = write(ticket, EntryKind.TRANSCRIPT, words, by=by)
    audit.record("ticket.transcribed", ticket, by=by)
    name_from_text(ticket, words)
    promised = ticket.answer_by
    look_for_danger(ticket, words, by=by)
    tell_promise(ticket, promised, by=by)
    _leave_the_line(ticket, by=by)
    return row


@transaction.atomic
def sort_anew(ticket: Ticket, category: Category, *, by: Membership) -> None:
    """It belongs elsewhere; the promise is the earlier of the two, and what was sensitive once stays so."""
    if category == ticket.category:
        raise Refused(_("已经是这一类。"))
    _working(ticket, by)
    promised, before = due(category, ticket.said_on, ticket.market), ticket.answer_by
    facts = {
        "category": category,
        "sensitive": ticket.sensitive or CATEGORIES[category].sensitive,
        "answer_by": min(promised.answer_by, ticket.answer_by),
        "due_rule": promised.rule,
    }
    Ticket.objects.filter(pk=ticket.pk).update(**facts)
    for name, value in facts.items():
        setattr(ticket, name, value)
    step(ticket, Step.SORTED, by=by, text=str(category.label))
    audit.record("ticket.sorted", ticket, by=by)
    tell_promise(ticket, before, by=by)
    name_from_text(ticket, f"{ticket.text} {ticket.about_words}")
    _leave_the_line(ticket, by=by)


@transaction.atomic
def name_person(ticket: Ticket, post: Membership, *, by: Membership) -> None:
    """It is about this colleague: from this moment neither he nor those under him see it."""
    _working(ticket, by)
    if not name_people(ticket, [post], Named.How.HANDLER):
        raise Refused(_("已经记了是说他。"))
    audit.record("ticket.named", ticket, by=by)
    _leave_the_line(ticket, by=by)


@transaction.atomic
def name_employer(ticket: Ticket, employer: Employer, *, by: Membership) -> None:
    """Which employer the words are about; what was asked of another one stays his."""
    _working(ticket, by)
    check_may(by, Right.FEEDBACK_HANDLE, employer)
    if ticket.asked_employer_at is not None:
        raise Refused(_("已经问过用工方，不能换成另一家。"))
    Ticket.objects.filter(pk=ticket.pk).update(about_employer=employer, region=employer.region_id)
    ticket.about_employer = employer
    audit.record("ticket.employer_named", ticket, by=by)
    _leave_the_line(ticket, by=by)


def _leave_the_line(ticket: Ticket, *, by: Membership) -> None:
    """Its handler turns out to be named in it, or to stand under who is: it leaves his hands at once. And whoever it
    had gone up to may be the one it is about."""
    if ticket.handler is not None and queries.out_of_bounds(ticket, ticket.handler):
        _release(ticket, by=by)
    if ticket.escalated_at is not None and target(ticket) != ticket.escalated_to:
        why = Why(ticket.escalated_why)
        ticket.escalated_at = None
        go_up(ticket, why, by=by)


@transaction.atomic
def ask_employer(ticket: Ticket, text: str, *, by: Membership) -> Entry:
    """The handler puts it to the employer in words of his own: never the person's, never who it was (paper 5.1-3)."""
    words = rules.check_words(text, needed=_("请写要问用工方的话。"))
    if not CATEGORIES[Category(ticket.category)].employer_answers:
        raise Refused(_("这一类不问用工方。"))
    if ticket.about_employer is None:
        raise Refused(_("还没写是哪个用工方。"))
    _working(ticket, by)
    row = write(ticket, EntryKind.TO_EMPLOYER, words, by=by)
    if ticket.asked_employer_at is None:
        Ticket.objects.filter(pk=ticket.pk).update(asked_employer_at=clock.now())
        ticket.asked_employer_at = clock.now()
    audit.record("ticket.employer_asked", ticket, by=by)
    return row


@transaction.atomic
def answer_as_employer(ticket: Ticket, text: str, *, by: Membership) -> Entry:
    """His right to be heard: on what he was asked, while it is open."""
    words = rules.check_words(text, needed=_("请写要答的话。"))
    check_may(by, Right.OWN_POSTINGS, ticket)
    queries.check_sees(by, ticket)
    rules.check_open(ticket)
    row = write(ticket, EntryKind.FROM_EMPLOYER, words, by=by)
    Ticket.objects.filter(pk=ticket.pk).update(employer_answered_at=clock.now())
    audit.record("ticket.employer_answered", ticket, by=by, channel="self")
    return row
