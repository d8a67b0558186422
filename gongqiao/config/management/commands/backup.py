"""`./run manage backup`: everything that must be kept, in one encrypted file that was read back before it counts."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gongqiao.foundation import clock
from gongqiao.foundation.backup import actions, passphrase, places
from gongqiao.foundation.backup.errors import BackupError, Words


class Command(BaseCommand):
    help = "Back up database, key ring, secret and files into one encrypted file; the server may run meanwhile."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, metavar="FILE", help="default: backups/ in GONGQIAO_HOME, by date")
        parser.add_argument("--passphrase-file", type=Path, metavar="F", help="its first line; mode 600")
        parser.add_argument("--keep", type=int, metavar="N", help="afterwards remove all but the newest N beside it")

    def handle(self, *args: Any, **options: Any) -> None:
        begun = time.perf_counter()
        try:
            if options["keep"] is not None:
                actions.check_keep(options["keep"])
            secret = passphrase.given(options["passphrase_file"], passphrase.at_the_keyboard(), twice=True)
            place = places.live()
            target = options["to"] or actions.default_path(place, timezone.localtime(clock.now()))
            made = actions.make(place, places.from_here(target), passphrase=secret, say=self.say)
            gone = actions.prune(made.path.parent, options["keep"]) if options["keep"] else []
        except BackupError as why:
            raise CommandError(why.words.both()) from why
        except OSError as why:
            raise CommandError(Words(_("没有备份成：%(why)s"), why=why).both()) from why
        for path in gone:
            self.say(Words(_("删掉旧的 %(path)s"), path=path))
        told = {"path": made.path, "size": made.bytes / 1e6, "seconds": time.perf_counter() - begun}
        self.say(Words(_("备份好了，读回来核对过：%(path)s，%(size).1f MB，%(seconds).1f 秒"), **told))

    def say(self, words: Words) -> None:
        self.stdout.write(words.both())
