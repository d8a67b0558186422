"""Pay is compared to the fen; what was logged when it was compared in whole jiao replays to the last bit."""

import gzip
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from gongqiao.foundation.markets.enums import DispatchPolicy
from gongqiao.needs.postings.models import Posting
from gongqiao.services.placement import grounds
from gongqiao.services.placement.actions import dispatch
from gongqiao.services.placement.models import DispatchRun
from gongqiao.services.placement.snapshot import Snapshot, digest_of, take
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data
OLD: dict[str, Any] = json.loads((Path(__file__).parent / "old_log.json").read_text())


def packed() -> bytes:
    """As it was kept."""
    text = json.dumps(OLD["snapshot"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return gzip.compress(text.encode(), 6, mtime=0)


def test_an_old_snapshot_gives_the_scores_it_gave() -> None:
    taken = Snapshot.unpack(packed())
    matrix = taken.market().matrix()
    assert (matrix.score.tolist(), matrix.feasible.tolist()) == (OLD["scores"], OLD["feasible"])
    for pair, said in OLD["said"].items():
        worker, shift = map(int, pair.split("-"))
        again = grounds.replay({"rows": OLD["snapshot"]}, worker, shift)
        assert {name: again[name] for name in said} == said


@pytest.mark.parametrize("policy", DispatchPolicy)
def test_an_old_log_replays(house: House, policy: DispatchPolicy) -> None:
    assert digest_of(packed()) == OLD["digest"]
    run = DispatchRun(
        market=house.market,
        day=OLD["snapshot"]["day"],
        policy=policy,
        seed="鱼峰 2026-11-20",
        at=timezone.now(),
        by=house.mo,
        inputs=packed(),
        inputs_digest=OLD["digest"],
        outcome=OLD["pairs"][policy.value],
        facts={},
    )
    assert dispatch.replays_true(run)
    run.outcome = [*run.outcome, [4, 14]]
    assert not dispatch.replays_true(run)


@pytest.mark.parametrize(("floor", "comes"), [(1874, True), (1875, True), (1876, False), (1879, False)])
def test_one_fen_decides(house: House, floor: int, comes: bool) -> None:
    """150 yuan for eight hours is 18.75 an hour; in whole jiao 18.75 asked would have been 18.80, and paid 18.70."""
    shift = factories.verified(house, pay_fen=15_000)
    wei = factories.dossier(house, values={"pay_floor": floor})
    day = shift.starts_at.astimezone(house.market.tz).date()
    taken = take(house.market, day, moment=timezone.now())
    assert (taken.money, taken.shifts[0]["pay"], taken.workers[0]["pay_floor"]) == ("fen", 1875, floor)
    market = taken.market()
    explanation = market.explain(wei.pk, shift.pk)
    assert explanation.feasible is comes
    if not comes:
        said = grounds.said_of(explanation)["unmet"]
        assert said == [f"每小时多 0.0{floor - 1875} 元 就够"]


def test_an_amount_beyond_the_engine_is_the_most_it_knows(house: House) -> None:
    shift = factories.verified(house)
    Posting.objects.update(pay_fen=10_000_000)
    type(shift).objects.update(ends_at=shift.starts_at + timedelta(minutes=5))
    day = shift.starts_at.astimezone(house.market.tz).date()
    assert take(house.market, day, moment=timezone.now()).shifts[0]["pay"] == 10_000_000
