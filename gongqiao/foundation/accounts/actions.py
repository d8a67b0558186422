"""Signing in, and the codes for it. Neither says whether an account exists."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from gongqiao.foundation import clock
from gongqiao.foundation.accounts import limits
from gongqiao.foundation.accounts.models import LoginCode, User
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.crypto.index import blind_index
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.people.identity import check_phone
from gongqiao.foundation.people.models import Person
from gongqiao.foundation.people.queries import by_phone

CODE_LIFE = timedelta(minutes=10)
_NOBODY = make_password("nobody has this password")


def sign_in_with_password(*, username: str, password: str, address: str) -> User:
    """The user, or Refused: wrong name and wrong password look the same and take the same time."""
    if not limits.take(limits.SIGN_IN_ADDRESS, address) or not limits.take(limits.SIGN_IN_ACCOUNT, username):
        audit.record_system("account.locked", "user", username)
        raise Refused(_("试得太多了，请过几分钟再试，或找经理。"))
    user = User.objects.filter(username=username, is_active=True).select_related("person").first()
    if not check_password(password, user.password if user else _NOBODY) or user is None:
        audit.record_system("account.sign_in_failed", "user", username)
        raise Refused(_("用户名或密码不对。"))
    limits.refill(limits.SIGN_IN_ACCOUNT, username)
    audit.record_system("account.signed_in", "user", username)
    return user


def new_code(phone: str, *, address: str = "desk") -> str | None:
    """A fresh code for a registered phone, None for an unknown one; the caller sends it or hands it over the desk."""
    number = check_phone(phone)
    if not limits.take(limits.CODE_ADDRESS, address) or not limits.take(limits.CODE_PHONE, number):
        raise Refused(_("要得太勤了，请过几分钟再试，或打驿站电话。"))
    if not by_phone(number):
        return None
    code = f"{secrets.randbelow(1_000_000):06d}"
    moment = clock.now()
    LoginCode.objects.create(
        phone_index=blind_index("phone", number),
        code_hash=_code_hash(number, code),
        created_at=moment,
        expires_at=moment + CODE_LIFE,
    )
    return code


def sign_in_with_code(*, phone: str, code: str) -> User:
    """The user of the person with this phone and an open code; Refused otherwise."""
    number, moment = check_phone(phone), clock.now()
    with transaction.atomic():
        open_code = (
            LoginCode.objects.filter(phone_index=blind_index("phone", number), used_at=None, expires_at__gt=moment)
            .order_by("-created_at")
            .first()
        )
        matches = (
            open_code is not None
            and open_code.is_open(moment)
            and hmac.compare_digest(open_code.code_hash, _code_hash(number, code))
        )
        if open_code is not None and not matches:
            LoginCode.objects.filter(pk=open_code.pk).update(tries=F("tries") + 1)
        used = (
            LoginCode.objects.filter(pk=open_code.pk, used_at=None).update(used_at=moment)
            if matches and open_code is not None
            else 0
        )
    if not used:
        raise Refused(_("验证码不对或过时了。可以再要一个，或打驿站电话。"))
    return user_of(by_phone(number)[0])


def user_of(person: Person) -> User:
    """The sign-in of a person who uses phone and code; made on first use, without a password."""
    user = User.objects.filter(person=person).first()
    return user or User.objects.create_user(f"p-{person.pk}", None, person)


def _code_hash(number: str, code: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"{number}:{code}".encode(), hashlib.sha256).hexdigest()
