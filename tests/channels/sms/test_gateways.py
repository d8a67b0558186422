"""Both gateways against servers that check the signature on their own, from the published steps."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured

from gongqiao.channels.sms import gateway, post, sending
from gongqiao.foundation import clock
from gongqiao.foundation.notify import actions, channels, wishes
from gongqiao.foundation.notify.enums import Kind, Quiet, Result
from gongqiao.foundation.notify.models import Attempt, CallTask, Message
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.data
KEY, SECRET = "key-of-the-test", "secret-of-the-test"
TEMPLATES = {
    "offer": {"id": "SMS_77", "fields": {"what": "text1", "more": "text2"}},
    "code": {"id": "SMS_1", "fields": {"code": "code"}},
}


def sha(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


class Cloud(ThreadingHTTPServer):
    """What was taken, by phone; `answer` is said instead of yes."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.taken: list[dict[str, Any]] = []
        self.answer = ""
        self.status = 200
        self.pause = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Cloud

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        time.sleep(self.server.pause)
        self._aliyun(body) if "x-acs-action" in self.headers else self._tencent(body)

    def _aliyun(self, body: bytes) -> None:
        query = urlsplit(self.path).query
        words = self.headers["Authorization"].removeprefix("ACS3-HMAC-SHA256 ")
        given = dict(part.split("=", 1) for part in words.split(","))
        names = given["SignedHeaders"].split(";")
        lines = [f"{name}:{self.headers[name]}" for name in names]
        canonical = "\n".join(["POST", "/", query, *lines, "", given["SignedHeaders"], sha(body)])
        right = mac(SECRET.encode(), f"ACS3-HMAC-SHA256\n{sha(canonical.encode())}").hex()
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        needed = {"host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce"}
        good = given["Signature"] == right and given["Credential"] == KEY and needed <= set(names)
        code = self.server.answer or ("OK" if good else "SignatureDoesNotMatch")
        if code == "OK":
            self.server.taken.append({"phone": asked["PhoneNumbers"], "id": asked["TemplateCode"], **asked})
        self._say({"Code": code, "RequestId": "r"})

    def _tencent(self, body: bytes) -> None:
        stamp = self.headers["X-TC-Timestamp"]
        day = time.strftime("%Y-%m-%d", time.gmtime(int(stamp)))
        kind, host = self.headers["Content-Type"], self.headers["Host"]
        canonical = "\n".join(
            ["POST", "/", "", f"content-type:{kind}", f"host:{host}", "x-tc-action:sendsms", ""]
            + ["content-type;host;x-tc-action", sha(body)]
        )
        text = "\n".join(["TC3-HMAC-SHA256", stamp, f"{day}/sms/tc3_request", sha(canonical.encode())])
        right = mac(mac(mac(mac(b"TC3" + SECRET.encode(), day), "sms"), "tc3_request"), text).hex()
        good = self.headers["Authorization"].endswith(f"Signature={right}") and KEY in self.headers["Authorization"]
        asked = json.loads(body)
        if not good:
            self._say({"Response": {"Error": {"Code": "AuthFailure.SignatureFailure"}}})
        elif self.server.answer.startswith("Failed"):
            self._say({"Response": {"Error": {"Code": self.server.answer}}})
        else:
            code = self.server.answer or "Ok"
            if code == "Ok":
                phone = asked["PhoneNumberSet"][0].removeprefix("+86")
                self.server.taken.append({"phone": phone, "id": asked["TemplateId"], **asked})
            self._say({"Response": {"SendStatusSet": [{"Code": code}], "RequestId": "r"}})

    def _say(self, answer: dict[str, Any]) -> None:
        content = json.dumps(answer).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(params=["aliyun", "tencent"])
def cloud(request: Any, settings: Any, house: House) -> Iterator[Cloud]:
    server = Cloud()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.SMS = {
        "gateway": request.param,
        "api": server.url,
        "key": KEY,
        "secret": SECRET,
        "sign": "鱼峰驿站",
        "app": "1400",
        "templates": json.dumps(TEMPLATES),
    }
    wishes.set_lines({"machines": ["sms"]}, by=house.liang)
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def tell(house: House, phone: str = "15400001234", kind: Kind = Kind.OFFER) -> Message:
    wei = factories.dossier(house, phone=phone, values={"channel": "sms"})
    note = actions.Note(
        person=wei.person,
        kind=kind,
        key="one",
        subject="叫人",
        body="家电卸车，11-27 08:00–16:00，集合：箭盘路 1 号仓库大门口的保安亭旁边。去不去？",
        about="assignment:1",
        expires_at=clock.now() + timedelta(days=1),
    )
    wishes.set_preference(wei.person, wishes.Wish(quiet=Quiet.NEVER), by=house.mo)
    actions.tell(house.market, [note])
    return Message.objects.select_related("market", "person").get()


