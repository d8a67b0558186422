"""`./run manage work`: the task worker. One round every few seconds; `--once` for cron."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from gongqiao.channels.offline.tick import tick as tick_offline
from gongqiao.channels.spreadsheet.tick import tick as tick_sheets
from gongqiao.channels.webhook.tick import tick as tick_webhook
from gongqiao.foundation.accounts.tick import tick as tick_accounts
from gongqiao.needs.feedback.tick import tick as tick_feedback
from gongqiao.services.demand.licences import tick as tick_licences
from gongqiao.services.followup.tick import tick as tick_followup
from gongqiao.services.hall.tick import tick as tick_hall
from gongqiao.services.lending.tick import tick as tick_lending
from gongqiao.services.placement.tick import tick as tick_placement
from gongqiao.services.recommending.tick import tick as tick_recommending

ROUNDS = (
    tick_recommending,  # first, so that whom it finds is told in the same round
    tick_placement,
    tick_sheets,
    tick_feedback,
    tick_followup,
    tick_hall,
    tick_offline,
    tick_lending,
    tick_accounts,
    tick_licences,
    tick_webhook,
)


class Command(BaseCommand):
    help = (
        "Expire offers, pause stale demand, deliver messages, forget unconfirmed sheets, raise late tickets, "
        "list whom to ask again, end the numbers left at closing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", type=float, default=5.0, help="seconds between rounds")
        parser.add_argument("--once", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            done = {name: count for tick in ROUNDS for name, count in tick().items()}
            if any(done.values()):
                self.stdout.write(" ".join(f"{name} {count}" for name, count in done.items() if count))
            if options["once"]:
                return
            close_old_connections()
            time.sleep(options["every"])
