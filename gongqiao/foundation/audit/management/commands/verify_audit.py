"""`./run manage verify_audit`: walk every chain; exit 1 when one does not hold."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gongqiao.foundation.audit.chain import verify
from gongqiao.foundation.audit.models import AuditEvent, ChainHead


class Command(BaseCommand):
    help = "Verify the audit chains of all markets."

    def handle(self, *args: Any, **options: Any) -> None:
        chains = set(ChainHead.objects.values_list("chain", flat=True))
        chains |= set(AuditEvent.objects.values_list("chain", flat=True).distinct())
        verdicts = [verify(chain) for chain in sorted(chains)]
        for verdict in verdicts:
            state = verdict.fault or "whole"
            self.stdout.write(f"{verdict.chain}: {verdict.events} events, head {verdict.head[:16]}, {state}")
        if any(verdict.fault for verdict in verdicts):
            raise CommandError("a chain does not hold")
