"""A talk from the plan to the end: who takes part and agrees, what was recorded, noted and written down."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.files import actions as files
from gongqiao.foundation.files.kinds import VOICES
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.people.models import Person
from gongqiao.needs.interviews import rules
from gongqiao.needs.interviews.actions.studies import lock, next_number
from gongqiao.needs.interviews.enums import TOOK_PLACE, CancelWhy, Kind, RecordingState, TalkState
from gongqiao.needs.interviews.models import Participant, Phase, Recording, Study, Talk, Transcript


@dataclass(frozen=True)
class Part:
    """One phase of a focus group as it is planned."""

    title: str
    minutes: int


@dataclass(frozen=True)
class TalkFacts:
    """`guide` "": the study's own. `phases`: of a group."""

    kind: Kind
    topic: str
    place: str
    starts_at: datetime
    leader: Membership
    note_taker: Membership | None = None
    guide: str = ""
    phases: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Agreed:
    """What somebody says yes to, each asked by itself."""

    notes: bool
    audio: bool = False
    quote: bool = False


@transaction.atomic
def plan(study: Study, facts: TalkFacts, *, by: Membership) -> Talk:
    """Both who lead and who take notes are of the team: they will hear everything."""
    rules.check_works(by, study)
    for post in (facts.leader, facts.note_taker):
        if post is not None and rules.member(post, study) is None:
            raise Refused(_("%(who)s不在课题组，先请负责人加进来。") % {"who": post.title})
    if facts.kind == Kind.INTERVIEW and (facts.phases or facts.note_taker):
        raise Refused(_("访谈只有一个人问，不分段。"))
    if facts.note_taker is not None and facts.note_taker.pk == facts.leader.pk:
        raise Refused(_("主持和记录要两个人。"))
    lock(study)
    talk = Talk.objects.create(
        market=by.market,
        study=study,
        number=next_number(Talk.objects.filter(study=study)),
        kind=facts.kind,
        topic=rules.check_words(facts.topic, needed=_("请写谈什么。"), most=120),
        guide=rules.check_words(facts.guide or study.guide, needed=_("请写提纲。"), most=4000),
        place=rules.check_words(facts.place, needed=_("请写在哪里。"), most=80),
        starts_at=facts.starts_at,
        leader=facts.leader,
        note_taker=facts.note_taker,
    )
    Phase.objects.bulk_create(
        Phase(market=by.market, talk=talk, number=number, title=part.title, minutes=part.minutes)
        for number, part in enumerate(facts.phases, 1)
    )
    audit.record("talk.planned", talk, by=by, kind=facts.kind.value)
    return talk


@transaction.atomic
def invite(talk: Talk, name: str, *, by: Membership, person: Person | None = None) -> Participant:
    """Gives him the next label; numbers are never used twice."""
    rules.check_works(by, talk.study)
    _check_state(talk, TalkState.PLANNED)
    lock(talk.study)
    rows = Participant.objects.filter(talk=talk)
    most = 1 if talk.kind == Kind.INTERVIEW else rules.MOST_GROUP
    if rows.filter(withdrawn_at=None).count() >= most:
        raise Refused(_("最多 %(most)s 个人。") % {"most": most})
    if person is not None and rows.filter(person=person).exists():
        raise Refused(_("这个人已经在里面。"))
    said = rules.check_words(name or (person.name if person else ""), needed=_("请写怎么称呼他。"), most=40)
    row = Participant.objects.create(market=by.market, talk=talk, number=next_number(rows), name=said, person=person)
    audit.record("talk.invited", talk, by=by, on_behalf_of=person, label=row.label)
    return row


