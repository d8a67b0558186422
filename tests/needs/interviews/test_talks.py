"""A talk from the plan to the end, each step with its refusal."""

from datetime import timedelta

import pytest
from django.db import connection

from gongqiao.foundation import clock
from gongqiao.foundation.audit.models import AuditEvent
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.files import queries as files
from gongqiao.needs.interviews import queries
from gongqiao.needs.interviews.actions import excerpts, studies, talks
from gongqiao.needs.interviews.actions.excerpts import Span
from gongqiao.needs.interviews.actions.talks import Agreed
from gongqiao.needs.interviews.enums import CancelWhy, Kind, RecordingState, TalkState
from gongqiao.needs.interviews.models import Excerpt, Participant, Recording, Transcript
from tests import factories
from tests.factories import House
from tests.needs.interviews import given
from tests.needs.interviews.given import ALL, ROUND, SAID

pytestmark = pytest.mark.data


def test_an_interview_goes_from_the_plan_to_the_end(house: House) -> None:
    study = given.study(house)
    code = given.code(house, study)
    talk = given.planned(house, study)
    person = talks.invite(talk, "韦建国", by=house.mo)
    talks.agree(person, ALL, by=house.mo)
    talks.hold(talk, by=house.zhou, notes="他坐不住，一直看表。")
    recording = talks.record(talk, "话.wav", given.tone(), by=house.zhou)
    first = talks.transcribe(talk, "P1：四点。", by=house.mo)
    second = talks.transcribe(talk, SAID, by=house.mo)
    talks.accept(first, by=house.zhou)
    talks.accept(second, by=house.zhou)
    assert (talk.state, queries.accepted(given.reread(house, talk))) == (TalkState.WRITTEN, second)
    excerpt = given.picked(house, talk, 2, code, last=3)
    excerpts.finish_coding(talk, by=house.mo)
    talks.close(talk, by=house.zhou)
    assert (excerpt.text, excerpt.participant) == ("四点半。\n晚了就没活了。", person)
    assert (talk.state, talk.number, recording.state) == (TalkState.CLOSED, 1, RecordingState.OPEN)
    assert files.content(recording.file) == given.tone()
    done = AuditEvent.objects.filter(thing=f"interviews.talk:{talk.pk}").order_by("number")
    assert list(done.values_list("action", flat=True)) == [
        "talk.planned",
        "talk.invited",
        "talk.agreed",
        "talk.held",
        "talk.recorded",
        "talk.transcribed",
        "talk.transcribed",
        "talk.transcript_accepted",
        "talk.transcript_accepted",
        "talk.excerpt_made",
        "talk.coded",
        "talk.closed",
    ]


def test_nobody_is_talked_with_before_he_agreed_to_notes(house: House) -> None:
    study = given.study(house)
    talk = given.planned(house, study)
    with pytest.raises(Refused, match="访谈要有一个人"):
        talks.hold(talk, by=house.zhou)
    person = talks.invite(talk, "韦建国", by=house.zhou)
    with pytest.raises(Refused, match="P1 还没有同意记录"):
        talks.hold(talk, by=house.zhou)
    with pytest.raises(Refused, match="不让记就不能谈"):
        talks.agree(person, Agreed(notes=False, audio=True), by=house.zhou)
    with pytest.raises(Refused, match="最多 1 个人"):
        talks.invite(talk, "陆大海", by=house.zhou)


def test_a_talk_is_not_held_before_its_hour(house: House) -> None:
    talk = given.planned(house, given.study(house), starts_at=clock.now() + timedelta(hours=1))
    talks.agree(talks.invite(talk, "韦建国", by=house.zhou), ALL, by=house.zhou)
    with pytest.raises(Refused, match="还没到约好的时间"):
        talks.hold(talk, by=house.zhou)


def test_a_group_is_led_by_two_and_has_at_least_two_people(house: House) -> None:
    study = given.study(house)
    with pytest.raises(Refused, match="主持和记录要两个人"):
        given.planned(house, study, Kind.GROUP, note_taker=house.zhou)
    talk = given.planned(house, study, Kind.GROUP, note_taker=house.mo)
    talks.agree(talks.invite(talk, "韦建国", by=house.zhou), ALL, by=house.zhou)
    with pytest.raises(Refused, match="座谈至少要有 2 个人"):
        talks.hold(talk, by=house.zhou)


