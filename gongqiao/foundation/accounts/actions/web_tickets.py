"""From the mini program into the site: a ticket that lets one browser in, once, within a minute."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock
from gongqiao.foundation.accounts import limits
from gongqiao.foundation.accounts.models import User, WebTicket
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.people.models import Person

LIFE = timedelta(seconds=60)
MOST_TARGET = 200
ISSUED = limits.Limit("web ticket", 20, 6)


@dataclass(frozen=True)
class Entry:
    """Who comes in, and where he wanted to go."""

    user: User
    target: str


def _digest(secret: str) -> str:
    """192 random bits: a plain digest is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def issue(user: User, target: str) -> str:
    """The ticket, told this once. `target`: a path of this site, which the caller has looked at."""
    if not target.startswith("/") or target.startswith("//") or len(target) > MOST_TARGET:
        raise Refused(_("没有这一页。"))
    if not limits.take(ISSUED, user.username):
        raise Refused(_("要得太勤了，请过几分钟再试，或打驿站电话。"))
    secret, moment = secrets.token_urlsafe(24), clock.now()
    WebTicket.objects.filter(user=user, expires_at__lt=moment - timedelta(days=1)).delete()
    WebTicket.objects.create(user=user, digest=_digest(secret), target=target, made_at=moment, expires_at=moment + LIFE)
    return secret


def bearer(secret: str) -> Person | None:
    """Whom an open ticket would let in; reading does not use it up."""
    row = WebTicket.objects.select_related("user__person").filter(digest=_digest(secret)).first()
    return row.user.person if row is not None and _is_open(row) else None


def _is_open(row: WebTicket) -> bool:
    return row.used_at is None and clock.now() < row.expires_at and row.user.is_active


@transaction.atomic
def use(secret: str) -> Entry:
    """Used up by this, once, by whoever is first; Refused when it is not known, late, or used."""
    locked = WebTicket.objects.select_for_update(of=("self",)).select_related("user__person")
    row = locked.filter(digest=_digest(secret)).first()
    if row is None or not _is_open(row):
        raise Refused(_("这张进门的票用过了，或者过时了。请回小程序再点一次。"))
    row.used_at = clock.now()
    row.save(update_fields=["used_at"])
    audit.record_system("account.signed_in", "user", row.user.username, door="miniprogram")
    return Entry(row.user, row.target)


def void(person: Person) -> None:
    """Tickets of his that nobody has used yet let nobody in any more."""
    WebTicket.objects.filter(user__person=person, used_at=None).delete()
