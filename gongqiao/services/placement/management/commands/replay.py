"""`./run manage replay DAY`: dispatch a day once more from its log and hold it against what was done."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django_scopes import scope

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.models import Market
from gongqiao.services.placement.actions import dispatch
from gongqiao.services.placement.models import DispatchRun


class Command(BaseCommand):
    help = "Replay the dispatches of a day from their stored input; exits 1 when one comes out differently."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("day", type=date.fromisoformat, help="the day of the work, as 2026-11-26")
        parser.add_argument("--market", default="", help="code of one market; all when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        markets = Market.objects.order_by("code")
        if options["market"]:
            markets = markets.filter(code=options["market"])
        found = [self._replay(market, run) for market in markets for run in self._runs(market, options["day"])]
        if not found:
            raise CommandError(f"nothing was dispatched for {options['day']}")
        if not all(found):
            raise CommandError(f"{found.count(False)} of {len(found)} came out differently")

    def _runs(self, market: Market, day: date) -> list[DispatchRun]:
        with scope(market=market):
            return list(DispatchRun.objects.filter(day=day).order_by("at"))

    def _replay(self, market: Market, run: DispatchRun) -> bool:
        """Bit for bit: the same pairs in the same order."""
        with scope(market=market):
            try:
                same = dispatch.replays_true(run)
            except Refused as refusal:
                self.stdout.write(f"{market.code} {run.day} {run.policy}: {refusal}")
                return False
        says = "the same" if same else "DIFFERENT"
        self.stdout.write(f"{market.code} {run.day} {run.policy} seed={run.seed!r} {run.inputs_digest[:16]}: {says}")
        return same
