"""A day is dispatched by the published policy and can be replayed from its log."""

import pytest

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.enums import DispatchPolicy
from gongqiao.services.placement.actions import dispatch, offers, queue
from gongqiao.services.placement.models import Assignment, DispatchRun
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data


@pytest.mark.parametrize("policy", DispatchPolicy)
def test_every_policy_replays_from_its_log(house: House, policy: DispatchPolicy) -> None:
    shifts = [factories.verified(house, start=hour) for hour in (6, 8, 14)]
    people = [factories.dossier(house, name) for name in ("韦一", "覃二", "莫三", "梁四")]
    for person in people[:2]:
        offers.apply(shifts[0], person, by=house.mo)
    run = dispatch.run_day(shifts[0].starts_at.astimezone(house.market.tz).date(), by=house.mo, policy=policy)
    stored = DispatchRun.objects.get(pk=run.pk)
    assert len(stored.outcome) >= 2
    assert dispatch.replays_true(stored)
    assert Assignment.objects.filter(run=run).count() == len(stored.outcome)


def test_the_queue_number_comes_first(house: House) -> None:
    shift = factories.verified(house, headcount=1)
    factories.dossier(house, "韦早")
    late = factories.dossier(house, "覃晚")
    day = shift.starts_at.astimezone(house.market.tz).date()
    queue.check_in(late, day, by=house.zhou)
    run = dispatch.run_day(day, by=house.mo, policy=DispatchPolicy.QUEUE)
    assert run.outcome == [[late.pk, shift.pk]]


def test_an_altered_log_does_not_replay(house: House) -> None:
    shift = factories.verified(house)
    factories.dossier(house)
    run = dispatch.run_day(shift.starts_at.astimezone(house.market.tz).date(), by=house.mo)
    run.inputs_digest = "0" * 64
    with pytest.raises(Refused, match="底稿"):
        dispatch.replay(run)


def test_a_social_worker_may_not_dispatch(house: House) -> None:
    shift = factories.verified(house)
    with pytest.raises(Refused):
        dispatch.run_day(shift.starts_at.date(), by=house.zhou)
