"""`./run manage load_communities FILE`: communities of your prefecture, or measured points for those that stand."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gongqiao.foundation.backup.places import from_here
from gongqiao.foundation.regions import communities
from gongqiao.foundation.regions.communities import CommunityFileError


class Command(BaseCommand):
    help = "CSV with code, name and, where known, latitude, longitude (WGS-84). All of it or nothing; safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path = from_here(options["file"])
        try:
            done = communities.load(communities.read(path))
        except FileNotFoundError:
            raise CommandError(f"没有这个文件 no such file: {path}") from None
        except CommunityFileError as error:
            raise CommandError(f"{path}:\n{error}") from None
        self.stdout.write(f"communities: {done.new} new, {done.renamed} renamed, {done.placed} with points")
