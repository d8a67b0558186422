"""`./run manage load_reference`: regions and consent texts, as shipped; safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand

from gongqiao.foundation.consent import texts
from gongqiao.foundation.regions import load


class Command(BaseCommand):
    help = "Load the region tree and the consent texts."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"regions: {load.load()} new; consent texts: {texts.load()} new")
