"""Taking it back: what he said goes, the others' words and the line that he was there stay."""

import pytest

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.files import queries as files
from gongqiao.needs.interviews import queries
from gongqiao.needs.interviews.actions import studies, talks, withdrawal
from gongqiao.needs.interviews.enums import CancelWhy, RecordingState, TalkState
from gongqiao.needs.interviews.models import Excerpt, Recording, Talk, Transcript
from tests import factories
from tests.factories import House
from tests.needs.interviews import given
from tests.needs.interviews.given import ROUND

pytestmark = pytest.mark.data


def test_of_an_interview_everything_goes(house: House) -> None:
    study = given.study(house)
    wei = factories.dossier(house).person
    talk = given.interview(house, study, person=wei)
    recording = talks.record(talk, "话.wav", given.tone(), by=house.zhou)
    given.written(house, talk)
    given.picked(house, talk, 2, given.code(house, study))
    studies.close(study, by=house.zhou)
    withdrawal.withdraw(given.participant(talk), by=house.mo)
    left = given.participant(talk)
    assert (left.name, left.person, left.quote_ok, left.withdrawn_at is not None) == ("", None, False, True)
    assert (talk.state, talk.cancelled_why) == (TalkState.CANCELLED, CancelWhy.WITHDRAWN)
    assert [row.text for row in Transcript.objects.filter(talk=talk)] == [""]
    assert [(row.text, row.blanked_at is not None) for row in Excerpt.objects.all()] == [("", True)]
    with pytest.raises(LookupError):
        files.content(Recording.objects.select_related("file").get(pk=recording.pk).file)
    assert [row.excerpts for row in queries.findings(house.mo, study)] == [[]]
    with pytest.raises(Refused, match="已经撤回"):
        withdrawal.withdraw(left, by=house.mo)


def test_of_a_group_only_his_voice_goes_and_his_name_out_of_the_others(house: House) -> None:
    study = given.study(house)
    talk = given.written(house, given.group(house, study), ROUND)
    code = given.code(house, study, "工钱")
    for line in (2, 3, 4):
        given.picked(house, talk, line, code)
    withdrawal.withdraw(given.participant(talk, 1), by=house.mo)
    text = "问：最难的是什么？\nP1：（本人撤回）\nP2：我跟P1一样，拖了两个月。\nP3：路远。"
    assert Transcript.objects.get(talk=talk).text == text
    [finding] = queries.findings(house.zhou, study)
    assert [row.text for row in finding.excerpts] == ["我跟P1一样，拖了两个月。", "路远。"]
    assert (finding.persons, talk.state) == (2, TalkState.WRITTEN)
    with pytest.raises(Refused, match="P1 撤回了"):
        given.picked(house, talk, 2)


def test_a_recording_of_a_group_is_shut_until_his_voice_is_cut_out(house: House) -> None:
    study = given.study(house)
    talk = given.group(house, study)
    whole = talks.record(talk, "话.wav", given.tone(), by=house.zhou)
    withdrawal.withdraw(given.participant(talk, 3), by=house.zhou)
    [shut] = queries.to_cut(house.zhou, study)
    assert (shut.pk, shut.state) == (whole.pk, RecordingState.TO_CUT)
    given.written(house, talk, "P1：工钱拖。")
    given.picked(house, talk, 1, given.code(house, study))
    from_now = talks.put_cut(shut, "剪.wav", given.tone(), by=house.mo)
    assert queries.to_cut(house.zhou, study) == []
    assert (from_now.cut_of_id, from_now.state) == (whole.pk, RecordingState.OPEN)
    with pytest.raises(LookupError):
        files.content(Recording.objects.select_related("file").get(pk=whole.pk).file)
    with pytest.raises(Refused, match="不用剪"):
        talks.put_cut(from_now, "剪.wav", given.tone(), by=house.mo)


def test_a_group_is_not_closed_while_a_recording_waits_to_be_cut(house: House) -> None:
    talk = given.group(house, given.study(house))
    talks.record(talk, "话.wav", given.tone(), by=house.zhou)
    withdrawal.withdraw(given.participant(talk, 2), by=house.zhou)
    with pytest.raises(Refused, match="还有录音要剪"):
        talks.close(talk, by=house.zhou)


def test_when_the_last_of_a_group_withdraws_it_is_called_off(house: House) -> None:
    talk = given.group(house, given.study(house))
    for number in (1, 2, 3):
        withdrawal.withdraw(given.participant(talk, number), by=house.zhou)
    assert (talk.state, talk.cancelled_why) == (TalkState.CANCELLED, CancelWhy.WITHDRAWN)


def test_a_page_that_was_open_before_he_withdrew_brings_nothing_back(house: House) -> None:
    """What it still holds in memory is of the moment before."""
    study = given.study(house)
    alone = given.written(house, given.interview(house, study))
    group = given.written(house, given.group(house, study), ROUND)
    for talk, number in ((alone, 1), (group, 3)):
        withdrawal.withdraw(given.participant(Talk.objects.get(pk=talk.pk), number), by=house.zhou)
    assert alone.state == TalkState.WRITTEN
    with pytest.raises(Refused, match="不能这样做"):
        talks.note(alone, "他说过的话。", by=house.mo)
    with pytest.raises(Refused, match="不能这样做"):
        talks.transcribe(alone, "P1：他说过的话。", by=house.mo)
    with pytest.raises(Refused, match="先定一版"):
        given.picked(house, alone, 2)
    with pytest.raises(Refused, match="不知道是谁说的"):
        talks.transcribe(group, ROUND, by=house.mo)
    with pytest.raises(Refused, match="P3 撤回了"):
        given.picked(house, group, 4)
    assert [row.text for row in Transcript.objects.filter(talk=alone)] == [""]
