"""Who stands at the kiosk: his phone, then a code that came by message or over the desk; then what he is to do."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.people.identity import IdentityError, check_phone
from gongqiao.foundation.people.models import Person
from gongqiao.services.placement import queries
from gongqiao.services.placement.enums import HOLDING, Decline, State
from gongqiao.services.placement.models import Assignment, QueueTicket
from gongqiao.web.door.views import deliver_code, let_in
from gongqiao.web.http import Request, actor

HERE = "kiosk"  # in the session: it was begun at a kiosk and ends with the wiping
WHO = "kiosk who"
SHORT = 300  # seconds a session begun here lasts, whatever the page does
MOST = 6


def step(request: Request, house: Market) -> dict[str, Any] | None:
    """The next page's facts; None when he is in. Tries are counted for each hall: a crowd in one locks no other."""
    address = f"kiosk {house.code}"
    if "person" in request.POST:
        return _chosen(request)
    try:
        phone = check_phone(request.POST.get("phone", ""))
    except IdentityError as error:
        return {"step": "phone", "problem": str(error)}
    try:
        if "code" in request.POST:
            return _which(request, accounts.check_code(phone=phone, code=request.POST["code"], address=address))
        code = accounts.new_code(phone, address=address)
    except Refused as refusal:
        return {"step": "code" if "code" in request.POST else "phone", "phone": phone, "problem": str(refusal)}
    if code is not None:
        deliver_code(phone, code)
    return {"step": "code", "phone": phone}


def _which(request: Request, people: list[Person]) -> dict[str, Any] | None:
    if len(people) == 1:
        _enter(request, people[0])
        return None
    request.session[WHO] = [str(person.pk) for person in people]
    return {"step": "who", "people": people}


def _chosen(request: Request) -> dict[str, Any] | None:
    """Of those who share the phone whose code was right."""
    asked = request.session.pop(WHO, [])
    found = Person.objects.filter(pk__in=asked, merged_into=None)
    chosen = next((person for person in found if str(person.pk) == request.POST["person"]), None)
    if chosen is None:
        raise Refused(_("请选一个名字。"))
    _enter(request, chosen)
    return None


def _enter(request: Request, person: Person) -> None:
    let_in(request, accounts.enter(person), "/", by_code=True)
    request.session[HERE] = True
    request.session.set_expiry(SHORT)


def rows(by: Membership) -> QuerySet[Assignment]:
    """What lies before him: asked, agreed, put down for."""
    states = [*HOLDING, State.APPLIED, State.WAITLISTED]
    found = queries.visible_to(by).filter(state__in=states)
    return found.exclude(state__in=[State.DONE, State.NO_SHOW]).order_by("starts_at", "pk")


def work(request: Request) -> dict[str, Any]:
    by = actor(request)
    turn = QueueTicket.objects.filter(dossier__person=by.person, day=timezone.localdate(request.now)).first()
    coming = rows(by).filter(ends_at__gt=request.now)[:MOST]
    return {"rows": list(coming), "turn": turn, "declines": Decline.choices}


def why(request: Request) -> Decline:
    reason = request.POST.get("reason", "")
    if reason not in Decline.values:
        raise Refused(_("请选一个不去的原因。"))
    return Decline(reason)
