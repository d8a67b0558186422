"""Times in the words of a notice board."""

from datetime import datetime

from django.utils.translation import gettext as _


def span(begins: datetime, ends: datetime) -> str:
    """08:00–16:00; 22:00–次日 06:00. Both in the zone to be shown."""
    until = f"{ends:%H:%M}" if ends.date() == begins.date() else _("次日 %(time)s") % {"time": f"{ends:%H:%M}"}
    return f"{begins:%H:%M}–{until}"
