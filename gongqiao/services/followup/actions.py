"""Putting people on the list by themselves."""

from datetime import timedelta

from django.db import transaction

from gongqiao.foundation import clock
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.surveys.actions import fieldwork
from gongqiao.needs.surveys.models import Wave
from gongqiao.services.followup import queries
from gongqiao.services.followup.rules import DAYS, GRACE


@transaction.atomic
def plan(wave: Wave, *, by: Membership) -> int:
    """Everybody whose 30th or 90th day has come, once; returns how many are new. Done twice, the same list."""
    day = clock.now().astimezone(wave.market.tz).date()
    row = queries.open_waves(day).select_for_update(of=("self",)).filter(pk=wave.pk).first()
    if row is None:
        return 0
    found = queries.to_ask(row, day)
    if not found:
        return 0
    after = timedelta(days=DAYS[row.version.form.code])
    until = {dossier: first + after + GRACE for dossier, first in found.items()}
    return fieldwork.follow_up(row, until, queries.collectors(row.campaign, day), by=by)
