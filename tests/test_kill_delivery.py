"""kill -9 of the workers that deliver: nothing is missing, and a gateway that knows an id did each thing once.

GONGQIAO_KILLS says how often (5 in the gate; 200 is the measure of the issue, `./run bench reach`).
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.kill import telling

KILLS = int(os.environ.get("GONGQIAO_KILLS", "5"))
ROOT = Path(__file__).resolve().parents[1]


def test_workers_when_killed_while_they_deliver_then_every_message_arrives_once(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.kill.telling", str(tmp_path), str(KILLS)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    told = telling.Told(**json.loads(ran.stdout))
    sys.stdout.write(f"{told}\n")
    assert (told.missing, told.unlike, told.twice, told.changed, told.alien) == (0, 0, 0, 0, 0)
    assert told.by_gateway >= told.kills
    assert told.in_hand > 0, "no message was in hand at any blow: the test proves nothing"
    assert told.repeated > 0, "nothing was asked for twice: the test proves nothing"
