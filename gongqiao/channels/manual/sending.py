"""The line `manual`: somebody of the staff sends the words from the station's phone and ticks them off."""

from django.utils.translation import gettext_lazy as _

from gongqiao.foundation.notify.channels import on_a_list, register
from gongqiao.foundation.notify.models import Message

NAME = "manual"


def _has_number(message: Message) -> bool:
    return message.person is not None and bool(message.person.phone)


@register(NAME, _("手发短信"), human=True, optional=True, reaches=_has_number)
def to_hand_list(message: Message) -> None:
    on_a_list(message, NAME)
