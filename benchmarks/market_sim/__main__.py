"""`python -m benchmarks.market_sim FIGURES.json PAGE.html`: draw the report page again from kept figures."""

import json
import sys
from pathlib import Path

from benchmarks.market_sim.page import page

if __name__ == "__main__":
    figures, target = map(Path, sys.argv[1:])
    target.write_text(page(json.loads(figures.read_text("utf-8"))), encoding="utf-8")
