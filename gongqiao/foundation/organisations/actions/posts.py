"""Giving posts to people."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock
from gongqiao.foundation.accounts.models import User
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Kind, Membership, Organisation
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.foundation.people import actions as people
from gongqiao.foundation.people.models import Person


@transaction.atomic
def open_house(market: Market, operator: str) -> Membership:
    """The operator's organisation and the system actor of a new market; returns the latter."""
    organisation = Organisation.objects.create(market=market, kind=Kind.OPERATOR, name=operator)
    return Membership.objects.create(
        market=market, organisation=organisation, role=Role.SYSTEM, title="系统", starts_on=_today(market)
    )


@transaction.atomic
def give_post(
    market: Market,
    *,
    by: Membership,
    title: str,
    role: Role,
    username: str = "",
    password: str | None = None,
    phone: str = "",
    person: Person | None = None,
) -> Membership:
    """A post for a person, new or known; staff get a user name and password with it."""
    check_may(by, Right.STAFF_MANAGE)
    if by.market_id != market.pk:
        raise Refused(_("这不是您所在市场的事。"))
    organisation = Organisation.objects.filter(kind=Kind.OPERATOR).first()
    person = person or people.create(name=title, phone=phone)
    post = Membership.objects.create(
        market=market, person=person, organisation=organisation, role=role, title=title, starts_on=_today(market)
    )
    if username:
        User.objects.create_user(username, password, person)
    audit.record("post.given", post, by=by, role=role.value)
    return post


def _today(market: Market) -> date:
    return clock.now().astimezone(market.tz).date()


@transaction.atomic
def worker_posts(workers: Sequence[Person], market: Market, *, by: Membership) -> None:
    """Registered workers may sign in and see their own; each gets one post, once."""
    keys = [person.pk for person in workers]
    holding = Membership.objects.filter(person__in=keys, role=Role.WORKER, ends_on=None)
    known = set(holding.values_list("person_id", flat=True))
    posts = Membership.objects.bulk_create(
        Membership(market=market, person=person, role=Role.WORKER, title=person.polite_name, starts_on=_today(market))
        for person in workers
        if person.pk not in known
    )
    audit.record_all([audit.Act("post.given", post, detail={"role": Role.WORKER.value}) for post in posts], by=by)
