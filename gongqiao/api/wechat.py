"""The mini program's door: wx.login's code becomes a short token, a phone is proved, a ticket opens the site.

WeChat's answers stay here: neither the openid nor the key of its session goes to a phone or into a log.
"""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.core import signing
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from gongqiao.api.access import actor
from gongqiao.api.bounds import Said as Asked
from gongqiao.api.problems import No
from gongqiao.api.service import scoped
from gongqiao.channels.wechat import actions, client, entering, line, queries
from gongqiao.channels.wechat.templates import Purpose
from gongqiao.foundation.accounts import actions as accounts
from gongqiao.foundation.accounts import limits
from gongqiao.foundation.accounts.actions import web_tickets, wechat
from gongqiao.foundation.accounts.models import WechatLink
from gongqiao.foundation.errors import Refused
from gongqiao.foundation.markets.models import Market
from gongqiao.foundation.organisations.models import Membership
from gongqiao.foundation.people.identity import check_phone
from gongqiao.foundation.people.models import Person
from gongqiao.foundation.people.queries import by_phone
from gongqiao.foundation.tokens.enums import Scope

CHOICE_LIFE = timedelta(minutes=10)
SIGN_IN = limits.Limit("wechat sign-in", 60, 5)  # behind one address may sit a whole hall
SALT = "wechat.choice"
How = WechatLink.How
ASKS_WECHAT = {"x-errors": [404, 503]}  # no program set here; WeChat is away

Code = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_-]{1,128}$", description="wx.login's code, good once", examples=["0a3xW1100mYb"])
]
Here = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,30}$", description="code of the market")]

router = Router(tags=["mini program"])


class WechatIn(Asked):
    code: Code
    market: Here


class WechatPhoneIn(WechatIn):
    phone_code: Annotated[
        str,
        Field(
            pattern=r"^[A-Za-z0-9_-]{1,128}$", description="of the button getPhoneNumber", examples=["e31968a7f94cc5"]
        ),
    ]


class WechatCodeIn(WechatIn):
    phone: Annotated[str, Field(pattern=r"^[0-9+ -]{3,20}$", examples=["15400001234"])]
    station_code: Annotated[
        str, Field(pattern=r"^[0-9]{6}$", description="told at the desk or by message", examples=["402117"])
    ]


class WechatChoiceIn(WechatIn):
    choice: Annotated[str, Field(pattern=r"^[A-Za-z0-9_:=.-]{1,1000}$", examples=["eyJmb3IiOiI1Ii:1vO:Yk3"])]
    person: UUID


class FamilyMember(Schema):
    id: UUID
    name: str


class WechatSignedIn(Schema):
    """`token` is empty while the market does not know this WeChat account; `people`: a family phone, he says who."""

    linked: bool
    token: str = ""
    expires_at: datetime | None = None
    name: str = ""
    choice: str = ""
    people: list[FamilyMember] = []


class WebTicketIn(Asked):
    to: Annotated[
        str,
        Field(pattern=r"^/[A-Za-z0-9/_?=&%.-]{0,199}$", description="a page of this site", examples=["/m/yufeng/pay/"]),
    ]


class WebTicketOut(Schema):
    ticket: str
    expires_in: int


class Purposes(Asked):
    purposes: Annotated[list[Purpose], Field(max_length=len(Purpose))]


class MessagesLeft(Schema):
    purpose: Purpose
    left: int
    used: int


class ProgramSettings(Schema):
    """What the operator has set: the template of each purpose, and whether WeChat may show pages of the site."""

    templates: dict[str, str]
    webview: bool


@router.get("/wechat/settings", response=ProgramSettings, summary="What the mini program may do here")
def settings(request: HttpRequest) -> Any:
    known = line.known()
    if known is None:
        return {"templates": {}, "webview": False}
    templates = {purpose.value: template.id for purpose, template in known.templates.items()}
    return {"templates": templates, "webview": known.webview}


@router.post("/auth/wechat", response=WechatSignedIn, summary="Sign in by wx.login's code", openapi_extra=ASKS_WECHAT)
def sign_in(request: HttpRequest, said: WechatIn) -> Any:
    """Silent. An account that is linked to nobody gets no token: jobs and feedback need none."""
    openid, appid, market = _who(request, said)
    person = wechat.person_of(appid, openid)
    return {"linked": False} if person is None else _token(person, market)


@router.post(
    "/auth/wechat/phone", response=WechatSignedIn, summary="Link by WeChat's phone button", openapi_extra=ASKS_WECHAT
)
def by_phone_button(request: HttpRequest, said: WechatPhoneIn) -> Any:
    openid, appid, market = _who(request, said)
    number = check_phone(client.phone(line.line(), said.phone_code))
    people = by_phone(number)
    if not people:
        raise No("not_registered", _("驿站还没有登记过这个手机号。请到柜台或打电话登记。"))
    return _linked(people, appid, openid, market, How.PHONE)


