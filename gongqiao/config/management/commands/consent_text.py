"""`./run manage consent_text PURPOSE FILE`: a new version of the words of a consent; whoever agreed is asked again."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gongqiao.foundation.backup.places import from_here
from gongqiao.foundation.consent import texts
from gongqiao.foundation.consent.models import Purpose
from gongqiao.foundation.errors import Refused


class Command(BaseCommand):
    help = "Put the words that your lawyer wrote in place of those shipped; older versions stay with those who agreed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("purpose", choices=Purpose.values)
        parser.add_argument("file", type=Path, help="UTF-8 text")

    def handle(self, *args: Any, **options: Any) -> None:
        path = from_here(options["file"])
        try:
            row = texts.put(Purpose(options["purpose"]), path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise CommandError(f"没有这个文件 no such file: {path}") from None
        except UnicodeDecodeError:
            raise CommandError(f"{path} 不是 UTF-8 文字 is not UTF-8 text") from None
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{row.purpose}: version {row.version}")