def tried() -> list[tuple[str, str]]:
    return list(Attempt.objects.order_by("pk").values_list("line", "result"))


def test_a_text_is_signed_filled_in_paid_for_and_taken(house: House, cloud: Cloud) -> None:
    message = tell(house)
    actions.deliver()
    taken = cloud.taken[0]
    values = (
        list(json.loads(taken["TemplateParam"]).values()) if "TemplateParam" in taken else taken["TemplateParamSet"]
    )
    assert (taken["phone"], taken["id"], "".join(values)) == ("15400001234", "SMS_77", message.body)
    assert max(map(len, values)) <= 35
    row = Attempt.objects.get()
    assert (row.line, row.result, row.cost_fen) == ("sms", Result.SENT, 5)
    assert str(message.pk) in (taken.get("OutId"), taken.get("SessionContext"))


@pytest.mark.parametrize(
    ("codes", "result"),
    [
        (("isv.MOBILE_NUMBER_ILLEGAL", "InvalidParameterValue.IncorrectPhoneNumber"), Result.FAILED),
        (("isv.AMOUNT_NOT_ENOUGH", "FailedOperation.InsufficientBalanceInSmsPackage"), Result.FAILED),
        (("isv.BUSINESS_LIMIT_CONTROL", "LimitExceeded.DeliveryFrequencyLimit"), Result.AGAIN),
    ],
)
def test_a_refusal_is_written_down_and_another_line_is_taken_when_it_is_for_good(
    house: House, cloud: Cloud, settings: Any, codes: tuple[str, str], result: Result
) -> None:
    cloud.answer = codes[settings.SMS["gateway"] == "tencent"]
    tell(house)
    actions.deliver()
    assert (tried(), cloud.taken) == ([("sms", result)], [])
    assert (cloud.answer in Attempt.objects.get().why, SECRET in Attempt.objects.get().why) == (True, False)
    actions.deliver()
    assert CallTask.objects.count() == (1 if result == Result.FAILED else 0)


def test_a_wrong_secret_is_the_operators_to_mend(house: House, cloud: Cloud, settings: Any) -> None:
    settings.SMS = {**settings.SMS, "secret": "another"}
    tell(house)
    actions.deliver()
    assert (tried(), "another" in Attempt.objects.get().why) == ([("sms", Result.FAILED)], False)


@pytest.mark.parametrize("status", [302, 500, 503])
def test_a_gateway_that_is_broken_or_redirects_is_tried_again(house: House, cloud: Cloud, status: int) -> None:
    cloud.status = status
    cloud.answer = "Failed.x"
    tell(house)
    actions.deliver()
    assert tried() == [("sms", Result.AGAIN)]


def test_a_gateway_that_does_not_answer_is_left_after_a_while(
    house: House, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post, "WAIT", 0.05)
    cloud.pause = 0.3
    tell(house)
    actions.deliver()
    row = Attempt.objects.get()
    assert (row.result, "TimeoutError" in row.why or "timeout" in row.why.lower()) == (Result.AGAIN, True)


def test_a_kind_without_a_template_and_a_number_that_is_no_mobile_are_not_reached(house: House, cloud: Cloud) -> None:
    message = tell(house)
    assert sending.reaches(message)
    message.kind = Kind.PAY
    assert not sending.reaches(message)


def test_a_sign_in_code_goes_by_text_alone(house: House, cloud: Cloud) -> None:
    from gongqiao.foundation.notify.planning import code_line

    assert code_line(house.market) == "sms"
    wishes.set_lines({"machines": []}, by=house.liang)
    assert code_line(house.market) == "console"


def test_a_gateway_half_set_is_said_at_start(settings: Any) -> None:
    settings.SMS = {**settings.SMS, "gateway": "tencent", "key": "k", "secret": "s", "sign": "x", "app": ""}
    with pytest.raises(ImproperlyConfigured, match="GONGQIAO_SMS_APP"):
        gateway.check()
    with pytest.raises(ImproperlyConfigured, match="no kind"):
        gateway.parse('{"pigeon": {"id": "1", "fields": {}}}')
    with pytest.raises(ImproperlyConfigured, match="none of"):
        gateway.parse('{"offer": {"id": "1", "fields": {"a": "identity"}}}')


def test_by_hand_is_a_list_with_the_number(house: House) -> None:
    wishes.set_lines({"machines": ["manual"]}, by=house.liang)
    tell(house)
    actions.deliver()
    task = CallTask.objects.get()
    assert (task.how, channels.label_of("manual")) == ("manual", "手发短信")
    actions.record_call(task, by=house.mo, reached=True)
    assert tried() == [("manual", Result.LISTED), ("manual", Result.REACHED)]
