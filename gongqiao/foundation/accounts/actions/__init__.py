"""Signing in, passwords, codes, the second factor. None of them says whether an account exists."""

from gongqiao.foundation.accounts.actions.codes import CODE_LIFE, check_code, enter, new_code, user_of
from gongqiao.foundation.accounts.actions.passwords import (
    change_password,
    give_account,
    reset_password,
    sign_in_with_password,
)

__all__ = [
    "CODE_LIFE",
    "change_password",
    "check_code",
    "enter",
    "give_account",
    "new_code",
    "reset_password",
    "sign_in_with_password",
    "user_of",
]
