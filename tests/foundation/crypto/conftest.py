"""Each test of this folder has a key ring of its own."""

from pathlib import Path
from typing import Any

import pytest

from gongqiao.foundation.crypto import keyring


@pytest.fixture(autouse=True)
def ring_file(tmp_path: Path, settings: Any) -> Path:
    path = tmp_path / "keys" / "keyring.json"
    settings.GONGQIAO_KEYRING = path
    keyring.create(path)
    return path
