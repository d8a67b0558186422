"""Rules of the hall: who may call and draw, when a window is open, where one who comes late stands again."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from gongqiao.foundation.calendar import DayKind, day_info
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.services.hall.models import Service, Window

EARLY = timedelta(minutes=60)  # before the first window opens, people stand at the door and draw already
BACK_AFTER = 3  # 过号: whoever comes late stands behind the next three
JUST_AFTER = timedelta(microseconds=1)
UNSAID_AFTER = timedelta(hours=1)  # after closing: until then a window may still say what became of the last one


def check_can_serve(by: Membership, thing: Window | None = None) -> None:
    check_may(by, Right.HALL_SERVE, thing)


def check_can_draw(by: Membership, service: Service) -> None:
    """Staff for whoever stands before them; the system for the kiosk and for a phone that scanned the screen."""
    if by.may(Right.AUTOMATE) and by.market_id == service.market_id:
        return
    check_may(by, Right.HALL_SERVE, service)


def is_open(window: Window, moment: datetime, *, early: timedelta = timedelta(0)) -> bool:
    """Whether the window stands open at the moment, by its hours and the market's calendar."""
    return opens_within(window, moment, early) and _works_on(window, moment)


def opens_within(window: Window, moment: datetime, early: timedelta) -> bool:
    local = moment.astimezone(window.market.tz)
    begins = datetime.combine(local.date(), window.opens_at, local.tzinfo)
    return begins - early <= local < datetime.combine(local.date(), window.closes_at, local.tzinfo)


def _works_on(window: Window, moment: datetime) -> bool:
    if not window.in_use:
        return False
    day = moment.astimezone(window.market.tz).date()
    return window.on_holidays or day_info(day, window.market.holidays).kind != DayKind.HOLIDAY


def check_drawable(service: Service, windows: Iterable[Window], moment: datetime) -> None:
    """A number is only drawn where somebody will call it today."""
    if not service.offered:
        raise Refused(_("“%(name)s”现在不办，请到柜台问一下。") % {"name": service.name})
    serving = [window for window in windows if service.letter in window.letters]
    if not any(is_open(window, moment, early=EARLY) for window in serving):
        raise Refused(_("“%(name)s”的窗口现在没开，%(hours)s") % {"name": service.name, "hours": hours_said(serving)})


def hours_said(windows: Iterable[Window]) -> str:
    """04:00–20:00 开, over all these windows."""
    used = [window for window in windows if window.in_use]
    if not used:
        return _("请到柜台问一下。")
    first, last = min(window.opens_at for window in used), max(window.closes_at for window in used)
    return _("%(from)s–%(to)s 开。") % {"from": f"{first:%H:%M}", "to": f"{last:%H:%M}"}


def closed_at(windows: Iterable[Window], moment: datetime, zone: ZoneInfo) -> datetime | None:
    """When the last window closed today; None while one is open or none ever was."""
    local = moment.astimezone(zone)
    last = max((window.closes_at for window in windows if window.in_use), default=None)
    if last is None:
        return None
    end = datetime.combine(local.date(), last, local.tzinfo)
    return end if local >= end else None
