"""Small words of the market picture."""

from django import template
from django.utils.translation import gettext_lazy as _

from gongqiao.services.demand.picture import Hour

register = template.Library()
WEEKDAYS = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
STEPS = (0, 2, 5, 10)  # seats an hour above which the next deeper shade begins


@register.simple_tag
def weekday(number: int) -> str:
    """0 is Monday."""
    return str(WEEKDAYS[number])


@register.filter
def depth(hour: Hour) -> int:
    """0 nothing is wanted, 4 ten seats and more."""
    return sum(hour.wanted > step for step in STEPS)
