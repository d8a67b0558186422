"""The line `wechat`: a subscribe message for each consent that is left; without one, the next line is taken.

WeChat takes no key that would make a repeated message one. Cut off between its answer and our own commit, a message may
come twice; with one consent WeChat turns the second away itself.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongqiao.channels.wechat import actions, client
from gongqiao.channels.wechat.errors import Cure, WechatError
from gongqiao.channels.wechat.facts import facts_of, page_of, purpose_of
from gongqiao.channels.wechat.line import known
from gongqiao.channels.wechat.queries import may_be_told
from gongqiao.foundation.notify.channels import LineError, register
from gongqiao.foundation.notify.models import Message

NAME = "wechat"


def ready() -> bool:
    set_here = known()
    return set_here is not None and bool(set_here.templates)


def reaches(message: Message) -> bool:
    """The line stands, has a template for this, and the person has a consent left for it; no code goes this way."""
    set_here, purpose = known(), purpose_of(message)
    if set_here is None or purpose not in set_here.templates or message.person is None or message.secret:
        return False
    return may_be_told(message.person, purpose)


@register(NAME, gettext_lazy("微信小程序"), outside=True, ready=ready, reaches=reaches)
def to_wechat(message: Message) -> None:
    """One consent for one message; a message that did not go gives it back, unless WeChat knows of none."""
    line, purpose = known(), purpose_of(message)
    template = line.templates.get(purpose) if line is not None else None
    if line is None or template is None or message.person is None:
        raise LineError(_("这里还没有接上微信小程序。"), for_good=True)
    consent = actions.spend(message.person, purpose)
    if consent is None:
        raise LineError(_("本人没有同意收这种消息，或者同意的次数用完了。"), for_good=True)
    try:
        client.send(
            line, consent.link.openid, template.id, page_of(purpose, message), template.filled(facts_of(message))
        )
    except WechatError as error:
        if error.cure is Cure.CONSENT:
            actions.emptied(consent)
        else:
            actions.refund(consent)
        raise LineError(error.words, for_good=error.cure is not Cure.WAIT) from None
