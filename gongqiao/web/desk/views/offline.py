"""The desk without a network: the page that stays, the service worker, the short list, and what comes back."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gongqiao.channels.offline import actions, queries
from gongqiao.channels.offline.enums import Kind
from gongqiao.channels.offline.models import Entry
from gongqiao.channels.offline.sent import Garbled, Sealed, moment_of
from gongqiao.foundation.consent import queries as consents
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.organisations.roles import Right
from gongqiao.web.access import needs, public
from gongqiao.web.desk.forms import DossierForm
from gongqiao.web.desk.offline_forms import work_of
from gongqiao.web.desk.views.dossiers import trade_names
from gongqiao.web.http import Request, actor
from gongqiao.web.ui.scripts import digest, source

SHELL = (  # all that the page without a network needs
    "ui/mark.svg",
    "ui/ui.css",
    "ui/forms.css",
    "ui/desk.css",
    "ui/print.css",
    "django_htmx/htmx-2.min.js",
    "ui/ui.js",
    "ui/outbox.js",
    "ui/offline.js",
    "ui/offline-page.js",
)
KEY_COOKIE = "desk_key"  # the browser forgets it when it is closed; ui/outbox.js reads it


@needs(Right.DOSSIER_WRITE)
@require_safe
def page(request: Request) -> HttpResponse:
    """The page that stays on the PC: forms and words, no name, no count; the script fills in what the PC keeps."""
    form = DossierForm(market=actor(request).market, auto_id="off_%s", initial={"free_parts": ["morning", "afternoon"]})
    form.fields["name"].widget.attrs.pop("autofocus", None)
    answer = {"form": form, "texts": consents.texts().values(), "trades": trade_names()}
    return render(request, "desk/offline.html", answer)


@public
@require_safe
def worker(request: Request) -> HttpResponse:
    """The service worker with the shell's files and what is in them. Public: there is no secret in it, and a browser
    asks for it whether somebody is signed in or not."""
    facts = {
        "files": {static(name): digest(name) for name in SHELL},
        "outbox": static("ui/outbox.js"),
        "page": reverse("desk:offline"),
        "home": reverse("desk:today"),
        "register": reverse("desk:register"),
        "arrivals": reverse("desk:arrivals"),
        "signOut": reverse("door:sign-out"),
    }
    script = f"/* {digest('ui/outbox.js')} */\nconst DESK = {json.dumps(facts)};\n{source('ui/desk-worker.js')}"
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = reverse("desk:today")
    response["Cache-Control"] = "no-cache"
    return response


@needs(Right.DOSSIER_WRITE)
@require_POST
def keep(request: Request) -> HttpResponse:
    """The short list and the keys of this post for today; written down as one more list that leaves the house."""
    by = actor(request)
    people = queries.to_keep(by, request.now)
    key = actions.keep(by=by, people=len(people))
    answer = {
        "post": str(by.pk),
        "who": by.title,
        "market": by.market.name,
        "key": str(key.pk),
        "public": key.public,
        "day": key.day.isoformat(),
        "now": _milliseconds(request.now),
        "writes": _milliseconds(_writes(request)),
        "until": _milliseconds(_until(request, by.market.tz)),
        "people": people,
    }
    response = JsonResponse(answer)
    response["Cache-Control"] = "no-store"
    secure = request.is_secure()
    path = reverse("desk:today")
    response.set_cookie(KEY_COOKIE, f"{key.pk}.{key.shown}", path=path, secure=secure, samesite="Strict")
    return response


def _writes(request: Request) -> datetime:
    """Until when entries may be written: over midnight too, for the line that fails at night is down at four."""
    return request.now + timedelta(hours=settings.OFFLINE_HOURS)


def _until(request: Request, zone: Any) -> datetime:
    """The list is not read so long: yesterday's sends people to work that is over."""
    local = request.now.astimezone(zone)
    midnight = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), zone)
    return min(_writes(request), midnight.astimezone(UTC))


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


@needs(Right.DOSSIER_WRITE)
@require_POST
def send(request: Request) -> HttpResponse:
    """One entry, opened and taken in; the answer says what became of it. Sent again, the answer is the same."""
    by = actor(request)
    try:
        sealed = Sealed.read(_json(request))
        sent = actions.opened(sealed, by=by)
        entry = actions.known_of(sent, by=by) or actions.receive(sent, work_of(sent, by), by=by, sent_at=sealed.sent_at)
    except Stale:
        return JsonResponse({"refused": _("正忙着，过一会儿自动再发。"), "again": True}, status=503)
    except Refused as refusal:
        return JsonResponse({"refused": str(refusal)}, status=409)
    return JsonResponse(_said(entry))


@needs(Right.DOSSIER_WRITE)
@require_POST
def throw(request: Request) -> HttpResponse:
    """What a PC holds and cannot send is thrown away there; that and why is kept here."""
    by = actor(request)
    try:
        said = _json(request)
        key, kind = UUID(str(said["key"])), Kind(said["kind"])
        said_at, sent_at = moment_of(said["saidAt"]), moment_of(said["sentAt"])
        reason = str(said["reason"])
        entry = actions.throw_away(key, kind, reason, by=by, said_at=said_at, sent_at=sent_at)
    except (KeyError, TypeError, ValueError):
        return JsonResponse({"refused": _("这一条读不出来。")}, status=409)
    except Refused as refusal:
        return JsonResponse({"refused": str(refusal)}, status=409)
    return JsonResponse(_said(entry))


def _json(request: Request) -> Any:
    try:
        return json.loads(request.body) if request.content_type == "application/json" else None
    except (RecursionError, ValueError):
        raise Garbled(_("这一条读不出来。")) from None


def _said(entry: Entry) -> dict[str, Any]:
    """For the screen of whoever sent it: what became of it, in words, and where to look."""
    href = reverse("desk:arrived-entry", args=[entry.pk])
    if entry.dossier_id is not None:
        href = reverse("desk:dossier", args=[entry.dossier_id])
    number = entry.ticket.number if entry.ticket is not None else 0
    file = entry.dossier.number if entry.dossier is not None else ""
    return {"state": entry.state, "why": entry.why, "file": file, "number": number, "href": href}
