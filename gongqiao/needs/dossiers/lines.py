"""By which line somebody wishes to be told (foundation.notify plans with it), from how he said that he can be found."""

from uuid import UUID

from gongqiao.foundation.notify.planning import wishes_come_from
from gongqiao.needs.dossiers.enums import Channel, State
from gongqiao.needs.dossiers.models import Dossier

_LINE = {
    Channel.NONE: "hall",
    Channel.FAMILY: "family",
    Channel.PHONE: "phone",
    Channel.SMS: "sms",
    Channel.WECHAT: "wechat",
}


def line_of(dossier: Dossier) -> str:
    return _LINE[Channel(dossier.channel)]


def wishes(market: int, people: set[UUID]) -> dict[UUID, str]:
    """Of these people in this market; whoever has no file here is not in the answer."""
    found = Dossier.objects.filter(market=market, person__in=people).exclude(state=State.MERGED)
    return {person: _LINE[Channel(channel)] for person, channel in found.values_list("person", "channel")}


def plan_with_wishes() -> None:
    wishes_come_from(wishes)
