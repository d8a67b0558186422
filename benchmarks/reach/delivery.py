"""Messages under faults: two workers killed by SIGKILL again and again, before a gateway that has bad days."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from benchmarks.report import Row, at_least, exactly
from benchmarks.web.server import ROOT
from tests.kill.telling import Told

KILLS, QUICK_KILLS = 200, 4


def rows(quick: bool) -> Iterator[Row]:
    kills = QUICK_KILLS if quick else KILLS
    with tempfile.TemporaryDirectory(prefix="gongqiao-delivery-") as home:
        command = [sys.executable, "-m", "tests.kill.telling", home, str(kills)]
        ran = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    told = Told(**json.loads(ran.stdout))
    name = f"delivery, {kills} kills in {told.seconds:.0f} s, {told.messages:,} messages"
    yield exactly(f"{name}: neither sent nor on a list", told.missing, 0)
    yield exactly("delivery: marked sent, and the gateway knows nothing", told.unlike, 0)
    yield exactly("delivery: done twice, or with two texts, or not ours", told.twice + told.changed + told.alien, 0)
    yield at_least("delivery: in hand at a blow (else nothing is proved)", told.in_hand, 1)
    yield at_least("delivery: asked for again though done", told.repeated, 1)
    faults = ", ".join(f"{manner} {count}" for manner, count in told.manners.items())
    yield Row("delivery: how the gateway behaved", "bad days among them", faults, len(told.manners) > 1)
