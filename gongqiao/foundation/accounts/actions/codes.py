"""Codes for a phone: asked for on the page, or handed over the desk to one person."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.conf import settings
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


def new_code(phone: str, *, address: str = "desk", person: Person | None = None) -> str | None:
    """A fresh code for a registered phone, None for an unknown one; the caller sends it or hands it over the desk.

    With `person` it lets only that person in, though others share the phone.
    """
    number = check_phone(phone)
    if not limits.take(limits.CODE_ADDRESS, address) or not limits.take(limits.CODE_PHONE, number):
        raise Refused(_("要得太勤了，请过几分钟再试，或打驿站电话。"))
    if not by_phone(number):
        return None
    code = f"{secrets.randbelow(1_000_000):06d}"
    moment = clock.now()
    LoginCode.objects.create(
        phone_index=blind_index("phone", number),
        person=person,
        code_hash=_code_hash(number, code),
        created_at=moment,
        expires_at=moment + CODE_LIFE,
    )
    return code


def check_code(*, phone: str, code: str, address: str = "desk") -> list[Person]:
    """Who may come in with this open code, which is then used up: all who share the phone, or the one it was for."""
    number = check_phone(phone)
    if not limits.take(limits.CODE_TRY, address):
        raise Refused(_("试得太多了，请过几分钟再试，或打驿站电话。"))
    used = _use(number, code)
    people = [] if used is None else [used.person] if used.person else by_phone(number)
    if not people:
        raise Refused(_("验证码不对或过时了。可以再要一个，或打驿站电话。"))
    return people


def _use(number: str, code: str) -> LoginCode | None:
    """The newest open code of the phone when it is `code`, used up by this; a wrong one counts as a try."""
    moment = clock.now()
    with transaction.atomic():
        codes = LoginCode.objects.filter(phone_index=blind_index("phone", number), used_at=None)
        row = codes.filter(expires_at__gt=moment).select_related("person").order_by("-created_at", "-pk").first()
        if row is None or not row.is_open(moment):
            return None
        mine = codes.filter(pk=row.pk)
        if not hmac.compare_digest(row.code_hash, _code_hash(number, code)):
            mine.update(tries=F("tries") + 1)
            return None
        return row if mine.update(used_at=moment) else None


def enter(person: Person) -> User:
    """The sign-in of somebody whose code was right; written down."""
    user = user_of(person)
    audit.record_system("account.signed_in", "user", user.username, door="code")
    return user


def user_of(person: Person) -> User:
    """The sign-in of a person who uses phone and code; made on first use, without a password."""
    user = User.objects.filter(person=person).first()
    return user or User.objects.create_user(f"p-{person.pk}", None, person)


def _code_hash(number: str, code: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"{number}:{code}".encode(), hashlib.sha256).hexdigest()
