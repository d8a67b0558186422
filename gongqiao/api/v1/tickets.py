"""有话说 over the API: with a name or without, words or a voice; read again by number and code."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django_scopes import scope, scopes_disabled
from ninja import File, Form, Header, Path, Router, Schema, Status, UploadedFile
from pydantic import ConfigDict, Field, StringConstraints

from gongqiao.api import buckets
from gongqiao.api.access import token_of
from gongqiao.api.bounds import NO_NUL, Code, Key
from gongqiao.api.problems import later, problem
from gongqiao.api.service import scoped
from gongqiao.api.v1.markets import named
from gongqiao.foundation.accounts import limits
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.organisations.queries import system_of
from gongqiao.foundation.organisations.roles import Role
from gongqiao.foundation.tokens.enums import Scope
from gongqiao.needs.feedback import actions, queries
from gongqiao.needs.feedback.actions import MOST_PICTURE, MOST_PICTURES, MOST_VOICE, Photo, Said, Voice
from gongqiao.needs.feedback.enums import Category, Channel, EntryKind, State
from gongqiao.needs.feedback.models import Ticket
from gongqiao.needs.feedback.rules import MOST_WORDS

router = Router(tags=["tickets"])
CODES_A_MINUTE = 20
NO_PHOTOS: list[UploadedFile] = []
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
TicketCode = Annotated[
    str,
    Header(
        alias="Ticket-Code", pattern=r"^[0-9]{12}$", description="the twelve digits that came back when it was filed"
    ),
]
Words = Annotated[str, StringConstraints(max_length=MOST_WORDS, pattern=NO_NUL)]
Short = Annotated[str, StringConstraints(max_length=120, pattern=NO_NUL)]
Name = Annotated[str, StringConstraints(max_length=40, pattern=NO_NUL)]
Phone = Annotated[str, StringConstraints(max_length=20, pattern=NO_NUL)]


class TicketIn(Schema):
    """What somebody has to say. Only what it is about, and words or a voice, are wanted."""

    model_config = ConfigDict(json_schema_extra={"example": {"category": "wages", "text": "说好当天给钱，没给。"}})
    category: Literal["wages", "job", "safety", "treatment", "staff", "other"]
    text: Words = ""
    about_words: Short = ""
    contact_name: Name = ""
    contact_phone: Phone = ""
    nameless: bool = False
    channel: Literal["page", "miniprogram"] = "page"
    key: Annotated[str, StringConstraints(max_length=64, pattern=r"^[\x21-\x7e]*$")] = ""


class FiledOut(Schema):
    """Keep the code: it alone opens the ticket again."""

    number: Annotated[int, Field(ge=1)]
    code: Annotated[str, Field(pattern=r"^[0-9]{12}$", examples=["482109375516"])]
    answer_by: datetime


class EntryOut(Schema):
    """One thing on the thread, as the person reads it."""

    kind: Annotated[str, Field(json_schema_extra={"enum": EntryKind.values})]
    at: datetime
    by: str
    step: str
    text: str
    voice: bool


class TicketOut(Schema):
    number: Annotated[int, Field(ge=1)]
    market: str
    category: Annotated[str, Field(json_schema_extra={"enum": Category.values})]
    state: Annotated[str, Field(json_schema_extra={"enum": State.values})]
    state_words: str
    filed_at: datetime
    answer_by: datetime
    thread: list[EntryOut]


@router.post(
    "/markets/{code}/tickets",
    response={201: FiledOut, 200: FiledOut},
    summary="Say something, with a token or without",
    **scoped(Scope.TICKETS_WRITE, optional=True),
)
def say(
    request: HttpRequest,
    code: Code,
    said: Form[TicketIn],
    key: Key = None,
    voice: File[UploadedFile | None] = None,
    photo: File[list[UploadedFile]] = NO_PHOTOS,
) -> Any:
    """With a voice of at most 8 MB and up to three pictures of 3 MB each. 201 when it is new, 200 when the same words
    came under the same key before. With a worker's token it is filed under his name, unless `nameless`."""
    place = named(code)
    if voice is not None and (voice.size or 0) > MOST_VOICE:
        return problem(request, "too_large", _("这段话太大，最多 8 MB，录短一点。"))
    if any((each.size or 0) > MOST_PICTURE for each in photo):
        return problem(
            request, "too_large", _("照片太大，一张最多 %(most)d MB。") % {"most": MOST_PICTURE // 1_000_000}
        )
    if not limits.take(limits.SAY_ADDRESS, str(request.META.get("REMOTE_ADDR", ""))):
        return later(request, round(limits.SAY_ADDRESS.seconds_each))
    with scope(market=place):
        words, by = _said(request, place, said, key, voice, photo)
        filed = actions.file(words, by=by)
    ticket = filed.ticket
    told = FiledOut(number=ticket.number, code=ticket.code, answer_by=ticket.answer_by.astimezone(UTC))
    return Status(201 if filed.fresh else 200, told)


def _said(
    request: HttpRequest, place: Market, said: TicketIn, key: str | None, voice: Any, photos: list[UploadedFile]
) -> tuple[Said, Membership]:
    worker = _worker(request, place)
    person = worker.person if worker is not None and not said.nameless else None
    words = Said(
        category=Category(said.category),
        channel=Channel(said.channel),
        text=said.text,
        voice=Voice(voice.name or "voice", voice.read()) if voice is not None else None,
        pictures=tuple(Photo(each.name or "photo", each.read()) for each in photos[: MOST_PICTURES + 1]),
        person=person,
        contact_name=said.contact_name,
        contact_phone=said.contact_phone,
        about_words=said.about_words,
        key=key or said.key,
    )
    return words, worker if person is not None and worker is not None else system_of(place)


def _worker(request: HttpRequest, place: Market) -> Membership | None:
    """Himself at his own station; at another one, and by an organisation's program, it is filed without a name."""
    token = token_of(request)
    if token is None or token.post.role != Role.WORKER or token.market_id != place.pk:
        return None
    return token.post


@router.get("/tickets/{number}", response=TicketOut, summary="Read a ticket again by its code")
def ticket(request: HttpRequest, number: Number, code: TicketCode) -> Any:
    """A code has twelve digits: so many tries a minute from one address, and nobody goes through them."""
    wait = buckets.requests.take(f"code {request.META.get('REMOTE_ADDR', '')}", CODES_A_MINUTE)
    if wait:
        return later(request, wait)
    with scopes_disabled():
        found = queries.by_code(code)
    if found is None or found.number != number:
        raise Http404
    with scope(market=found.market):
        return _ticket(found)


def _ticket(ticket: Ticket) -> TicketOut:
    thread = [
        EntryOut(
            kind=entry.kind,
            at=entry.at,
            by=entry.by.title if entry.by is not None else "",
            step=entry.get_step_display() if entry.step else "",
            text=entry.text,
            voice=entry.voice_id is not None,
        )
        for entry in queries.thread(ticket)
    ]
    return TicketOut(
        number=ticket.number,
        market=ticket.market.code,
        category=ticket.category,
        state=ticket.state,
        state_words=ticket.get_state_display(),
        filed_at=ticket.filed_at,
        answer_by=ticket.answer_by,
        thread=thread,
    )
