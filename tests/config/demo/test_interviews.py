"""The demo's interviews: twelve and two groups, in every state, each by the real actions; the second study is closed to
whoever is not of its team."""

import time
from datetime import timedelta

from django.utils import timezone
from django_scopes import scope

from gongqiao.config.demo import interviews
from gongqiao.foundation import clock
from gongqiao.needs.interviews import queries
from gongqiao.needs.interviews.enums import CancelWhy, Kind, RecordingState, TalkState
from gongqiao.needs.interviews.models import Excerpt, Recording, Study, Talk
from tests import factories


def test_twelve_interviews_and_two_groups_stand_in_every_state(db: None) -> None:
    today = timezone.localdate()
    with clock.held_at(clock.now() - timedelta(days=60)):
        house = factories.house()
    with scope(market=house.market):
        for number in range(12):
            factories.dossier(house, f"韦国{number}")
        staff = {"zhou": house.zhou, "mo": house.mo, "luo": house.luo, "liang": house.liang}
        started = time.perf_counter()
        made = interviews.listen(house.market, staff, today, 30)
        took = time.perf_counter() - started
    with scope(market=house.market):
        talks = list(Talk.objects.order_by("pk"))
        kinds = [talk.kind for talk in talks]
        assert (made, kinds.count(Kind.INTERVIEW), kinds.count(Kind.GROUP)) == (14, 12, 2)
        assert {talk.state for talk in talks} == set(TalkState)
        assert {talk.cancelled_why for talk in talks} == {"", CancelWhy.ABSENT, CancelWhy.WITHDRAWN}
        assert {row.state for row in Recording.objects.all()} == set(RecordingState)
        assert {row.blanked_at is None for row in Excerpt.objects.all()} == {True, False}
        everybodys, teams = Study.objects.order_by("pk")
        assert [queries.visible_to(post).count() for post in (house.zhou, house.mo, house.liang, house.luo)] == [
            2,
            2,
            1,
            1,
        ]
        assert [row.study for row in queries.to_cut(house.zhou, teams)[0].talk.study.talks.all()[:1]] == [teams]
        assert queries.to_cut(house.zhou, everybodys) == []
        found = {row.code.name: row.persons for row in queries.findings(house.zhou, everybodys)}
        assert (found["等活的地方"], "等待的条件" in found) == (6, False)
        assert all(talk.starts_at > clock.now() for talk in talks if talk.state == TalkState.PLANNED)
    assert took < 10  # 2 s on the demo's own machine; a loaded one is given room
