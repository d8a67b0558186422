"""Shared by all tests."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django_scopes import scope

from tests import factories
from tests.factories import House


@pytest.fixture
def house(db: None) -> Iterator[House]:
    """The market of 莫专员, in scope."""
    made = factories.house()
    with scope(market=made.market):
        yield made


@pytest.fixture
def other_house(house: House) -> House:
    """The market of 黄专员; not in scope."""
    return factories.house("liunan", "柳南零工驿站", prefix="huang-")


def signed_in(username: str) -> Client:
    client = Client()
    answer = client.post("/sign-in/", {"username": username, "password": factories.PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return client
