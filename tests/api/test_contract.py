"""The running API keeps its schema: schemathesis sends what the schema allows, and what it does not."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from gongqiao.foundation.accounts import limits
from tests import factories
from tests.api.given import boss_post, secret, worker_post
from tests.factories import House

# A generated part without a file name is words to HTTP and what is generated as words may be no text: there the gate
# answers 400 or 422 before any rule. What a form takes and what it refuses stands in test_ticket_api.py.
CONFIG = """
[[operations]]
include-path-regex = "/tickets$"
checks.positive_data_acceptance.enabled = false
"""


@pytest.fixture
def unhurried(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many requests as the program likes: what is asked about here is each answer, not how often."""
    settings.API_PER_MINUTE = settings.API_WRITES_BURST = 10**6
    monkeypatch.setattr(limits, "SAY_ADDRESS", limits.Limit("ticket said", 10**6, 1))
    monkeypatch.setattr("gongqiao.api.v1.tickets.CODES_A_MINUTE", 10**6)


@pytest.mark.parametrize("who", ["worker", "employer"])
def test_the_running_api_keeps_its_schema(
    live_server: LiveServer, shared_house: House, tmp_path: Path, unhurried: None, who: str
) -> None:
    """Every check of schemathesis over every operation, seeded; its own report is shown when one fails."""
    firm = factories.employer(shared_house)
    factories.verified(shared_house, firm)
    post = worker_post(factories.dossier(shared_house)) if who == "worker" else boss_post(shared_house, firm)
    (tmp_path / "schemathesis.toml").write_text(CONFIG)
    program = Path(sys.executable).parent / "schemathesis"
    command = [str(program), "run", f"{live_server.url}/api/v1/openapi.json", "--max-examples", "6", "--seed", "7"]
    command += ["--no-color", "--phases", "examples,fuzzing", "-H", f"Authorization: Bearer {secret(post)}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout[-6000:]
