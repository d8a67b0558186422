"""The demo's hour without a network: yesterday from seven to eight; what the desk wrote arrived at five past."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from gongqiao.channels.offline import actions
from gongqiao.channels.offline.enums import Kind
from gongqiao.channels.offline.sent import Pairs, Registration, Sent, Visit, Work
from gongqiao.foundation import clock
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.people.names import given_name
from gongqiao.needs.dossiers.actions import Facts, Identity
from gongqiao.needs.dossiers.enums import State
from gongqiao.needs.dossiers.models import Dossier


def cut_off(market: Market, staff: dict[str, Membership], today: date) -> int:
    """Three check-ins, one under the number of somebody else, and somebody who may have a file; how many arrived."""
    begun = datetime.combine(today - timedelta(days=1), time(7), market.tz)
    people = list(Dossier.objects.filter(state=State.ACTIVE).select_related("person").order_by("pk")[:4])
    called = [given_name(row.person.name) for row in people]
    written: list[tuple[Kind, Pairs, Work]] = [
        _visit(row.number, name) for row, name in zip(people[:2], called[:2], strict=True)
    ]
    written.append(_visit(people[2].number, "别人" if called[2] != "别人" else "旁人"))
    twin = people[3].person.name
    written.append((Kind.REGISTER, (("channel", "none"), ("name", twin)), Registration(Identity(twin), Facts())))
    arrived = begun + timedelta(minutes=65)
    with clock.held_at(arrived):
        for number, (kind, fields, work) in enumerate(written, 1):
            sent = Sent(UUID(int=number), kind, fields, begun + timedelta(minutes=12 * number))
            actions.receive(sent, work, by=staff["zhou"], sent_at=arrived)
    return len(written)


def _visit(number: str, name: str) -> tuple[Kind, Pairs, Work]:
    return Kind.CHECK_IN, (("name", name), ("number", number)), Visit(number, name)
