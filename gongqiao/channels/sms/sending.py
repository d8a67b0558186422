"""The line `sms`. Neither gateway knows a key that would make a repeated text one: cut off between its answer and our
commit, a text may come twice; the message's id goes along so that the operator's bill can be held against ours."""

import math
import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from gongqiao.channels.sms import aliyun, tencent
from gongqiao.channels.sms.gateway import known
from gongqiao.foundation.notify.channels import LineError, register
from gongqiao.foundation.notify.models import Message

NAME = "sms"
MOBILE = re.compile(r"1\d{10}")
SENDERS = {"aliyun": aliyun.send, "tencent": tencent.send}
PLACE = 35  # characters that a place of a template takes
ONE, MANY = 70, 67  # characters of a text, and of each part of a longer one


def ready() -> bool:
    return known() is not None


def reaches(message: Message) -> bool:
    """He has a mobile number, and the operator has a template for this kind of message."""
    gateway = known()
    phone = message.person.phone if message.person is not None else ""
    return gateway is not None and gateway.template(message.kind) is not None and bool(MOBILE.fullmatch(phone))


def parts(message: Message) -> int:
    """Paid texts: 70 characters are one, a longer one is paid by 67; the signature counts."""
    gateway = known()
    length = len(message.body) + len(message.market.name) + (len(gateway.sign) + 2 if gateway else 0)
    return 1 if length <= ONE else math.ceil(length / MANY)


def _values(message: Message, fields: dict[str, str]) -> dict[str, str]:
    words = " ".join(message.body.split())
    texts = [words[start : start + PLACE] for start in range(0, 3 * PLACE, PLACE)]
    facts = {"code": message.body, "market": message.market.name, "phone": message.market.phone}
    facts |= {f"text{number}": text or "-" for number, text in enumerate(texts, 1)}
    return {place: facts[fact] for place, fact in fields.items()}


@register(NAME, _l("短信"), outside=True, ready=ready, reaches=reaches, parts=parts)
def to_sms(message: Message) -> None:
    gateway = known()
    template = gateway.template(message.kind) if gateway is not None else None
    if gateway is None or template is None or message.person is None:
        raise LineError(_("这台服务器上没有设好"), for_good=True)
    send = SENDERS[gateway.kind]
    send(gateway, message.person.phone, template.id, _values(message, template.fields), str(message.pk))
