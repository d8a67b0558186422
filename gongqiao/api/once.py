"""Idempotency-Key: one act for one key."""

import hashlib
import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from ninja.responses import NinjaJSONEncoder

from gongqiao.api.access import token_of
from gongqiao.foundation.tokens import actions
from gongqiao.foundation.tokens.actions import Answer


def once(request: HttpRequest, key: str | None, act: Callable[[], tuple[int, Schema]]) -> HttpResponse:
    """The answer of `act` (status and body) as JSON; with a key, the one that was given when it first came."""

    def answered() -> Answer:
        status, body = act()
        return Answer(status, json.loads(json.dumps(body.model_dump(), cls=NinjaJSONEncoder)))  # as ninja writes it

    token = token_of(request)
    if key is None or token is None:
        return _json(answered())
    return _json(actions.once(token, key, _asked(request), answered))


def _asked(request: HttpRequest) -> str:
    said = b"\0".join([str(request.method).encode(), request.get_full_path().encode(), request.body])
    return hashlib.sha256(said).hexdigest()


def _json(answer: Answer) -> HttpResponse:
    content = json.dumps(answer.body, ensure_ascii=False)
    response = HttpResponse(content, status=answer.status, content_type="application/json")
    if answer.again:
        response["Idempotency-Replayed"] = "true"
    return response
