"""`{% read_aloud %}`: the page read to whoever cannot or would not read it; `{% spoken_job line %}`: one job aloud."""

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils import timezone

from gongqiao.services.placement.queries import ShiftLine
from gongqiao.services.spoken import queries
from gongqiao.services.spoken.enums import BuiltIn
from gongqiao.services.spoken.places import BY_KEY
from gongqiao.web.ui.spoken import job_words
from gongqiao.web.ui.templatetags.ui import day_words

register = template.Library()
EAR = "ear"  # the cookie: which language the ear wants
STATION = {"public:station": "station"}  # pages that are called otherwise than the place


@register.inclusion_tag("ui/aloud.html", takes_context=True)
def read_aloud(context: Context, place: str = "") -> dict[str, Any]:
    """A recorded voice of the chosen tongue where there is one, else the browser's, else the station's telephone."""
    request, market = context["request"], context["market"]
    key = place or _place(request)
    read, ear = queries.heard_on(key), request.COOKIES.get(EAR, BuiltIn.CMN.value)
    items = [
        {"says": prompt.says, "own": prompt.own, "clip": clip, "src": _address(market.code, clip)}
        for prompt, clip in read.in_(ear)
    ]
    if read.place is not None and not any(not item["own"] for item in items):
        items.insert(0, {"says": read.place.says, "own": False, "clip": None, "src": ""})
    tongues = read.tongues
    return {
        "items": items,
        "heard": next((item["clip"] for item in items if item["clip"]), None),
        "tongues": tongues if len(tongues) > 1 else {},
        "ear": ear,
        "market": market,
        "request": request,
        "csrf_token": context.get("csrf_token"),
    }


def _place(request: Any) -> str:
    match = request.resolver_match
    if match is None:  # a page that says no
        return ""
    name = match.url_name or ""
    return STATION.get(match.view_name, name if match.namespace == "worker" and name in BY_KEY else "")


def _address(market: str, clip: Any) -> str:
    return reverse("worker:clip", args=[market, clip.sha256]) if clip is not None else ""


@register.simple_tag(takes_context=True)
def spoken_job(context: Context, line: ShiftLine) -> str:
    today = timezone.localtime(context["now"]).date()
    return job_words(line, lambda day: day_words(day, today))
