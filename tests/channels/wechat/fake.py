"""WeChat as its public documentation describes it, on a port of this machine: one-time codes, tokens that end, consents
that are used up, errors by number. Also what the WeChat app on a phone does: it hands out codes and asks for consent.
"""

import json
import re
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

APPID, SECRET = "wx0123456789abcdef", "a-secret-that-must-not-be-seen"
WORK, TALK, NEW = "work-template-0123456789", "talk-template-0123456789", "new-template-0123456789"
FIELDS = {
    WORK: {"thing1", "time2", "thing3", "thing4"},
    TALK: {"thing1", "thing2"},
    NEW: {"thing1", "time2", "amount3", "thing4", "thing5"},
}
TITLES = {WORK: "上工提醒", TALK: "诉求答复", NEW: "新职位通知"}
TEMPLATES = (
    f"work={WORK}:thing1=title,time2=when,thing3=where,thing4=words; talk={TALK}:thing1=market,thing2=words; "
    f"new={NEW}:thing1=title,time2=when,amount3=pay,thing4=pay,thing5=why"
)
PAGES = {"pages/jobs/jobs", "pages/job/job", "pages/mine/mine", "pages/say/say"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
SCENE = re.compile(r"[0-9a-zA-Z!#$&'()*+,/:;=?@\-._~%]{1,32}")
TIME = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日 \d{2}:\d{2}|\d{2}:\d{2}")
AMOUNT = re.compile(r"[¥$]?\d{1,10}(\.\d{1,2})?元?")


@dataclass
class Wechat:
    """Its books. `delay` is added to every answer; `faults` are given once each, in order, for a path."""

    base: str = ""
    tokens: list[str] = field(default_factory=list)
    lives: int = 7200
    codes: dict[str, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    phones: dict[str, tuple[str, str]] = field(default_factory=dict)
    consents: Counter[tuple[str, str]] = field(default_factory=Counter)
    users: set[str] = field(default_factory=set)
    sent: list[dict[str, Any]] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    faults: dict[str, list[int | str]] = field(default_factory=dict)
    delay: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def login_code(self, openid: str) -> str:
        """wx.login on the phone of that user."""
        code = secrets.token_hex(8)
        self.users.add(openid)
        self.codes[code] = openid
        return code

    def phone_code(self, number: str, country: str = "86") -> str:
        """The button getPhoneNumber was pressed and agreed to."""
        code = secrets.token_hex(8)
        self.phones[code] = (number, country)
        return code

    def agree(self, openid: str, template: str) -> None:
        """允许 in the window of requestSubscribeMessage."""
        self.consents[openid, template] += 1

    def end_token(self) -> None:
        """It is turned away from now on, as after a renewal somewhere else."""
        self.tokens.append(secrets.token_hex(16))

    def fail(self, path: str, *answers: int | str) -> None:
        """An error number, "http" for a 502, "garbage", or "cut" for a line that breaks."""
        self.faults.setdefault(path, []).extend(answers)

    # --- what it answers

    def stable_token(self, asked: dict[str, Any]) -> dict[str, Any]:
        if code := self._credentials(asked):
            return _error(code)
        if not self.tokens or asked.get("force_refresh"):
            self.tokens.append(secrets.token_hex(16))
        return {"access_token": self.tokens[-1], "expires_in": self.lives}

    def session(self, asked: dict[str, Any]) -> dict[str, Any]:
        if code := self._credentials(asked):
            return _error(code)
        code = asked.get("js_code", "")
        if code in self.used:
            return _error(40163)
        if code not in self.codes:
            return _error(40029)
        self.used.add(code)
        return {"openid": self.codes[code], "session_key": "SESSION-KEY-THAT-MUST-NOT-BE-SEEN", "unionid": "u1"}

    def number(self, asked: dict[str, Any]) -> dict[str, Any]:
        found = self.phones.pop(str(asked.get("code")), None)
        if found is None:
            return _error(40029)
        number, country = found
        info = {"phoneNumber": number, "purePhoneNumber": number, "countryCode": country, "watermark": {}}
        return {"errcode": 0, "errmsg": "ok", "phone_info": info}

    def message(self, asked: dict[str, Any]) -> dict[str, Any]:
        user, template, data = asked.get("touser"), asked.get("template_id"), asked.get("data", {})
        if user not in self.users:
            return _error(40003)
        if template not in FIELDS:
            return _error(40037)
        if str(asked.get("page", "")).partition("?")[0] not in PAGES:
            return _error(41030)
        if set(data) != FIELDS[template] or not all(_fits(name, part.get("value")) for name, part in data.items()):
            return _error(47003)
        if self.consents[user, template] < 1:
            return _error(43101)
        self.consents[user, template] -= 1
        self.sent.append(asked)
        return {"errcode": 0, "errmsg": "ok", "msgid": len(self.sent)}

    def picture(self, asked: dict[str, Any]) -> dict[str, Any] | bytes:
        if not SCENE.fullmatch(str(asked.get("scene", ""))):
            return _error(40169)
        if asked.get("check_path", True) and asked.get("page") not in PAGES:
            return _error(41030)
        return PNG

    def templates(self) -> dict[str, Any]:
        rows = [
            {
                "priTmplId": key,
                "title": TITLES[key],
                "content": "".join(f"项目:{{{{{name}.DATA}}}}\n" for name in sorted(fields)),
                "example": "",
                "type": 2,
            }
            for key, fields in FIELDS.items()
        ]
        return {"errcode": 0, "errmsg": "ok", "data": rows}

    def _credentials(self, asked: dict[str, Any]) -> int:
        if asked.get("appid") != APPID:
            return 40013
        return 0 if asked.get("secret") == SECRET else 40125


def _fits(name: str, value: Any) -> bool:
    if not isinstance(value, str) or not value:
        return False
    form = {"time": TIME, "amount": AMOUNT}.get(name.rstrip("0123456789"))
    return bool(form.fullmatch(value)) if form is not None else len(value) <= 20


def _error(code: int) -> dict[str, Any]:
    return {"errcode": code, "errmsg": f"error {code} rid: 65a0"}


class _Handler(BaseHTTPRequestHandler):
    books: Wechat

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/phone/login":
            return self._answer({"code": self.books.login_code(asked["openid"])})
        if parts.path == "/phone/number":
            return self._answer({"code": self.books.phone_code(asked["number"])})
        if parts.path == "/phone/agree":
            self.books.agree(asked["openid"], asked["template"])
            return self._answer({})
        return self._serve(parts.path, asked, asked)

    def do_POST(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        asked = json.loads(self.rfile.read(length))
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self._serve(parts.path, asked, query)

    def _serve(self, path: str, asked: dict[str, Any], query: dict[str, str]) -> None:
        time.sleep(self.books.delay)
        with self.books.lock:
            self.books.calls[path] += 1
            waiting = self.books.faults.get(path)
            fault = waiting.pop(0) if waiting else None
            said = self._said(path, asked, query) if fault is None else fault
        if said == "http":
            self.send_error(502)
        elif said == "cut":
            self.close_connection = True
        elif said == "garbage":
            self._send(b"<html>", "text/html")
        elif isinstance(said, bytes):
            self._send(said, "image/png")
        else:
            self._answer(_error(said) if isinstance(said, int) else said)  # type: ignore[arg-type]

    def _said(self, path: str, asked: dict[str, Any], query: dict[str, str]) -> Any:
        books = self.books
        if path == "/cgi-bin/stable_token":
            return books.stable_token(asked)
        if path == "/sns/jscode2session":
            return books.session(asked)
        if not books.tokens or query.get("access_token") != books.tokens[-1]:
            return _error(40001)
        if path == "/wxa/business/getuserphonenumber":
            return books.number(asked)
        if path == "/cgi-bin/message/subscribe/send":
            return books.message(asked)
        if path == "/wxa/getwxacodeunlimit":
            return books.picture(asked)
        if path == "/wxaapi/newtmpl/gettemplate":
            return books.templates()
        return _error(40066)

    def _answer(self, said: dict[str, Any]) -> None:
        self._send(json.dumps(said, ensure_ascii=False).encode(), "text/plain")  # as WeChat does

    def _send(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet: the calls are counted."""


@contextmanager
def running() -> Iterator[Wechat]:
    books = Wechat()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"books": books}))
    server.daemon_threads = True
    books.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield books
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def settings_for(books: Wechat, **more: Any) -> dict[str, Any]:
    """As the operator would set them, with this server in WeChat's place."""
    facts = {"appid": APPID, "secret": SECRET, "api": books.base, "templates": TEMPLATES}
    return {**facts, "webview": True, "state": "formal", **more}
