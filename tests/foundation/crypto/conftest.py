"""Each test of this folder has a key ring of its own."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_ring(ring_file: Path) -> None:
    """Always."""
