"""What nobody of ours sends is turned away before it is read."""

import io
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from gongqiao.web.middleware import Bounded

pytestmark = pytest.mark.django_db


class Unread(io.BytesIO):
    """A body that must not be touched."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("the body was read")


def asked(said: str) -> WSGIRequest:
    request = RequestFactory().post("/say/", {})
    request.META |= {"CONTENT_LENGTH": said, "wsgi.input": Unread()}
    return request


@pytest.mark.parametrize("said", [str(settings.MOST_BODY + 1), "9" * 400])
def test_a_body_too_large_is_refused_unread(said: str) -> None:
    answer = Bounded(lambda request: pytest.fail("it went on"))(asked(said))
    assert answer.status_code == 413
    assert f"{settings.MOST_BODY // 1_000_000} MB" in answer.content.decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize("said", ["", "0", str(settings.MOST_BODY), "viel", "-1", "²"])
def test_any_other_goes_on(said: str) -> None:
    assert Bounded(lambda request: HttpResponse("on"))(asked(said)).status_code == 200


def test_it_stands_before_every_page() -> None:
    answer = Client().post("/sign-in/", {"username": "mo"}, headers={"content-length": str(settings.MOST_BODY + 1)})
    assert (answer.status_code, "太大了" in answer.content.decode()) == (413, True)
