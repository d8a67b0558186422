"""Choices of telling."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What a message is for; a person may decline some of them, never what he must know."""

    OFFER = "offer", _("叫去干活")
    OFF = "off", _("不用去了")
    STOP = "stop", _("马上停工")
    CHANGED = "changed", _("条件改了")
    PAY = "pay", _("工钱改了")
    TICKET = "ticket", _("诉求的答复")
    SUGGEST = "suggest", _("推荐新活")
    CODE = "code", _("登录验证码")
    TEST = "test", _("试发")
    OTHER = "other", _("别的事")


MUTABLE = (Kind.SUGGEST, Kind.CHANGED, Kind.PAY, Kind.TICKET)
URGENT = frozenset({Kind.STOP, Kind.CODE, Kind.TEST})  # pass the quiet hours
ASKS = frozenset({Kind.OFFER})  # silence is no answer: the next line is taken while there is time
MAY_LAPSE = frozenset({Kind.SUGGEST, Kind.CODE, Kind.TEST})  # nobody has to run after it when it reached nobody


class MessageState(TextChoices):
    WAITING = "waiting", _("等着发")
    SENT = "sent", _("发了")
    EXPIRED = "expired", _("过时作废")
    DEAD = "dead", _("发不出去")


class Ending(TextChoices):
    """Why a message was not sent, or reached nobody."""

    LATE = "late", _("过时了还没告诉到")
    SETTLED = "settled", _("已经不用告诉了")
    MUTED = "muted", _("本人不要这类消息")
    NO_LINE = "no_line", _("几条路都走不通")


class CallState(TextChoices):
    OPEN = "open", _("要打")
    DONE = "done", _("打通了")
    GIVEN_UP = "given_up", _("没打通")
    EXPIRED = "expired", _("过时了")


class Result(TextChoices):
    """What came of one attempt by one line."""

    SENT = "sent", _("发了")
    LISTED = "listed", _("上了名单，由人去说")
    REACHED = "reached", _("告诉到了")
    MISSED = "missed", _("没找到人")
    AGAIN = "again", _("没发成，等会儿再试")
    FAILED = "failed", _("没发成，换下一条路")
    SKIPPED = "skipped", _("没走这条路")


class Quiet(TextChoices):
    """When machines may not disturb him."""

    MARKET = "market", _("跟市场一样")
    NEVER = "never", _("什么时候都行")
    OWN = "own", _("按他自己的时间（比如上夜班）")
