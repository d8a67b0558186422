"""What an operator still has to set before the mini program works, one line each; and what WeChat itself says to it."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from gongqiao.channels.wechat import client
from gongqiao.channels.wechat.client import Chosen
from gongqiao.channels.wechat.errors import WechatError
from gongqiao.channels.wechat.line import Line, known
from gongqiao.channels.wechat.templates import SETTING, Purpose, Template

NEAR = {"localhost", "127.0.0.1", "[::1]", "testserver"}
FIELD = re.compile(r"\{\{(\w+)\.DATA\}\}")
START = "pages/jobs/jobs"


@dataclass(frozen=True)
class Point:
    """One thing to look at. `good` is None where it may be left out."""

    what: str
    good: bool | None
    says: str


def here(*, secure: bool) -> list[Point]:
    """From what is set on this server, asking nobody."""
    set_here = known()
    return [
        _program(set_here),
        _secure(secure),
        _domain(),
        *(_template(set_here, purpose) for purpose in Purpose),
        _pages(set_here),
    ]


def there() -> list[Point]:
    """From WeChat, asked now: whether it lets this server in, and whether the templates are as they are set here."""
    set_here = known()
    if set_here is None:
        return [_program(None)]
    what = _("微信认得这个小程序")
    try:
        client.try_token(set_here)
        chosen = {each.id: each for each in client.chosen(set_here)}
    except WechatError as error:
        return [Point(what, False, error.words)]
    return [
        Point(what, True, _("微信让这台服务器进。")),
        *(_as_chosen(purpose, template, chosen.get(template.id)) for purpose, template in set_here.templates.items()),
    ]


def _program(set_here: Line | None) -> Point:
    what = _("小程序的 AppID 和 AppSecret")
    if set_here is None:
        return Point(
            what,
            False,
            _("没有设。在微信公众平台“开发管理”里拿到，设成 GONGQIAO_WECHAT_APPID 和 GONGQIAO_WECHAT_SECRET。"),
        )
    return Point(what, True, _("设好了：%(appid)s。") % {"appid": set_here.appid})


def _secure(secure: bool) -> Point:
    what = _("网站走 HTTPS")
    if secure and settings.SESSION_COOKIE_SECURE:
        return Point(what, True, _("是。"))
    return Point(what, False, _("不是。小程序只认 HTTPS：前面放一个带证书的服务器，再设 GONGQIAO_HTTPS=1。"))


def _domain() -> Point:
    what = _("网站有自己的域名")
    names = [name for name in settings.ALLOWED_HOSTS if name not in NEAR]
    if not names:
        return Point(what, False, _("没有。备案以后设成 GONGQIAO_HOSTS，再填进公众平台的“服务器域名”。"))
    return Point(what, True, _("%(names)s。公众平台的“服务器域名”里要有它。") % {"names": "、".join(names)})


def _template(set_here: Line | None, purpose: Purpose) -> Point:
    what = _("订阅消息：%(purpose)s") % {"purpose": purpose.label}
    if set_here is None or purpose not in set_here.templates:
        facts = {"name": SETTING, "purpose": purpose.value}
        return Point(
            what,
            None,
            _("没有设模板，这类消息走下一条路（短信、打电话）。要设，写进 %(name)s 的 %(purpose)s。") % facts,
        )
    return Point(what, True, _("设好了。"))


def _pages(set_here: Line | None) -> Point:
    what = _("小程序里能打开网站的页面")
    if set_here is None or not set_here.webview:
        return Point(
            what, None, _("没有开。找活、报名、有话说、我的活照样能用；登记了业务域名再设 GONGQIAO_WECHAT_WEBVIEW=1。")
        )
    return Point(what, True, _("开了。公众平台的“业务域名”里要有这个域名。"))


def _as_chosen(purpose: Purpose, template: Template, chosen: Chosen | None) -> Point:
    what = _("模板：%(purpose)s") % {"purpose": purpose.label}
    if chosen is None:
        return Point(what, False, _("微信那边没有 %(id)s 这个模板。") % {"id": template.id})
    there, mine = set(FIELD.findall(chosen.content)), set(template.fields)
    if there != mine:
        facts = {"there": " ".join(sorted(there)), "mine": " ".join(sorted(mine))}
        return Point(what, False, _("模板要 %(there)s，这里设的是 %(mine)s。") % facts)
    return Point(what, True, _("“%(title)s”，各项都对得上。") % {"title": chosen.title})
