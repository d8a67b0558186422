"""By which outside line (foundation.notify) somebody is reached, from how he said that he can be."""

from gongqiao.needs.dossiers.enums import Channel
from gongqiao.needs.dossiers.models import Dossier

_LINE = {
    Channel.NONE: "hall",
    Channel.FAMILY: "family",
    Channel.PHONE: "phone",
    Channel.SMS: "phone",  # no SMS or WeChat line stands here yet: a person calls, nothing is lost in silence
    Channel.WECHAT: "phone",
}


def line_of(dossier: Dossier) -> str:
    return _LINE[Channel(dossier.channel)]
