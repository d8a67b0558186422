from collections.abc import Iterator

import pytest

from tools import javarosa
from tools.javarosa import JavaRosa


@pytest.fixture(scope="session")
def rosa() -> Iterator[JavaRosa]:
    """JavaRosa, running; without a JVM the comparisons are skipped and that is said."""
    try:
        with javarosa.running("Asia/Shanghai") as running:
            yield running
    except javarosa.NotHere as absence:
        pytest.skip(f"NOT compared with JavaRosa: {absence}")
