"""`./run manage warm_up`: compile the fast matching kernel once, so that nobody waits for it at the counter."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gongqiao.engines.matching import KernelMissing, warm_up


class Command(BaseCommand):
    help = "Compile the matching kernel ahead of time (needs requirements/fast.txt)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cache", type=Path, help="a writable folder for the compiled code")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            warm_up(options["cache"], lambda step: self.stdout.write(f"  {step}"))
        except (KernelMissing, OSError) as why:
            raise CommandError(str(why)) from None
