"""What was kept when somebody was asked or told, in the language of the screen: `{{ row.reasons|spoken:"worker" }}`."""

from collections.abc import Mapping
from typing import Any

from django import template

from gongqiao.services.placement import grounds, rules

register = template.Library()


@register.filter
def spoken(said: Mapping[str, Any], name: str) -> list[str]:
    return grounds.spoken(said, name)


@register.filter
def warnings(said: Mapping[str, Any]) -> list[str]:
    return [rules.warning_words(kept) for kept in said.get("warnings", ())]
