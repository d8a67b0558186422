"""A morning in the demo's hall: three windows, who came in from four o'clock on, numbers drawn and called."""

import random
from datetime import date, datetime, time, timedelta

from gongqiao.foundation import clock
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.queries import system_of
from gongqiao.needs.dossiers.enums import State as FileState
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.hall import actions, queries
from gongqiao.services.hall.actions.setup import ServiceFacts, WindowFacts
from gongqiao.services.hall.enums import Source
from gongqiao.services.hall.models import Service
from gongqiao.services.placement.actions import queue

SERVICES = (ServiceFacts("A", "找活登记", 4), ServiceFacts("B", "工钱、纠纷", 12), ServiceFacts("C", "培训、政策", 8))
WINDOWS = (
    WindowFacts(1, "A"),
    WindowFacts(2, "AB"),
    WindowFacts(3, "BC", opens_at=time(8), closes_at=time(18), on_holidays=False),
)
CAME = 48  # of those on file, between four and half past seven
DREW = 22
CALLED = 13
AT_WINDOW = (1, 2)  # those that open at four


def open_hall(market: Market, staff: dict[str, Membership], today: date, seed: int) -> None:
    """Through the real actions; some are still waiting when the history ends."""
    rng = random.Random(f"{seed}/hall")
    with clock.held_at(_at(market, today - timedelta(days=30), 9)):
        services = {facts.letter: actions.set_service(facts, by=staff["liang"]) for facts in SERVICES}
        for window in WINDOWS:
            actions.set_window(window, by=staff["liang"])
    came = list(Dossier.objects.filter(state=FileState.ACTIVE).select_related("person").order_by("pk")[: 4 * CAME : 4])
    for index, dossier in enumerate(came):
        with clock.held_at(_at(market, today, 4) + timedelta(minutes=210 * index / CAME)):
            if rng.random() < 0.4:
                queue.check_in(dossier, today, by=system_of(market), channel="phone")
            else:
                queue.check_in(dossier, today, by=staff["zhou"])
    _draw(market, services, came, today, rng)
    _call(market, staff, today, rng)


def _draw(market: Market, services: dict[str, Service], came: list[Dossier], today: date, rng: random.Random) -> None:
    for index in range(DREW):
        letter = rng.choice("AAAABB")
        who = came[2 * index % len(came)] if came and rng.random() < 0.5 else None
        with clock.held_at(_at(market, today, 4, 10) + timedelta(minutes=9 * index)):
            actions.draw(services[letter], by=system_of(market), source=Source.KIOSK, dossier=who)


def _call(market: Market, staff: dict[str, Membership], today: date, rng: random.Random) -> None:
    """One after the other; now and then somebody is not there."""
    windows = {window.number: window for window in queries.windows()}
    for index in range(CALLED):
        moment = _at(market, today, 4, 40) + timedelta(minutes=13 * index)
        with clock.held_at(moment):
            number = actions.call_next(windows[AT_WINDOW[index % 2]], by=staff["mo"])
            if number is not None and rng.random() < 0.15:
                actions.absent(number, by=staff["mo"])


def _at(market: Market, day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), market.tz)
