"""`./run manage rotate_keys`: a new data key and every row under it; `--verify`, `--resume`, `--drop-unused`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from gongqiao.foundation.crypto import rotation
from gongqiao.foundation.crypto.errors import CryptoError


class Command(BaseCommand):
    help = (
        "Rotate the data key: add a key, make it active, seal every row again, verify. Interrupted: run with --resume."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--resume", action="store_true", help="go on sealing under the active key, add no key")
        what.add_argument("--verify", action="store_true", help="only open every encrypted value and count per key")
        what.add_argument("--drop-unused", action="store_true", help="take keys out of the ring that no value needs")
        parser.add_argument("--batch", type=int, default=500, help="rows per transaction (500)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["batch"] < 1:
            raise CommandError("--batch must be at least 1")
        try:
            if options["drop_unused"]:
                self._drop()
            elif not options["verify"]:
                self._rotate(options["batch"], add=not options["resume"])
            self._verify()
        except CryptoError as why:
            raise CommandError(str(why)) from why

    def _rotate(self, batch: int, *, add: bool) -> None:
        if add:
            self.stdout.write(f"new active key: {rotation.add_key()}")
        written = rotation.reencrypt(
            batch=batch, progress=lambda where, count: self.stdout.write(f"{where}: {count} sealed again")
        )
        self.stdout.write(f"sealed again: {written}")

    def _drop(self) -> None:
        dropped = rotation.drop_unused()
        self.stdout.write(f"dropped: {', '.join(dropped) or 'none'}")
        if dropped:
            self.stdout.write("Backups made before need these keys: keep the key ring saved with each of them.")

    def _verify(self) -> None:
        verdict = rotation.verify()
        for key_id, cells in sorted(rotation.key_usage().items()):
            self.stdout.write(f"key {key_id}: {cells} values")
        for fault in verdict.faults[:20]:
            self.stderr.write(fault)
        if verdict.faults:
            raise CommandError(f"{len(verdict.faults)} of {verdict.cells} values cannot be opened")
        self.stdout.write(f"verified: {verdict.cells} values open")
