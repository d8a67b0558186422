"""The command line: `./run manage COMMAND`."""

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

DEMO_HOME = Path(__file__).resolve().parents[2] / "var" / "demo"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongqiao.config.settings")
    if sys.argv[1:2] == ["demo"]:
        _apart()
    execute_from_command_line(["./run manage", *sys.argv[1:]])


def _apart() -> None:
    """The demo lives in a home, a key ring and a database of its own, whatever market this shell is set up for."""
    os.environ["GONGQIAO_HOME"] = os.environ.get("GONGQIAO_DEMO_HOME") or str(DEMO_HOME)
    os.environ["DATABASE_URL"] = os.environ["GONGQIAO_KEYRING"] = ""


if __name__ == "__main__":
    main()
