import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Each refusal is logged with its request, which pytest would keep, body and all, until the test ends."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)
