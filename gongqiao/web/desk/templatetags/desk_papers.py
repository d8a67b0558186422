"""`{% day_papers day %}`: links to the papers of a day, those that this post may take; for any page of the desk."""

from datetime import date
from typing import Any

from django import template
from django.template import Context

from gongqiao.channels import daypapers

register = template.Library()


@register.inclusion_tag("desk/day_papers.html", takes_context=True)
def day_papers(context: Context, day: date) -> dict[str, Any]:
    return {"day": day, "papers": daypapers.open_to(context["request"].membership)}
