"""The kiosk: four big buttons, no keyboard, and nothing left of anybody a minute after he walked away."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth import logout
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.queries import system_of
from gongqiao.needs.feedback import actions as feedback
from gongqiao.needs.feedback.actions import Said
from gongqiao.needs.feedback.dangers import HELP_LINES
from gongqiao.needs.feedback.enums import TICKS, Category, Channel
from gongqiao.services.hall import actions, queries, who
from gongqiao.services.hall.enums import Source
from gongqiao.services.placement import listing
from gongqiao.services.placement.actions import offers
from gongqiao.services.placement.enums import State
from gongqiao.web.access import public
from gongqiao.web.hall import board, signing_in
from gongqiao.web.hall.views.here import (
    SAY_ADDRESS,
    check_in,
    known_as,
    known_file,
    limit,
    number_address,
    own_file,
    service_of,
)
from gongqiao.web.hall.views.screen import fresh, place
from gongqiao.web.http import Request, actor, whole_number
from gongqiao.web.ui.kiosks import VISIT, is_kiosk

PER_PAGE = 4
SHOWN_FOR = 120  # seconds what came of a visit can be looked at
DONE = "gongqiao.kiosk.done"


def page(request: Request, name: str, answer: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    """Kept by no browser, and known as a kiosk's page."""
    house = place(request)
    facts = {"machine": is_kiosk(request, house), "own": own_file(request), **(answer or {})}
    return fresh(render(request, f"hall/kiosk_{name}.html", facts, status=status))


def _check_machine(request: Request, house: Market) -> None:
    if not is_kiosk(request, house):
        raise Refused(_("这台机器还没有设成自助机。工作人员在“叫号”页上点一下“这台机器当自助机”。"))


@public
@require_safe
def start(request: Request, market: str) -> HttpResponse:
    return page(request, "start")


@public
@require_safe
def jobs(request: Request, market: str) -> HttpResponse:
    """四个一页, with buttons to turn: nothing scrolls."""
    house = place(request)
    number = whole_number(request.GET.get("page")) % 10_000
    listed = listing.page_of(house, request.now, limit=PER_PAGE, start=number * PER_PAGE)
    known = board.trades()
    answer = {
        "jobs": [board.Job(line, known[line.shift.posting.trade].name) for line in listed.lines],
        "page": number,
        "before": number - 1 if number else None,
        "after": number + 1 if listed.more else None,
    }
    return page(request, "jobs", answer)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def job(request: Request, market: str, pk: int) -> HttpResponse:
    """One job; POST: 我要去, for whoever has said who he is."""
    place(request)
    line = listing.line_of(request.now, pk)
    if line is None:
        raise Http404
    if request.method == "POST":
        own = own_file(request)
        if own is None:
            return redirect("hall:kiosk-mine", market)
        offers.apply(line.shift, own, by=actor(request))
        return redirect("hall:kiosk-mine", market)
    answer = {
        "job": board.Job(line, board.trades()[line.shift.posting.trade].name),
        "services": queries.services(offered=True)[:1],
    }
    return page(request, "job", answer)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def here(request: Request, market: str) -> HttpResponse:
    """报到取号: a number on the pad, or only a ticket."""
    house = place(request)
    answer: dict[str, Any] = {"services": queries.services(offered=True)}
    if request.method != "POST":
        return page(request, "here", answer)
    _check_machine(request, house)
    limit(request, SAY_ADDRESS)
    text, last4 = request.POST.get("who", ""), request.POST.get("last4", "")
    try:
        dossier = own_file(request) if "own" in request.POST else None
        ticket, dossier = check_in(house, dossier or who.found(house, text, last4), channel="kiosk")
    except who.Shared as several:
        return page(request, "here", {**answer, "problem": str(several), "text": text, "shared": True}, status=422)
    except Refused as refusal:
        return page(request, "here", {**answer, "problem": str(refusal)}, status=422)
    return _done(request, house, turn=ticket.number, known=known_as(dossier))


@public
@require_POST
def draw(request: Request, market: str) -> HttpResponse:
    house = place(request)
    _check_machine(request, house)
    limit(request, SAY_ADDRESS)
    service = service_of(request.POST.get("letter", ""))
    dossier = known_file(request.POST.get("known", "")) or own_file(request)
    number = actions.draw(service, by=system_of(house), source=Source.KIOSK, dossier=dossier)
    return _done(request, house, number=str(number.pk))


