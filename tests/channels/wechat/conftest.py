"""A WeChat of the test's own."""

from collections.abc import Iterator
from typing import Any

import pytest

from gongqiao.channels.wechat import tokens
from tests.channels.wechat import fake
from tests.channels.wechat.fake import Wechat


@pytest.fixture
def wechat(settings: Any) -> Iterator[Wechat]:
    tokens.forget()
    with fake.running() as books:
        settings.WECHAT = fake.settings_for(books)
        yield books
    tokens.forget()
