"""A collector's phone: an address that only he has, made at the desk, ended at the desk."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from gongqiao.foundation import clock
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.surveys.models import CollectorToken

BYTES = 24  # 192 bits: 32 characters in the address, small enough for a settings QR that a cheap phone reads
LIFE = timedelta(days=180)


@transaction.atomic
def issue(collector: Membership, *, by: Membership) -> str:
    """A new token for a colleague's phone, told this once; his earlier ones end."""
    check_may(by, Right.SURVEY_COLLECT if by.pk == collector.pk else Right.SURVEY_AUTHOR, collector)
    if not collector.may(Right.SURVEY_COLLECT):
        raise Refused(_("%(who)s的岗位不能去问人。") % {"who": collector.title})
    moment = clock.now()
    CollectorToken.objects.filter(membership=collector, revoked_at=None).update(revoked_at=moment)
    token = secrets.token_urlsafe(BYTES)
    row = CollectorToken.objects.create(
        market=by.market, membership=collector, digest=_digest(token), made_at=moment, expires_at=moment + LIFE
    )
    audit.record("survey.phone_given", row, by=by, collector=collector.pk)
    return token


@transaction.atomic
def revoke(row: CollectorToken, *, by: Membership) -> None:
    """A lost phone: nothing more is taken from it, nor shown to it."""
    check_may(by, Right.SURVEY_COLLECT if by.pk == row.membership_id else Right.SURVEY_AUTHOR, row)
    if CollectorToken.objects.filter(pk=row.pk, revoked_at=None).update(revoked_at=clock.now()):
        audit.record("survey.phone_ended", row, by=by, collector=row.membership_id)


def holder(token: str) -> CollectorToken | None:
    """Whose phone this is, while the token and his post both stand; the caller then puts the market in scope."""
    moment = clock.now()
    with scopes_disabled():
        row = CollectorToken.objects.select_related(
            "market__region", "market__city", "membership__market", "membership__person"
        ).filter(digest=_digest(token), revoked_at=None, expires_at__gt=moment)
        found: CollectorToken | None = row.first()
        if found is None or not found.membership.is_current(moment.astimezone(found.market.tz).date()):
            return None
    return found if found.membership.may(Right.SURVEY_COLLECT) else None


def _digest(token: str) -> str:
    return hashlib.sha256(f"collector:{token}".encode()).hexdigest()
