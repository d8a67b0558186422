"""What the operator has set: which gateway, its key, the signature, a template for each kind. From the environment
alone; nothing of it goes into the database, an error or the log."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from gongqiao.foundation.notify.enums import Kind

SETTING = "GONGQIAO_SMS_TEMPLATES"
FIELDS = ("code", "text1", "text2", "text3", "market", "phone")
ENDPOINTS = {"aliyun": "https://dysmsapi.aliyuncs.com", "tencent": "https://sms.tencentcloudapi.com"}


@dataclass(frozen=True)
class Template:
    """`fields`: what fills its places, by the place's name (Aliyun) or in their order (Tencent)."""

    id: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Gateway:
    kind: str
    api: str
    key: str
    secret: str = field(repr=False)
    sign: str
    app: str
    templates: dict[str, Template]

    def template(self, kind: str) -> Template | None:
        return self.templates.get(kind)


def known() -> Gateway | None:
    """The gateway of this server; None where the operator has set none."""
    facts: dict[str, str] = settings.SMS
    if not facts["gateway"]:
        return None
    return Gateway(
        kind=facts["gateway"],
        api=facts["api"] or ENDPOINTS[facts["gateway"]],
        key=facts["key"],
        secret=facts["secret"],
        sign=facts["sign"],
        app=facts["app"],
        templates=parse(facts["templates"]),
    )


def check() -> None:
    """At start, aloud: a gateway half set is worse than none."""
    gateway = known()
    if gateway is None:
        return
    names = {"key": "GONGQIAO_SMS_KEY", "secret": "GONGQIAO_SMS_SECRET", "sign": "GONGQIAO_SMS_SIGN"}
    names |= {"app": "GONGQIAO_SMS_APP"} if gateway.kind == "tencent" else {}
    if missing := [name for fact, name in names.items() if not getattr(gateway, fact)]:
        raise ImproperlyConfigured(f"GONGQIAO_SMS is {gateway.kind} and {', '.join(missing)} is not set")


def parse(text: str) -> dict[str, Template]:
    """`{"code": {"id": "SMS_1", "fields": {"code": "code"}}, …}`: kind of message -> its template."""
    if not text:
        return {}
    try:
        rows = json.loads(text)
    except ValueError as error:
        raise ImproperlyConfigured(f"{SETTING} is not JSON: {error}") from None
    if not isinstance(rows, dict):
        raise ImproperlyConfigured(f"{SETTING} must be an object")
    return {kind: _template(kind, row) for kind, row in rows.items()}


def _template(kind: str, row: Any) -> Template:
    if kind not in Kind.values:
        raise ImproperlyConfigured(f"{SETTING}: {kind!r} is no kind of message: {', '.join(Kind.values)}")
    fields = row.get("fields") if isinstance(row, dict) else None
    if not isinstance(fields, dict) or not isinstance(row.get("id"), str) or not row["id"]:
        raise ImproperlyConfigured(f"{SETTING}: {kind} needs an id and fields")
    if wrong := set(fields.values()) - set(FIELDS):
        raise ImproperlyConfigured(f"{SETTING}: {kind}: {sorted(wrong)} is none of {', '.join(FIELDS)}")
    return Template(row["id"], fields)
