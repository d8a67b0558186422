"""Reading tickets: one `visible_to` under every list, detail, search, count, export and file."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import CharField, Count, Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from gongqiao.foundation import clock
from gongqiao.foundation.crypto.index import blind_index
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.notify.models import CallState, CallTask, Message, MessageState
from gongqiao.foundation.notify.queries import with_attempts
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.roles import STAFF, Right, Role
from gongqiao.foundation.people.models import Person
from gongqiao.needs.feedback import rules
from gongqiao.needs.feedback.categories import EMPLOYER_ANSWERS
from gongqiao.needs.feedback.enums import (
    ENDED,
    FOR_THE_EMPLOYER,
    FOR_THE_PERSON,
    OPEN,
    CallBackState,
    ChangeState,
    EntryKind,
    OfferState,
    State,
    Told,
)
from gongqiao.needs.feedback.models import CallBack, CaseOffer, Entry, Handler, Named, Picture, ServiceChange, Ticket
from gongqiao.needs.feedback.reaching import ABOUT, about, told_of

WITH = ("person", "about_employer", "handler", "market")


def visible_to(actor: Membership) -> QuerySet[Ticket]:
    """The person his own, an employer what he was asked about, staff the ordinary ones and those named to them.

    Sensitive: the handler, who is named for the category, and whoever it went up to. Whoever is named in a ticket,
    of whatever kind, never sees it, and neither do those under him or those of the organisation it is about.
    """
    found = Ticket.objects.select_related(*WITH)
    if actor.role == Role.WORKER:
        return found.filter(person=actor.person_id).exclude(person=None)
    if actor.role == Role.EMPLOYER:
        asked = Q(about_employer__organisation=actor.organisation_id, asked_employer_at__isnull=False)
        return found.filter(asked, category__in=EMPLOYER_ANSWERS)
    if not actor.may(Right.FEEDBACK_HANDLE):
        return found.none()
    open_to_him = Q(sensitive=False) | Q(handler=actor) | Q(category__in=categories_of(actor))
    went_up = Q(escalated_at__isnull=False, escalated_to=actor.role)
    return found.filter(open_to_him | went_up).exclude(_in_line(actor))


def _in_line(actor: Membership) -> Q:
    """Tickets that name him, somebody over him, or an organisation he acts for elsewhere."""
    named = Named.objects.filter(ticket=OuterRef("pk"))
    chiefs = Membership.objects.filter(role__in=rules.SUPERIORS[Role(actor.role)], withdrawn_at=None)
    over = named.filter(person__in=chiefs.values("person"))
    return (
        Q(Exists(named.filter(person=actor.person_id)))
        | Q(Exists(over))
        | Q(about_organisation__memberships__person=actor.person_id, about_organisation__isnull=False)
        | Q(about_employer__organisation__memberships__person=actor.person_id, about_employer__isnull=False)
    )


def categories_of(actor: Membership) -> QuerySet[Handler, str]:
    """The categories that he is named for."""
    return Handler.objects.filter(post=actor, until=None, waits=False).values_list("category", flat=True)


def kept_from(actor: Membership) -> list[Ticket]:
    """Those he must not even meet in the log: they name him or somebody over him."""
    return list(Ticket.objects.filter(_in_line(actor)).only("pk", "market"))


def sees(actor: Membership, ticket: Ticket) -> bool:
    return visible_to(actor).filter(pk=ticket.pk).exists()


def check_sees(actor: Membership, ticket: Ticket) -> None:
    """In words that say nothing about the ticket."""
    if ticket.market_id != actor.market_id or not sees(actor, ticket):
        raise Refused(_("没有这件事，或者不由您办。"))


def staff_posts(market: Market) -> list[Membership]:
    """Who works here today; also what a page offers when somebody has something to say of one of them."""
    today = clock.now().astimezone(market.tz).date()
    held = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today), role__in=STAFF, withdrawn_at=None)
    return list(held.select_related("person").order_by("role", "pk"))


def eligible(ticket: Ticket) -> list[Membership]:
    """Who may be named for this ticket: staff who handle and stand outside the line of whoever is named in it."""
    posts = [post for post in staff_posts(ticket.market) if post.may(Right.FEEDBACK_HANDLE)]
    return [post for post in posts if not out_of_bounds(ticket, post)]


def out_of_bounds(ticket: Ticket, post: Membership) -> bool:
    return Ticket.objects.filter(_in_line(post), pk=ticket.pk).exists()


def named_for(ticket: Ticket) -> list[Membership]:
    """Those named for its category who may see it."""
    held = Handler.objects.filter(category=ticket.category, until=None, waits=False)
    posts = set(held.values_list("post_id", flat=True))
    return [post for post in eligible(ticket) if post.pk in posts]


def listed(actor: Membership, which: str = "open", text: str = "") -> QuerySet[Ticket]:
    """Overdue first, then by when it must be answered; a search looks through all of what he may see."""
    found = visible_to(actor).order_by("answer_by", "number")
    if text.strip():
        return _searched(found, text.strip())
    return found.filter(_which(which, actor, clock.now())).order_by(
        *(("-filed_at",) if which == "ended" else ("-urgent", "answer_by", "number"))
    )


def _which(which: str, actor: Membership, moment: datetime) -> Q | Exists:
    running = Q(state__in=OPEN)
    number = Concat(Value(ABOUT), Cast(OuterRef("number"), CharField()))
    to_tell = CallTask.objects.filter(state=CallState.OPEN, about=number)
    choices: dict[str, Q | Exists] = {
        "open": running,
        "mine": running & Q(handler=actor),
        "new": Q(state=State.NEW),
        "overdue": running & ~Q(state=State.WAITING) & Q(answer_by__lt=moment),
        "up": running & Q(escalated_at__isnull=False),
        "approval": Q(state=State.APPROVAL) & ~Q(handler=actor),
        "tell": Exists(to_tell),
        "callback": Q(call_backs__state=CallBackState.OPEN),
        "ended": Q(state__in=ENDED),
    }
    return choices.get(which, running)


LISTS = ("open", "mine", "new", "overdue", "up", "approval", "tell", "callback", "ended")


def counts(actor: Membership, moment: datetime) -> dict[str, int]:
    """How many stand in each list, in one statement; the same rows as the lists show."""
    asked = {which: Count("pk", filter=_which(which, actor, moment), distinct=True) for which in LISTS}
    return visible_to(actor).order_by().aggregate(**asked)


def waiting_count(actor: Membership, moment: datetime) -> int:
    """What waits for a hand of this post: nobody has it yet, or it is his and late; and calls he owes."""
    late = _which("overdue", actor, moment) & Q(handler=actor)
    owed = (Q(_which("callback", actor, moment)) | Q(_which("tell", actor, moment))) & Q(handler=actor)
    wanted = _which("new", actor, moment) | late | owed
    return visible_to(actor).filter(wanted).distinct().count()


def _searched(found: QuerySet[Ticket], text: str) -> QuerySet[Ticket]:
    code = rules.folded_code(text)
    if code:
        return found.filter(code_index=code_index(code))
    number = re.fullmatch(r"[Tt]?-?(\d{1,9})", text)
    if number:
        return found.filter(number=int(number[1]))
    return found.filter(Q(about_employer__short_name__contains=text) | Q(person__name__contains=text))


def opened(actor: Membership, pk: UUID) -> Ticket:
    """One ticket with all that hangs on it; the caller records the reading."""
    entries = Entry.objects.select_related("by", "voice").order_by("at", "place", "pk")
    parts = [
        Prefetch("entries", entries),
        Prefetch("pictures", Picture.objects.select_related("file").order_by("number")),
        Prefetch("named", Named.objects.select_related("person")),
        Prefetch("offers", CaseOffer.objects.select_related("handed_to", "recorded_by").order_by("made_at", "danger")),
        Prefetch("call_backs", CallBack.objects.select_related("by").order_by("due_at")),
    ]
    more = ("voice", "entered_by", "region", "about_employer__organisation", "about_organisation")
    return visible_to(actor).select_related(*WITH, *more).prefetch_related(*parts).get(pk=pk)


@dataclass(frozen=True)
class Telling:
    """One thing that the person was to be told, and what came of it; `call`: it is (or was) for a person to say."""

    what: Told
    message: Message
    call: CallTask | None

    @property
    def is_open(self) -> bool:
        return self.call is not None and self.call.state == CallState.OPEN

    @property
    def failed(self) -> bool:
        """He was not told, and nobody is going to; a note says why one is over that need not be told any more."""
        if self.call is None:
            return self.message.state == MessageState.DEAD
        ran_out = self.call.state == CallState.EXPIRED and not self.call.note
        return ran_out or self.call.state == CallState.GIVEN_UP


def tellings(ticket: Ticket) -> list[Telling]:
    """What the person was told of it and how, newest first; for whoever may see the ticket."""
    messages = list(with_attempts(Message.objects.filter(about=about(ticket))).order_by("-created_at", "-key"))
    calls = {call.message_id: call for call in CallTask.objects.filter(about=about(ticket)).select_related("by")}
    return [Telling(told_of(row.key), row, calls.get(row.pk)) for row in messages]


def open_call(ticket: Ticket) -> CallTask | None:
    return CallTask.objects.filter(about=about(ticket), state=CallState.OPEN).select_related("market").first()


def code_index(code: str) -> str:
    return blind_index("ticket code", code)


def by_code(text: str) -> Ticket | None:
    """The ticket of a code, in the market in scope; the caller limits how often one may try."""
    code = rules.folded_code(text)
    return Ticket.objects.select_related(*WITH).filter(code_index=code_index(code)).first() if code else None


def by_key(key: str) -> Ticket | None:
    """What was filed with this key; for the house's own acts."""
    return Ticket.objects.select_related(*WITH).filter(key=key).first()


