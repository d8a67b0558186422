"""Drawing a number, giving it up, coming back too late, and the end of those nobody got to."""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.hall import queries, rules
from gongqiao.services.hall.enums import Reason, Source, State
from gongqiao.services.hall.models import Number, Service


@transaction.atomic
def draw(service: Service, *, by: Membership, source: Source, dossier: Dossier | None = None) -> Number:
    """The next number of the day; somebody known who waits for the same thing already keeps the one he has.

    Two who press at one moment get two numbers that follow each other: the service's row is held while it counts.
    """
    rules.check_can_draw(by, service)
    if dossier is not None and dossier.market_id != service.market_id:
        raise Refused(_("这不是您所在市场的事。"))
    moment = clock.now()
    day = moment.astimezone(by.market.tz).date()
    held: Service = Service.objects.select_for_update(no_key=True).get(pk=service.pk)
    rules.check_drawable(held, queries.windows(), moment)
    if dossier is not None and (known := _waiting(dossier, held, day)) is not None:
        return known
    last = Number.objects.filter(day=day, letter=held.letter).aggregate(last=Max("number"))["last"] or 0
    number: Number = Number.objects.create(
        market=by.market,
        day=day,
        service=held,
        letter=held.letter,
        number=last + 1,
        source=source,
        dossier=dossier,
        drawn_at=moment,
        turn_at=moment,
    )
    person = dossier.person if dossier is not None else None
    audit.record("hall.number_drawn", number, by=by, on_behalf_of=person, channel=source.value, number=number.shown)
    return number


def _waiting(dossier: Dossier, service: Service, day: date) -> Number | None:
    standing = Number.objects.filter(dossier=dossier, day=day, letter=service.letter)
    return standing.filter(state__in=[State.WAITING, State.CALLED]).select_related("service", "window").first()


@transaction.atomic
def give_up(number: Number, *, by: Membership) -> None:
    """He does not want to wait; said by himself from his page, or by staff for him."""
    rules.check_can_draw(by, number.service)
    states.move(number, to=State.GIVEN_UP, ended_at=clock.now())
    audit.record("hall.number_given_up", number, by=by)


@transaction.atomic
def come_back(number: Number, *, by: Membership) -> None:
    """Called, not there, here now: behind the next three, not at the end."""
    check_may(by, Right.HALL_SERVE, number)
    ahead = list(
        Number.objects.filter(day=number.day, letter=number.letter, state=State.WAITING)
        .order_by(*queries.ORDER)
        .values_list("turn_at", flat=True)[: rules.BACK_AFTER]
    )
    turn = ahead[-1] + rules.JUST_AFTER if len(ahead) == rules.BACK_AFTER else clock.now()
    try:
        with transaction.atomic():
            states.move(number, to=State.WAITING, turn_at=turn, window=None, ended_at=None)
    except IntegrityError:
        raise Refused(_("他又取了一个同样的号，叫那一个。")) from None
    audit.record("hall.number_back", number, by=by)


@transaction.atomic
def leave(number: Number, reason: Reason, *, by: Membership) -> None:
    """Nobody got to it; it ends with the reason. At closing by the system, before that by whoever is at the window."""
    if not by.may(Right.AUTOMATE):
        check_may(by, Right.HALL_SERVE, number)
    states.move(number, to=State.LEFT, reason=reason, ended_at=clock.now())
    audit.record("hall.number_left", number, by=by, reason=reason.value)
