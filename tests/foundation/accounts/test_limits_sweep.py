"""Counts of tries that are over are forgotten; those of today stay, so nobody gets new tries by waiting for a sweep."""

from datetime import timedelta

import pytest
import time_machine

from gongqiao.foundation import clock
from gongqiao.foundation.accounts import limits
from gongqiao.foundation.accounts.models import TokenBucket
from gongqiao.foundation.accounts.tick import tick

pytestmark = [pytest.mark.data, pytest.mark.django_db]
ONCE = limits.Limit("once", 1, 3600)


def test_yesterdays_counts_go_and_todays_stay() -> None:
    assert limits.take(ONCE, "old")
    with time_machine.travel(clock.now() + timedelta(days=1, seconds=1), tick=False):
        assert limits.take(ONCE, "new")
        assert (tick(), TokenBucket.objects.count()) == ({"old_limits_forgotten": 1}, 1)
        assert (limits.take(ONCE, "new"), limits.take(ONCE, "old")) == (False, True)
        assert tick() == {"old_limits_forgotten": 0}


def test_so_many_go_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SWEPT", 2)
    for each in range(3):
        limits.take(ONCE, str(each))
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        assert [limits.sweep(), limits.sweep(), limits.sweep()] == [2, 1, 0]
