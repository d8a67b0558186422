"""At the window: the next, again, not there, done, to another window."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.services.hall import queries, rules
from gongqiao.services.hall.enums import State
from gongqiao.services.hall.models import Number, Window

TRIES = 50  # each that is lost was won by another window, so the line moves


@transaction.atomic
def call_next(window: Window, *, by: Membership) -> Number | None:
    """下一位: whom it has there is done with, the first of its line is called. None when nobody waits."""
    rules.check_can_serve(by, window)
    if not window.in_use:
        raise Refused(_("%(number)s 号窗口停用了。") % {"number": window.number})
    before = queries.at_window(window)
    if before is not None:
        served(before, by=by)
    day = clock.now().astimezone(window.market.tz).date()
    for _attempt in range(TRIES):
        number = queries.line(window, day).first()
        if number is None:
            return None
        if _called(number, window, by):
            audit.record("hall.number_called", number, by=by, number=number.shown, window=window.number)
            return number
    raise Stale


def _called(number: Number, window: Window, by: Membership) -> bool:
    """False when another window was first. Pressed twice at one window, the second is told to look again."""
    try:
        with transaction.atomic():
            facts = {"window": window, "called_at": clock.now(), "calls": number.calls + 1, "by": by}
            states.move(number, to=State.CALLED, **facts)
    except Stale:
        return False
    except IntegrityError:
        raise Stale from None
    return True


@transaction.atomic
def call_again(number: Number, *, by: Membership) -> None:
    """The same number once more, at the same window."""
    _check(number, by)
    facts = {"called_at": clock.now(), "calls": number.calls + 1}
    if Number.objects.filter(pk=number.pk, state=State.CALLED, calls=number.calls).update(**facts) != 1:
        raise Stale
    audit.record("hall.number_called", number, by=by, number=number.shown, again=True)


@transaction.atomic
def served(number: Number, *, by: Membership) -> None:
    _check(number, by)
    states.move(number, to=State.SERVED, ended_at=clock.now())
    audit.record("hall.number_served", number, by=by)


@transaction.atomic
def absent(number: Number, *, by: Membership) -> None:
    """Called and not there; he may still come back today."""
    _check(number, by)
    states.move(number, to=State.ABSENT, ended_at=clock.now())
    audit.record("hall.number_absent", number, by=by, calls=number.calls)


@transaction.atomic
def pass_on(number: Number, to: Window, *, by: Membership) -> None:
    """His matter belongs to another window: there he is next, for he has waited already."""
    _check(number, by)
    check_may(by, Right.HALL_SERVE, to)
    if to.pk == number.window_id:
        raise Refused(_("他就在这个窗口。"))
    if not to.in_use:
        raise Refused(_("%(number)s 号窗口停用了。") % {"number": to.number})
    states.move(number, to=State.WAITING, window=to)
    audit.record("hall.number_passed", number, by=by, window=to.number)


def _check(number: Number, by: Membership) -> None:
    check_may(by, Right.HALL_SERVE, number)
    if number.state != State.CALLED:
        raise Stale
