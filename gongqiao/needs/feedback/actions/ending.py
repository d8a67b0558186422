"""How a ticket ends: a reason, another pair of eyes where it takes one, and whether it was of use."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.calendar import add_working_days
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.feedback import queries, rules
from gongqiao.needs.feedback.actions.entries import step, write
from gongqiao.needs.feedback.actions.handling import begin, resume
from gongqiao.needs.feedback.actions.telling import settled, tell_end, tell_promise
from gongqiao.needs.feedback.actions.thread import look_for_danger
from gongqiao.needs.feedback.categories import CATEGORIES, closing, due
from gongqiao.needs.feedback.enums import CallBackState, Category, EntryKind, Outcome, Satisfaction, State, Step
from gongqiao.needs.feedback.models import CallBack, Ticket


@transaction.atomic
def resolve(ticket: Ticket, outcome: Outcome, text: str, *, by: Membership) -> None:
    """With one reason and one account of what was done, which the person reads.

    Where the category wants it, a second person outside the line looks first; when there is none, that is recorded.
    """
    words = rules.check_words(text, needed=_("请写是怎么办的，本人会看到。"))
    rules.check_handles(by, ticket)
    rules.check_open(ticket)
    if ticket.state == State.APPROVAL:
        raise Refused(_("已经交给另一个人看了。"))
    begin(ticket)
    resume(ticket)
    others = [post for post in queries.named_for(ticket) if post.person_id != by.person_id]
    wants = CATEGORIES[Category(ticket.category)].approved
    write(ticket, EntryKind.PROPOSAL if wants and others else EntryKind.RESOLUTION, words, by=by)
    if wants and others:
        states.move(ticket, to=State.APPROVAL, outcome=outcome)
        step(ticket, Step.APPROVAL, by=by)
        audit.record("ticket.approval_asked", ticket, by=by)
        return
    _resolved(ticket, outcome, by=by, alone=wants)


def _resolved(ticket: Ticket, outcome: Outcome, *, by: Membership, alone: bool) -> None:
    states.move(ticket, to=State.RESOLVED, outcome=outcome, resolved_at=clock.now())
    step(ticket, Step.RESOLVED, by=ticket.handler)
    audit.record("ticket.resolved", ticket, by=by, outcome=outcome.value, alone=alone)
    tell_end(ticket)


def _check_can_approve(ticket: Ticket, by: Membership) -> None:
    check_may(by, Right.FEEDBACK_HANDLE, ticket)
    queries.check_sees(by, ticket)
    handler = ticket.handler
    if handler is not None and handler.person_id == by.person_id:
        raise Refused(_("要由另一个人看。"))


@transaction.atomic
def approve(ticket: Ticket, *, by: Membership) -> None:
    """Somebody else has looked and agrees: what the handler wrote goes to the person."""
    _check_can_approve(ticket, by)
    words = ticket.entries.filter(kind=EntryKind.PROPOSAL).order_by("-at", "-place").first()
    if ticket.state != State.APPROVAL or words is None:
        raise Refused(_("这件事不在等人看。"))
    write(ticket, EntryKind.RESOLUTION, words.text, by=ticket.handler)
    _resolved(ticket, Outcome(ticket.outcome), by=by, alone=False)


@transaction.atomic
def send_back(ticket: Ticket, text: str, *, by: Membership) -> None:
    """Somebody else has looked and does not agree."""
    words = rules.check_words(text, needed=_("请写为什么退回。"))
    _check_can_approve(ticket, by)
    if ticket.state != State.APPROVAL:
        raise Refused(_("这件事不在等人看。"))
    write(ticket, EntryKind.NOTE, words, by=by)
    states.move(ticket, to=State.WORKING, outcome="")
    step(ticket, Step.SENT_BACK)
    audit.record("ticket.sent_back", ticket, by=by)


def _check_person_or_handler(ticket: Ticket, by: Membership) -> None:
    """The person himself (by code: the system), or who handles it and asked him."""
    if not by.may(Right.AUTOMATE) and ticket.person_id != by.person_id:
        rules.check_handles(by, ticket)


@transaction.atomic
def rate(ticket: Ticket, satisfaction: Satisfaction, *, by: Membership, channel: str = "page", text: str = "") -> None:
    """好不好: once. A bad one is called back within the working days of the rule."""
    _check_person_or_handler(ticket, by)
    if not rules.can_rate(ticket, clock.now()):
        raise Refused(_("这件事现在不能评，或者已经评过了。"))
    facts = {"satisfaction": satisfaction, "rated_at": clock.now()}
    if ticket.state == State.RESOLVED:
        states.move(ticket, to=State.CLOSED, closed_at=clock.now(), **facts)
        step(ticket, Step.CLOSED)
    else:
        Ticket.objects.filter(pk=ticket.pk).update(**facts)
        ticket.satisfaction = satisfaction
    if text.strip():
        write(ticket, EntryKind.SAID, rules.check_words(text, needed=""), channel=channel)
        look_for_danger(ticket, text, by=by, channel=channel)
    if satisfaction == Satisfaction.BAD:
        _owe_call_back(ticket)
    audit.record("ticket.rated", ticket, by=by, channel=channel, satisfaction=int(satisfaction))
    settled(ticket, by=by, channel=channel)


def _owe_call_back(ticket: Ticket) -> None:
    market = ticket.market
    today = clock.now().astimezone(market.tz).date()
    day = add_working_days(today, rules.CALL_BACK_WORKING_DAYS, market.holidays)
    CallBack.objects.create(market=market, ticket=ticket, due_at=closing(day, market))


@transaction.atomic
def record_call_back(row: CallBack, *, by: Membership, reached: bool, note: str) -> None:
    """Asked what was wrong; three times not reached gives up, in the open. Opening it again is a step of its own."""
    ticket = row.ticket
    check_may(by, Right.FEEDBACK_HANDLE, row)
    queries.check_sees(by, ticket)
    words = rules.check_words(note, needed=_("请写回访时怎么说的。"))
    facts = {"tries": row.tries + 1, "by": by, "at": clock.now()}
    if reached:
        states.move(row, to=CallBackState.REACHED, **facts)
        step(ticket, Step.CALLED_BACK, by=by)
    elif row.tries + 1 >= rules.MOST_CALLS:
        states.move(row, to=CallBackState.GIVEN_UP, **facts)
    else:
        CallBack.objects.filter(pk=row.pk, state=CallBackState.OPEN).update(**facts)
        row.tries += 1
    write(ticket, EntryKind.NOTE, words, by=by)
    audit.record("ticket.called_back", ticket, by=by, reached=reached, tries=row.tries)


@transaction.atomic
def reopen(ticket: Ticket, text: str, *, by: Membership, channel: str = "page") -> None:
    """Within thirty days, with a word why; it goes on with whoever had it, under a new promise."""
    words = rules.check_words(text, needed=_("请写还有什么没办好。"))
    if not by.may(Right.AUTOMATE) and ticket.person_id != by.person_id:
        check_may(by, Right.FEEDBACK_HANDLE, ticket)
        queries.check_sees(by, ticket)
    if not rules.can_reopen(ticket, clock.now()):
        raise Refused(_("过了 %(days)s 天，不能再打开，请重新说一件。") % {"days": rules.REOPEN_DAYS})
    handler = ticket.handler if ticket.handler in queries.eligible(ticket) else None
    promised = ticket.answer_by
    facts = {
        "handler": handler,
        "outcome": "",
        "resolved_at": None,
        "closed_at": None,
        "satisfaction": None,
        "rated_at": None,
        "escalated_at": None,
        "escalated_to": "",
        "escalated_why": "",
        "reopened": ticket.reopened + 1,
        "answer_by": _promise_again(ticket),
    }
    states.move(ticket, to=State.WORKING if handler else State.NEW, **facts)
    CallBack.objects.filter(ticket=ticket, state=CallBackState.OPEN).update(
        state=CallBackState.REACHED, by=by, at=clock.now()
    )
    write(ticket, EntryKind.SAID, words, channel=channel)
    step(ticket, Step.REOPENED)
    audit.record("ticket.reopened", ticket, by=by, channel=channel)
    look_for_danger(ticket, words, by=by, channel=channel)
    settled(ticket, by=by, channel=channel)
    tell_promise(ticket, promised, by=by, channel=channel)


def _promise_again(ticket: Ticket) -> datetime:
    today = clock.now().astimezone(ticket.market.tz).date()
    return due(Category(ticket.category), today, ticket.market).answer_by


@transaction.atomic
def close_silent(ticket: Ticket, *, by: Membership) -> None:
    """Nobody said whether it was any good: it closes; it may still be rated and opened again."""
    check_may(by, Right.AUTOMATE, ticket)
    states.move(ticket, to=State.CLOSED, closed_at=clock.now())
    step(ticket, Step.CLOSED)
    audit.record("ticket.closed", ticket, by=by, channel="system")