@router.post(
    "/auth/wechat/code",
    response=WechatSignedIn,
    summary="Link by phone and the station's code",
    openapi_extra=ASKS_WECHAT,
)
def by_station_code(request: HttpRequest, said: WechatCodeIn) -> Any:
    openid, appid, market = _who(request, said)
    address = str(request.META.get("REMOTE_ADDR", ""))
    people = accounts.check_code(phone=said.phone, code=said.station_code, address=address)
    return _linked(people, appid, openid, market, How.CODE)


@router.post(
    "/auth/wechat/choose", response=WechatSignedIn, summary="On a family phone: which person", openapi_extra=ASKS_WECHAT
)
def choose(request: HttpRequest, said: WechatChoiceIn) -> Any:
    """`choice` is ours: it was given to this WeChat account, and names whom it may choose from."""
    openid, appid, market = _who(request, said)
    try:
        open_to = signing.loads(said.choice, salt=SALT, max_age=CHOICE_LIFE)
    except signing.BadSignature:
        raise Refused(_("过了十分钟，请再来一次。")) from None
    mine = open_to["for"] == wechat.openid_index(appid, openid)
    if not mine or str(said.person) not in open_to["people"]:
        raise Refused(_("请选一个名字。"))
    person = Person.objects.get(pk=said.person)
    return _linked([person], appid, openid, market, How(open_to["how"]))


@router.delete("/auth/wechat", response={204: None}, summary="Unlink this WeChat account", **scoped(Scope.ME_WRITE))
def unlink(request: HttpRequest) -> Any:
    """All its tokens end with it, this one too; nothing is sent to it any more."""
    entering.leave(_person(actor(request)))
    return Status(204, None)


@router.post(
    "/auth/web-ticket",
    response={201: WebTicketOut},
    summary="A ticket into the site: one browser, once, within a minute",
    **scoped(Scope.ME_READ),
)
def web_ticket(request: HttpRequest, said: WebTicketIn) -> Any:
    if not url_has_allowed_host_and_scheme(said.to, None):
        raise Refused(_("没有这一页。"))
    secret = web_tickets.issue(accounts.user_of(_person(actor(request))), said.to)
    return Status(201, {"ticket": secret, "expires_in": int(web_tickets.LIFE.total_seconds())})


@router.get("/me/subscriptions", response=list[MessagesLeft], summary="Messages left", **scoped(Scope.ME_READ))
def consents(request: HttpRequest) -> Any:
    return [vars(each) for each in queries.standing(_person(actor(request)))]


@router.post(
    "/me/subscriptions",
    response=list[MessagesLeft],
    summary="Allow was pressed for these purposes: one more message each",
    **scoped(Scope.ME_WRITE),
)
def consented(request: HttpRequest, said: Purposes) -> Any:
    person = _person(actor(request))
    actions.consented(person, said.purposes)
    return [vars(each) for each in queries.standing(person)]


def _who(request: HttpRequest, said: WechatIn) -> tuple[str, str, Market]:
    """The openid behind a code, its program, and the market that is asked for."""
    set_here, market = line.known(), Market.objects.filter(code=said.market).first()
    if set_here is None or market is None:
        raise No("no_mini_program", _("这里还没有接上微信小程序。"))
    if not limits.take(SIGN_IN, str(request.META.get("REMOTE_ADDR", ""))):
        raise No("too_many", _("试得太多了，等几分钟再来，或打驿站电话。"), wait=round(SIGN_IN.seconds_each))
    return client.who(set_here, said.code).openid, set_here.appid, market


def _linked(people: list[Person], appid: str, openid: str, market: Market, how: WechatLink.How) -> dict[str, Any]:
    if len(people) == 1:
        wechat.link(people[0], appid=appid, openid=openid, how=how)
        return _token(people[0], market)
    open_to = {
        "for": wechat.openid_index(appid, openid),
        "people": [str(person.pk) for person in people],
        "how": how.value,
    }
    return {
        "linked": False,
        "choice": signing.dumps(open_to, salt=SALT),
        "people": [{"id": person.pk, "name": person.name} for person in people],
    }


def _token(person: Person, market: Market) -> dict[str, Any]:
    """For whoever works in this market; somebody of another is known and has no token here."""
    post = entering.worker_post(person, market)
    if post is None:
        raise No("not_registered", _("这个驿站还没有登记过您。请到柜台或打电话登记。"))
    issued = entering.enter(post)
    return {"linked": True, "token": issued.secret, "expires_at": issued.token.expires_at, "name": person.name}


def _person(post: Membership) -> Person:
    assert post.person is not None, "a token is of a post that somebody holds"
    return post.person