def said_on(ticket: Ticket) -> set[str]:
    """Every word that the person has said on it."""
    entries = Entry.objects.filter(ticket=ticket, kind=EntryKind.SAID)
    return {ticket.text, *(entry.text for entry in entries)}


def thread(ticket: Ticket) -> list[Entry]:
    """What the person who filed it reads; nothing of what staff tell one another or ask the employer."""
    found = Entry.objects.filter(ticket=ticket, kind__in=FOR_THE_PERSON).select_related("by")
    return list(found.order_by("at", "place", "pk"))


def offers(ticket: Ticket) -> list[CaseOffer]:
    return list(CaseOffer.objects.filter(ticket=ticket).select_related("handed_to").order_by("made_at", "danger"))


def put_to(actor: Membership) -> list[Ticket]:
    """An employer's complaints: category, the handler's words and his own answers; who said it is not among them."""
    if actor.role != Role.EMPLOYER:
        return []
    words = Entry.objects.filter(kind__in=FOR_THE_EMPLOYER).order_by("at", "place", "pk")
    found = visible_to(actor).prefetch_related(Prefetch("entries", words, to_attr="asked"))
    return list(found.order_by("-asked_employer_at")[:50])


def own(person: Person) -> list[Ticket]:
    """What a signed-in worker filed under his name."""
    return list(Ticket.objects.filter(person=person).order_by("-filed_at")[:20])


