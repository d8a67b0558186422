"""A ticket goes up: late, without anybody who may handle it, or too grave to wait."""

from django.db import transaction
from django.db.models import QuerySet

from gongqiao.foundation import clock
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.feedback import queries, rules
from gongqiao.needs.feedback.actions.entries import step
from gongqiao.needs.feedback.categories import URGENT_MINUTES, soon
from gongqiao.needs.feedback.enums import Danger, Step, Why
from gongqiao.needs.feedback.models import Ticket


def target(ticket: Ticket) -> Role:
    """The managers, when one of them stands outside the line of whoever is named; else who stands outside of it."""
    chiefs = [post for post in queries.eligible(ticket) if post.role == Role.MANAGER]
    return Role.MANAGER if chiefs else rules.OUTSIDE_THE_LINE


def go_up(ticket: Ticket, why: Why, *, by: Membership) -> bool:
    """Once for each stretch of work; a graver reason takes the place of one that was known."""
    if ticket.escalated_at is not None and why != Why.URGENT:
        return False
    to = target(ticket)
    rows: QuerySet[Ticket] = Ticket.objects.filter(pk=ticket.pk)
    rows.update(escalated_at=clock.now(), escalated_to=to, escalated_why=why)
    ticket.escalated_at, ticket.escalated_to, ticket.escalated_why = clock.now(), to, why
    step(ticket, Step.ESCALATED)
    audit.record("ticket.escalated", ticket, by=by, channel="system", why=why.value)
    return True


@transaction.atomic
def escalate(ticket: Ticket, why: Why, *, by: Membership) -> bool:
    """By itself at its time: onto the manager's list, or past him when it is about him. False when it is there."""
    check_may(by, Right.AUTOMATE, ticket)
    return go_up(ticket, why, by=by)


def raise_urgent(ticket: Ticket, danger: Danger, *, by: Membership) -> None:
    """Somebody may be in danger: sensitive from now on, first in the list, and looked at within minutes."""
    soonest = min(ticket.answer_by, soon(clock.now(), URGENT_MINUTES[danger], ticket.market))
    Ticket.objects.filter(pk=ticket.pk).update(urgent=True, sensitive=True, answer_by=soonest)
    ticket.urgent = ticket.sensitive = True
    ticket.answer_by = soonest
    go_up(ticket, Why.URGENT, by=by)
