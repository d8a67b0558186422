"""A manager and the staff of the market: giving posts, ending them, helping whoever cannot sign in."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock
from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.accounts.actions import second_factor
from gongqiao.foundation.accounts.models import User
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.organisations import queries
from gongqiao.foundation.organisations.actions.posts import give_post
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import STAFF, Right, Role
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.foundation.people import actions as people
from gongqiao.foundation.people.identity import check_phone
from gongqiao.foundation.people.models import Person


@dataclass(frozen=True)
class Appointed:
    """The post, and the first password to be handed over; empty for whoever has an account already."""

    post: Membership
    username: str
    first_password: str


@transaction.atomic
def appoint(*, by: Membership, name: str, phone: str, role: Role, title: str, username: str) -> Appointed:
    """A staff post. Whoever works in another market too keeps his account: name and phone must be the ones it has."""
    check_may(by, Right.STAFF_MANAGE)
    if role not in STAFF:
        raise Refused(_("这里只给工作人员的岗位。"))
    number = check_phone(phone)
    known = User.objects.filter(username=username).select_related("person").first()
    if known is not None:
        if (known.person.name, known.person.phone) != (name.strip(), number):
            raise Refused(_("这个用户名已经有人用了。"))
        _check_no_such_post(known.person, role, by)
        return Appointed(give_post(by.market, by=by, title=title, role=role, person=known.person), username, "")
    person = people.create(name=name, phone=number)
    user, first = accounts.give_account(person, username)
    return Appointed(give_post(by.market, by=by, title=title, role=role, person=person), user.username, first)


def _check_no_such_post(person: Person, role: Role, by: Membership) -> None:
    if any(post.role == role for post in queries.posts_here(person, by)):
        raise Refused(_("这个人已经有这个岗位了。"))


@transaction.atomic
def withdraw(post: Membership, *, by: Membership) -> None:
    """From this moment the post opens nothing; what was done in it stays under its name. The last manager stays."""
    check_may(by, Right.STAFF_MANAGE, post)
    if post.role not in STAFF | {Role.EMPLOYER}:
        raise Refused(_("零工和系统的岗位不在这里收回。"))
    managers = list(queries.managers(by).select_for_update())  # two who withdraw each other wait for one another
    if post.role == Role.MANAGER and {manager.pk for manager in managers} <= {post.pk}:
        raise Refused(_("市场至少要有一位经理，请先给另一个人经理的岗位。"))
    moment = clock.now()
    day = moment.astimezone(by.market.tz).date()
    ended = Membership.objects.filter(pk=post.pk, withdrawn_at=None).update(withdrawn_at=moment, ends_on=day)
    if not ended:
        raise Stale
    audit.record("post.withdrawn", post, by=by, role=post.role)


@transaction.atomic
def reset_password(post: Membership, *, by: Membership) -> str:
    """A new first password, handed over face to face; it must be changed at the next sign-in."""
    user = _account(post, by)
    password = accounts.reset_password(user)
    audit.record("account.password_reset", post, by=by)
    return password


@transaction.atomic
def turn_off_second_factor(post: Membership, *, by: Membership) -> None:
    """Phone and paper codes are both lost; face to face."""
    user = _account(post, by)
    second_factor.turn_off(user)
    audit.record("account.second_factor_reset", post, by=by)


def _account(post: Membership, by: Membership) -> User:
    """The account behind a staff post of this market alone: nobody gets into another market through a reset here."""
    check_may(by, Right.STAFF_MANAGE, post)
    user = User.objects.filter(person=post.person_id).select_related("person").first() if post.person_id else None
    if user is None or post.role not in STAFF | {Role.EMPLOYER}:
        raise Refused(_("这个岗位没有帐号。"))
    if post.person_id == by.person_id:
        raise Refused(_("自己的密码和第二道验证在“我的帐号”里改。"))
    elsewhere = [held for held in queries.held_anywhere(user.person) if held.market_id != by.market_id]
    if elsewhere:
        raise Refused(_("这个人在别的市场也有岗位，请管服务器的人用 ./run manage reset_account 办。"))
    return user
