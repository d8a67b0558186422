"""Taking it back: what somebody said is blanked, that there was somebody stays (docs/decisions/0032)."""

from django.db import transaction
from django.utils.translation import gettext as _

from gongqiao.foundation import clock, states
from gongqiao.foundation.audit import actions as audit
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.people.models import Person
from gongqiao.needs.interviews import rules, voices
from gongqiao.needs.interviews.actions.excerpts import blank
from gongqiao.needs.interviews.actions.studies import lock
from gongqiao.needs.interviews.actions.talks import shut_recordings
from gongqiao.needs.interviews.enums import CancelWhy, Kind, TalkState
from gongqiao.needs.interviews.models import Excerpt, Participant, Phase, Talk, Transcript


@transaction.atomic
def withdraw(participant: Participant, *, by: Membership) -> None:
    """At any time, a closed study too, and without a reason. In a group only his own voice goes."""
    rules.check_team(by, participant.talk.study)
    _take_back(participant, by=by)


@transaction.atomic
def withdraw_all(person: Person, *, by: Membership) -> int:
    """Of every talk he was in: he asked to be deleted. Whoever calls has checked the right; returns how many."""
    rows = list(Participant.objects.filter(person=person, withdrawn_at=None).select_related("talk__study", "person"))
    for row in rows:
        _take_back(row, by=by)
    return len(rows)


def _take_back(participant: Participant, *, by: Membership) -> None:
    talk = participant.talk
    lock(talk.study)
    person = participant.person
    names = {name: participant.label for name in (participant.name, person.name if person else "") if name}
    held = Participant.objects.filter(pk=participant.pk, withdrawn_at=None)
    facts = {"withdrawn_at": clock.now(), "person": None, "notes_ok": False, "audio_ok": False, "quote_ok": False}
    if held.update(name="", **facts) != 1:
        raise Refused(_("他已经撤回了。"))
    participant.refresh_from_db()
    for row in Excerpt.objects.filter(participant=participant):
        blank(row, by=by)
    _blank_words(talk, participant.label, names)
    shut_recordings(talk, by=by)
    audit.record("talk.withdrawn", talk, by=by, on_behalf_of=person, label=participant.label)
    if not rules.there(talk) and talk.state != TalkState.CANCELLED:
        states.move(talk, to=TalkState.CANCELLED, cancelled_why=CancelWhy.WITHDRAWN)


def _blank_words(talk: Talk, label: str, names: dict[str, str]) -> None:
    """Of an interview all of it; of a group the lines in his voice, in every version and every part. Where others name
    him his label stands from now on: once his name is gone nothing could hide it any more."""
    alone = talk.kind == Kind.INTERVIEW

    def left(text: str) -> str:
        return "" if alone else voices.renamed(voices.without(text, label), names)

    talk.notes = left(talk.notes)
    talk.save(update_fields=["notes"])
    rows: list[Transcript | Phase] = [*Transcript.objects.filter(talk=talk), *Phase.objects.filter(talk=talk)]
    for row in rows:
        text = row.text if isinstance(row, Transcript) else row.notes
        field = "text" if isinstance(row, Transcript) else "notes"
        setattr(row, field, left(text))
        row.save(update_fields=[field])
    for excerpt in Excerpt.objects.filter(transcript__talk=talk, blanked_at=None):
        excerpt.text = voices.renamed(excerpt.text, names)
        excerpt.save(update_fields=["text"])
