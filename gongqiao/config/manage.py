"""The command line: `./run manage COMMAND`."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongqiao.config.settings")
    execute_from_command_line(["./run manage", *sys.argv[1:]])


if __name__ == "__main__":
    main()
