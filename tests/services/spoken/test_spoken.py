"""Recorded, listened to again, used, replaced, taken down; what a page plays in which tongue."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.errors import Refused, Stale
from gongqiao.foundation.files import queries as files
from gongqiao.services.spoken import actions, queries
from gongqiao.services.spoken.actions import Agreed
from gongqiao.services.spoken.enums import ClipState
from gongqiao.services.spoken.models import Clip, Prompt, Tongue
from gongqiao.services.spoken.places import PIECES, PLACES
from tests.factories import House
from tests.services.spoken import given

pytestmark = pytest.mark.data


def heard(key: str, tongue: str) -> list[Clip | None]:
    return [clip for _prompt, clip in queries.heard_on(key).in_(tongue)]


def test_a_recording_is_played_only_after_somebody_has_listened_to_it_again(house: House) -> None:
    clip = given.waiting(house, content=given.wav(1.4))
    assert (clip.seconds, clip.speaker, clip.recorded_by) == (2, "罗阿姨", house.mo)
    assert heard("jobs", "cmn") == [None]
    assert queries.public(clip.sha256) is None
    actions.accept(clip, by=house.zhou)
    assert heard("jobs", "cmn") == [clip]
    assert queries.public(clip.sha256) == clip
    assert files.content(clip.file) == given.wav(1.4)
    done = AuditEvent.objects.filter(action__startswith="clip.").order_by("number")
    assert list(done.values_list("action", flat=True)) == ["clip.recorded", "clip.accepted"]


def test_whoever_may_not_hands_nothing_in(house: House) -> None:
    with pytest.raises(Refused, match="沈审计的岗位不能录念给人听的话"):
        given.waiting(house, by=house.shen)
    clip = given.waiting(house)
    with pytest.raises(Refused):
        actions.accept(clip, by=house.shen)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"OggS" + bytes(99), "mp3、m4a 或 wav"),
        (b"MZ" + bytes(99), "mp3、m4a 或 wav"),
        (given.wav(0.2), "半秒到 90 秒"),
        (given.mp3(4000), "半秒到 90 秒"),
        (given.wav(1)[:-9], "坏了"),
        (given.mp3(100) + bytes(3_000_000), "最多 3 MB"),
    ],
    ids=["ogg", "a program", "short", "long", "cut", "large"],
)
def test_the_bytes_say_whether_it_can_be_used(house: House, content: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        given.waiting(house, content=content)
    assert not Clip.objects.exists()


@pytest.mark.parametrize(
    ("agreed", "why"),
    [
        (Agreed(" ", date(2026, 1, 5)), "谁的声音"),
        (Agreed("罗阿姨", timezone.localdate() + timedelta(days=2)), "今天以后"),
        (Agreed("罗" * 41, date(2026, 1, 5)), "最多写 40 个字"),
    ],
)
def test_nobodys_voice_is_used_without_his_word(house: House, agreed: Agreed, why: str) -> None:
    with pytest.raises(Refused, match=why):
        given.waiting(house, agreed=agreed)


def test_an_unknown_page_or_tongue_is_refused(house: House) -> None:
    with pytest.raises(Refused, match="没有这一句"):
        given.waiting(house, "nowhere")
    with pytest.raises(Refused, match="没有这一种话"):
        given.waiting(house, "jobs", "miao")


def test_a_new_one_takes_the_place_and_the_old_sound_is_gone(house: House) -> None:
    old, new = given.live(house), given.waiting(house, pitch=500)
    actions.accept(new, by=house.mo)
    old.refresh_from_db()
    assert (old.state, old.ended_by, heard("jobs", "cmn")) == (ClipState.REPLACED, house.mo, [new])
    with pytest.raises(LookupError):
        files.content(old.file)
    with pytest.raises(Refused):
        actions.accept(old, by=house.mo)


def test_what_is_taken_down_is_heard_no_more_and_says_why(house: House) -> None:
    clip = given.live(house)
    with pytest.raises(Refused, match="为什么撤下"):
        actions.withdraw(clip, " ", by=house.mo)
    actions.withdraw(clip, "罗阿姨不想放了", by=house.mo)
    assert (queries.public(clip.sha256), heard("jobs", "cmn")) == (None, [None])
    event = AuditEvent.objects.get(action="clip.withdrawn")
    assert event.detail["why"] == "罗阿姨不想放了"
    refused = given.waiting(house)
    actions.refuse(refused, "念错了一个字", by=house.zhou)
    assert [clip.state for clip in queries.ended(house.mo)] == [ClipState.REFUSED, ClipState.WITHDRAWN]


def test_the_chosen_tongue_is_played_else_putonghua_else_nothing(house: House) -> None:
    common, own = given.live(house), given.live(house, tongue="za", pitch=300)
    assert [heard("jobs", tongue) for tongue in ("za", "cmn", "yue")] == [[own], [common], [common]]
    assert queries.heard_on("jobs").tongues == {"cmn": "普通话", "za": "壮语"}
    only = given.live(house, "pay", "za", pitch=310)
    assert [heard("pay", tongue) for tongue in ("za", "yue")] == [[only], [None]]
    assert queries.heard_on("nowhere").place is None


def test_the_manager_adds_a_tongue_and_nobody_else_does(house: House) -> None:
    with pytest.raises(Refused):
        actions.add_tongue("侗话", by=house.mo)
    row = actions.add_tongue(" 侗话 ", by=house.liang)
    assert list(queries.tongues().values()) == ["普通话", "桂柳话", "粤语", "壮语", "侗话"]
    assert heard("jobs", row.code) == []
    clip = given.live(house, tongue=row.code)
    assert (heard("jobs", row.code), clip.tongue.label) == ([clip], "侗话")
    for name, why in (("侗话", "已经有"), ("壮语", "已经有"), ("", "叫什么"), ("长" * 21, "最多写 20 个字")):
        with pytest.raises(Refused, match=why):
            actions.add_tongue(name, by=house.liang)
    assert actions.add_tongue("CMN", by=house.liang).code.startswith("x-")


def test_the_markets_own_sentence_is_read_after_the_pages(house: House) -> None:
    given.live(house)
    with pytest.raises(Refused):
        actions.write_prompt("jobs", "明天八点才开门。", by=house.mo)
    own = actions.write_prompt("jobs", "明天八点才开门。", by=house.liang)
    said = given.live(house, own.key, "guiliu", pitch=350)
    read = queries.heard_on("jobs")
    assert [str(prompt.says)[:6] for prompt in read.prompts] == ["这里是找活。", "明天八点才开"]
    assert [clip for _prompt, clip in read.in_("guiliu")][1] == said
    with pytest.raises(Refused, match="不能去掉"):
        actions.drop_prompt(Prompt.objects.get(key="jobs"), by=house.liang)
    actions.drop_prompt(own, by=house.liang)
    said.refresh_from_db()
    assert (said.state, len(queries.heard_on("jobs").prompts)) == (ClipState.WITHDRAWN, 1)
    with pytest.raises(Stale):
        actions.drop_prompt(own, by=house.liang)
    with pytest.raises(Refused, match="请选一页"):
        actions.write_prompt("nowhere", "说", by=house.liang)


def test_the_table_shows_every_page_in_every_tongue(house: House) -> None:
    live, waits = given.live(house), given.waiting(house, "pay", "za")
    rows = queries.table(house.mo)
    assert [row.key for row in rows] == [place.key for place in (*PLACES, *PIECES)]
    assert {len(row.slots) for row in rows} == {4}
    found = {(row.key, slot.tongue): (slot.live, slot.waiting) for row in rows for slot in row.slots}
    assert found.pop(("jobs", "cmn")) == (live, [])
    assert found.pop(("pay", "za")) == (None, [waits])
    assert set(map(str, found.values())) == {"(None, [])"}
    assert (queries.table(house.shen), list(queries.clips(house.shen))) == ([], [])


def test_another_market_hears_nothing_of_it(house: House, other_house: House) -> None:
    from django_scopes import scope

    clip = given.live(house)
    with scope(market=other_house.market):
        assert (queries.public(clip.sha256), heard("jobs", "cmn")) == (None, [])
        assert not Tongue.objects.exists()
        with pytest.raises(Refused):
            actions.withdraw(clip, "不该", by=other_house.mo)


def test_a_page_costs_one_query_until_something_is_recorded(house: House, django_assert_num_queries: Callable) -> None:  # type: ignore[type-arg]
    with django_assert_num_queries(1):
        queries.heard_on("jobs").in_("cmn")
    given.live(house)
    with django_assert_num_queries(2):
        queries.heard_on("jobs").in_("cmn")