def test_whoever_leads_or_takes_notes_is_of_the_team(house: House) -> None:
    with pytest.raises(Refused, match="罗专员不在课题组"):
        given.planned(house, given.study(house), leader=house.luo)


def test_the_same_person_takes_part_once(house: House) -> None:
    talk = given.planned(house, given.study(house), Kind.GROUP)
    wei = factories.dossier(house).person
    assert talks.invite(talk, "", by=house.zhou, person=wei).name == "韦建国"
    with pytest.raises(Refused, match="已经在里面"):
        talks.invite(talk, "", by=house.zhou, person=wei)


def test_it_is_recorded_only_when_everybody_agreed(house: House) -> None:
    talk = given.interview(house, given.study(house), agreed=Agreed(notes=True))
    with pytest.raises(Refused, match="P1 没有同意录音"):
        talks.record(talk, "话.wav", given.tone(), by=house.zhou)
    talks.agree(given.participant(talk), ALL, by=house.zhou)
    talks.record(talk, "话.wav", given.tone(), by=house.zhou)
    with pytest.raises(Refused, match="不是能收的文件"):
        talks.record(talk, "话.wav", b"%PDF-", by=house.zhou)


def test_saying_less_later_takes_the_recording_away(house: House) -> None:
    talk = given.interview(house, given.study(house))
    row = talks.record(talk, "话.wav", given.tone(), by=house.zhou)
    talks.agree(given.participant(talk), Agreed(notes=True, quote=True), by=house.zhou)
    row = Recording.objects.select_related("file").get(pk=row.pk)
    assert row.state == RecordingState.FORGOTTEN
    with pytest.raises(LookupError):
        files.content(row.file)


def test_consent_stays_with_the_words_it_was_given_to(house: House) -> None:
    study = given.study(house)
    talk = given.interview(house, study)
    studies.put_words(study, "新的话。", by=house.zhou)
    with pytest.raises(Refused, match="跟现在的第 2 版一样"):
        studies.put_words(study, "新的话。", by=house.zhou)
    agreed = [given.participant(each).words for each in (talk, given.interview(house, study))]
    assert [words.number for words in agreed if words] == [1, 2]


def test_saying_less_is_possible_when_the_study_is_closed_saying_more_is_not(house: House) -> None:
    study = given.study(house)
    talk = given.interview(house, study, agreed=Agreed(notes=True, quote=True))
    before = given.participant(talk)
    studies.put_words(study, "新的话。", by=house.zhou)
    studies.close(study, by=house.zhou)
    talks.agree(before, Agreed(notes=True), by=house.mo)
    after = given.participant(talk)
    assert (after.quote_ok, after.words_id, after.agreed_at) == (False, before.words_id, before.agreed_at)
    with pytest.raises(Refused, match="这个课题做完了"):
        talks.agree(after, ALL, by=house.mo)
    with pytest.raises(Refused, match="不在这个课题组"):
        talks.agree(after, Agreed(notes=True), by=house.luo)


def test_a_transcript_says_who_said_each_line(house: House) -> None:
    talk = given.interview(house, given.study(house))
    with pytest.raises(Refused, match="第 2 行“我也是。”不知道是谁说的"):
        talks.transcribe(talk, "P1：早。\nP2：我也是。", by=house.mo)
    with pytest.raises(Refused, match="请写听到的话"):
        talks.transcribe(talk, " ", by=house.mo)
    assert Transcript.objects.count() == 0


def test_notes_of_a_group_stand_under_labels_too(house: House) -> None:
    talk = given.group(house, given.study(house))
    phase = talk.phases.get(number=2)
    phase.talk = talk
    talks.note_phase(phase, "P2：拖了两个月。", by=house.mo, began_at=talk.starts_at)
    talks.note(talk, "记：天热。\nP3：路远。", by=house.mo)
    with pytest.raises(Refused, match="不知道是谁说的"):
        talks.note(talk, "老韦不高兴。", by=house.mo)
    assert [row.notes for row in given.reread(house, talk).phases.all()] == ["", "P2：拖了两个月。"]


