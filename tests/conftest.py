"""Shared by all tests."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django_scopes import scope

from gongqiao.api import buckets
from gongqiao.foundation.crypto import keyring
from gongqiao.services.placement import listing
from tests import factories
from tests.factories import House
from tools import javarosa
from tools.javarosa import JavaRosa


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Argon2 is slow on purpose; tests hash hundreds of passwords."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture(autouse=True)
def new_process() -> None:
    """No test sees the list that another one's market kept, nor how often the one before has asked."""
    listing.forget()
    buckets.requests.forget()


@pytest.fixture
def ring_file(tmp_path: Path, settings: Any) -> Path:
    """A key ring of the test's own."""
    path = tmp_path / "keys" / "keyring.json"
    settings.GONGQIAO_KEYRING = path
    keyring.create(path)
    return path


@pytest.fixture
def shared_db(transactional_db: None) -> Iterator[None]:
    """A database that other threads see. It is emptied afterwards, which the audit guards would refuse."""
    yield
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER audit_no_update")
            cursor.execute("DROP TRIGGER audit_no_delete")
        else:
            cursor.execute("DROP TRIGGER audit_no_truncate ON audit_auditevent")


@pytest.fixture
def shared_house(shared_db: None) -> Iterator[House]:
    """As `house`, seen by other threads and by the live server."""
    made = factories.house()
    with scope(market=made.market):
        yield made


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


@pytest.fixture(scope="session")
def rosa() -> Iterator[JavaRosa]:
    """JavaRosa, running; without a JVM the comparisons are skipped and that is said."""
    try:
        with javarosa.running("Asia/Shanghai") as running:
            yield running
    except javarosa.NotHere as absence:
        pytest.skip(f"NOT compared with JavaRosa: {absence}")
