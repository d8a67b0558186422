"""What every page knows: the market, the post, the moment, the edition."""

from typing import Any

from django.http import HttpRequest

from gongqiao.web.http import Request


def page(request: HttpRequest) -> dict[str, Any]:
    if not isinstance(getattr(request, "memberships", None), list):
        return {"edition": ""}
    ours: Request = request  # type: ignore[assignment]
    return {
        "market": ours.market,
        "membership": ours.membership,
        "memberships": ours.memberships,
        "now": ours.now,
        "edition": "elder" if request.COOKIES.get("edition") == "elder" else "",
    }
