"""Tencent Cloud SendSms 2021-01-11, signed as published: TC3-HMAC-SHA256 (cloud.tencent.com, 签名方法 v3)."""

import hashlib
import hmac
import json
from datetime import UTC
from typing import Any
from urllib.parse import urlsplit

from gongqiao.channels.sms.errors import refused
from gongqiao.channels.sms.gateway import Gateway
from gongqiao.channels.sms.post import post
from gongqiao.foundation import clock

KIND = "application/json; charset=utf-8"
REGION = "ap-guangzhou"
GOOD = "Ok"


def send(gateway: Gateway, phone: str, template: str, values: dict[str, str], out_id: str) -> None:
    """One text; LineError when it was not taken."""
    asked = {
        "PhoneNumberSet": [f"+86{phone}"],
        "SmsSdkAppId": gateway.app,
        "SignName": gateway.sign,
        "TemplateId": template,
        "TemplateParamSet": list(values.values()),
        "SessionContext": out_id,
    }
    body = json.dumps(asked, ensure_ascii=False).encode()
    code = _code(post(gateway.api + "/", body, _headers(gateway, body)))
    if code != GOOD:
        raise refused(code)


def _code(said: dict[str, Any]) -> str:
    """Of the one number that was asked for, or of the whole call."""
    answer = said.get("Response")
    answer = answer if isinstance(answer, dict) else {}
    rows = answer.get("SendStatusSet")
    row = answer.get("Error") or (rows[0] if isinstance(rows, list) and rows else {})
    return str(row.get("Code", "")) if isinstance(row, dict) else ""


def _headers(gateway: Gateway, body: bytes) -> dict[str, str]:
    moment = clock.now().astimezone(UTC)
    host, stamp, day = urlsplit(gateway.api).netloc, str(int(moment.timestamp())), f"{moment:%Y-%m-%d}"
    signed = "content-type;host;x-tc-action"
    lines = f"content-type:{KIND}\nhost:{host}\nx-tc-action:sendsms\n"
    canonical = f"POST\n/\n\n{lines}\n{signed}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{day}/sms/tc3_request"
    to_sign = f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"TC3{gateway.secret}".encode()
    for part in (day, "sms", "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    credential = f"Credential={gateway.key}/{scope}, SignedHeaders={signed}, Signature={signature}"
    return {
        "Authorization": f"TC3-HMAC-SHA256 {credential}",
        "Content-Type": KIND,
        "Host": host,
        "X-TC-Action": "SendSms",
        "X-TC-Version": "2021-01-11",
        "X-TC-Timestamp": stamp,
        "X-TC-Region": REGION,
    }
