"""Whose token this is, and which tokens somebody may see."""

import hashlib

from django.db.models import F, Q, QuerySet
from django_scopes import scopes_disabled

from gongqiao.foundation import clock
from gongqiao.foundation.accounts.models import User
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right, Role
from gongqiao.foundation.tokens.enums import RIGHT_FOR, Scope
from gongqiao.foundation.tokens.models import Token

PREFIX = "gq_"
MOST_SECRET = 60


def digest(secret: str) -> str:
    """256 random bits: a plain digest is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def bearer(secret: str) -> Token | None:
    """The token with its post and market, when it is good at this moment: open, its post current, its person not
    merged away and his account not closed."""
    if not secret.startswith(PREFIX) or len(secret) > MOST_SECRET or not secret.isascii():
        return None
    moment = clock.now()
    with scopes_disabled():
        found = Token.objects.select_related("post__person", "post__market__city", "post__organisation")
        token = found.filter(digest=digest(secret)).first()
        if token is None or not token.is_open(moment):
            return None
        post = token.post
        if not post.is_current(moment.astimezone(post.market.tz).date()):
            return None
        if post.person is None or post.person.merged_into_id is not None:
            return None
        closed = User.objects.filter(person=post.person_id, is_active=False).exists()
    return None if closed else token


def allows(token: Token, scope: Scope) -> bool:
    """The token is for it, and the post behind it still may."""
    right = RIGHT_FOR[scope]
    return scope.value in token.scopes and (right is None or token.post.may(right))


def visible_to(actor: Membership) -> QuerySet[Token]:
    """His own and his organisation's; a manager also those of the market's integrations. Who gave a token its rights
    sees it, nobody else. Newest first, those that ended last."""
    own = Q(post=actor)
    if actor.role == Role.EMPLOYER:
        own |= Q(post__role=Role.EMPLOYER, post__organisation=actor.organisation_id)
    if actor.may(Right.STAFF_MANAGE):
        own |= ~Q(post__role=Role.WORKER)
    found = Token.objects.filter(own).select_related("post__person", "post__organisation", "issued_by", "market")
    return found.order_by(F("revoked_at").desc(nulls_first=True), "-expires_at", "-pk")


def posts_for(actor: Membership) -> list[Membership]:
    """Whose programs he may hand a token to: himself, and for a manager each current account of an employer."""
    if not actor.may(Right.STAFF_MANAGE):
        return [actor]
    firms = Membership.objects.filter(role=Role.EMPLOYER).select_related("market", "organisation", "person")
    day = clock.now().astimezone(actor.market.tz).date()
    return [actor, *(post for post in firms.order_by("organisation__name", "pk") if post.is_current(day))]
