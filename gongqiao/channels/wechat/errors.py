"""What WeChat answers when it does not do it, sorted by what can be done about it, in words for whoever reads them.

Codes as published: developers.weixin.qq.com, 全局错误码 and the page of each call.
"""

from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

HELD_BACK = 43101
STALE_TOKEN = frozenset({40001, 40014, 42001})


class Cure(Enum):
    """What can be done about it."""

    WAIT = "wait"  # WeChat or the way to it is busy: the same call may work later
    AGAIN = "again"  # the phone must ask for a new one-time code
    CONSENT = "consent"  # the person has not agreed, or has used his consent up
    SETTING = "setting"  # the operator must set something right
    NEVER = "never"  # this call, as it is, will not work


_KNOWN: dict[int, tuple[Cure, str | Promise]] = {
    -1: (Cure.WAIT, gettext_lazy("微信那边忙，等一会儿再试。")),
    40001: (Cure.SETTING, gettext_lazy("AppSecret 不对，或者凭证失效了。")),
    40003: (Cure.NEVER, gettext_lazy("这个微信用户不是本小程序的。")),
    40013: (Cure.SETTING, gettext_lazy("AppID 不对。")),
    40014: (Cure.SETTING, gettext_lazy("凭证失效了。")),
    40029: (Cure.AGAIN, gettext_lazy("微信给的登录码不对或过时了，请再试一次。")),
    40037: (Cure.SETTING, gettext_lazy("订阅消息模板的编号不对。")),
    40125: (Cure.SETTING, gettext_lazy("AppSecret 不对。")),
    40163: (Cure.AGAIN, gettext_lazy("微信给的登录码已经用过了，请再试一次。")),
    40164: (Cure.SETTING, gettext_lazy("服务器的 IP 不在微信公众平台的白名单里。")),
    40169: (Cure.NEVER, gettext_lazy("小程序码里的场景值不合规矩。")),
    40226: (Cure.NEVER, gettext_lazy("微信把这个帐号列为高风险，不让登录。")),
    41030: (Cure.SETTING, gettext_lazy("小程序里没有这个页面，或者还没有发布。")),
    42001: (Cure.SETTING, gettext_lazy("凭证过期了。")),
    43101: (Cure.CONSENT, gettext_lazy("本人没有同意收这种消息，或者同意的次数用完了。")),
    43107: (Cure.SETTING, gettext_lazy("小程序的订阅消息被微信封了。")),
    43108: (Cure.WAIT, gettext_lazy("微信正在给这个人发另一条，等一会儿再试。")),
    45009: (Cure.WAIT, gettext_lazy("今天找微信的次数用完了。")),
    45011: (Cure.WAIT, gettext_lazy("找微信找得太勤了，等一分钟再试。")),
    45168: (Cure.NEVER, gettext_lazy("消息里有微信不让发的词。")),
    47003: (Cure.SETTING, gettext_lazy("消息的内容跟模板要的不一样。")),
    48001: (Cure.SETTING, gettext_lazy("小程序没有这个接口的权限。")),
    50002: (Cure.NEVER, gettext_lazy("这个微信帐号被限制了。")),
}


class WechatError(Exception):
    """WeChat said no, or could not be reached. `code` as WeChat gives it, 0 where it gave none; neither the address
    asked nor anything of the answer but the code is kept: both hold secrets."""

    def __init__(self, code: int, cure: Cure, words: str) -> None:
        super().__init__(words)
        self.code, self.cure, self.words = code, cure, words


def error_of(code: int) -> WechatError:
    """In the language of whoever reads it now; an unknown code is said as it is."""
    cure, words = _KNOWN.get(code, (Cure.NEVER, ""))
    return WechatError(code, cure, str(words) or _("微信没有办：错误码 %(code)s。") % {"code": code})


def not_reached(why: str) -> WechatError:
    return WechatError(0, Cure.WAIT, _("连不上微信（%(why)s），等一会儿再试。") % {"why": why})


def not_set() -> WechatError:
    return WechatError(0, Cure.SETTING, _("这里还没有接上微信小程序。"))
