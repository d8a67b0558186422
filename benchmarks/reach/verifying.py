"""`python -m benchmarks.reach.verifying MARKET COUNT`: verifies demand through the real actions beside a worker
process, and says as one line of JSON when people were told, and whether anybody was who should not have been."""

import json
import os
import sys
import time
from collections import Counter
from datetime import time as hour
from datetime import timedelta
from typing import Any

import django

BETWEEN = 1.0  # seconds from one verification to the next: a desk needs longer
PATIENCE = 600.0


def main(code: str, count: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongqiao.config.settings")
    django.setup()
    from django_scopes import scope

    from gongqiao.foundation.markets.models import Market
    from gongqiao.foundation.notify import wishes
    from gongqiao.foundation.organisations.models import Membership

    market = Market.objects.get(code=code)
    with scope(market=market):
        posts = {row.title: row for row in Membership.objects.filter(market=market)}
        lines = {"machines": ["sms"], "day_fen": 10_000_000, "month_fen": 10_000_000}
        lines |= {"quiet_from": hour(0), "quiet_to": hour(0)}  # whatever the hour of the measurement
        wishes.set_lines(lines, by=posts["梁经理"])
        _wait_for_searches()
        _wait_for_messages()
        verified = _verify(count, posts)
        _wait_for_searches()
        _wait_for_messages()
        print(json.dumps(_seen(market, verified)))


def _verify(count: int, posts: dict[str, Any]) -> list[int]:
    """Demand like tomorrow's, entered by one and verified by another, one after the other."""
    from gongqiao.foundation import clock
    from gongqiao.needs.postings import actions
    from gongqiao.needs.postings.enums import Method, PostingState
    from gongqiao.needs.postings.models import Posting

    moment = clock.now()
    like = Posting.objects.filter(state=PostingState.OPEN, shifts__starts_at__gt=moment).select_related("market")
    found = []
    for posting in like.distinct().order_by("pk")[:count]:
        day = moment.astimezone(posting.market.tz).date() + timedelta(days=1)
        row = actions.repeat_on(posting, [day], by=posts["罗专员"])
        actions.submit(row, by=posts["罗专员"])
        actions.verify(row, by=posts["莫专员"], method=Method.PHONE, note="跟老板通过电话")
        found.append(row.pk)
        time.sleep(BETWEEN)
    return found


def _wait_for_searches() -> None:
    from gongqiao.services.recommending.enums import SearchState
    from gongqiao.services.recommending.models import Search

    _until(lambda: not Search.objects.filter(state=SearchState.WAITING).exists(), "searches that wait")


def _wait_for_messages() -> None:
    from gongqiao.foundation import clock
    from gongqiao.foundation.notify.enums import Kind
    from gongqiao.foundation.notify.models import Message, MessageState

    waiting = Message.objects.filter(kind=Kind.SUGGEST, state=MessageState.WAITING)
    _until(lambda: not waiting.filter(next_at__lte=clock.now()).exists(), "messages that wait")


def _until(done: Any, what: str) -> None:
    given_up = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > given_up:
            raise SystemExit(f"there are still {what} after {PATIENCE:.0f} s")
        time.sleep(0.2)


def _seen(market: Any, verified: list[int]) -> dict[str, Any]:
    from gongqiao.foundation.notify.enums import Kind, Result
    from gongqiao.foundation.notify.models import Attempt
    from gongqiao.foundation.notify.planning import settings_of
    from gongqiao.needs.dossiers.models import Dossier
    from gongqiao.services.recommending.enums import SearchState
    from gongqiao.services.recommending.models import Recommendation, Search

    rows = list(
        Recommendation.objects.filter(called_off_at=None).select_related(
            "search__verification", "dossier__person", "shift__posting__employer", "shift__market"
        )
    )
    tried = Attempt.objects.filter(message__kind=Kind.SUGGEST, result__in=[Result.SENT, Result.LISTED])
    told: dict[str, list[Any]] = {}
    for key, at in tried.order_by("at").values_list("message__key", "at"):
        told.setdefault(key, []).append(at)
    mine = [row for row in rows if row.posting_id in verified]
    days = Counter(
        (row.dossier_id, at.astimezone(market.tz).date()) for row in rows for at in told.get(row.key, [])[:1]
    )
    facts = [facts for search in Search.objects.all() for facts in search.facts.values()]
    searches = Search.objects.filter(posting__in=verified, state=SearchState.DONE)
    return {
        "verified": len(verified),
        "done": searches.count(),
        "looking": Dossier.objects.looking().count(),
        "seconds": [(told[row.key][0] - row.search.verification.at).total_seconds() for row in mine if row.key in told],
        "most_a_day": max(days.values(), default=0),
        "cap": settings_of(market).pushes_a_day,
        "all": len(told),
        "wrong": _wrong(market, [row for row in rows if row.key in told]),
        "too_many": sum(one["told"] > 3 * one["open"] for one in facts),
        "twice": sum(many > 1 for many in Counter((row.posting_id, row.dossier.person_id) for row in rows).values()),
        "texts": tried.filter(line="sms", result=Result.SENT).count(),
    }


def _wrong(market: Any, rows: list[Any]) -> int:
    """Pairs that the plain engine finds unfit, that the law forbids, or whose person wants no recommendations."""
    from django.conf import settings

    from gongqiao.foundation import clock
    from gongqiao.foundation.errors import Refused
    from gongqiao.services.placement import rules, snapshot

    settings.MATCHING_KERNEL = "numpy"  # the oracle, whatever the worker process matched with

    def law_forbids(row: Any) -> bool:
        try:
            rules.check_may_work(row.dossier, row.shift)
        except Refused:
            return True
        return not row.dossier.personalised

    wrong = sum(map(law_forbids, rows))
    for day in {row.shift.starts_at.astimezone(market.tz).date() for row in rows}:
        market_of_day = snapshot.take(market, day, moment=clock.now()).market()
        for row in rows:
            if row.shift.starts_at.astimezone(market.tz).date() == day:
                wrong += not market_of_day.explain(row.dossier_id, row.shift_id).feasible
    return wrong


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
