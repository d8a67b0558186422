"""What the operator has set, from the environment by way of the settings; the secret stands nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from gongqiao.channels.wechat.errors import not_set
from gongqiao.channels.wechat.templates import Purpose, Template, parse


@dataclass(frozen=True)
class Line:
    """One mini program. `state`: which published version messages and codes open."""

    appid: str
    secret: str = field(repr=False)
    api: str
    templates: Mapping[Purpose, Template]
    webview: bool
    state: str


def line() -> Line:
    """WechatError (setting) where the market has none."""
    found = known()
    if found is None:
        raise not_set()
    return found


def known() -> Line | None:
    """The mini program of this installation, when appid and secret are set."""
    set_here: dict[str, Any] = settings.WECHAT
    if not set_here["appid"] or not set_here["secret"]:
        return None
    return Line(**{**set_here, "templates": parse(set_here["templates"])})


def check() -> None:
    """At the start: a faulty setting stops it and names itself; a secret goes over no plain line."""
    set_here: dict[str, Any] = settings.WECHAT
    parse(set_here["templates"])
    if bool(set_here["appid"]) != bool(set_here["secret"]):
        raise ImproperlyConfigured("GONGQIAO_WECHAT_APPID and GONGQIAO_WECHAT_SECRET are set together or not at all")
    parts = urlsplit(set_here["api"])
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
        raise ImproperlyConfigured("GONGQIAO_WECHAT_API must begin with https://")
