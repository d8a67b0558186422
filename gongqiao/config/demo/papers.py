"""The demo's papers and things: slips of today's first employers, tools in people's hands, facilities on the page."""

from datetime import date, datetime, time, timedelta

from gongqiao.foundation import clock
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.dossiers import actions as dossiers
from gongqiao.needs.dossiers.models import Dossier
from gongqiao.services.lending import actions as lending
from gongqiao.services.lending.enums import FacilityKind, LoanState
from gongqiao.services.slips import actions as slips
from gongqiao.services.slips import queries

FACILITIES = (
    (FacilityKind.REST, "大厅西边休息室", "开门到关门", "有长椅、风扇"),
    (FacilityKind.WATER, "大厅东边", "开门就有", ""),
    (FacilityKind.CHARGING, "休息室墙边", "开门到关门", "手机和电动车分开充"),
    (FacilityKind.PARKING, "院子里", "全天", "电动车、三轮车"),
    (FacilityKind.TOILET, "院子北边", "全天", ""),
    (FacilityKind.LOCKER, "进门右手", "开门到关门", "12 格，自己带锁"),
    (FacilityKind.FIRST_AID, "1 号窗口", "开门到关门", ""),
)
TOOLS = (("安全帽", 20, 1), ("手推车", 4, 1), ("雨衣", 10, 3), ("反光背心", 20, 1), ("冲击钻", 2, 1))


def hand_out(market: Market, staff: dict[str, Membership], today: date) -> None:
    """As the month and the morning went."""

    def at(day: date, hour: int) -> datetime:
        return datetime.combine(day, time(hour), market.tz)

    people = list(Dossier.objects.select_related("person", "market").order_by("pk")[:6])
    with clock.held_at(at(today - timedelta(days=20), 9)):
        for kind, where, hours, note in FACILITIES:
            lending.add_facility(kind, where, by=staff["liang"], hours=hours, note=note)
        kinds = [lending.add_tools(name, count, by=staff["liang"], days=days) for name, count, days in TOOLS]
    with clock.held_at(at(today - timedelta(days=2), 7)):
        loans = [lending.lend(kind, who, by=staff["zhou"]) for kind, who in zip(kinds, people, strict=False)]
        dossiers.print_card(people[0], by=staff["zhou"])
    with clock.held_at(at(today - timedelta(days=1), 18)):
        lending.end(loans[1], LoanState.RETURNED, by=staff["mo"])
        lending.end(loans[4], LoanState.DAMAGED, by=staff["mo"], note="钻头卡住了")
        for firm in queries.firms(staff["mo"], today)[:3]:
            slips.print_slips(firm.rows, by=staff["mo"])
