"""The running API keeps its schema: schemathesis sends what the schema allows, and what it does not."""

import subprocess
import sys
from pathlib import Path

from pytest_django.live_server_helper import LiveServer

from tests import factories
from tests.factories import House


def test_the_running_api_keeps_its_schema(live_server: LiveServer, shared_house: House, tmp_path: Path) -> None:
    """Every check of schemathesis over every operation, seeded; its own report is shown when one fails."""
    factories.verified(shared_house)
    program = Path(sys.executable).parent / "schemathesis"
    schema = f"{live_server.url}/api/v1/openapi.json"
    command = [str(program), "run", schema, "--max-examples", "30", "--seed", "7", "--no-color"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout[-6000:]