@transaction.atomic
def agree(participant: Participant, agreed: Agreed, *, by: Membership) -> None:
    """He heard the newest words and says what is allowed. Saying less is possible at any time."""
    talk = participant.talk
    lock(talk.study)
    participant.refresh_from_db(fields=["withdrawn_at"])
    less = rules.says_less(participant, audio=agreed.audio, quote=agreed.quote)
    (rules.check_team if less else rules.check_works)(by, talk.study)
    if participant.withdrawn_at is not None:
        raise Refused(_("他已经撤回了。"))
    if not agreed.notes:
        raise Refused(_("不让记就不能谈：请他不参加，或者按撤回办。"))
    words = participant.words if less else talk.study.words.order_by("-number").first()
    assert words is not None  # a study starts with words
    participant.words, participant.agreed_at = words, participant.agreed_at if less else clock.now()
    participant.notes_ok, participant.audio_ok, participant.quote_ok = agreed.notes, agreed.audio, agreed.quote
    participant.save(update_fields=["words", "agreed_at", "notes_ok", "audio_ok", "quote_ok"])
    if not agreed.audio:
        shut_recordings(talk, by=by)
    covers = {"audio": agreed.audio, "quote": agreed.quote, "version": words.number}
    audit.record("talk.agreed", talk, by=by, on_behalf_of=participant.person, label=participant.label, covers=covers)


def shut_recordings(talk: Talk, *, by: Membership) -> None:
    """Of one person alone: forgotten. Of several: shut until his voice is cut out, for the others' words are theirs."""
    for row in Recording.objects.filter(talk=talk, state=RecordingState.OPEN).select_related("file"):
        if talk.kind == Kind.INTERVIEW:
            forget(row, by=by)
        else:
            states.move(row, to=RecordingState.TO_CUT)
            audit.record("talk.recording_shut", talk, by=by, recording=row.pk)


def forget(row: Recording, *, by: Membership) -> None:
    states.move(row, to=RecordingState.FORGOTTEN)
    files.forget(row.file)
    audit.record("talk.recording_forgotten", row.talk, by=by, recording=row.pk)


@transaction.atomic
def hold(talk: Talk, *, by: Membership, notes: str = "") -> None:
    """It took place, with everybody's consent."""
    enter(talk, by)
    rules.check_can_hold(talk)
    moment = clock.now()
    if talk.starts_at > moment:
        raise Refused(_("还没到约好的时间。"))
    states.move(talk, to=TalkState.HELD, held_at=moment)
    if notes.strip():
        _note(talk, notes)
    audit.record("talk.held", talk, by=by)


def enter(talk: Talk, by: Membership) -> None:
    """Nobody else writes in this study now, and the talk stands as it stands: what was taken back a moment ago does not
    come in again by a page that was opened before."""
    rules.check_works(by, talk.study)
    lock(talk.study)
    talk.refresh_from_db(fields=["state"])


@transaction.atomic
def note(talk: Talk, text: str, *, by: Membership) -> None:
    """Written over as a whole, while it is not closed."""
    enter(talk, by)
    _check_state(talk, TalkState.HELD, TalkState.WRITTEN, TalkState.CODED)
    _note(talk, text)
    audit.record("talk.noted", talk, by=by)


def _note(talk: Talk, text: str) -> None:
    """Of a group under labels, so that a voice can be taken out again."""
    if talk.kind == Kind.GROUP:
        talk.notes = rules.check_transcript(text, rules.there(talk))
    else:
        talk.notes = rules.check_words(text, needed=_("请写要记的话。"))
    talk.save(update_fields=["notes"])


@transaction.atomic
def note_phase(phase: Phase, text: str, *, by: Membership, began_at: datetime | None = None) -> None:
    """What was noted of one part of a group, each line under the label of whoever said it."""
    talk = phase.talk
    enter(talk, by)
    _check_state(talk, TalkState.HELD, TalkState.WRITTEN, TalkState.CODED)
    phase.notes = rules.check_transcript(text, rules.there(talk))
    phase.began_at = began_at or phase.began_at
    phase.save(update_fields=["notes", "began_at"])
    audit.record("talk.noted", talk, by=by, phase=phase.number)


@transaction.atomic
def record(talk: Talk, name: str, content: bytes, *, by: Membership) -> Recording:
    """Sealed; only when everybody who takes part agreed to it."""
    enter(talk, by)
    _check_state(talk, TalkState.HELD, TalkState.WRITTEN, TalkState.CODED)
    rules.check_can_record(talk)
    row = _keep(talk, name, content, by=by)
    audit.record("talk.recorded", talk, by=by, recording=row.pk)
    return row


def _keep(talk: Talk, name: str, content: bytes, *, by: Membership, cut_of: Recording | None = None) -> Recording:
    file = files.keep(talk.market, name, content, allowed=VOICES, most_bytes=rules.MOST_AUDIO)
    return Recording.objects.create(market=talk.market, talk=talk, file=file, at=clock.now(), by=by, cut_of=cut_of)


