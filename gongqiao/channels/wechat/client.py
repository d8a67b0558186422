"""The calls to WeChat that we make: who it is, his phone, a message, a code to scan, the templates that are set.

HTTP by the standard library: no redirect is followed, no answer is read past its bound, none is waited for longer than
WAIT. The key of WeChat's session is never read out of an answer, so it can be neither kept nor shown.
"""

import json
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from gongqiao.channels.wechat import tokens
from gongqiao.channels.wechat.errors import STALE_TOKEN, Cure, WechatError, error_of, not_reached
from gongqiao.channels.wechat.line import Line

WAIT = 8.0  # seconds
MOST_BYTES = 4_000_000
SCENE = 32  # characters of a scene
STATES = {"formal": "release", "trial": "trial", "developer": "develop"}  # of a message -> of a code


class _Stay(HTTPRedirectHandler):
    """WeChat redirects nobody; whoever does is not WeChat."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


_opener = build_opener(_Stay)


@dataclass(frozen=True)
class Known:
    """Who stands behind a login code; `union` where the operator has several programs."""

    openid: str
    union: str = ""


@dataclass(frozen=True)
class Chosen:
    """A template as it stands at WeChat."""

    id: str
    title: str
    content: str


def who(line: Line, code: str) -> Known:
    """code2Session: wx.login's code, good once and for five minutes, -> the openid."""
    asked = {
        "appid": line.appid,
        "secret": line.secret,
        "js_code": code,
        "grant_type": "authorization_code",
    }
    said = _said(_call(Request(f"{line.api}/sns/jscode2session?{urlencode(asked)}")))
    return Known(_text(said, "openid"), str(said.get("unionid", "")))


def phone(line: Line, code: str) -> str:
    """getPhoneNumber: the number behind the button's code, a mainland one, without its prefix."""
    info = _asked(line, "/wxa/business/getuserphonenumber", {"code": code}).get("phone_info")
    if not isinstance(info, dict):
        raise _garbled()
    if str(info.get("countryCode", "")) != "86":
        raise error_of(40029)
    return _text(info, "purePhoneNumber")


def send(line: Line, openid: str, template: str, page: str, data: dict[str, dict[str, str]]) -> None:
    """A subscribe message; it uses up one consent of the person."""
    body = {
        "touser": openid,
        "template_id": template,
        "page": page,
        "miniprogram_state": line.state,
        "lang": "zh_CN",
        "data": data,
    }
    _asked(line, "/cgi-bin/message/subscribe/send", body)


def picture(line: Line, scene: str, page: str, width: int = 860) -> bytes:
    """getUnlimitedQRCode: the mini-program code that opens `page` with `scene`; PNG or JPEG."""
    if len(scene) > SCENE:
        raise error_of(40169)
    body = {
        "scene": scene,
        "page": page,
        "width": width,
        "check_path": line.state == "formal",
        "env_version": STATES[line.state],
    }
    answer = _with_token(line, "/wxa/getwxacodeunlimit", body)
    if answer.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        return answer
    _said(answer)
    raise _garbled()


def chosen(line: Line) -> list[Chosen]:
    """The templates that the operator has taken into the mini program."""
    rows = _asked(line, "/wxaapi/newtmpl/gettemplate", None).get("data")
    if not isinstance(rows, list):
        raise _garbled()
    return [
        Chosen(_text(row, "priTmplId"), str(row.get("title", "")), str(row.get("content", "")))
        for row in rows
        if isinstance(row, dict)
    ]


def try_token(line: Line) -> None:
    """Whether appid and secret are right and this server may ask."""
    tokens.purse(line.api, line.appid).take(lambda forced: _fetch(line, forced))


def _asked(line: Line, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
    return _said(_with_token(line, path, body))


def _with_token(line: Line, path: str, body: dict[str, Any] | None) -> bytes:
    """The answer to a call under the access token; a token that is turned away is renewed, once."""
    purse = tokens.purse(line.api, line.appid)

    def fetch(forced: bool) -> tuple[str, int]:
        return _fetch(line, forced)

    token = purse.take(fetch)
    answer = _call(_request(line, path, token, body))
    if _code(answer) not in STALE_TOKEN:
        return answer
    return _call(_request(line, path, purse.take(fetch, refused=token), body))


def _request(line: Line, path: str, token: str, body: dict[str, Any] | None) -> Request:
    data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    kind = {} if body is None else {"Content-Type": "application/json"}
    return Request(f"{line.api}{path}?{urlencode({'access_token': token})}", data, kind)


def _fetch(line: Line, forced: bool) -> tuple[str, int]:
    asked = {
        "grant_type": "client_credential",
        "appid": line.appid,
        "secret": line.secret,
        "force_refresh": forced,
    }
    kind = {"Content-Type": "application/json"}
    said = _said(_call(Request(f"{line.api}/cgi-bin/stable_token", json.dumps(asked).encode(), kind)))
    lives = said.get("expires_in")
    if not isinstance(lives, int):
        raise _garbled()
    return _text(said, "access_token"), lives


def _call(request: Request) -> bytes:
    """The body of the answer; the address, which holds secrets, goes into no error."""
    try:
        with _opener.open(request, timeout=WAIT) as answer:
            content = bytes(answer.read(MOST_BYTES + 1))
    except HTTPError as error:
        raise not_reached(f"HTTP {error.code}") from None
    except TimeoutError:
        raise not_reached("time") from None
    except (URLError, HTTPException, OSError) as error:
        reason = getattr(error, "reason", error)
        raise not_reached(type(reason).__name__) from None
    if len(content) > MOST_BYTES:
        raise _garbled()
    return content


def _code(answer: bytes) -> int:
    """0 for an answer that is no error, or no JSON at all."""
    if not answer.startswith(b"{"):
        return 0
    try:
        said = json.loads(answer)
    except ValueError:
        return 0
    code = said.get("errcode", 0) if isinstance(said, dict) else 0
    return code if isinstance(code, int) else 0


def _said(answer: bytes) -> dict[str, Any]:
    if code := _code(answer):
        raise error_of(code)
    try:
        said = json.loads(answer)
    except ValueError:
        raise _garbled() from None
    if not isinstance(said, dict):
        raise _garbled()
    return said


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value:
        raise _garbled()
    return value


def _garbled() -> WechatError:
    error = not_reached("answer")
    return WechatError(0, Cure.WAIT, error.words)
