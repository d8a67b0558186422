"""`./run manage restore FILE`: a backup put together beside, checked, then swapped in; the old data is kept."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.backup import actions, passphrase, places
from gongqiao.foundation.backup.errors import BackupError, Words


class Command(BaseCommand):
    help = "Restore a backup into this home, or into a new one (--into). Stop web and worker first."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument(
            "--into", type=Path, metavar="DIR", help="a home of its own, for a look or a drill (SQLite)"
        )
        parser.add_argument("--force", action="store_true", help="there is data: keep it under another name")
        parser.add_argument("--passphrase-file", type=Path, metavar="F", help="its first line; mode 600")
        parser.add_argument("--finish", action="store_true", help="finish a restore that was cut short, and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        place = places.under(places.from_here(options["into"])) if options["into"] else places.live()
        connections.close_all()
        try:
            if options["finish"]:
                actions.finish(place)
                self.say(Words(_("上一次的恢复接着做完了。")))
                return
            if options["file"] is None:
                raise BackupError(_("请写要恢复的备份文件。"))
            self._restore(places.from_here(options["file"]), place, options)
        except BackupError as why:
            raise CommandError(why.words.both()) from why
        except OSError as why:
            raise CommandError(Words(_("没有恢复成：%(why)s"), why=why).both()) from why

    def _restore(self, file: Path, place: places.Place, options: dict[str, Any]) -> None:
        secret = passphrase.given(options["passphrase_file"], passphrase.at_the_keyboard(), twice=False)
        done = actions.restore(file, place, passphrase=secret, force=options["force"], say=self.say)
        for path in done.kept:
            self.say(Words(_("旧的留在 %(path)s"), path=path))
        self.say(Words(_("恢复好了：%(created)s 的备份，在 %(home)s"), created=done.manifest.created, home=place.home))

    def say(self, words: Words) -> None:
        self.stdout.write(words.both())