@transaction.atomic
def put_cut(recording: Recording, name: str, content: bytes, *, by: Membership) -> Recording:
    """The same recording without the voice that was taken back; the whole one is forgotten."""
    talk = recording.talk
    rules.check_team(by, talk.study)
    if recording.state != RecordingState.TO_CUT:
        raise Refused(_("这段录音不用剪。"))
    row = _keep(talk, name, content, by=by, cut_of=recording)
    forget(recording, by=by)
    audit.record("talk.recording_cut", talk, by=by, recording=row.pk, of=recording.pk)
    return row


@transaction.atomic
def drop_recording(recording: Recording, *, by: Membership) -> None:
    """Nobody is going to cut it, or it is not needed any more."""
    rules.check_team(by, recording.talk.study)
    forget(recording, by=by)


@transaction.atomic
def transcribe(talk: Talk, text: str, *, by: Membership) -> Transcript:
    """A further version; those before it stay."""
    enter(talk, by)
    _check_state(talk, TalkState.HELD, TalkState.WRITTEN, TalkState.CODED)
    words = rules.check_transcript(text, rules.there(talk))
    number = next_number(Transcript.objects.filter(talk=talk))
    row = Transcript.objects.create(market=talk.market, talk=talk, number=number, text=words, by=by, at=clock.now())
    audit.record("talk.transcribed", talk, by=by, version=number)
    return row


@transaction.atomic
def accept(transcript: Transcript, *, by: Membership) -> None:
    """From now on this is what was said; excerpts are made of it. The first one makes the talk written up."""
    talk = transcript.talk
    enter(talk, by)
    _check_state(talk, TalkState.HELD, TalkState.WRITTEN, TalkState.CODED)
    if Transcript.objects.filter(pk=transcript.pk, accepted=True).exists():
        raise Refused(_("用的就是这一版。"))
    Transcript.objects.filter(talk=talk, accepted=True).update(accepted=False)
    facts = {"accepted": True, "accepted_by": by, "accepted_at": clock.now()}
    Transcript.objects.filter(pk=transcript.pk).update(**facts)
    transcript.accepted = True
    if talk.state == TalkState.HELD:
        states.move(talk, to=TalkState.WRITTEN)
    audit.record("talk.transcript_accepted", talk, by=by, version=transcript.number)


@transaction.atomic
def cancel(talk: Talk, why: CancelWhy, *, by: Membership) -> None:
    """It did not come about. What was said, once it was held, is taken back by whoever said it, not cancelled."""
    rules.check_works(by, talk.study)
    if talk.state in TOOK_PLACE or why == CancelWhy.WITHDRAWN:
        raise Refused(_("谈过的不能说不算；本人撤回的，在他那一行按撤回。"))
    states.move(talk, to=TalkState.CANCELLED, cancelled_why=why)
    audit.record("talk.cancelled", talk, by=by, why=why.value)


@transaction.atomic
def close(talk: Talk, *, by: Membership) -> None:
    """Nothing more is to be done with it; recordings that wait for a cut keep it open."""
    rules.check_works(by, talk.study)
    if Recording.objects.filter(talk=talk, state=RecordingState.TO_CUT).exists():
        raise Refused(_("还有录音要剪。"))
    states.move(talk, to=TalkState.CLOSED)
    audit.record("talk.closed", talk, by=by)


def record_reading(talk: Talk, *, by: Membership) -> None:
    """Opening a talk is an event (its own door out of a read-only page)."""
    audit.record("talk.read", talk, by=by)


def record_hearing(recording: Recording, *, by: Membership) -> None:
    audit.record("talk.heard", recording.talk, by=by, recording=recording.pk)


def record_study_reading(study: Study, what: str, *, by: Membership) -> None:
    """Reading excerpts across talks: a code's page, the findings, what we heard."""
    audit.record("study.read", study, by=by, what=what)


def _check_state(talk: Talk, *allowed: TalkState) -> None:
    if talk.state not in allowed:
        raise Refused(_("现在是“%(here)s”，不能这样做。") % {"here": talk.get_state_display()})