def test_an_excerpt_is_in_one_voice_and_out_of_the_accepted_text(house: House) -> None:
    talk = given.interview(house, given.study(house))
    with pytest.raises(Refused, match="先定一版听写稿"):
        given.picked(house, talk, 2)
    given.written(house, talk)
    with pytest.raises(Refused, match="只能是一个人说的"):
        given.picked(house, talk, 1, last=2)
    with pytest.raises(Refused, match="没有这几行"):
        given.picked(house, talk, 6)
    with pytest.raises(Refused, match="没有这几句"):
        excerpts.pick(talk, Span(pasted="没说过的话"), [], by=house.mo)
    with pytest.raises(Refused, match="有 3 处"):
        excerpts.pick(talk, Span(pasted="。"), [], by=house.mo)
    row = excerpts.pick(talk, Span(pasted="晚了就没活"), [], by=house.mo)
    assert (row.first, row.last, row.text) == (3, 3, "晚了就没活")
    assert given.picked(house, talk, 3).text == "晚了就没活了。"


def test_coding_ends_when_every_excerpt_has_a_code(house: House) -> None:
    study = given.study(house)
    talk = given.written(house, given.interview(house, study))
    with pytest.raises(Refused, match="还没有摘话"):
        excerpts.finish_coding(talk, by=house.mo)
    row = given.picked(house, talk, 2)
    with pytest.raises(Refused, match="还有摘话没有编码"):
        excerpts.finish_coding(talk, by=house.mo)
    excerpts.code(row, [given.code(house, study)], by=house.mo)
    excerpts.finish_coding(talk, by=house.mo)
    assert talk.state == TalkState.CODED


def test_a_code_of_another_study_is_refused_and_nothing_is_kept(house: House) -> None:
    talk = given.written(house, given.interview(house, given.study(house)))
    foreign = given.code(house, given.study(house, title="别的"))
    with pytest.raises(Refused, match="不是这个课题的编码"):
        given.picked(house, talk, 2, foreign)
    assert Excerpt.objects.count() == 0


def test_what_was_said_is_not_cancelled_what_was_only_planned_is(house: House) -> None:
    study = given.study(house)
    talk = given.planned(house, study)
    with pytest.raises(Refused, match="按撤回"):
        talks.cancel(talk, CancelWhy.WITHDRAWN, by=house.zhou)
    talks.cancel(talk, CancelWhy.ABSENT, by=house.zhou)
    assert (talk.state, talk.cancelled_why) == (TalkState.CANCELLED, CancelWhy.ABSENT)
    with pytest.raises(Refused, match="谈过的不能说不算"):
        talks.cancel(given.interview(house, study), CancelWhy.ABSENT, by=house.zhou)


def test_a_closed_study_takes_nothing_more_until_it_is_opened_again(house: House) -> None:
    study = given.study(house)
    studies.close(study, by=house.zhou)
    with pytest.raises(Refused, match="这个课题做完了"):
        given.planned(house, study)
    studies.reopen(study, by=house.zhou)
    assert given.planned(house, study).number == 1


def test_what_was_said_and_by_whom_does_not_stand_in_clear_in_the_database(house: House) -> None:
    talk = given.written(house, given.interview(house, given.study(house)))
    talks.note(talk, "他坐不住。", by=house.mo)
    row = given.picked(house, talk, 2, hide="覃记")
    tables = {"talk": "notes", "participant": "name", "transcript": "text", "excerpt": "text", "excerpt ": "hide"}
    held = []
    with connection.cursor() as cursor:
        for table, column in tables.items():
            cursor.execute(f"SELECT {column} FROM interviews_{table.strip()}")
            held += [text for (text,) in cursor.fetchall()]
    assert len(held) == len(tables)
    assert [text for text in held if any(word in text for word in ("坐", "韦", "四点", "覃"))] == []
    assert (Excerpt.objects.get(pk=row.pk).hide, Participant.objects.get(talk=talk).name) == ("覃记", "韦建国")


def test_the_first_reading_of_a_group_keeps_its_parts_in_order(house: House) -> None:
    talk = given.written(house, given.group(house, given.study(house)), ROUND)
    found = given.reread(house, talk)
    assert [row.title for row in found.phases.all()] == ["开场", "工钱"]
    assert [row.label for row in found.participants.all()] == ["P1", "P2", "P3"]
