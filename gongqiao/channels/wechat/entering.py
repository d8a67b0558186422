"""Coming in by the mini program and leaving it: a short token for one market, and the end of all of them."""

from datetime import timedelta

from django.db import transaction
from django_scopes import scope, scopes_disabled

from gongqiao.foundation import clock
from gongqiao.foundation.accounts.actions import web_tickets, wechat
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.queries import current_of
from gongqiao.foundation.organisations.roles import Role
from gongqiao.foundation.people.models import Person
from gongqiao.foundation.tokens import actions as tokens
from gongqiao.foundation.tokens.enums import Scope
from gongqiao.foundation.tokens.models import Token

LABEL = "miniprogram"
LIFE = timedelta(hours=2)
MOST_OPEN = 5  # of one person: whoever comes in again and again keeps his newest
SCOPES = (Scope.SHIFTS_READ, Scope.TICKETS_WRITE, Scope.ME_READ, Scope.ME_WRITE, Scope.WORK_READ, Scope.WORK_WRITE)


def worker_post(person: Person, market: Market) -> Membership | None:
    """The post he works by in this market today; staff and employers have doors of their own."""
    day = clock.now().astimezone(market.tz).date()
    posts = current_of(person, day)
    return next((post for post in posts if post.market_id == market.pk and post.role == Role.WORKER), None)


@transaction.atomic
def enter(post: Membership) -> tokens.Issued:
    """A token of his own making; the oldest of many ends for it."""
    with scope(market=post.market):
        mine = Token.objects.filter(post=post, label=LABEL, revoked_at=None, expires_at__gt=clock.now())
        for token in mine.select_related("post").order_by("-issued_at", "-pk")[MOST_OPEN - 1 :]:
            tokens.revoke(token, by=post)
        return tokens.issue(post, label=LABEL, scopes=SCOPES, life=LIFE, by=post)


@transaction.atomic
def leave(person: Person) -> bool:
    """This WeChat account is nobody's any more: its tokens end in every market, and so does what it was told.
    Whether there was one."""
    with scopes_disabled():
        mine = Token.objects.filter(post__person=person, label=LABEL, revoked_at=None, expires_at__gt=clock.now())
        for token in mine.select_related("post__market"):
            tokens.revoke(token, by=token.post)
        web_tickets.void(person)
        return wechat.unlink(person)
