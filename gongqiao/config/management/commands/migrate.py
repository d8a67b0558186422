"""`./run manage migrate`: as Django's, but an empty database is built at once."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from gongqiao.config import fresh

STEPWISE = ("app_label", "plan", "check_unapplied", "fake", "fake_initial", "prune")


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if not any(options[name] for name in STEPWISE) and fresh.is_empty(connection):
            fresh.build(connection)
        super().handle(*args, **options)
