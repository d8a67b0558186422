"""A hall with three windows: 1 and 2 register and dispatch (A), 2 and 3 settle pay (B)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time

from django.utils import timezone

from gongqiao.foundation import clock
from gongqiao.services.hall import actions, queries
from gongqiao.services.hall.actions.setup import ServiceFacts, WindowFacts
from gongqiao.services.hall.enums import Source
from gongqiao.services.hall.models import Number, Service, Window
from tests.factories import House


def hall(house: House) -> tuple[list[Service], list[Window]]:
    facts = [ServiceFacts("A", "找活登记", 4), ServiceFacts("B", "工钱的事", 10)]
    services = [actions.set_service(each, by=house.liang) for each in facts]
    letters = {1: "A", 2: "AB", 3: "B"}
    windows = [actions.set_window(WindowFacts(number, does), by=house.liang) for number, does in letters.items()]
    return services, windows


def at(house: House, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(timezone.localdate(), time(hour, minute), house.market.tz)


@contextmanager
def morning(house: House, hour: int = 6, minute: int = 0) -> Iterator[datetime]:
    moment = at(house, hour, minute)
    with clock.held_at(moment):
        yield moment


def drawn(house: House, service: Service, count: int = 1, source: Source = Source.KIOSK) -> list[Number]:
    made = [actions.draw(service, by=house.system, source=source) for _each in range(count)]
    return [number for one in made if (number := queries.number_of(one.pk)) is not None]