def handlers(actor: Membership) -> list[Handler]:
    """Who is named for what; for the managers and whoever agrees when one of them names himself."""
    if not rules.may_agree(actor):
        return []
    return list(Handler.objects.filter(until=None).select_related("post").order_by("category", "since", "pk"))


def to_agree(actor: Membership) -> int:
    """How many colleagues who named themselves wait for his word."""
    if not rules.may_agree(actor):
        return 0
    return Handler.objects.filter(until=None, waits=True).exclude(post__person=actor.person_id).count()


def between(actor: Membership, first: date, last: date) -> QuerySet[Ticket]:
    """What was filed on these days, of what he may see."""
    rows = visible_to(actor).filter(said_on__gte=first, said_on__lte=last)
    return rows.order_by("said_on", "number")


def changes(actor: Membership) -> QuerySet[ServiceChange]:
    """Every change of service, for whoever handles tickets; how many tickets it counts, not which."""
    if not actor.may(Right.FEEDBACK_HANDLE):
        return ServiceChange.objects.none()
    found = ServiceChange.objects.select_related("by").annotate(led=Count("tickets"))
    return found.order_by("-changed_on", "-pk")


def published() -> list[ServiceChange]:
    """What anybody may read, in the market in scope, newest first."""
    found = ServiceChange.objects.filter(state=ChangeState.PUBLISHED).annotate(led=Count("tickets"))
    return list(found.order_by("-changed_on", "-pk"))


def open_offers(ticket: Ticket) -> list[CaseOffer]:
    return [offer for offer in offers(ticket) if offer.state == OfferState.OPEN]
