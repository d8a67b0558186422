"""Who asks: the token that the gate has read, and whether it is for this."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.security import HttpBearer

from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.tokens.enums import Scope
from gongqiao.foundation.tokens.models import Token
from gongqiao.foundation.tokens.queries import allows


class NotForThis(HttpError):
    """A good token whose scopes, or whose owner's rights, do not reach so far."""

    def __init__(self, wanted: Scope) -> None:
        super().__init__(403, _("这件事要 %(scope)s。") % {"scope": wanted.value})


class Bearer(HttpBearer):
    """`Authorization: Bearer gq_…`"""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        super().__init__()

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = token_of(request)
        if found is not None and not allows(found, self.scope):
            raise NotForThis(self.scope)
        return found


class MayBearer(Bearer):
    """With a token or without one."""

    def __call__(self, request: HttpRequest) -> Any:
        return super().__call__(request) or "nobody"


def token_of(request: HttpRequest) -> Token | None:
    found: Token | None = getattr(request, "token", None)
    return found


def actor(request: HttpRequest) -> Membership:
    """The post that acts; only operations that want a token ask."""
    token = token_of(request)
    assert token is not None, "this operation must want a token"
    return token.post
