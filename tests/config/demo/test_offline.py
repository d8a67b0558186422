"""The demo's hour without a network."""

from collections import Counter

from django.utils import timezone

from gongqiao.channels.offline.models import Entry
from gongqiao.config.demo import offline
from tests import factories
from tests.factories import House


def test_two_came_and_two_wait_for_a_look(house: House) -> None:
    for name in ("韦建国", "陆大海", "覃小妹", "黄春"):
        factories.dossier(house, name)
    assert offline.cut_off(house.market, {"zhou": house.zhou}, timezone.localdate()) == 4
    states = Counter(Entry.objects.values_list("kind", "state"))
    assert states == {("check_in", "done"): 2, ("check_in", "waits"): 1, ("register", "waits"): 1}
    assert all(row.made_at < row.arrived_at for row in Entry.objects.all())