def _done(request: Request, house: Market, **facts: object) -> HttpResponse:
    """To the page that shows what came of it: signed for this visit alone, which the wiping ends."""
    visit = request.COOKIES.get(VISIT) or uuid4().hex
    told = signing.dumps({**facts, "visit": visit}, salt=DONE)
    response = redirect(f"{reverse('hall:kiosk-done', args=[house.code])}?{urlencode({'k': told})}")
    response.set_cookie(VISIT, visit, path=_path(house), secure=request.is_secure(), httponly=True, samesite="Strict")
    return response


def _path(house: Market) -> str:
    return reverse("hall:kiosk", args=[house.code])


@public
@require_safe
def done(request: Request, market: str) -> HttpResponse:
    """What came of it, for two minutes and this visit; after that, the beginning."""
    place(request)
    try:
        told = signing.loads(request.GET.get("k", ""), salt=DONE, max_age=SHOWN_FOR)
    except signing.BadSignature:
        told = {}
    if not told or told["visit"] != request.COOKIES.get(VISIT):
        return page(request, "start")
    answer: dict[str, Any] = {**told, "services": queries.services(offered=True)}
    if "number" in told:
        number = queries.number_of(UUID(told["number"]))
        if number is None:
            raise Http404
        answer |= {
            "place": queries.place_of(number, request.now),
            "square": board.picture(number_address(request, number)),
        }
    return page(request, "done", answer)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: Request, market: str) -> HttpResponse:
    """我的工: by phone and code; what I have been asked and where I go. Pay is the phone's own page and the desk's."""
    house, own = place(request), own_file(request)
    if own is not None and request.method == "POST":
        _answer(request)
        return redirect("hall:kiosk-mine", market)
    if own is not None:
        return page(request, "mine", signing_in.work(request))
    if request.method != "POST":
        nobody = request.session.get(signing_in.HERE)  # the code was right, and he has no file in this market
        told = {"problem": _("这个手机号在这里没有零工档案。请到柜台登记，一次就好。")} if nobody else {}
        return page(request, "sign_in", {"step": "phone", **told})
    _check_machine(request, house)
    limit(request, SAY_ADDRESS)
    asked = signing_in.step(request, house)
    if asked is None:
        return redirect("hall:kiosk-mine", market)
    return page(request, "sign_in", asked, status=422 if "problem" in asked else 200)


def _answer(request: Request) -> None:
    by = actor(request)
    row = get_object_or_404(signing_in.rows(by), pk=whole_number(request.POST.get("assignment")), state=State.OFFERED)
    steps: dict[str, Callable[[], object]] = {
        "accept": lambda: offers.accept(row, by=by, channel="self"),
        "decline": lambda: offers.decline(row, signing_in.why(request), by=by, channel="self"),
    }
    if request.POST.get("act") not in steps:
        raise Http404
    steps[request.POST["act"]]()


@public
@require_http_methods(["GET", "HEAD", "POST"])
def help_wanted(request: Request, market: str) -> HttpResponse:
    """说一说 / 求助: one tap says what it is about; a person of the desk comes or calls."""
    house = place(request)
    answer = {"ticks": [(tick.value, tick.label) for tick in TICKS], "help_lines": HELP_LINES}
    if request.method != "POST":
        return page(request, "help", answer)
    _check_machine(request, house)
    limit(request, SAY_ADDRESS)
    category = request.POST.get("category", "")
    if category not in {tick.value for tick in TICKS}:
        raise Refused(_("请点一个：是什么事。"))
    own = own_file(request)
    said = Said(
        Category(category),
        Channel.PAGE,
        _("在大厅自助机上点的，没有细说，请当面问清楚。"),
        person=own.person if own is not None else None,
        contact_phone=request.POST.get("phone", "").strip(),
    )
    try:
        filed = feedback.file(said, by=actor(request) if own is not None else system_of(house))
    except Refused as refusal:
        return page(request, "help", {**answer, "problem": str(refusal), "category": category}, status=422)
    ticket = filed.ticket
    return _done(request, house, ticket=ticket.code, answer_by=ticket.answer_by.isoformat())


@public
@require_POST
def wipe(request: Request, market: str) -> HttpResponse:
    """Nothing of the visit is left: the session ends, its cookies go, and what stood on the page opens no more."""
    house = place(request)
    if is_kiosk(request, house) or request.session.get(signing_in.HERE):
        logout(request)
    response = redirect("hall:kiosk", market)
    response.delete_cookie(VISIT, path=_path(house), samesite="Strict")
    for name in ("django_language", "edition", "ear", "messages"):
        if is_kiosk(request, house):
            response.delete_cookie(name)
    return fresh(response)
