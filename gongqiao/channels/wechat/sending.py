"""The line `wechat`: a subscribe message for each consent that is left, a call by a person when there is none.

WeChat takes no key that would make a repeated message one. Cut off between its answer and our own commit, a message may
come twice; with one consent WeChat turns the second away itself.
"""

from gongqiao.channels.wechat import actions, client
from gongqiao.channels.wechat.errors import Cure, WechatError
from gongqiao.channels.wechat.facts import facts_of, page_of, purpose_of
from gongqiao.channels.wechat.line import Line, known
from gongqiao.channels.wechat.queries import may_be_told
from gongqiao.foundation.notify.channels import register, to_phone_list
from gongqiao.foundation.notify.models import Message

NAME = "wechat"


def reaches(message: Message) -> bool:
    """The line stands, has a template for this, and the person has a consent left for it."""
    set_here, purpose = known(), purpose_of(message)
    if set_here is None or purpose not in set_here.templates or message.person is None:
        return False
    return may_be_told(message.person, purpose)


@register(NAME)
def to_wechat(message: Message) -> None:
    """By WeChat, or on the call list at once when he has not agreed; a fault of the line is tried again later."""
    line = known()
    if line is None or not _sent(line, message):
        to_phone_list(message)


def _sent(line: Line, message: Message) -> bool:
    """Whether WeChat took it; False: the person has no consent left, and that is now what we count too."""
    purpose = purpose_of(message)
    template = line.templates.get(purpose)
    consent = actions.spend(message.person, purpose) if message.person is not None and template is not None else None
    if consent is None or template is None:
        return False
    try:
        client.send(line, consent.link.openid, template.id, page_of(message), template.filled(facts_of(message)))
    except WechatError as error:
        if error.cure is not Cure.CONSENT:
            raise
        actions.emptied(consent)
        return False
    return True
