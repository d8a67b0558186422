"""Reading studies: `visible_to` knows the team alone and is under every list, detail, search, count, sheet and file."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from gongqiao.foundation import clock
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import Right
from gongqiao.needs.interviews import rules, voices
from gongqiao.needs.interviews.enums import TOOK_PLACE, Kind, RecordingState, TalkState
from gongqiao.needs.interviews.models import (
    Code,
    Excerpt,
    Participant,
    Phase,
    Recording,
    Study,
    Talk,
    TeamMember,
    Transcript,
)

LINE_OF = ("transcript__talk", "participant")


def visible_to(actor: Membership) -> QuerySet[Study]:
    """Studies in whose team he is today."""
    found: QuerySet[Study] = Study.objects.select_related("market").order_by("-started_at", "-pk")
    if not actor.may(Right.STUDY_WORK):
        return found.none()
    return found.filter(team__post=actor, team__until=None)


def talks(actor: Membership) -> QuerySet[Talk]:
    found: QuerySet[Talk] = Talk.objects.filter(study__in=visible_to(actor).order_by())
    return found.select_related("study__market", "market", "leader", "note_taker").order_by("-starts_at", "-number")


def excerpts(actor: Membership) -> QuerySet[Excerpt]:
    found: QuerySet[Excerpt] = Excerpt.objects.filter(transcript__talk__in=talks(actor).order_by())
    return found.select_related(*LINE_OF, "by").order_by("transcript__talk__number", "first", "at", "pk")


def recordings(actor: Membership) -> QuerySet[Recording]:
    found: QuerySet[Recording] = Recording.objects.filter(talk__in=talks(actor).order_by())
    return found.select_related("talk__study", "talk__market", "market", "file", "by").order_by("at", "pk")


def codes(actor: Membership) -> QuerySet[Code]:
    found: QuerySet[Code] = Code.objects.filter(study__in=visible_to(actor).order_by())
    return found.select_related("study__market", "market", "merged_into").order_by("name")


@dataclass(frozen=True)
class Counted:
    """What a manager outside the team may know of a study: that there is one, and how many talks."""

    title: str
    leads: list[str]
    interviews: int
    groups: int
    waiting: int


def counted(actor: Membership) -> list[Counted]:
    """Every study of the market in figures, for whoever answers for its staff."""
    if not actor.may(Right.STAFF_MANAGE):
        return []
    held = Q(talks__state__in=sorted(TOOK_PLACE))
    found = Study.objects.annotate(
        interviews=Count("talks", filter=held & Q(talks__kind=Kind.INTERVIEW)),
        groups=Count("talks", filter=held & Q(talks__kind=Kind.GROUP)),
        waiting=Count("talks", filter=Q(talks__state=TalkState.PLANNED)),
    ).order_by("-started_at", "-pk")
    leads = TeamMember.objects.filter(lead=True, until=None).select_related("post").order_by("since", "pk")
    return [
        Counted(row.title, [each.post.title for each in row.team.all()], row.interviews, row.groups, row.waiting)
        for row in found.prefetch_related(Prefetch("team", leads))
    ]


def colleagues(actor: Membership) -> list[Membership]:
    """Who may be named for a team: those whose post does this work, today."""
    today = clock.now().astimezone(actor.market.tz).date()
    held = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today), withdrawn_at=None, starts_on__lte=today)
    rows = held.select_related("person", "market").order_by("role", "pk")
    return [post for post in rows if post.may(Right.STUDY_WORK)]


def team(study: Study) -> list[TeamMember]:
    return list(
        TeamMember.objects.filter(study=study, until=None).select_related("post").order_by("-lead", "since", "pk")
    )


def listed(actor: Membership, study: Study, text: str = "") -> QuerySet[Talk]:
    """The talks of a study; a search looks at topic and place, which is all that is not sealed."""
    found = talks(actor).filter(study=study).annotate(people=Count("participants"))
    wanted = text.strip()
    return found.filter(Q(topic__contains=wanted) | Q(place__contains=wanted)) if wanted else found


def to_cut(actor: Membership, study: Study) -> list[Recording]:
    """Recordings in which a voice is to be taken out."""
    return list(recordings(actor).filter(talk__study=study, state=RecordingState.TO_CUT))


def opened(actor: Membership, pk: UUID) -> Talk:
    """One talk with all that hangs on it; the caller records the reading."""
    parts = [
        Prefetch("participants", Participant.objects.select_related("person", "words").order_by("number")),
        Prefetch("phases", Phase.objects.order_by("number")),
        Prefetch("recordings", Recording.objects.select_related("file", "by").order_by("at", "pk")),
        Prefetch("transcripts", Transcript.objects.select_related("by", "accepted_by").order_by("-number")),
    ]
    return talks(actor).prefetch_related(*parts).get(pk=pk)


def coded(rows: QuerySet[Excerpt]) -> list[Excerpt]:
    """With their codes, so that nothing further is asked."""
    return list(rows.prefetch_related("codes"))


def accepted(talk: Talk) -> Transcript | None:
    return next((row for row in talk.transcripts.all() if row.accepted), None)


def roots(study: Study) -> dict[int, Code]:
    """Every code of a study → the one that it counts as now."""
    book = {code.pk: code for code in Code.objects.filter(study=study).order_by("name")}

    def root(code: Code) -> Code:
        while code.merged_into_id is not None:
            code = book[code.merged_into_id]
        return code

    return {pk: root(code) for pk, code in book.items()}


def who(excerpt: Excerpt) -> Any:
    """One person, however often he was talked with."""
    return ("person", excerpt.participant.person_id) if excerpt.participant.person_id else excerpt.participant_id


@dataclass(frozen=True)
class Finding:
    """A code and what was said to it. `persons` are counted once, however much they said."""

    code: Code
    excerpts: list[Excerpt]

    @property
    def persons(self) -> int:
        return len({who(row) for row in self.excerpts})

    @property
    def talks(self) -> int:
        return len({row.transcript.talk_id for row in self.excerpts})

    @property
    def quotable(self) -> list[Excerpt]:
        return [row for row in self.excerpts if rules.may_quote(row)]

    def voices(self, most: int) -> list[Excerpt]:
        """At most so many quotable ones, each of another person before anybody speaks twice."""
        first: dict[Any, Excerpt] = {}
        for row in self.quotable:
            first.setdefault(who(row), row)
        heard = [*first.values(), *(row for row in self.quotable if row not in first.values())]
        return heard[:most]


def findings(actor: Membership, study: Study, text: str = "") -> list[Finding]:
    """By code, the one that most people spoke of first; codes that were merged count as the one they went into.

    `text`: only excerpts that hold it; they are sealed, so those of this one study are opened and looked at.
    """
    counts_as = roots(study)
    said: dict[int, list[Excerpt]] = {root.pk: [] for root in counts_as.values()}
    for row in coded(excerpts(actor).filter(transcript__talk__study=study, blanked_at=None)):
        if text.strip() and text.strip() not in row.text:
            continue
        for pk in {counts_as[code.pk].pk for code in row.codes.all()}:
            said[pk].append(row)
    found = [Finding(root, said[root.pk]) for pk, root in counts_as.items() if pk == root.pk]
    return sorted(found, key=lambda each: (-each.persons, -len(each.excerpts), each.code.name))


def names(talk_ids: set[UUID]) -> dict[UUID, dict[str, str]]:
    """For each talk, the names that must not be quoted → the label that stands for them."""
    found: dict[UUID, dict[str, str]] = {pk: {} for pk in talk_ids}
    for row in Participant.objects.filter(talk__in=talk_ids).select_related("person").order_by("number"):
        for name in (row.name, row.person.name if row.person else ""):
            if name:
                found[row.talk_id][name] = row.label
    return found


@dataclass(frozen=True)
class Quote:
    """Words as they may leave the team, and whose: 访谈 3 · P1."""

    words: str
    whose: str


def quotes(rows: list[Excerpt]) -> list[Quote]:
    """Of those that may be quoted; raises for one that may not rather than leave it out unsaid."""
    known = names({row.transcript.talk_id for row in rows})
    found = []
    for row in rows:
        if not rules.may_quote(row):
            raise Refused(_("有的话本人没有同意引用。"))
        words = voices.pseudonymised(row.text, known[row.transcript.talk_id], row.hide.split("\n"))
        found.append(Quote(words, f"{row.transcript.talk.name} · {row.participant.label}"))
    return found
