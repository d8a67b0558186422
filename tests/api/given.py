"""Callers of the API: a person's program, an employer's, nobody's."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.test import Client
from django_scopes import scope
from django_scopes.state import state

from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Role
from gongqiao.foundation.tokens import actions, rules
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.employers import actions as employers
from gongqiao.needs.employers.models import Employer
from tests.factories import House

V1 = "/api/v1"


def worker_post(dossier: Dossier) -> Membership:
    with scope(market=dossier.market):
        return Membership.objects.select_related("market", "person").get(person=dossier.person, role=Role.WORKER)


def boss_post(house: House, firm: Employer) -> Membership:
    with scope(market=house.market):
        return employers.give_account(firm, name="覃老板", phone="", by=house.mo)


def secret(post: Membership, *scopes: str) -> str:
    """Of a token for all that the post may, unless said otherwise."""
    wanted = scopes or tuple(each.value for each in rules.scopes_for(post))
    with scope(market=post.market):
        return actions.issue(post, label="测试", scopes=wanted, life=timedelta(days=1), by=post).secret


@contextmanager
def no_scope() -> Iterator[None]:
    """No market is in scope when a request comes in; the one of the test must not help it."""
    held = state.set(None)
    try:
        yield
    finally:
        state.reset(held)


class Api:
    """A caller: JSON out and in, the token in its header."""

    def __init__(self, token: str = "", language: str = "", client: Client | None = None) -> None:
        self.client = client or Client()
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        if language:
            self.headers["Accept-Language"] = language

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        content = b"" if body is None else json.dumps(body).encode() if not isinstance(body, bytes) else body
        kind = {} if body is None else {"content_type": "application/json"}
        with no_scope():
            return self.client.generic(method, V1 + path, content, headers={**self.headers, **headers}, **kind)  # type: ignore[arg-type]

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("POST", path, body, **headers)

    def put(self, path: str, body: Any) -> Any:
        return self.ask("PUT", path, body)

    def delete(self, path: str) -> Any:
        return self.ask("DELETE", path)


def key(word: str) -> dict[str, str]:
    return {"Idempotency-Key": word}
