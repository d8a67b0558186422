"""Shares in words."""

from django import template

from gongqiao.needs.surveys.statistics import Interval

register = template.Library()


@register.filter
def percent(share: float) -> str:
    return f"{100 * share:.0f}%"


@register.filter
def interval(found: Interval | None) -> str:
    """(34–52%)"""
    return f"({100 * found.low:.0f}–{100 * found.high:.0f}%)" if found is not None else ""


@register.filter
def signed(difference: float) -> str:
    """+12 points."""
    return f"{100 * difference:+.0f}%"
