"""A phone that scanned the screen: check in, draw a number, see how many are before me. No sign-in, no name."""

from uuid import UUID

from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gongqiao.foundation import clock
from gongqiao.foundation.accounts import limits
from gongqiao.foundation.accounts.limits import Limit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.queries import system_of
from gongqiao.foundation.organisations.roles import Role
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.needs.dossiers.queries import visible_to as dossiers_of
from gongqiao.services.hall import actions, queries, tokens, who
from gongqiao.services.hall.enums import Source, State
from gongqiao.services.hall.models import Number, Service
from gongqiao.services.placement.actions import queue
from gongqiao.services.placement.models import QueueTicket
from gongqiao.web.access import public
from gongqiao.web.hall.views.screen import fresh, place
from gongqiao.web.http import Request, whole_number

# Behind one address may sit a whole hall; one page that was opened with a square draws only a few.
SAY_ADDRESS = Limit("hall here", 120, 2)
PAGE_DRAWS = Limit("hall draws", 3, 600)
KNOWN = "gongqiao.hall.known"


def limit(request: Request, what: Limit, subject: str = "") -> None:
    if not limits.take(what, subject or str(request.META.get("REMOTE_ADDR", ""))):
        raise Refused(_("试得太多了，等几分钟再来，或者到柜台。"))


@public
@require_http_methods(["GET", "HEAD", "POST"])
def here(request: Request, market: str) -> HttpResponse:
    """Opened in time: one number and one tap. A picture of the square that was sent home opens nothing."""
    house = place(request)
    if request.method == "POST":
        return _checked_in(request, house)
    if not tokens.is_fresh(house, request.GET.get("t", ""), request.now):
        return fresh(render(request, "hall/here_late.html", {"tab": ""}))
    return _page(request, house, tokens.opened(house, request.now))


def _page(request: Request, house: Market, mark: str, **more: object) -> HttpResponse:
    answer = {
        "mark": mark,
        "own": own_file(request),
        "services": queries.services(offered=True),
        **more,
    }
    return fresh(render(request, "hall/here.html", answer, status=422 if "problem" in more else 200))


def own_file(request: Request) -> Dossier | None:
    """The file of a worker whose phone is signed in: he need not type anything."""
    post = request.membership
    if post is None or post.role != Role.WORKER:
        return None
    found: Dossier | None = dossiers_of(post).first()
    return found


def _checked_in(request: Request, house: Market) -> HttpResponse:
    mark = request.POST.get("mark", "")
    if not tokens.still_open(house, mark, request.now):
        return fresh(render(request, "hall/here_late.html", {"tab": ""}, status=409))
    limit(request, SAY_ADDRESS)
    text, last4 = request.POST.get("who", ""), request.POST.get("last4", "")
    try:
        dossier = own_file(request) if "own" in request.POST else None
        ticket, dossier = check_in(house, dossier or who.found(house, text, last4), channel="phone")
    except who.Shared as several:
        return _page(request, house, mark, problem=str(several), text=text, shared=True)
    except Refused as refusal:
        return _page(request, house, mark, problem=str(refusal), text=text)
    answer = {"turn": ticket, "mark": mark, "known": known_as(dossier), "services": queries.services(offered=True)}
    return fresh(render(request, "hall/here_done.html", answer))


def check_in(house: Market, dossier: Dossier, *, channel: str) -> tuple[QueueTicket, Dossier]:
    """By the system, which saw that he is in the hall."""
    day = clock.now().astimezone(house.tz).date()
    return queue.check_in(dossier, day, by=system_of(house), channel=channel), dossier


def known_as(dossier: Dossier) -> str:
    """Who checked in, for the number he draws next: signed, and good as long as the page is."""
    return signing.dumps(dossier.pk, salt=KNOWN)


def known_file(text: str) -> Dossier | None:
    try:
        pk = signing.loads(text, salt=KNOWN, max_age=tokens.TYPING)
    except signing.BadSignature:
        return None
    found: Dossier | None = Dossier.objects.select_related("person").filter(pk=whole_number(str(pk))).first()
    return found


def service_of(letter: str) -> Service:
    service = next((each for each in queries.services(offered=True) if each.letter == letter), None)
    if service is None:
        raise Refused(_("请选办什么事。"))
    return service


@public
@require_POST
def draw(request: Request, market: str) -> HttpResponse:
    """A number for the phone that is here."""
    house, mark = place(request), request.POST.get("mark", "")
    if not tokens.still_open(house, mark, request.now):
        return fresh(render(request, "hall/here_late.html", {"tab": ""}, status=409))
    limit(request, SAY_ADDRESS)
    limit(request, PAGE_DRAWS, mark)
    dossier = known_file(request.POST.get("known", ""))
    service = service_of(request.POST.get("letter", ""))
    number = actions.draw(service, by=system_of(house), source=Source.PHONE, dossier=dossier)
    return redirect("hall:number", market, number.pk)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def number(request: Request, market: str, pk: UUID) -> HttpResponse:
    """How many are before me; only its holder knows the address. POST: he does not want to wait any more."""
    house = place(request)
    found = _number(pk)
    if request.method == "POST":
        actions.give_up(found, by=system_of(house))
        return redirect("hall:number", market, found.pk)
    answer = {"place": queries.place_of(found, request.now), "waits": found.state == State.WAITING}
    return fresh(render(request, "hall/number.html", answer))


def _number(pk: UUID) -> Number:
    found = queries.number_of(pk)
    if found is None:
        raise Http404
    return found


def number_address(request: Request, number: Number) -> str:
    """For the square on the kiosk: his phone goes on showing the number."""
    return request.build_absolute_uri(reverse("hall:number", args=[number.market.code, number.pk]))
