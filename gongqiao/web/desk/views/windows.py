"""The windows of the hall: which there are, calling the next, and who has come in this morning."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.dossiers import queries as dossiers
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.hall import actions, queries
from gongqiao.services.hall.enums import Reason, Source
from gongqiao.services.hall.models import Number, Window
from gongqiao.services.placement.actions import queue
from gongqiao.web.access import needs
from gongqiao.web.desk.hall_forms import ServiceForm, WindowForm
from gongqiao.web.http import Request, actor, whole_number
from gongqiao.web.ui import kiosks
from gongqiao.web.ui.numbers import uuid_of

LATEST, MOST_FOUND = 8, 8


def _today(request: Request) -> date:
    return timezone.localdate(request.now)


@needs(Right.HALL_SERVE)
@require_safe
def index(request: Request) -> HttpResponse:
    """Which window do I sit at; how many wait for what; drawing for somebody who cannot."""
    day, waiting = _today(request), queries.waiting_by_letter(_today(request))
    offered = queries.services(offered=True)
    answer = {
        "windows": queries.windows(in_use=True),
        "services": [(service, waiting.get(service.letter, 0)) for service in offered],
        "called": queries.called(day),
        "drawn": _drawn(request),
        "wants_setup": not offered and actor(request).may(Right.MARKET_SETTINGS),
    }
    return render(request, "desk/windows.html", answer)


def _drawn(request: Request) -> Number | None:
    """The number that was just drawn here, to be printed for whoever has no phone."""
    wanted = request.GET.get("drawn")
    return queries.visible_to(actor(request)).filter(pk=uuid_of(wanted)).first() if wanted else None


@needs(Right.HALL_SERVE)
@require_safe
def show(request: Request, pk: int) -> HttpResponse:
    """One window: who is there, who comes next."""
    window = _window(request, pk)
    others = [other for other in queries.windows(in_use=True) if other.pk != window.pk]
    answer = {
        "desk": queries.desk_of(window, _today(request)),
        "others": others,
        "services": queries.services(offered=True),
        "reasons": Reason.choices,
    }
    return render(request, "desk/window.html", answer)


def _window(request: Request, pk: int) -> Window:
    try:
        return queries.window_of(actor(request), pk)
    except Window.DoesNotExist:
        raise Http404 from None


@needs(Right.HALL_SERVE)
@require_POST
def act(request: Request, pk: int, act: str) -> HttpResponse:
    """One step at the window; the number it is about is the one on the page, not the one that is there by now."""
    window, by = _window(request, pk), actor(request)
    if act == "next":
        number = actions.call_next(window, by=by)
        if number is None:
            messages.info(request, _("没有人在等了。"))
        return redirect("desk:window", pk)
    number = _number(request)
    steps: dict[str, Callable[[], None]] = {
        "again": lambda: actions.call_again(number, by=by),
        "absent": lambda: actions.absent(number, by=by),
        "served": lambda: actions.served(number, by=by),
        "pass": lambda: actions.pass_on(number, _other(request), by=by),
        "back": lambda: actions.come_back(number, by=by),
        "leave": lambda: actions.leave(number, _reason(request), by=by),
        "give-up": lambda: actions.give_up(number, by=by),
    }
    if act not in steps:
        raise Http404
    steps[act]()
    messages.success(request, f"{number.shown} {number.get_state_display()}")
    return redirect("desk:window", pk)


def _number(request: Request) -> Number:
    wanted = uuid_of(request.POST.get("number", ""))
    return get_object_or_404(queries.visible_to(actor(request)), pk=wanted, day=_today(request))


def _other(request: Request) -> Window:
    return _window(request, whole_number(request.POST.get("window")))


def _reason(request: Request) -> Reason:
    reason = request.POST.get("reason", "")
    if reason not in Reason.values:
        raise Refused(_("请选一个原因。"))
    return Reason(reason)


@needs(Right.HALL_SERVE)
@require_POST
def draw(request: Request) -> HttpResponse:
    """A number for somebody who stands before the desk and cannot use the machine."""
    by, letter = actor(request), request.POST.get("letter", "")
    service = next((each for each in queries.services(offered=True) if each.letter == letter), None)
    if service is None:
        raise Refused(_("请选办什么事。"))
    number = actions.draw(service, by=by, source=Source.DESK)
    ahead = queries.place_of(number, request.now).ahead
    said = {"number": number.shown, "ahead": ahead}
    messages.success(
        request,
        ngettext("取好了：%(number)s，前面还有 %(ahead)s 位。", "取好了：%(number)s，前面还有 %(ahead)s 位。", ahead)
        % said,
    )
    return redirect(f"{reverse('desk:windows')}?drawn={number.pk}")


@needs(Right.HALL_SERVE)
@require_POST
def machine(request: Request, act: str) -> HttpResponse:
    """This very browser becomes a kiosk, or is none any more; whoever signed in to say so is signed out."""
    by = actor(request)
    if act not in ("kiosk", "no-kiosk"):
        raise Http404
    actions.record_machine(by.market, kiosk=act == "kiosk", by=by)
    logout(request)
    response = redirect("hall:kiosk", by.market.code)
    if act == "kiosk":
        kiosks.mark(response, by.market, secure=request.is_secure())
    else:
        kiosks.unmark(response, by.market)
    return response


@needs(Right.MARKET_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: Request) -> HttpResponse:
    """Services and windows, as the manager wants them; the row with the same letter or number is changed."""
    forms = {"service": ServiceForm(), "window": WindowForm()}
    status = 200
    if request.method == "POST":
        which = "window" if request.POST.get("form") == "window" else "service"
        form = forms[which] = (WindowForm if which == "window" else ServiceForm)(request.POST)
        if form.is_valid() and _set_up(request, form):
            messages.success(request, _("记下了。"))
            return redirect("desk:hall-setup")
        status = 422
    answer = {
        "service_form": forms["service"],
        "window_form": forms["window"],
        "services": queries.services(),
        "windows": queries.windows(),
    }
    return render(request, "desk/hall_setup.html", answer, status=status)


def _set_up(request: Request, form: ServiceForm | WindowForm) -> bool:
    try:
        if isinstance(form, ServiceForm):
            actions.set_service(form.facts(), by=actor(request))
        else:
            actions.set_window(form.facts(), by=actor(request))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@needs(Right.DOSSIER_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def arrivals(request: Request) -> HttpResponse:
    """Checking in at dawn: scan or type, Enter, next. The field keeps the focus."""
    by, day = actor(request), _today(request)
    text = request.POST.get("who", "").strip()
    found: list[Dossier] = []
    if request.method == "POST":
        found = _meant(request, by, text)
        if len(found) == 1:
            _check_in(request, found[0], day, by)
            return redirect("desk:arrivals")
        if not found:
            messages.error(request, _("没找到“%(text)s”。换个说法，或者先登记。") % {"text": text[:30]})
    rows = queries.arrivals(day)
    answer = {
        "found": found,
        "text": text,
        "rows": list(rows[:LATEST]),
        "count": rows.count(),
        "quarters": queries.by_quarter(by.market, day),
        "register": f"{reverse('desk:register')}",
    }
    return render(request, "desk/arrivals.html", answer, status=422 if request.method == "POST" and not found else 200)


def _meant(request: Request, by: Membership, text: str) -> list[Dossier]:
    """Whom the scanner or the hand means: the one chosen, the card's, else whoever the desk's search finds."""
    if chosen := whole_number(request.POST.get("dossier")):
        return [get_object_or_404(dossiers.visible_to(by), pk=chosen)]
    return dossiers.meant(by, text, MOST_FOUND + 1)


def _check_in(request: Request, dossier: Dossier, day: date, by: Membership) -> None:
    ticket = queue.check_in(dossier, day, by=by)
    said = {"name": dossier.person.name, "number": ticket.number}
    messages.success(request, _("%(name)s，今天排 %(number)s 号。") % said)
