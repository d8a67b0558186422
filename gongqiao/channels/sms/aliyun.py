"""Aliyun SendSms 2017-05-25, signed as published: ACS3-HMAC-SHA256 (help.aliyun.com, V3 请求体&签名机制)."""

import hashlib
import hmac
import json
from urllib.parse import quote, urlsplit
from uuid import uuid4

from gongqiao.channels.sms.errors import refused
from gongqiao.channels.sms.gateway import Gateway
from gongqiao.channels.sms.post import post
from gongqiao.foundation import clock

EMPTY = hashlib.sha256(b"").hexdigest()
GOOD = "OK"


def send(gateway: Gateway, phone: str, template: str, values: dict[str, str], out_id: str) -> None:
    """One text; LineError when it was not taken. All parameters stand in the query, as for every RPC call."""
    asked = {
        "PhoneNumbers": phone,
        "SignName": gateway.sign,
        "TemplateCode": template,
        "TemplateParam": json.dumps(values, ensure_ascii=False),
        "OutId": out_id,
    }
    query = "&".join(f"{quote(name, safe='')}={quote(asked[name], safe='-_.~')}" for name in sorted(asked))
    said = post(f"{gateway.api}/?{query}", b"", _headers(gateway, query))
    code = str(said.get("Code", ""))
    if code != GOOD:
        raise refused(code)


def _headers(gateway: Gateway, query: str) -> dict[str, str]:
    headers = {
        "host": urlsplit(gateway.api).netloc,
        "x-acs-action": "SendSms",
        "x-acs-content-sha256": EMPTY,
        "x-acs-date": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": uuid4().hex,
        "x-acs-version": "2017-05-25",
    }
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = f"POST\n/\n{query}\n{lines}\n{names}\n{EMPTY}"
    to_sign = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(gateway.secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    credential = f"Credential={gateway.key},SignedHeaders={names},Signature={signature}"
    return {**headers, "Authorization": f"ACS3-HMAC-SHA256 {credential}"}
