"""Handing out a token, taking it back; answering the same request once."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django_scopes import scope

from gongqiao.foundation import clock
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.tokens import queries, rules
from gongqiao.foundation.tokens.models import Answered, Token

KEPT_ENDED = timedelta(days=90)
SEEN_EVERY = timedelta(minutes=1)
KEY_LIFE = timedelta(days=1)
MOST_KEY = 64
SWEPT = 200


@dataclass(frozen=True)
class Issued:
    """The secret is told this once; only its digest is kept."""

    token: Token
    secret: str


@transaction.atomic
def issue(post: Membership, *, label: str, scopes: Iterable[str], life: timedelta, by: Membership) -> Issued:
    """A token that acts as `post`, for `scopes`, until `life` has passed; by himself, or by the manager for an
    organisation's program."""
    rules.check_can_manage(by, post)
    wanted, words, moment = rules.check_scopes(post, scopes), rules.check_label(label), clock.now()
    rules.check_life(life)
    if not post.is_current(moment.astimezone(post.market.tz).date()):
        raise Refused(_("这个岗位已经收回了。"))
    Membership.objects.select_for_update().get(pk=post.pk)  # two at once count one another
    mine = Token.objects.filter(post=post)
    mine.filter(expires_at__lt=moment - KEPT_ENDED).delete()
    if mine.filter(revoked_at=None, expires_at__gt=moment).count() >= rules.MOST_LIVE:
        raise Refused(_("令牌太多了，先收回不用的。"))
    secret = queries.PREFIX + secrets.token_urlsafe(32)
    token = Token.objects.create(
        market=post.market,
        digest=queries.digest(secret),
        hint=secret[:8],
        post=post,
        label=words,
        scopes=wanted,
        issued_by=by,
        issued_at=moment,
        expires_at=moment + life,
    )
    audit.record("token.issued", token, by=by, on_behalf_of=post, scopes=wanted)
    return Issued(token, secret)


@transaction.atomic
def revoke(token: Token, *, by: Membership) -> None:
    """Good for nothing from the next request on; a second press changes nothing."""
    rules.check_can_take_back(by, token.post)
    if Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=clock.now()):
        audit.record("token.revoked", token, by=by, on_behalf_of=token.post)


def touch(token: Token) -> None:
    """When it was last used, to the minute: not one write for each request."""
    moment = clock.now()
    if token.last_used_at is None or token.last_used_at <= moment - SEEN_EVERY:
        with scope(market=token.market):
            Token.objects.filter(pk=token.pk).update(last_used_at=moment)


class KeyReused(Refused):
    """The same idempotency key came with another request."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    again: bool = False  # True: it was answered before, nothing was done now


def once(token: Token, key: str, asked: str, act: Callable[[], Answer]) -> Answer:
    """What `act` answers, done once for this key: a repeat gets the first answer, another request under the key is
    refused. `asked`: a digest of the request. Two at the same time: the second waits for the first (the unique row).
    What `act` refuses is not kept: it may be tried again under the same key.
    """
    with transaction.atomic():
        sweep()
        try:
            with transaction.atomic():
                row = Answered.objects.create(market=token.market, token=token, key=key, asked=asked, at=clock.now())
        except IntegrityError:
            return _before(Answered.objects.get(token=token, key=key), asked)
        answer = act()
        Answered.objects.filter(pk=row.pk).update(status=answer.status, body=answer.body)
        return answer


def _before(row: Answered, asked: str) -> Answer:
    if row.asked != asked:
        raise KeyReused(_("这个 Idempotency-Key 已经用在另一个请求上。"))
    assert row.status is not None, "a row and its answer are written together"
    return Answer(row.status, row.body, again=True)


def sweep() -> None:
    """Keys older than a day go, some at a time."""
    old = Answered.objects.filter(at__lt=clock.now() - KEY_LIFE).values_list("pk", flat=True)[:SWEPT]
    Answered.objects.filter(pk__in=list(old)).delete()


def forget(posts: Iterable[Membership]) -> None:
    """Of posts that are over: good for nothing, and the answers they were given are kept no longer."""
    held = Token.objects.filter(post__in=list(posts))
    held.filter(revoked_at=None).update(revoked_at=clock.now())
    Answered.objects.filter(token__in=held).delete()
    held.update(label="")
