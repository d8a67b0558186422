"""The manager says which services there are and what each window does; no developer is needed."""

from dataclasses import asdict, dataclass
from datetime import time

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.foundation.rows import check_row
from gongqiao.services.hall.models import Service, Window


@dataclass(frozen=True)
class ServiceFacts:
    letter: str
    name: str
    minutes: int = 5
    offered: bool = True


@dataclass(frozen=True)
class WindowFacts:
    number: int
    letters: str
    opens_at: time = time(4, 0)
    closes_at: time = time(20, 0)
    on_holidays: bool = True
    in_use: bool = True


@transaction.atomic
def set_service(facts: ServiceFacts, *, by: Membership) -> Service:
    """The service of this letter is as these facts say, new or known; numbers drawn before stay as they are."""
    check_may(by, Right.MARKET_SETTINGS)
    service = Service.objects.filter(letter=facts.letter).first() or Service(market=by.market, letter=facts.letter)
    _save(service, facts)
    audit.record("hall.service_set", service, by=by, **asdict(facts))
    return service


@transaction.atomic
def set_window(facts: WindowFacts, *, by: Membership) -> Window:
    """The window of this number is as these facts say; what it does must be services that there are."""
    check_may(by, Right.MARKET_SETTINGS)
    letters = "".join(sorted(set(facts.letters)))
    known = set(Service.objects.values_list("letter", flat=True))
    if gone := sorted(set(letters) - known):
        raise Refused(_("没有字母 %(letters)s 的事，先在上面加上。") % {"letters": _("、").join(gone)})
    window = Window.objects.filter(number=facts.number).first() or Window(market=by.market, number=facts.number)
    _save(window, facts)
    detail = {**asdict(facts), "opens_at": f"{facts.opens_at:%H:%M}", "closes_at": f"{facts.closes_at:%H:%M}"}
    audit.record("hall.window_set", window, by=by, **detail)
    return window


@transaction.atomic
def record_machine(market: Market, *, kiosk: bool, by: Membership) -> None:
    """A machine of the hall was made a kiosk, or is none any more: its own browser keeps the mark."""
    check_may(by, Right.HALL_SERVE)
    if market.pk != by.market_id:
        raise Refused(_("这不是您所在市场的事。"))
    audit.record("hall.machine_set", market, by=by, kiosk=kiosk)


def _save(row: Service | Window, facts: ServiceFacts | WindowFacts) -> None:
    for name, value in asdict(facts).items():
        setattr(row, name, value)
    if isinstance(row, Window):
        row.letters = "".join(sorted(set(row.letters)))
    check_row(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refused(_("刚刚有人加了同一个，请看一眼再改。")) from None
