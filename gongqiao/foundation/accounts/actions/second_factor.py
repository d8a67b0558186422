"""The second factor: six figures of a phone app (TOTP), or one of ten codes on paper when the phone is gone."""

import hashlib
import hmac
import secrets

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from gongqiao.foundation import clock
from gongqiao.foundation.accounts import limits
from gongqiao.foundation.accounts.actions.passwords import SIGNS
from gongqiao.foundation.accounts.models import RecoveryCode, User
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused

CODES = 10
CODE_SIGNS = 10  # 49 bits


def begin(user: User) -> TOTPDevice:
    """The key to be scanned; it counts for nothing until `turn_on`."""
    device = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    return device or TOTPDevice.objects.create(user=user, name="phone", confirmed=False)


@transaction.atomic
def turn_on(user: User, token: str) -> tuple[TOTPDevice, list[str]]:
    """The scanned key gave the right figures: it replaces any older one; the codes for paper, shown this once."""
    device = begin(user)
    if not device.verify_token(token.strip()):
        raise Refused(_("这 6 位数不对，看一眼手机上的新号再试。"))
    TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    codes = ["".join(secrets.choice(SIGNS) for _sign in range(CODE_SIGNS)) for _code in range(CODES)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, code_hash=_hash(user, code)) for code in codes)
    _mark(user, on=True)
    audit.record_system("account.second_factor_on", "user", user.username)
    return device, codes


def check(user: User, token: str) -> TOTPDevice:
    """The device, when the figures or an unused paper code are right; else Refused. Tries are counted either way."""
    device = TOTPDevice.objects.filter(user=user, confirmed=True).first()
    typed = token.strip().lower().replace("-", "").replace(" ", "")
    if device is None or not limits.take(limits.SECOND_FACTOR, user.username):
        raise Refused(_("试得太多了，请过几分钟再试，或找经理。"))
    if not (device.verify_token(typed) if typed.isdigit() else _use(user, typed)):
        audit.record_system("account.second_factor_failed", "user", user.username)
        raise Refused(_("这 6 位数不对，看一眼手机上的新号再试。"))
    limits.refill(limits.SECOND_FACTOR, user.username)
    return device


@transaction.atomic
def turn_off(user: User) -> None:
    """Phone and paper are both lost: somebody who may has seen who asks (organisations.actions.staff)."""
    TOTPDevice.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    _mark(user, on=False)
    audit.record_system("account.second_factor_off", "user", user.username)


def codes_left(user: User) -> int:
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def _use(user: User, code: str) -> bool:
    unused = RecoveryCode.objects.filter(user=user, used_at=None, code_hash=_hash(user, code))
    if not unused.update(used_at=clock.now()):
        return False
    audit.record_system("account.recovery_code_used", "user", user.username, left=codes_left(user))
    return True


def _mark(user: User, *, on: bool) -> None:
    user.second_factor_on = on
    user.save(update_fields=["second_factor_on"])


def _hash(user: User, code: str) -> str:
    """Codes have 49 random bits: a keyed hash is enough, no slow one is needed."""
    return hmac.new(settings.SECRET_KEY.encode(), f"recovery:{user.pk}:{code}".encode(), hashlib.sha256).hexdigest()
