"""What the manager decides: who handles what, and what is told to the public."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.feedback import queries, rules
from gongqiao.needs.feedback.categories import sensitive
from gongqiao.needs.feedback.enums import Category, ChangeState
from gongqiao.needs.feedback.models import Handler, ServiceChange, Ticket


@transaction.atomic
def name_handler(post: Membership, category: Category, *, by: Membership) -> Handler:
    """From now on he sees this category; what names him or somebody over him stays shut to him all the same.

    Whoever names himself for a sensitive one waits for a second person, always: were it only while a ticket is about
    his own people, the waiting would tell him that there is one.
    """
    check_may(by, Right.FEEDBACK_MANAGE, post)
    if post not in queries.staff_posts(by.market) or not post.may(Right.FEEDBACK_HANDLE):
        raise Refused(_("这个岗位不办诉求。"))
    if Handler.objects.filter(post=post, category=category, until=None).exists():
        raise Refused(_("已经定了他办这一类。"))
    waits = post.person_id == by.person_id and sensitive(category)
    facts = {"post": post, "category": category, "since": clock.now(), "named_by": by, "waits": waits}
    row = Handler.objects.create(market=by.market, **facts)
    audit.record("feedback.handler_named", row, by=by, post=post.pk, category=category.value, waits=waits)
    return row


@transaction.atomic
def agree_handler(row: Handler, *, by: Membership) -> None:
    """A second person, who is not under him, has nothing against it: now he sees the category."""
    rules.check_can_agree(by, row)
    waiting = Handler.objects.filter(pk=row.pk, until=None, waits=True)
    if waiting.update(waits=False, agreed_by=by, since=clock.now()) != 1:
        raise Stale
    row.refresh_from_db()
    audit.record("feedback.handler_agreed", row, by=by, post=row.post_id, category=row.category)


@transaction.atomic
def drop_handler(row: Handler, *, by: Membership) -> None:
    """He no longer sees the category; what he has in hand stays his."""
    check_may(by, Right.FEEDBACK_MANAGE, row)
    Handler.objects.filter(pk=row.pk, until=None).update(until=clock.now())
    audit.record("feedback.handler_dropped", row, by=by, post=row.post_id, category=row.category)


@transaction.atomic
def write_change(
    *, category: Category, said: str, did: str, changed_on: date, tickets: Sequence[Ticket], by: Membership
) -> ServiceChange:
    """In words for everybody, naming nobody; only ended tickets that the writer may see can have led to it."""
    check_may(by, Right.FEEDBACK_HANDLE)
    if not said.strip() or not did.strip():
        raise Refused(_("请写您说了什么、我们做了什么。"))
    seen = set(queries.listed(by, "ended").filter(pk__in=[row.pk for row in tickets]).values_list("pk", flat=True))
    if seen != {row.pk for row in tickets}:
        raise Refused(_("有的诉求还没结，或者不由您办。"))
    row = ServiceChange.objects.create(
        market=by.market,
        category=category,
        said=said.strip(),
        did=did.strip(),
        changed_on=changed_on,
        by=by,
        at=clock.now(),
    )
    row.tickets.set(tickets)
    audit.record("change.written", row, by=by, tickets=len(seen))
    return row


@transaction.atomic
def publish(row: ServiceChange, *, by: Membership) -> None:
    check_may(by, Right.FEEDBACK_MANAGE, row)
    states.move(row, to=ChangeState.PUBLISHED)
    audit.record("change.published", row, by=by)


@transaction.atomic
def withdraw(row: ServiceChange, *, by: Membership) -> None:
    check_may(by, Right.FEEDBACK_MANAGE, row)
    states.move(row, to=ChangeState.WITHDRAWN)
    audit.record("change.withdrawn", row, by=by)
