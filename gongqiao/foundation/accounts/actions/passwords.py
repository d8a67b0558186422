"""Passwords of staff: signing in, changing one's own, a first or new one handed over by somebody who may."""

import re
import secrets
from functools import cache

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation.accounts import limits
from gongqiao.foundation.accounts.models import User
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.people.models import Person

SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is read as something else
USERNAME = re.compile(r"[a-z][a-z0-9_-]{1,29}")


@cache
def _nobody() -> str:
    """Made with the first sign-in, whoever it is: made on import, every command would wait for it."""
    return make_password("nobody has this password")


def sign_in_with_password(*, username: str, password: str, address: str) -> User:
    """The user, or Refused: wrong name and wrong password look the same and take the same time."""
    if not limits.take(limits.SIGN_IN_ADDRESS, address) or not limits.take(limits.SIGN_IN_ACCOUNT, username):
        audit.record_system("account.locked", "user", _known(username))
        raise Refused(_("试得太多了，请过几分钟再试，或找经理。"))
    nobody = _nobody()
    user = User.objects.filter(username=username, is_active=True).select_related("person").first()
    if not check_password(password, user.password if user else nobody) or user is None:
        audit.record_system("account.sign_in_failed", "user", _known(username))
        raise Refused(_("用户名或密码不对。"))
    limits.refill(limits.SIGN_IN_ACCOUNT, username)
    audit.record_system("account.signed_in", "user", username, door="password")
    return user


def change_password(user: User, *, old: str, new: str) -> None:
    """One's own password, with the old one; the other sessions of the account end by it."""
    if not limits.take(limits.SIGN_IN_ACCOUNT, user.username):
        raise Refused(_("试得太多了，请过几分钟再试，或找经理。"))
    if not check_password(old, user.password):
        raise Refused(_("原来的密码不对。"))
    if old == new:
        raise Refused(_("新密码要和原来的不一样。"))
    try:
        validate_password(new, user)
    except ValidationError as error:
        raise Refused("".join(error.messages)) from None
    with transaction.atomic():
        _set(user, new, temporary=False)
        audit.record_system("account.password_changed", "user", user.username)
    limits.refill(limits.SIGN_IN_ACCOUNT, user.username)


def give_account(person: Person, username: str) -> tuple[User, str]:
    """An account and its first password, to be handed over and changed at the first sign-in."""
    if not USERNAME.fullmatch(username):
        raise Refused(_("用户名用小写字母开头，2 到 30 个小写字母、数字、- 或 _。"))
    if User.objects.filter(username=username).exists():
        raise Refused(_("这个用户名已经有人用了。"))
    user = User.objects.filter(person=person).first() or User(person=person)
    user.username = username  # whoever came by phone until now keeps the account, under a name of his own
    first = temporary_password()
    _set(user, first, temporary=True)
    return user, first


def reset_password(user: User) -> str:
    """A new password to be handed over; every session of the account ends."""
    new = temporary_password()
    _set(user, new, temporary=True)
    limits.refill(limits.SIGN_IN_ACCOUNT, user.username)
    return new


def temporary_password() -> str:
    """Three groups of four signs: 59 bits, and it can be read out."""
    return "-".join("".join(secrets.choice(SIGNS) for _sign in range(4)) for _group in range(3))


def _set(user: User, password: str, *, temporary: bool) -> None:
    user.set_password(password)
    user.password_temporary = temporary
    user.save()


def _known(username: str) -> str:
    """What the log keeps of a name that was typed: people type passwords and phone numbers there."""
    return username if User.objects.filter(username=username).exists() else "unknown"
