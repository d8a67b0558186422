"""Posts somebody holds; read across markets only to choose the one to act in."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django_scopes import scopes_disabled

from gongqiao.foundation import clock
from gongqiao.foundation.accounts.models import User
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import STAFF, Right, Role
from gongqiao.foundation.people.models import Person


def current_of(person: Person, day: date) -> list[Membership]:
    """All posts of a person on a day, in all markets (the switcher's list)."""
    with scopes_disabled():
        held = _live(Membership.objects.filter(person=person), day).filter(starts_on__lte=day)
        facts = ("market", "market__city", "person", "organisation", "acts_for")
        return list(held.select_related(*facts).order_by("pk"))


def held_anywhere(person: Person) -> list[Membership]:
    """Posts of staff and employers that are not ended, in all markets."""
    with scopes_disabled():
        held = Membership.objects.filter(person=person, withdrawn_at=None).exclude(role__in=[Role.WORKER, Role.FAMILY])
        return [post for post in held.select_related("market") if post.ends_on is None or post.ends_on >= today(post)]


def posts_here(person: Person, actor: Membership) -> list[Membership]:
    """The person's posts in the actor's market."""
    return list(_live(Membership.objects.filter(person=person), today(actor)))


def managers(actor: Membership) -> QuerySet[Membership]:
    return _live(Membership.objects.filter(role=Role.MANAGER), today(actor))


@dataclass(frozen=True)
class StaffLine:
    """One post and the account behind it, when there is one."""

    post: Membership
    account: User | None


def staff(actor: Membership) -> list[StaffLine]:
    """The posts a manager gives and withdraws, those that ended last; nobody else sees them."""
    if not actor.may(Right.STAFF_MANAGE):
        return []
    posts = Membership.objects.filter(role__in=[*STAFF, Role.EMPLOYER]).select_related("person", "organisation")
    rows = list(posts.order_by("withdrawn_at", "ends_on", "role", "pk"))
    accounts = {user.person_id: user for user in User.objects.filter(person__in=[post.person_id for post in rows])}
    rows.sort(key=lambda post: (not post.is_current(today(actor)), list(Role).index(Role(post.role)), post.pk))
    return [StaffLine(post, accounts.get(post.person_id) if post.person_id else None) for post in rows]


def today(actor: Membership) -> date:
    return clock.now().astimezone(actor.market.tz).date()


def _live(posts: QuerySet[Membership], day: date) -> QuerySet[Membership]:
    return posts.filter(Q(ends_on=None) | Q(ends_on__gte=day), withdrawn_at=None)


def system_of(market: Market) -> Membership:
    """The actor of what happens by itself at its time."""
    with scopes_disabled():
        return Membership.objects.select_related("market").get(market=market, role=Role.SYSTEM)
