"""Rounds of the demo's specialists: who keeps in touch with whom, what was said, when to ask again."""

import random
from datetime import date, datetime, time, timedelta

from gongqiao.foundation import clock
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.needs.employers import actions
from gongqiao.needs.employers.models import Employer, VisitMethod

SAID = (
    "这个月活多，周末还要两三个人，先说好价钱。",
    "上回来的两个人手脚快，下次还想要他们。",
    "最近淡，过了十五再问。",
    "工钱给不到别家那么高，管两顿饭。",
    "要能搬重的，最好有健康证。",
    "换了老板娘管事，以后打她电话。",
)
ASKED = 0.4  # of the employers, in the days before the history ends
AGREED = 0.3  # of those asked


def talk(market: Market, staff: dict[str, Membership], firms: list[Employer], today: date, days: int, seed: int) -> int:
    """Through the real actions; returns how many talks there were."""
    rng = random.Random(f"{seed}/talks")
    told = 0
    for firm in firms:
        keeper = staff[rng.choice(("mo", "luo"))]
        ago = rng.randrange(1, max(2, days))
        with clock.held_at(datetime.combine(today - timedelta(days=ago), time(15), market.tz)):
            if rng.random() < 1 - AGREED / 2:
                actions.give_keeper(firm, keeper, by=keeper)
            if rng.random() < ASKED:
                later = today + timedelta(days=rng.randrange(-3, 8))
                agreed = later if rng.random() < AGREED and later > today - timedelta(days=ago) else None
                method = rng.choice(list(VisitMethod))
                actions.record_visit(firm, method=method, note=rng.choice(SAID), next_on=agreed, by=keeper)
                told += 1
    return told
