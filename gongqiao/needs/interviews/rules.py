"""Rules of interviews and focus groups: who is in the team, who agreed to what, what a transcript must look like."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.foundation.organisations.rules import check_may
from gongqiao.needs.interviews import voices
from gongqiao.needs.interviews.enums import Kind, RecordingState, StudyState
from gongqiao.needs.interviews.models import Excerpt, Participant, Recording, Study, Talk, TeamMember

MOST_WORDS = 60_000  # three hours of talk, written down
MOST_EXCERPT = 1_000
MOST_AUDIO = 50_000_000  # three hours as a phone records speech
LEAST_GROUP, MOST_GROUP = 2, 15


def member(actor: Membership, study: Study) -> TeamMember | None:
    found: TeamMember | None = TeamMember.objects.filter(study=study, post=actor, until=None).first()
    return found


def check_team(actor: Membership, study: Study) -> TeamMember:
    """In words that say nothing about the study."""
    check_may(actor, Right.STUDY_WORK, study)
    found = member(actor, study)
    if found is None:
        raise Refused(_("没有这件事，或者您不在这个课题组。"))
    return found


def check_works(actor: Membership, study: Study) -> TeamMember:
    """He is in the team and the study goes on."""
    found = check_team(actor, study)
    if study.state != StudyState.OPEN:
        raise Refused(_("这个课题做完了，要接着做先重新打开。"))
    return found


def check_leads(actor: Membership, study: Study) -> None:
    if not check_team(actor, study).lead:
        raise Refused(_("这件事由课题组的负责人来做。"))


def check_words(text: str, *, needed: str, most: int = MOST_WORDS) -> str:
    words = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not words:
        raise Refused(needed)
    if len(words) > most:
        raise Refused(_("太长了，最多 %(most)s 个字。") % {"most": most})
    return words


def there(talk: Talk) -> list[Participant]:
    """Those who take part and have not withdrawn."""
    return list(Participant.objects.filter(talk=talk, withdrawn_at=None).order_by("number"))


def says_less(participant: Participant, *, audio: bool, quote: bool) -> bool:
    """He agreed before and takes a part of it back, adding nothing."""
    more = (audio and not participant.audio_ok) or (quote and not participant.quote_ok)
    same = (audio, quote) == (participant.audio_ok, participant.quote_ok)
    return participant.notes_ok and not more and not same


def check_can_hold(talk: Talk) -> None:
    """Somebody came, and everybody who came agreed to notes being taken."""
    people = there(talk)
    if talk.kind == Kind.INTERVIEW and len(people) != 1:
        raise Refused(_("访谈要有一个人。"))
    if talk.kind == Kind.GROUP and len(people) < LEAST_GROUP:
        raise Refused(_("座谈至少要有 %(least)s 个人。") % {"least": LEAST_GROUP})
    silent = [each.label for each in people if not each.notes_ok]
    if silent:
        raise Refused(_("%(who)s 还没有同意记录：先念同意书，不同意的不参加。") % {"who": _("、").join(silent)})


def check_can_record(talk: Talk) -> None:
    silent = [each.label for each in there(talk) if not each.audio_ok]
    if silent:
        raise Refused(_("%(who)s 没有同意录音，这一场不能录。") % {"who": _("、").join(silent)})


def check_transcript(text: str, people: Iterable[Participant]) -> str:
    """Each line in a voice, and in that of somebody who is there."""
    words = check_words(text, needed=_("请写听到的话。"))
    wrong = voices.unknown(words, [each.label for each in people])
    if wrong:
        facts = {"line": wrong[0].number, "begin": wrong[0].words.strip()[:12]}
        raise Refused(_("第 %(line)s 行“%(begin)s”不知道是谁说的：每段开头写 P1：、问： 或 记：。") % facts)
    return words


def may_quote(excerpt: Excerpt) -> bool:
    """Only with that person's own consent, which he may take back."""
    return excerpt.blanked_at is None and excerpt.participant.quote_ok and excerpt.participant.withdrawn_at is None


def may_hear(recording: Recording) -> bool:
    return recording.state == RecordingState.OPEN
